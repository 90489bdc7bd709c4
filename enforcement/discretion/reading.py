"""From the rows of a sheet to rows of the benchmark; every fault is told with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from enforcement.discretion.columns import ALL, TABLE
from enforcement.i18n import _
from enforcement.law.discretion import Row, Statute, statute_of
from enforcement.law.discretion_facts import Condition, ConditionError, conditions
from enforcement.law.discretion_terms import Measure, Tier
from enforcement.law.matters import matters
from enforcement.law.terms import PartyKind
from enforcement.sheets import reading as sheets
from enforcement.sheets.cells import CellError, value_of
from enforcement.sheets.reading import Problem

FINE: Final = "罚款"


@dataclass
class Read:
    """What a file holds: row number and row of the benchmark by code, and what is wrong."""

    rows: dict[str, tuple[int, Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, number: int, key: str, reason: str) -> None:
        """Note a fault of a cell."""
        self.problems.append(Problem(number, TABLE.heading(key), reason))


def read(lines: Sequence[sheets.Row]) -> Read:
    """Return the rows of a file, each checked against the range of the law."""
    found = Read()
    for line in lines:
        values = _cells(found, line)
        if values is not None:
            _one(found, line.number, values)
    return found


def _cells(found: Read, line: sheets.Row) -> dict[str, Any] | None:
    values, before = {}, len(found.problems)
    for column in TABLE.columns:
        try:
            values[column.key] = value_of(column, line.cells.get(column.key))
        except CellError as error:
            found.wrong(line.number, column.key, str(error))
    return values if len(found.problems) == before else None


def _one(found: Read, number: int, values: dict[str, Any]) -> None:
    before, code, matter = len(found.problems), values["code"], values["matter"].upper()
    if code in found.rows:
        found.wrong(number, "code", _("与第%(n)d行的编号重复。", n=found.rows[code][0]))
    if matter not in matters() or not matters()[matter].ours:
        found.wrong(number, "matter", _("没有这个执法事项。"))
    if values["valid_to"] and values["valid_to"] < values["valid_from"]:
        found.wrong(number, "valid_to", _("失效日期不能早于施行日期。"))
    party, met = _party(found, number, values["party"]), _met(found, number, values["conditions"])
    if len(found.problems) > before:
        return
    row = Row(
        matter, party, values["tier"], met, values["kind"] or FINE,
        values["measure"] or Measure.YUAN, values["low"], values["high"],
        values["valid_from"], values["valid_to"], values["source"],
    )  # fmt: skip
    _check_range(found, number, row)
    if len(found.problems) == before:
        found.rows[code] = (number, row)


def _party(found: Read, number: int, text: str | None) -> PartyKind | None:
    if text in (None, "", ALL):
        return None
    known = {one.zh: one for one in PartyKind}
    if text not in known:
        names = "、".join([ALL, *known])
        found.wrong(number, "party", _("应当是下列之一：%(kinds)s", kinds=names))
    return known.get(text or "")


def _met(found: Read, number: int, text: str | None) -> tuple[Condition, ...]:
    try:
        return conditions(text or "")
    except ConditionError as error:
        found.wrong(number, "conditions", str(error))
        return ()


def _check_range(found: Read, number: int, row: Row) -> None:
    low, high = row.low, row.high
    if row.tier is Tier.NONE:
        if low is not None or high is not None:
            found.wrong(number, "low", _("不予处罚没有罚款幅度，请留空。"))
        return
    if low is None or high is None or low > high:
        found.wrong(number, "high", _("请填写下限和上限，上限不低于下限。"))
        return
    kinds = (row.party,) if row.party else tuple(PartyKind)
    ranges = {statute_of(matters()[row.matter_code], kind) for kind in kinds} - {None}
    for law in ranges:
        if law is not None:
            _check_law(found, number, row, law)


def _check_law(found: Read, number: int, row: Row, law: Statute) -> None:
    """Refuse figures outside the law's; below its lowest only for a mitigated penalty (R13)."""
    low, high = row.low or 0, row.high or 0
    span = {"low": f"{law.low:f}", "high": f"{law.high:f}", "unit": law.measure.zh}
    if row.measure is not law.measure:
        found.wrong(number, "measure", _("法定幅度按“%(unit)s”计算。", unit=law.measure.zh))
    elif row.tier is Tier.MITIGATED:
        if high >= law.low:
            message = _("减轻处罚应当低于法定最低限%(low)s（%(unit)s）。", **span)
            found.wrong(number, "high", message)
    elif low < law.low or high > law.high:
        message = _("超出法定幅度%(low)s至%(high)s（%(unit)s）。", **span)
        found.wrong(number, "low" if low < law.low else "high", message)
