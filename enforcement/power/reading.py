"""From the rows of a sheet to items with their versions; every fault is told with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from enforcement.i18n import _
from enforcement.power.columns import COLUMNS, ITEM, VERSION
from enforcement.sheets.cells import CellError, value_of
from enforcement.sheets.columns import Column
from enforcement.sheets.reading import Problem, Row

Values = dict[str, Any]


@dataclass
class Draft:
    """An item as a file gives it: the row it first stands on, its values, its versions."""

    row: int
    values: Values
    versions: list[tuple[int, Values]] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Return the item's code."""
        return str(self.values["code"])


def drafts(rows: Sequence[Row]) -> tuple[dict[str, Draft], list[Problem]]:
    """Return code -> item, and every cell that cannot be taken."""
    found: dict[str, Draft] = {}
    problems: list[Problem] = []
    for row in rows:
        values, wrong = _values(row)
        problems += wrong
        if not wrong:
            problems += _add(found, row.number, values)
    for draft in found.values():
        problems += _overlaps(draft)
    return found, problems


def _values(row: Row) -> tuple[Values, list[Problem]]:
    values: Values = {}
    problems = []
    for column in COLUMNS:
        try:
            values[column.key] = value_of(column, row.cells.get(column.key))
        except CellError as error:
            problems.append(Problem(row.number, column.heading, str(error)))
    return values, problems or _dates(row.number, values)


def _dates(number: int, values: Values) -> list[Problem]:
    problems = []
    for first, last in (("valid_from", "valid_to"), ("version_from", "version_to")):
        if values[last] is not None and values[last] < values[first]:
            problems.append(Problem(number, _named(last).heading, _("失效日期早于生效日期。")))
    for who in ("person", "organisation"):
        low, high = values[f"{who}_min_yuan"], values[f"{who}_max_yuan"]
        if low is not None and (high is None or high < low):
            column = _named(f"{who}_max_yuan")
            problems.append(Problem(number, column.heading, _("罚款上限低于下限或者缺少上限。")))
    return problems


def _named(key: str) -> Column:
    return next(column for column in COLUMNS if column.key == key)


def _add(found: dict[str, Draft], number: int, values: Values) -> list[Problem]:
    """Put a row to its item; the item's own columns must agree among its rows."""
    own = {column.key: values[column.key] for column in ITEM}
    draft = found.setdefault(own["code"], Draft(number, own))
    draft.versions.append((number, {column.key: values[column.key] for column in VERSION}))
    return [
        Problem(number, column.heading, _("与第%(n)d行同一编码的内容不一致。", n=draft.row))
        for column in ITEM
        if draft.values[column.key] != own[column.key]
    ]


def _overlaps(draft: Draft) -> list[Problem]:
    ordered = sorted(draft.versions, key=lambda pair: pair[1]["version_from"])
    return [
        Problem(number, _named("version_from").heading, _("与该事项的另一版本时间重叠。"))
        for (_n, earlier), (number, later) in pairwise(ordered)
        if (earlier["version_to"] or date.max) >= later["version_from"]
    ]
