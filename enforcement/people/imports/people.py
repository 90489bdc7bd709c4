"""Plan lists of people with their posts, and of village auxiliaries."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law import organisation, staff
from enforcement.law.terms import Employment, Role, UnitKind
from enforcement.people import history
from enforcement.people.imports.drafts import Draft, Once, Plan
from enforcement.people.imports.identify import identify
from enforcement.people.imports.known import Known, is_full, same_number
from enforcement.people.models import Person, PersonEntry, Post, Unit
from enforcement.people.persons import NAME_LENGTH

FACTS = ("name", "phone", "employment", "legal_number", "legal_on")


@dataclass
class Who:
    """A person of the file: known or new, the row he first stands on, the roles he will hold."""

    id: uuid.UUID
    known: Person | None
    draft: Draft
    roles: set[Role]


def plan_people(session: Session, actor: Actor, drafts: list[Draft], plan: Plan) -> None:
    """Plan a list of people: one row is one post."""
    _People(session, actor, plan).plan(drafts)


def plan_auxiliaries(session: Session, actor: Actor, drafts: list[Draft], plan: Plan) -> None:
    """Plan a list of auxiliaries: one a village, of the police station of its township."""
    fixed = {"role": Role.AUXILIARY, "employment": Employment.POLICE_AUXILIARY,
             "legal_number": None, "legal_on": None}  # fmt: skip
    _People(session, actor, plan).plan([Draft(one.row, fixed | one.values) for one in drafts])


class _People:
    """The county's people as they are and as the file makes them."""

    def __init__(self, session: Session, actor: Actor, plan: Plan) -> None:
        self.session, self.actor, self.plan_ = session, actor, plan
        self.known = Known.of(session, actor.county_code)
        self.once = Once(plan)
        self.people: dict[Any, Who] = {}
        self.aides: dict[str, tuple[uuid.UUID, str, Post]] = {}
        self.given: dict[uuid.UUID, list[tuple[str, Role]]] = defaultdict(list)

    def plan(self, drafts: list[Draft]) -> None:
        """Plan the rows in their order."""
        self.known.learn_people(drafts)
        villages = [draft.values.get("village_code") for draft in drafts]
        self.known.learn_places(villages)
        self._learn_aides([code for code in villages if code])
        for draft in drafts:
            self._row(draft)

    def _learn_aides(self, codes: list[str]) -> None:
        """Read who serves the villages of the file."""
        query = select(Post, Person.name).join(
            Person, (Person.county_code == Post.county_code) & (Person.id == Post.person_id)
        )
        query = query.where(
            Post.county_code == self.known.county_code,
            Post.role == Role.AUXILIARY,
            Post.village_code.in_(codes),
            or_(Post.valid_to.is_(None), Post.valid_to > self.known.on),
        )
        for post, name in self.session.execute(query):
            self.aides[post.village_code or ""] = (post.person_id, name, post)

    def _row(self, draft: Draft) -> None:
        found = identify(self.known, draft)
        if found.why is not None:
            self.plan_.refuse(draft, *found.why)
            return
        problems = len(self.plan_.preview.problems)
        who = self._who(draft, found.person)
        unit = self._unit(draft)
        if who is None or unit is None:
            return
        code = draft.values.get("village_code")
        if not self.once.first(draft, "role" if code is None else "village_code", who.id,
                               unit.code, draft["role"], code):  # fmt: skip
            return
        post = self._held(draft, who, unit)
        if post is None:
            self._check_post(draft, who, unit)
        if len(self.plan_.preview.problems) == problems:
            self._take(draft, who, unit, post)

    def _who(self, draft: Draft, person: Person | None) -> Who | None:
        """Return the row's person, whose facts must be the same on all his rows."""
        number = draft["id_number"]
        key: Any = person.id if person else number or (draft["name"], draft["unit_code"])
        who = self.people.get(key)
        if who is None:
            roles = {Role(post.role) for post in self.known.current(person)} if person else set()
            who = Who(person.id if person else uuid7(), person, draft, roles)
            self.people[key] = who
            return who if self._check_facts(draft, who) else None
        other = next((f for f in FACTS if draft[f] != who.draft[f]), None)
        if other is not None or (person is None and not number and draft["role"] in who.roles):
            why = _("与第%(n)d行同一人员的内容不一致。", n=who.draft.row)
            if other is None:
                why = _("与第%(n)d行同名同单位，请填写身份证号。", n=who.draft.row)
            self.plan_.refuse(draft, other if other in self.plan_.table.by_key else "name", why)
            return None
        return who

    def _check_facts(self, draft: Draft, who: Who) -> bool:
        problems = len(self.plan_.preview.problems)
        if len(draft["name"]) > NAME_LENGTH:
            self.plan_.refuse(draft, "name", _("姓名必填，最多%(n)d字。", n=NAME_LENGTH))
        if (draft["legal_number"] is None) != (draft["legal_on"] is None):
            why = _("法律职业资格的证号和取得日期须一并填写。")
            self.plan_.refuse(draft, "legal_number", why)
        if who.known is None and draft["employment"] is None:
            self.plan_.refuse(draft, "employment", _("必填。"))
        phone = draft["phone"]
        masked = phone and not is_full(phone)
        if masked and not (who.known and same_number(phone, who.known.phone_encrypted, None)):
            self.plan_.refuse(draft, "phone", _("号码被遮盖，又与登记的不符，请填写完整号码。"))
        bar = staff.barred(set(), draft["employment"])
        held = self.known.live.get(who.id)
        if bar is not None and held:
            why = _("%(why)s请先注销其证件%(number)s。", why=_(bar.reason), number=held[0].number)
            key = "employment" if "employment" in self.plan_.table.by_key else "name"
            self.plan_.refuse(draft, key, f"{why}（{bar.source}）")
        return len(self.plan_.preview.problems) == problems

    def _unit(self, draft: Draft) -> Unit | None:
        code = draft["unit_code"]
        unit = self.known.unit_on(code, draft["since"])
        if unit is None:
            why = _("没有代码为%(code)s的单位。", code=code)
            if code in self.known.units:
                why = _("%(name)s在任职期间不存在。", name=self.known.units[code].name)
            self.plan_.refuse(draft, "unit_code", why)
        return unit

    def _held(self, draft: Draft, who: Who, unit: Unit) -> Post | None:
        """Return the post of the row where the person holds it already."""
        if who.known is None:
            return None
        code = draft.values.get("village_code")
        for post in self.known.current(who.known, draft["since"]):
            if (post.unit_id, post.role, post.village_code) == (unit.id, draft["role"], code):
                if post.valid_from != draft["since"]:
                    why = _("该岗位已登记，任职日期为%(day)s。", day=post.valid_from)
                    self.plan_.refuse(draft, "since", why)
                return post
        return None

    def _check_post(self, draft: Draft, who: Who, unit: Unit) -> None:
        role: Role = draft["role"]
        if not organisation.may_hold(role, UnitKind(unit.kind)):
            kinds = "、".join(label(kind) for kind in sorted(organisation.POSTS[role]))
            why = _("%(role)s只能在%(kinds)s任职。", role=label(role), kinds=kinds)
            self.plan_.refuse(draft, "unit_code", why)
        if role is Role.AUXILIARY:
            self._check_village(draft, who, unit)
        self._check_role(draft, who, role)

    def _check_village(self, draft: Draft, who: Who, unit: Unit) -> None:
        code = draft.values.get("village_code")
        if code is None:
            self.plan_.refuse(draft, "role", _("驻村辅警请用驻村辅警表导入。"))
            return
        if len(code) != 12 or code not in self.known.names:
            self.plan_.refuse(draft, "village_code", _("本县没有代码为%(code)s的村。", code=code))
        elif unit.home_code != code[:9]:
            why = _("%(unit)s不管辖该村，应当由村所在乡镇的派出所管理。", unit=unit.name)
            self.plan_.refuse(draft, "village_code", why)
        other = self.aides.get(code)
        if other is not None and other[0] != who.id:
            why = _("该村已有驻村辅警%(name)s（%(day)s起），须先办理其离任。", name=other[1],
                    day=other[2].valid_from)  # fmt: skip
            self.plan_.refuse(draft, "village_code", why)
        if Role.AUXILIARY in who.roles:
            self.plan_.refuse(draft, "village_code", _("一名辅警同一时期只驻一个村。"))

    def _check_role(self, draft: Draft, who: Who, role: Role) -> None:
        key = "role" if "role" in self.plan_.table.by_key else "name"
        if role in staff.ADMINISTRATORS and who.roles & staff.ADMINISTRATORS - {role}:
            why = _("系统管理员、安全管理员、审计管理员不得由同一人兼任。")
            self.plan_.refuse(draft, key, why)
        bar, held = staff.BARRED_ROLES.get(role), self.known.live.get(who.id)
        if bar is not None and held:
            why = _("%(why)s请先注销其证件%(number)s。", why=_(bar.reason), number=held[0].number)
            self.plan_.refuse(draft, key, f"{why}（{bar.source}）")
        if role is Role.LEGAL_REVIEWER and not self._qualified(draft, who):
            why = _("初次从事法制审核的人员应当取得法律职业资格，请先登记证号和取得日期。")
            self.plan_.refuse(draft, "legal_number", f"{why}（{staff.REVIEWER}）")

    def _qualified(self, draft: Draft, who: Who) -> bool:
        on = draft["legal_on"] or (who.known and who.known.legal_on)
        been = who.known is not None and any(
            post.role == Role.LEGAL_REVIEWER for post in self.known.posts[who.id]
        )
        early = draft["since"] < staff.REVIEWERS_QUALIFY_SINCE
        return bool(been or early or (on is not None and on <= draft["since"]))

    def _take(self, draft: Draft, who: Who, unit: Unit, post: Post | None) -> None:
        """Write what the row adds: the person where he is new, what changed, the post."""
        words: list[str] = []
        first = who.draft is draft
        if first and who.known is None:
            self._enter(draft, who)
        elif first and who.known is not None:
            words += self._changes(draft, who.known)
        if post is None:
            words.append(self._give(draft, who, unit))
        new = who.known is None and first
        self.plan_.tell(draft, unit.code, words, new=new or post is None)

    def _enter(self, draft: Draft, who: Who) -> None:
        row = {
            "county_code": self.known.county_code, "id": who.id, "name": draft["name"],
            "id_number": draft["id_number"], "phone": draft["phone"],
            "employment": str(draft["employment"]), "legal_number": draft["legal_number"],
            "legal_on": draft["legal_on"],
        }  # fmt: skip
        self.plan_.write("people", row)
        self.plan_.write("person_entries", history.values(
            PersonEntry, row, "enter", self.actor, None, person=row["name"],
            employment=row["employment"],
        ))  # fmt: skip

    def _changes(self, draft: Draft, person: Person) -> list[str]:
        """Write and name what a known person's row has that is not entered yet."""
        table, changed = self.plan_.table, []
        row: dict[str, Any] = {"id": person.id}
        for key in ("name", "employment", "legal_number", "legal_on"):
            old, new = getattr(person, key), draft[key]
            keeps = new is None or (key == "employment" and key not in table.by_key and old)
            row[key] = old if keeps else (str(new) if key == "employment" else new)
            if row[key] != old:
                changed.append(f"{_word(table, key)}：{_said(key, old)} → {_said(key, row[key])}")
        for key in ("id_number", "phone"):
            full = is_full(draft[key]) and not same_number(
                draft[key], getattr(person, f"{key}_encrypted"), getattr(person, f"{key}_hash")
            )
            row[key] = draft[key] if full else None
            if full:
                changed.append(_("%(what)s有变", what=table.heading(key)))
        if changed:
            self.plan_.write("person_changes", row)
            self.plan_.write("person_entries", history.values(
                PersonEntry, person, "change", self.actor, None, changed=changed,
            ))  # fmt: skip
        return changed

    def _give(self, draft: Draft, who: Who, unit: Unit) -> str:
        role, code = draft["role"], draft.values.get("village_code")
        who.roles.add(role)
        row = {
            "county_code": self.known.county_code, "id": uuid7(), "person_id": who.id,
            "unit_id": unit.id, "role": str(role), "village_code": code,
            "valid_from": draft["since"],
        }  # fmt: skip
        self.plan_.write("posts", row)
        if code is not None:
            self.aides[code] = (who.id, draft["name"], Post(valid_from=draft["since"]))
        person = {"county_code": self.known.county_code, "id": who.id}
        self.plan_.write("person_entries", history.values(
            PersonEntry, person, "give_post", self.actor, draft["since"], role=role,
            unit=unit.code, name=unit.name, village=code,
        ))  # fmt: skip
        return _("%(unit)s %(role)s，自%(day)s起", unit=unit.name, role=label(role),
                 day=draft["since"])  # fmt: skip


def _word(table: Any, key: str) -> str:
    return str(table.heading(key)) if key in table.by_key else _("用工性质")


def _said(key: str, value: Any) -> str:
    if value is None:
        return "—"
    return label(Employment(value)) if key == "employment" else str(value)
