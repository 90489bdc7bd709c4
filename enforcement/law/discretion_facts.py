"""Circumstances of a case with their units, and conditions upon them as a benchmark writes them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from enforcement.law.discretion_terms import Harm, MitigationGround
from enforcement.law.errors import LawError

NONE: Final = Decimal(0)


@dataclass(frozen=True)
class Facts:
    """What decides the tier; absent figures are None.

    area_m2, volume_m3, weight_t -- m², m³, t; times -- of this case
    repeats_1y, repeats_2y -- decided fines of the party in the year, two years before the act
    base_yuan -- what a percentage or multiple is taken of, stated by a paper
    minor -- 14 to 17 years old; emergency -- during an emergency (罚49); black_soil -- 黑土地
    mitigate -- the officer asks for a penalty below the range
    """

    area_m2: Decimal | None = None
    volume_m3: Decimal | None = None
    weight_t: Decimal | None = None
    times: int | None = None
    repeats_1y: int = 0
    repeats_2y: int = 0
    harm: Harm | None = None
    slight: bool = False
    corrected: bool = False
    minor: bool = False
    emergency: bool = False
    black_soil: bool = False
    ground: MitigationGround | None = None
    mitigate: bool = False
    base_yuan: Decimal | None = None

    @property
    def grounds(self) -> tuple[MitigationGround, ...]:
        """Return the grounds of a lighter penalty; a minor's age is one by itself."""
        by_age = (MitigationGround.MINOR,) if self.minor else ()
        named = self.ground
        if named is None or named is MitigationGround.MINOR:
            return by_age
        return (*by_age, named)


class ConditionError(LawError):
    """A condition cannot be read; the message quotes it."""


WORDS: Final = {
    "面积": "area_m2", "体积": "volume_m3", "重量": "weight_t", "次数": "times",
    "一年内再犯": "repeats_1y", "两年内再犯": "repeats_2y", "危害后果": "harm", "轻微": "slight",
    "及时改正": "corrected", "未成年": "minor", "突发事件": "emergency", "黑土": "black_soil",
}  # fmt: skip
"""Word of a condition -> the fact it is upon; m², m³, t, times, years as in Facts."""
_NAMES: Final = {name: word for word, name in WORDS.items()}
_FLAGS: Final = frozenset({"slight", "corrected", "minor", "emergency", "black_soil"})
_HARMS: Final = {"无": Harm.NONE, "轻微": Harm.SLIGHT, "严重": Harm.GRAVE}
_SIGNS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip
_ONE: Final = re.compile(r"(\D+?)\s*(>=|<=|>|<|=)\s*(\S+)")


@dataclass(frozen=True)
class Condition:
    """One condition: a fact, a sign, a value; a fact that is not known meets none."""

    fact: str
    sign: str
    value: Any

    def holds(self, facts: Facts) -> bool:
        """Tell whether the facts meet the condition."""
        known = getattr(facts, self.fact)
        return known is not None and _SIGNS[self.sign](known, self.value)

    @property
    def zh(self) -> str:
        """Return the condition as a benchmark writes it."""
        value = self.value
        if isinstance(value, bool):
            value = "是" if value else "否"
        elif isinstance(value, Harm):
            value = next(word for word, harm in _HARMS.items() if harm is value)
        return f"{_NAMES[self.fact]}{self.sign}{value}"


def conditions(text: str) -> tuple[Condition, ...]:
    """Return the conditions of a text, all of which must hold; "" has none.

    "面积>=10；面积<50；及时改正=是；危害后果=轻微" -- m², m³, t, times. Raises ConditionError.
    """
    plain = text.replace("≥", ">=").replace("≤", "<=").replace("＞", ">").replace("＜", "<")
    parts = re.split(r"[;；\n]", plain.replace("＝", "="))
    return tuple(_condition(part.strip()) for part in parts if part.strip())


def _condition(text: str) -> Condition:
    found = _ONE.fullmatch(text)
    fact = WORDS.get(found[1].strip()) if found else None
    if found is None or fact is None:
        raise ConditionError(f"“{text}”不是情节，应当像“面积>=10”“及时改正=是”。")
    if fact in _FLAGS or fact == "harm":
        known: Mapping[str, Any] = _HARMS if fact == "harm" else {"是": True, "否": False}
        if found[2] != "=" or found[3] not in known:
            raise ConditionError(f"“{text}”应当写成“{found[1]}={'、'.join(known)}”之一。")
        return Condition(fact, "=", known[found[3]])
    try:
        value = Decimal(found[3])
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise ConditionError(f"“{text}”里的“{found[3]}”不是数字。")
    return Condition(fact, found[2], value)
