"""Plan a list of units: new ones below known ones or each other, new names, credit codes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law import organisation
from enforcement.law.terms import UnitKind
from enforcement.people import history
from enforcement.people.imports.drafts import Draft, Once, Plan
from enforcement.people.imports.known import Known
from enforcement.people.models import Unit, UnitEntry
from enforcement.people.unit_rules import MOST_BELOW, NAME_LENGTH


def plan_units(session: Session, actor: Actor, drafts: list[Draft], plan: Plan) -> None:
    """Plan a list of units; parents before what stands below them."""
    known = Known.of(session, actor.county_code)
    known.learn_places([draft["home_code"] for draft in drafts])
    _Units(known, actor, plan).plan(drafts)


class _Units:
    """The tree as it is and as the file makes it."""

    def __init__(self, known: Known, actor: Actor, plan: Plan) -> None:
        self.known, self.actor, self.plan_ = known, actor, plan
        self.once = Once(plan)
        self.codes = {unit.id: code for code, unit in known.units.items()}
        self.siblings: dict[Any, dict[str, Unit]] = defaultdict(dict)
        self.owners: dict[str, Unit] = {}
        self.last: dict[str, int] = defaultdict(int)  # code -> the last number given below it
        for unit in known.units.values():
            self._count(unit.code)
            if unit.valid_to is None:
                self.siblings[unit.parent_id][unit.name] = unit
            if unit.uscc:
                self.owners[unit.uscc] = unit

    def _count(self, code: str) -> None:
        above, _dot, number = code.rpartition(".")
        self.last[above] = max(self.last[above], int(number))

    def plan(self, drafts: list[Draft]) -> None:
        """Plan rows that bear a code from the top of the tree, then those that get one."""
        coded = sorted((one for one in drafts if one["code"]), key=lambda one: one["code"])
        for draft in [*coded, *(one for one in drafts if not one["code"])]:
            self._row(draft)

    def _row(self, draft: Draft) -> None:
        if draft["code"] and not self.once.first(draft, "code", draft["code"]):
            return
        unit = self._known(draft)
        if unit is not None:
            self._change(draft, unit)
            return
        parent = self._parent(draft)
        if parent is not None and self._fits(draft, parent):
            self._open(draft, parent)

    def _known(self, draft: Draft) -> Unit | None:
        if draft["code"]:
            return self.known.units.get(draft["code"])
        parent = self.known.units.get(draft["parent_code"] or "")
        twin = self.siblings[parent.id].get(draft["name"]) if parent else None
        return twin if twin is not None and twin.version else None  # not one of this file

    def _parent(self, draft: Draft) -> Unit | None:
        code = draft["parent_code"]
        if not code:
            self.plan_.refuse(draft, "parent_code", _("必填。"))
            return None
        parent = self.known.unit_on(code, draft["valid_from"])
        if parent is None:
            self.plan_.refuse(
                draft, "parent_code", _("设立当日没有代码为%(code)s的单位。", code=code)
            )
        return parent

    def _fits(self, draft: Draft, parent: Unit) -> bool:
        """Refuse what a unit's place, code, name or credit code do not allow."""
        kind, above = draft["kind"], UnitKind(parent.kind)
        before = len(self.plan_.preview.problems)
        if not organisation.may_stand_below(kind, above):
            self.plan_.refuse(
                draft, "kind", _("%(kind)s不能设在%(parent)s之下。", kind=label(kind),
                                 parent=label(above)),
            )  # fmt: skip
        code = draft["code"]
        if code and (len(code) != len(parent.code) + 3 or not code.startswith(f"{parent.code}.")):
            self.plan_.refuse(
                draft, "code", _("应当是上级代码%(code)s加两位数字。", code=parent.code)
            )
        self._check_home(draft, draft["home_code"] or _inherited(kind, parent))
        self._check_name(draft, parent)
        self._check_owner(draft, None)
        return len(self.plan_.preview.problems) == before

    def _check_home(self, draft: Draft, home: str | None) -> None:
        digits = organisation.HOME_DIGITS.get(draft["kind"])
        if digits and (home is None or len(home) != digits):
            self.plan_.refuse(
                draft, "home_code",
                _("%(kind)s须写明所在区划的%(n)d位代码。", kind=label(draft["kind"]), n=digits),
            )  # fmt: skip
        elif draft["home_code"] and draft["home_code"] not in self.known.names:
            self.plan_.refuse(
                draft, "home_code", _("本县没有代码为%(code)s的区划。", code=draft["home_code"])
            )

    def _check_name(self, draft: Draft, parent: Unit) -> None:
        name = draft["name"]
        if len(name) > NAME_LENGTH:
            self.plan_.refuse(draft, "name", _("名称必填，最多%(n)d字。", n=NAME_LENGTH))
        twin = self.siblings[parent.id].get(name)
        if twin is not None:
            self.plan_.refuse(
                draft, "name", _("%(parent)s下已有“%(name)s”（%(code)s）。", parent=parent.name,
                                 name=name, code=twin.code),
            )  # fmt: skip

    def _check_owner(self, draft: Draft, unit: Unit | None) -> None:
        owner = self.owners.get(draft["uscc"] or "")
        if owner is not None and (unit is None or owner.id != unit.id):
            self.plan_.refuse(
                draft, "uscc", _("该信用代码已属于%(name)s（%(code)s）。", name=owner.name,
                                 code=owner.code),
            )  # fmt: skip

    def _open(self, draft: Draft, parent: Unit) -> None:
        code = draft["code"] or self._next(draft, parent)
        if code is None:
            return
        home = draft["home_code"] or _inherited(draft["kind"], parent)
        row = {
            "county_code": parent.county_code, "id": uuid7(), "code": code,
            "name": draft["name"], "kind": str(draft["kind"]), "parent_id": parent.id,
            "home_code": home, "uscc": draft["uscc"], "valid_from": draft["valid_from"],
        }  # fmt: skip
        made = Unit(**row, valid_to=None, version=0)  # 0: of this file; never added itself
        self.known.units[code] = made
        self._count(code)
        self.siblings[parent.id][made.name] = made
        if made.uscc:
            self.owners[made.uscc] = made
        self.plan_.write("units", row)
        self.plan_.write("unit_entries", history.values(
            UnitEntry, row, "open", self.actor, draft["valid_from"], name=made.name,
            decree=draft["decree"],
        ))  # fmt: skip
        words = [_("设在%(parent)s下，自%(day)s起", parent=parent.name, day=draft["valid_from"])]
        self.plan_.tell(draft, code, words, new=True)

    def _next(self, draft: Draft, parent: Unit) -> str | None:
        number = self.last[parent.code] + 1
        if number > MOST_BELOW:
            self.plan_.refuse(
                draft, "parent_code",
                _("%(name)s下的机构代码已用完（最多%(n)d个）。", name=parent.name, n=MOST_BELOW),
            )  # fmt: skip
            return None
        return f"{parent.code}.{number:02d}"

    def _change(self, draft: Draft, unit: Unit) -> None:
        if not self._may_change(draft, unit):
            return
        words, row = [], {"id": unit.id, "name": draft["name"], "home_code": unit.home_code,
                          "uscc": unit.uscc}  # fmt: skip
        if draft["name"] != unit.name:
            words.append(f"{unit.name} → {draft['name']}")
            self.plan_.write("unit_entries", history.values(
                UnitEntry, unit, "rename", self.actor, self.known.on, before=unit.name,
                after=draft["name"], reason=_("导入"),
            ))  # fmt: skip
        for key in ("home_code", "uscc"):
            if draft[key] and draft[key] != getattr(unit, key):
                words.append(
                    f"{self.plan_.table.heading(key)}：{getattr(unit, key) or '—'} → {draft[key]}"
                )
                row[key] = draft[key]
        if row["home_code"] != unit.home_code or row["uscc"] != unit.uscc:
            self.plan_.write("unit_entries", history.values(
                UnitEntry, unit, "change", self.actor, None,
                before={"home_code": unit.home_code, "uscc": unit.uscc},
                after={"home_code": row["home_code"], "uscc": row["uscc"]},
            ))  # fmt: skip
        if words:
            self.plan_.write("unit_changes", row)
        self.plan_.tell(draft, unit.code, words, new=False)

    def _may_change(self, draft: Draft, unit: Unit) -> bool:
        before = len(self.plan_.preview.problems)
        if unit.valid_to is not None:
            self.plan_.refuse(draft, "code", _("该机构已于%(day)s撤销。", day=unit.valid_to))
        fixed = _("已登记的机构不能改这一列。")
        for key in ("kind", "valid_from"):
            if draft[key] != getattr(unit, key):
                self.plan_.refuse(draft, key, fixed)
        above = self.codes.get(unit.parent_id) if unit.parent_id else None
        if draft["parent_code"] and draft["parent_code"] != above:
            self.plan_.refuse(draft, "parent_code", fixed)
        twin = self.siblings[unit.parent_id].get(draft["name"])
        if twin is not None and twin.id != unit.id:
            self.plan_.refuse(
                draft, "name", _("同一上级下已有同名机构（%(code)s）。", code=twin.code)
            )
        if draft["home_code"]:
            self._check_home(draft, draft["home_code"])
        self._check_owner(draft, unit)
        return len(self.plan_.preview.problems) == before


def _inherited(kind: UnitKind, parent: Unit) -> str | None:
    return parent.home_code if kind in organisation.HOME_DIGITS else None
