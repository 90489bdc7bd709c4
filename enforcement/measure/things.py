"""Text to items and numbers of items, as people write them: one item a line, "1、3"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.measure.models import MeasureItem

MOST: Final = 200
LONGEST: Final = 200


@dataclass(frozen=True)
class Thing:
    """One item as it was written."""

    name: str
    spec: str | None
    quantity: str
    condition: str | None


def read_things(said: str) -> list[Thing]:
    """Return the items of a list, one a line: name, specification, quantity, condition.

    Raises InvalidInputError, which names the line.
    """
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not lines:
        raise InvalidInputError("items", _("请至少写一件物品（场所）。"))
    if len(lines) > MOST:
        raise InvalidInputError("items", _("一次最多%(n)d件，请分开办理。", n=MOST))
    return [_thing(n, line) for n, line in enumerate(lines, 1)]


def _thing(n: int, line: str) -> Thing:
    parts = [part.strip() for part in re.split("[，,]", line, maxsplit=3)]
    if not parts[0]:
        raise InvalidInputError("items", _("第%(n)d行没有写名称。", n=n))
    if any(len(part) > LONGEST for part in parts):
        raise InvalidInputError("items", _("第%(n)d行太长。", n=n))
    parts += [""] * (4 - len(parts))
    return Thing(parts[0], parts[1] or None, parts[2] or "1", parts[3] or None)


def chosen(said: str | None, items: list[MeasureItem], *, why: str) -> list[MeasureItem]:
    """Return the items whose numbers are said, all where none are; raises InvalidInputError.

    items -- among which; why -- told where a number is not among them
    """
    if not said:
        return items
    numbers = re.findall(r"\d+", said)
    known = {item.no: item for item in items}
    wrong = [n for n in numbers if int(n) not in known]
    if wrong or not numbers or re.search(r"[^\d\s、，,]", said):
        raise InvalidInputError("items", _("物品编号有误：%(why)s", why=why))
    return [known[n] for n in sorted({int(n) for n in numbers})]
