"""Whether an item of a file may enter the list: known units and matters, and the law's channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.i18n import _
from enforcement.law.matters import matters
from enforcement.law.power import Item, listing_problem
from enforcement.law.power_terms import ActType, Channel, ItemStatus
from enforcement.law.terms import UnitKind
from enforcement.people.models import Unit
from enforcement.power import queries
from enforcement.power.columns import COLUMNS, ITEM, VERSION
from enforcement.power.models import PowerItem, PowerProvision
from enforcement.power.reading import Draft, Values
from enforcement.sheets.reading import Problem

FIXED: Final = ("act_type", "channel", "holder", "unit_code", "matter_code", "valid_from")
"""What an item keeps for good: cases have pinned it. Another power is another item."""
TERMS: Final = {column.key: column.words for column in ITEM if column.words}
HEADING: Final = {column.key: column.heading for column in COLUMNS}


@dataclass(frozen=True)
class Known:
    """The county's units and list as they are, read once for a whole file."""

    county_code: str
    units: dict[str, Unit]
    codes: dict[Any, str]
    kinds: dict[str, UnitKind]
    items: dict[str, PowerItem]
    versions: dict[str, dict[date, PowerProvision]]

    @classmethod
    def of(cls, session: Session, county_code: str) -> Known:
        """Read what a county has."""
        units = list(session.scalars(select(Unit).where(Unit.county_code == county_code)))
        rows = queries.list_page(session, county_code, limit=None)
        found = queries.provisions_of(session, county_code)
        return cls(
            county_code,
            {unit.code: unit for unit in units},
            {unit.id: unit.code for unit in units},
            {unit.name: UnitKind(unit.kind) for unit in units},
            {row.item.code: row.item for row in rows},
            {r.item.code: {v.valid_from: v for v in found.get(r.item.id, [])} for r in rows},
        )

    def version(self, code: str, valid_from: date) -> PowerProvision | None:
        """Return an item's version that begins on a day, None where there is none."""
        return self.versions.get(code, {}).get(valid_from)


def value_in(item: PowerItem, key: str, known: Known) -> Any:
    """Return an item's value as a column of the sheet holds it."""
    if key == "unit_code":
        return known.codes[item.exercising_unit_id]
    value = getattr(item, key)
    words = TERMS.get(key)
    return words(value) if words else value


def version_values(row: PowerProvision) -> Values:
    """Return a version's values as the columns of the sheet hold them."""
    days = {"version_from": row.valid_from, "version_to": row.valid_to}
    return {c.key: days[c.key] if c.key in days else getattr(row, c.key) for c in VERSION}


def problems_of(draft: Draft, known: Known) -> list[Problem]:
    """Return why an item cannot be taken, each with its row and column."""
    found = _unknown(draft, known) or _outside(draft, known) or _unlawful(draft, known)
    return found or [*_altered(draft, known), *_rewritten(draft, known)]


def _problem(draft: Draft, key: str, reason: str) -> Problem:
    return Problem(draft.row, HEADING[key], reason)


def _unknown(draft: Draft, known: Known) -> list[Problem]:
    found = []
    if draft.values["unit_code"] not in known.units:
        found.append(_problem(draft, "unit_code", _("本县没有代码为该值的单位。")))
    if draft.values["matter_code"] not in matters():
        found.append(_problem(draft, "matter_code", _("没有这个执法事项。")))
    return found


def _outside(draft: Draft, known: Known) -> list[Problem]:
    codes = [c for c in draft.values["territory"] if not c.startswith(known.county_code)]
    reason = _("区域不在本县：%(codes)s", codes="、".join(codes))
    return [_problem(draft, "territory", reason)] if codes else []


def _unlawful(draft: Draft, known: Known) -> list[Problem]:
    """Ask the law's own table whether such an item may stand on a list."""
    values = draft.values
    why = listing_problem(_as_item(draft, known), matters()[values["matter_code"]])
    return [_problem(draft, "channel", f"{why[0]}（{why[1].zh}）")] if why else []


def _as_item(draft: Draft, known: Known) -> Item:
    values = draft.values
    unit = known.units[values["unit_code"]]
    return Item(
        id=unit.id, code=draft.code, act_type=ActType(values["act_type"]),
        channel=Channel(values["channel"]), holder=values["holder"],
        holder_kind=known.kinds.get(values["holder"]), unit_name=unit.name,
        unit_kind=UnitKind(unit.kind), territory=tuple(values["territory"]),
        valid_from=values["valid_from"], valid_to=values["valid_to"],
        status=ItemStatus.IN_FORCE, status_on=None,
        approved=bool(values["approval_number"] and values["approval_on"]),
        published_on=values["published_on"], provisions=(),
    )  # fmt: skip


def _altered(draft: Draft, known: Known) -> list[Problem]:
    """Refuse what an item keeps for good, and a state that is changed by an act of its own."""
    item = known.items.get(draft.code)
    if item is None:
        return []
    fixed = _("已登记的事项不能改这一列；请收回后用新的编码登记。")
    found = [
        _problem(draft, key, fixed)
        for key in FIXED
        if draft.values[key] != value_in(item, key, known)
    ]
    if draft.values["status"] not in (None, ItemStatus(item.status)):
        found.append(_problem(draft, "status", _("收回、暂停请在事项页面上办理，写明理由。")))
    return found


def _rewritten(draft: Draft, known: Known) -> list[Problem]:
    """Refuse another text of a version that is registered, or one that overlaps another."""
    found = []
    given = {values["version_from"] for _number, values in draft.versions}
    for number, values in draft.versions:
        row = known.version(draft.code, values["version_from"])
        if row is not None and _differs(row, values):
            reason = _("该依据版本已登记，内容不能改；请新增版本。")
            found.append(Problem(number, HEADING["version_from"], reason))
    for begins, row in known.versions.get(draft.code, {}).items():
        if begins not in given:
            found += _clashes(draft, row)
    return found


def _differs(row: PowerProvision, values: Values) -> bool:
    old = version_values(row)
    return any((old[key] or None) != (values[key] or None) for key in old if key != "version_to")


def _clashes(draft: Draft, row: PowerProvision) -> list[Problem]:
    last = row.valid_to or date.max
    return [
        Problem(
            number,
            HEADING["version_from"],
            _("与已登记的版本（%(day)s起）时间重叠。", day=row.valid_from),
        )
        for number, values in draft.versions
        if values["version_from"] <= last and row.valid_from <= (values["version_to"] or date.max)
    ]
