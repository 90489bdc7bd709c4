"""From a cell to a typed value; what cannot be read says why, and is never guessed."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from enforcement.clock import ZONE
from enforcement.i18n import _
from enforcement.law import numbers
from enforcement.law.terms import Term
from enforcement.sheets.columns import Column

LONGEST: Final = 2000  # characters
YEARS: Final = range(1900, 2101)
_MIDNIGHT: Final = r"(?:[ T]0?0:00(?::00)?)?"
_DAYS: Final = (
    re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _MIDNIGHT),
    re.compile(r"(\d{4})()年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(\d{4})()(\d{2})(\d{2})"),
)


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
    if any(unicodedata.category(one) == "Cc" and one not in "\r\n\t" for one in text):
        raise CellError(_("文字里有不可见的控制字符。"))
    return text


def _plain(cell: Any) -> str:
    """Return a text with full-width digits and letters made plain, without blanks around it."""
    return unicodedata.normalize("NFKC", _text(cell)).strip()


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        cell = cell.date()
    found = cell if isinstance(cell, date) else _written_day(cell)
    if found is None or found.year not in YEARS:
        raise CellError(_("“%(text)s”不是日期，应当写成 2026-03-02。", text=str(cell)[:40]))
    return found


def _written_day(cell: Any) -> date | None:
    text = _plain(cell)
    for pattern in _DAYS:
        found = pattern.fullmatch(text)
        if found:
            year, _sign, month, day = found.groups()
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                return None
    return None


def _moment(cell: Any) -> datetime:
    """Return a moment of China's time."""
    text = "" if isinstance(cell, (datetime, date)) else _plain(cell).replace("/", "-")
    try:
        found = cell if isinstance(cell, datetime) else datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS or (text and ":" not in text):
        message = _("“%(text)s”不是时间，应当写成 2026-03-02 09:15。", text=str(cell)[:40])
        raise CellError(message)
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def _degrees(cell: Any) -> float:
    try:
        value = float(cell if isinstance(cell, (int, float)) else _plain(cell))
    except ValueError:
        value = math.nan
    if isinstance(cell, bool) or not abs(value) <= 180:
        raise CellError(_("“%(text)s”不是经纬度（度）。", text=str(cell)[:40]))
    return value


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


def _code(cell: Any) -> str:
    found = _codes(cell)
    if len(found) != 1:
        raise CellError(_("只能写一个区划代码。"))
    return found[0]


def _unit(cell: Any) -> str:
    text = _plain(cell)
    if isinstance(cell, (int, float)) or not re.fullmatch(r"\d{2}(\.\d{2})*", text):
        raise CellError(_("单位代码应当写成 01.03.05，请把单元格设为文本格式。"))
    return text


def _link(cell: Any) -> str:
    text = _text(cell)
    if not re.fullmatch(r"https?://[^\s\"'<>]+", text):
        raise CellError(_("网址应当以 http:// 或者 https:// 开头。"))
    return text


def _id_number(cell: Any) -> str:
    if isinstance(cell, (int, float)):
        raise CellError(_("身份证号码存成了数字，末几位已丢失；请设为文本格式后重新填写。"))
    text = _plain(cell).upper()
    if "*" in text:
        return text  # as an export masks it; whoever reads the row compares it
    if not numbers.is_identity_number(text):
        raise CellError(_("身份证号码校验不通过，请核对。"))
    return text


def _credit_code(cell: Any) -> str:
    text = _plain(cell).upper()
    if not numbers.is_credit_code(text):
        raise CellError(_("统一社会信用代码校验不通过，请核对。"))
    return text


def _phone(cell: Any) -> str:
    text = _plain(cell)
    if "*" in text:
        return text
    found = numbers.phone_number(text)
    if found is None:
        raise CellError(_("电话应当是11位手机号码，或者带区号的固定电话。"))
    return found


def _term(words: type[Term], text: str) -> Term:
    for word in words:
        if text in (str(word), word.zh):
            return word
    names = "、".join(word.zh for word in words)
    raise CellError(_("“%(text)s”不认识，应当是：%(names)s。", text=text[:40], names=names))


READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _text, "day": _day, "yuan": _yuan, "codes": _codes, "code": _code, "unit": _unit,
    "link": _link, "id_number": _id_number, "credit_code": _credit_code, "phone": _phone,
    "moment": _moment, "degrees": _degrees,
}  # fmt: skip
