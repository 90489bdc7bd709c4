"""From the rows of a sheet to categories and limits; every fault is told with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from enforcement.i18n import _
from enforcement.law.escalation import ANY, Limit
from enforcement.law.incidents import LEVEL_1, LEVEL_2, Category, Needs, parent_of, public_rows
from enforcement.law.matters import matters
from enforcement.law.taxonomy import BUTTONS
from enforcement.law.working_time import Counted
from enforcement.sheets.cells import CellError, value_of
from enforcement.sheets.columns import Table
from enforcement.sheets.reading import Problem, Row
from enforcement.taxonomy import icons
from enforcement.taxonomy.columns import CATEGORIES, STAGES

AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(\D+)")
MOST_AMOUNT: Final = 100_000
WORD: Final = re.compile(r"[、,，;；\s]+")
YES, NO = "是", "否"
LONGEST_NAME: Final = 40


@dataclass
class Draft:
    """One line of a file: a category (None for the line of all others) and its limits."""

    row: int
    code: str
    category: Category | None
    limits: tuple[Limit, ...]


@dataclass
class Read:
    """What a file holds, in its order, and what is wrong with it."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, row: int, key: str, reason: str) -> None:
        """Note a fault of a cell."""
        self.problems.append(Problem(row, CATEGORIES.heading(key), reason))


def cells_of(table: Table, row: Row, problems: list[Problem]) -> dict[str, Any] | None:
    """Return the values of a row by key, None where a cell cannot be read."""
    values, before = {}, len(problems)
    for column in table.columns:
        try:
            values[column.key] = value_of(column, row.cells.get(column.key))
        except CellError as error:
            problems.append(Problem(row.number, column.heading, str(error)))
    return values if len(problems) == before else None


def read(rows: Sequence[Row]) -> Read:
    """Return the categories and limits of a file; the whole list must hold together."""
    found = Read()
    for row in rows:
        values = cells_of(CATEGORIES, row, found.problems)
        if values is not None:
            _one(found, row.number, {key: (one or "").strip() for key, one in values.items()})
    _whole(found)
    return found


def _one(found: Read, number: int, values: dict[str, str]) -> None:
    code = values["code"].upper()
    if code in found.drafts:
        n = found.drafts[code].row
        found.wrong(number, "code", _("与第%(n)d行的代码重复。", n=n))
        return
    if code != ANY and not (LEVEL_1.fullmatch(code) or LEVEL_2.fullmatch(code)):
        found.wrong(number, "code", _("代码应当像 01、V8 或者 0102、V801。"))
        return
    limits = _limits(found, number, code, values)
    category = None if code == ANY else _category(found, number, code, values)
    found.drafts[code] = Draft(number, code, category, limits)


def _category(found: Read, number: int, code: str, values: dict[str, str]) -> Category:
    if not values["zh"] or len(values["zh"]) > LONGEST_NAME:
        found.wrong(number, "zh", _("必填，最多%(n)d个字。", n=LONGEST_NAME))
    if values["parent"].upper() != (parent_of(code) or ""):
        found.wrong(
            number, "parent", _("应当是“%(code)s”（代码去掉末两位，一级类别留空）。",
                                code=parent_of(code) or ""),
        )  # fmt: skip
    icon = values["icon"] or "three-dots"
    if icon not in icons.names():
        found.wrong(number, "icon", _("没有这个图标，可选的图标和名称列在导入页下方。"))
    return Category(
        code, values["zh"], values["en"] or values["zh"], icon,
        _matters(found, number, values["matters"]), _needs(found, number, values["required"]),
        _yes(found, number, "offered", values), values["source"],
        _yes(found, number, "public", values, usual=code in public_rows()),
    )  # fmt: skip


def _matters(found: Read, number: int, text: str) -> tuple[str, ...]:
    codes = tuple(one.upper() for one in WORD.split(text) if one)
    unknown = [one for one in codes if one not in matters()]
    if unknown:
        found.wrong(number, "matters", _("没有这些事项：%(codes)s", codes="、".join(unknown)))
    return codes


def _needs(found: Read, number: int, text: str) -> tuple[Needs, ...]:
    by_word = {one.zh: one for one in Needs} | {str(one): one for one in Needs}
    words = [one for one in WORD.split(text) if one]
    unknown = [one for one in words if one not in by_word]
    if unknown:
        allowed = "、".join(one.zh for one in Needs)
        found.wrong(number, "required", _("应当是下列之一：%(kinds)s", kinds=allowed))
    return tuple(by_word[one] for one in words if one in by_word)


def _yes(found: Read, number: int, key: str, values: dict[str, str], *, usual: bool = True) -> bool:
    text = values[key]
    if text not in ("", YES, NO):
        found.wrong(number, key, _("只能填“是”或者“否”。"))
    return text == YES or (not text and usual)


def _limits(found: Read, number: int, code: str, values: dict[str, str]) -> tuple[Limit, ...]:
    limits = []
    for key, stage in STAGES.items():
        if not values[key]:
            continue
        said = AMOUNT.fullmatch(values[key])
        counted = next((one for one in Counted if said and said[2].strip() == one.zh), None)
        amount = float(said[1]) if said else 0.0
        if counted is None or not 0 < amount <= MOST_AMOUNT or _parted(amount, counted):
            found.wrong(
                number, key, _("“%(text)s”不是时限，应当像“4工作时”“5工作日”。", text=values[key])
            )
            continue
        limits.append(Limit(code, stage, amount, counted, values["source"]))
    return tuple(limits)


def _parted(amount: float, counted: Counted) -> bool:
    return counted is Counted.WORKING_DAYS and amount != int(amount)


def _whole(found: Read) -> None:
    """Check what no single row can tell: parents, the buttons' categories, the general limits."""
    for code, draft in found.drafts.items():
        above = parent_of(code) if draft.category else None
        if above is not None and above not in found.drafts:
            found.wrong(draft.row, "parent", _("文件里没有上级类别%(code)s。", code=above))
    for code in BUTTONS:
        one = found.drafts.get(code)
        if one is None or one.category is None or not one.category.offered:
            found.wrong(
                one.row if one else 1, "code",
                _("村点按钮要用类别%(code)s，不能缺少，也不能停用。", code=code),
            )  # fmt: skip
    if ANY not in found.drafts:
        found.wrong(1, "code", _("缺少“*”行：没有自己时限的类别按它计时。"))
