"""From a cell to a typed value; what cannot be read says why, and is never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from enforcement.i18n import _
from enforcement.law.terms import Term
from enforcement.power.columns import Column

LONGEST: Final = 2000  # characters
_DAY: Final = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")


class CellError(ValueError):
    """A cell cannot be read; the message says why."""


def value_of(column: Column, cell: Any) -> Any:
    """Return the typed value of a cell, None where it is empty; raises CellError."""
    if cell is None or cell == "":
        if column.required:
            raise CellError(_("必填。"))
        return None
    if column.words is not None:
        return _term(column.words, _text(cell))
    return READERS[column.kind](cell)


def _text(cell: Any) -> str:
    if isinstance(cell, (bool, date, datetime)):
        raise CellError(_("应当是文字，请把单元格设为文本格式。"))
    if isinstance(cell, float):
        if not cell.is_integer():
            raise CellError(_("应当是文字，请把单元格设为文本格式。"))
        cell = int(cell)
    text = str(cell)
    if len(text) > LONGEST:
        raise CellError(_("文字太长。"))
    return text


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.fullmatch(str(cell))
    try:
        return date(*map(int, found.groups())) if found else _no_day(cell)
    except ValueError:
        return _no_day(cell)


def _no_day(cell: Any) -> date:
    raise CellError(_("“%(text)s”不是日期，应当写成 2026-03-02。", text=str(cell)[:40]))


def _yuan(cell: Any) -> Decimal:
    try:
        value = Decimal(str(cell).replace(",", ""))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 10**9 or value != round(value, 2):
        raise CellError(_("“%(text)s”不是金额（元）。", text=str(cell)[:40]))
    return value


def _codes(cell: Any) -> list[str]:
    codes = [code for code in re.split(r"[、,，;；\s]+", _text(cell)) if code]
    wrong = [code for code in codes if not re.fullmatch(r"\d{6}(\d{3}(\d{3})?)?", code)]
    if wrong or not codes:
        raise CellError(_("区划代码应当是6、9或者12位数字：%(codes)s", codes="、".join(wrong)))
    return codes


def _link(cell: Any) -> str:
    text = _text(cell)
    if not re.fullmatch(r"https?://[^\s\"'<>]+", text):
        raise CellError(_("网址应当以 http:// 或者 https:// 开头。"))
    return text


def _term(words: type[Term], text: str) -> Term:
    for word in words:
        if text in (str(word), word.zh):
            return word
    names = "、".join(word.zh for word in words)
    raise CellError(_("“%(text)s”不认识，应当是：%(names)s。", text=text[:40], names=names))


READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _text, "day": _day, "yuan": _yuan, "codes": _codes, "link": _link,
}  # fmt: skip
