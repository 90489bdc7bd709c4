"""Plan a list of certificates: new ones, and later last days of known ones (renewals)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.errors import DomainError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law import staff
from enforcement.law.terms import CertificateStatus, Employment, Role, UnitKind
from enforcement.people import history
from enforcement.people.certificates import AREA, FIELD, ORGANS, check_renewal
from enforcement.people.imports.drafts import Draft, Once, Plan
from enforcement.people.imports.identify import identify
from enforcement.people.imports.known import Known, is_full, same_number
from enforcement.people.models import Certificate, CertificateEntry, Person, Unit


def plan_certificates(session: Session, actor: Actor, drafts: list[Draft], plan: Plan) -> None:
    """Plan a list of certificates."""
    _Certificates(session, actor, plan).plan(drafts)


class _Certificates:
    """The county's certificates as they are and as the file makes them."""

    def __init__(self, session: Session, actor: Actor, plan: Plan) -> None:
        self.session, self.actor, self.plan_ = session, actor, plan
        self.known = Known.of(session, actor.county_code)
        self.once = Once(plan)
        self.rows: dict[str, tuple[Certificate, Person]] = {}

    def plan(self, drafts: list[Draft]) -> None:
        """Plan the rows in their order."""
        self.known.learn_people(drafts)
        self.known.learn_places([draft["area_code"] for draft in drafts])
        query = select(Certificate, Person).join(
            Person,
            (Person.county_code == Certificate.county_code) & (Person.id == Certificate.person_id),
        )
        query = query.where(
            Certificate.county_code == self.known.county_code,
            Certificate.number.in_([draft["number"] for draft in drafts]),
        )
        self.rows = {
            row.Certificate.number: (row[0], row[1]) for row in self.session.execute(query)
        }
        for draft in drafts:
            if self.once.first(draft, "number", draft["number"]):
                self._row(draft)

    def _row(self, draft: Draft) -> None:
        if draft["number"] in self.rows:
            self._change(draft, *self.rows[draft["number"]])
            return
        person = self._holder(draft)
        if person is None:
            return
        problems = len(self.plan_.preview.problems)
        organ = self._organ(draft)
        self._check(draft, person)
        if organ is not None and len(self.plan_.preview.problems) == problems:
            self._issue(draft, person, organ)

    def _holder(self, draft: Draft) -> Person | None:
        if not draft["unit_code"] and not is_full(draft["id_number"]):
            self.plan_.refuse(draft, "id_number", _("请填写身份证号，或者持证人的单位代码。"))
            return None
        found = identify(self.known, draft)
        if found.why is not None:
            self.plan_.refuse(draft, *found.why)
            return None
        person = found.person
        if person is None or person.name != draft["name"]:
            self.plan_.refuse(draft, "name", _("没有登记过这名人员，请先导入人员。"))
            return None
        return person

    def _organ(self, draft: Draft) -> Unit | None:
        unit = self.known.unit_on(draft["organ_code"], draft["valid_from"])
        if unit is None or UnitKind(unit.kind) not in ORGANS:
            kinds = "、".join(label(kind) for kind in sorted(ORGANS))
            why = _("发证对象所在机关应当是：%(kinds)s。", kinds=kinds)
            self.plan_.refuse(draft, "organ_code", why)
            return None
        return unit

    def _check(self, draft: Draft, person: Person) -> None:
        if draft["valid_to"] < draft["valid_from"]:
            self.plan_.refuse(draft, "valid_to", _("有效期止早于有效期起。"))
        code = draft["area_code"]
        if code and code != self.known.county_code and code not in self.known.names:
            why = _("本县没有代码为%(code)s的区划。", code=code)
            self.plan_.refuse(draft, "area_code", why)
        if person.employment is None:
            self.plan_.refuse(draft, "name", _("请先登记该人员的用工性质。"))
            return
        roles = {Role(post.role) for post in self.known.current(person)}
        bar = staff.barred(roles, Employment(person.employment))
        if bar is not None:
            self.plan_.refuse(draft, "name", f"{_(bar.reason)}（{bar.source}）")

    def _issue(self, draft: Draft, person: Person, organ: Unit) -> None:
        row: dict[str, Any] = {
            "county_code": self.known.county_code, "id": uuid7(), "person_id": person.id,
            "number": draft["number"], "organ_unit_id": organ.id,
            "field": draft["field"] or FIELD, "area": draft["area"] or AREA,
            "area_code": draft["area_code"] or self.known.county_code,
            "valid_from": draft["valid_from"], "valid_to": draft["valid_to"],
            "status": str(CertificateStatus.VALID),
        }  # fmt: skip
        self.plan_.write("certificates", row)
        self.plan_.write("certificate_entries", history.values(
            CertificateEntry, row, "issue", self.actor, draft["valid_from"],
            number=draft["number"], organ=organ.name, field=row["field"], area=row["area"],
            until=draft["valid_to"],
        ))  # fmt: skip
        words = [f"{organ.name}，{draft['valid_from']} – {draft['valid_to']}"]
        self.plan_.tell(draft, draft["number"], words, new=True)

    def _change(self, draft: Draft, row: Certificate, person: Person) -> None:
        if not self._same(draft, row, person):
            return
        words = []
        if draft["valid_to"] != row.valid_to:
            try:
                check_renewal(row, self.known.on, draft["valid_to"])
            except DomainError as error:
                self.plan_.refuse(draft, "valid_to", str(error))
                return
            words.append(_("延期：%(old)s → %(new)s", old=row.valid_to, new=draft["valid_to"]))
            self.plan_.write("certificate_changes", {"id": row.id, "valid_to": draft["valid_to"]})
            now = {"county_code": row.county_code, "id": row.id, "status": row.status,
                   "valid_to": draft["valid_to"]}  # fmt: skip
            self.plan_.write("certificate_entries", history.values(
                CertificateEntry, now, "renew", self.actor, self.known.on,
                before=row.valid_to, until=draft["valid_to"],
            ))  # fmt: skip
        self.plan_.tell(draft, row.number, words, new=False)

    def _same(self, draft: Draft, row: Certificate, person: Person) -> bool:
        """Refuse another holder, organ, field, area or first day of a known certificate."""
        problems = len(self.plan_.preview.problems)
        number = draft["id_number"]
        other = number and not same_number(
            number, person.id_number_encrypted, person.id_number_hash
        )
        if person.name != draft["name"] or other:
            self.plan_.refuse(draft, "number", _("该证号已登记给另一名人员。"))
        organ = self.known.units.get(draft["organ_code"])
        given = {
            "organ_code": organ is not None and organ.id == row.organ_unit_id,
            "valid_from": draft["valid_from"] == row.valid_from,
            **{key: draft[key] in (None, getattr(row, key))
               for key in ("field", "area", "area_code")},
        }  # fmt: skip
        for key, same in given.items():
            if not same:
                self.plan_.refuse(draft, key, _("已登记的证件不能改这一列；请登记新发的证件。"))
        return len(self.plan_.preview.problems) == problems
