"""What may go onto paper: data made plain JSON, its characters and its typed fields checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from enforcement.document.words import LIMIT_YUAN, money_words
from enforcement.errors import InvalidInputError
from enforcement.law.paperwork import FieldType, Paper, PaperField, values_at

BEIJING: Final = timezone(timedelta(hours=8), "UTC+08:00")
REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # control, invisible, private use
RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
EMOJI: Final = (0x1F000, 0x1FAFF)
AS_PICTURE: Final = "\ufe0f"  # makes a picture of the character before it
REFUSALS: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("控制字符", lambda c: unicodedata.category(c) in REFUSED),
    ("从右向左书写的文字", lambda c: unicodedata.bidirectional(c) in RIGHT_TO_LEFT),
    ("表情符号", lambda c: EMOJI[0] <= ord(c) <= EMOJI[1] or c == AS_PICTURE),
)
MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def clean(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data as plain JSON values: moments in Beijing time, lines ended by newlines.

    Raises InvalidInputError naming the field that holds a control or invisible character, text
    written from right to left, or an emoji.
    """
    return {str(key): _clean(value, str(key)) for key, value in data.items()}


def check_types(paper: Paper, data: Mapping[str, Any]) -> None:
    """Check every declared field that is present; raises InvalidInputError naming the field."""
    for field in paper.fields:
        for value in values_at(data, field.path):
            if value not in (None, "") and not _is_a(field, value):
                raise InvalidInputError(field.path, f"“{field.zh}”不是{KIND_ZH[field.type]}")


def with_words(paper: Paper, data: dict[str, Any]) -> dict[str, Any]:
    """Add words where they are absent: `x_words` of an amount `x_yuan`, `x_zh` of a choice `x`."""
    for field in paper.fields:
        if field.type in ("money", "choice"):
            _add_words(field, data)
    return data


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, text) for every text inside a JSON value."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, f"{path}[{index}]")


def _clean(value: Any, path: str) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _clean(inner, f"{path}.{key}") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner, f"{path}[{index}]") for index, inner in enumerate(value)]
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).isoformat()
    if isinstance(value, Decimal | UUID | date):
        return value.isoformat() if isinstance(value, date) else str(value)
    return _clean_text(value, path) if isinstance(value, str) else value


def _clean_text(text: str, path: str) -> str:
    text = text.replace("\r\n", "\n")
    each = set(text) - {"\n"}  # a photo inside a page is millions of the same few characters
    for what, refused in REFUSALS:
        bad = sorted(filter(refused, each))
        if bad:
            codes = "、".join(f"U+{ord(c):04X}" for c in bad)
            raise InvalidInputError(
                path, f"“{path}”含有不能打印的{what}：{codes}", characters=codes
            )
    return _beijing(text) if _is_moment_key(path) and MOMENT.match(text) else text


def _is_moment_key(path: str) -> bool:
    key = path.rpartition(".")[2]
    return key == "at" or key.endswith("_at")


def _beijing(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo is None else moment.astimezone(BEIJING).isoformat()


def _add_words(field: PaperField, data: dict[str, Any]) -> None:
    parent, _, name = field.path.rpartition(".")
    holder: Any = data
    for key in filter(None, parent.split(".")):
        holder = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or not holder.get(name):
        return
    if field.words is not None:
        holder.setdefault(f"{name}_zh", field.words(holder[name]).zh)
    else:
        words = money_words(Decimal(str(holder[name])))
        holder.setdefault(name.removesuffix("_yuan") + "_words", words)


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return len(value) == len("2026-03-27")


def _is_moment(value: Any) -> bool:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return moment.tzinfo is not None or _is_day(value)


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _is_money(value: Any) -> bool:
    if not _is_number(value):
        return False
    amount = Decimal(str(value))
    return 0 <= amount < LIMIT_YUAN and amount * 100 == int(amount * 100)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


CHECKS: Final[dict[FieldType, Callable[[Any], bool]]] = {
    "text": _is_text,
    "long_text": _is_text,
    "day": _is_day,
    "moment": _is_moment,
    "money": _is_money,
    "number": _is_number,
    "list": lambda value: isinstance(value, list),
    "bool": lambda value: isinstance(value, bool),
    "choice": _is_text,
}
KIND_ZH: Final[dict[FieldType, str]] = {
    "text": "文字",
    "long_text": "文字",
    "list": "列表",
    "bool": "是或否",
    "day": "日期（YYYY-MM-DD）",
    "moment": "带时区的时间",
    "money": "金额（元，两位小数）",
    "number": "数字",
    "choice": "列出的选项",
}


def _is_a(field: PaperField, value: Any) -> bool:
    if field.words is not None and value not in list(field.words):
        return False
    return CHECKS[field.type](value)
