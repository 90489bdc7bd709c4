"""What a published decision hides: names, numbers, addresses, plates (procedure.md 4; 罚48, 50)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from enforcement.law.terms import Term

HIDDEN: Final = "******"
NO_ADDRESS: Final = "（住址已隐去）"
KEPT: Final = frozenset({"organ", "case.id"})
"""Blocks of a paper that stay as they are: the organ is public, an internal id is not printed."""
NAMES: Final = frozenset(
    {"representative", "receiver", "witness", "recorder", "present", "recipient", "agent",
     "by_name", "person", "chair_name", "person_name"}
)  # fmt: skip
"""Fields of a paper that hold the name of a natural person."""
LISTED: Final = frozenset({"officers", "opinions"})
LONGEST: Final = 8  # characters of a name; longer ones are those of bodies
_DATE: Final = r"(?!\d{4}-\d{2}-\d{2})"
_PATTERNS: Final = (
    re.compile(rf"(?<!\d){_DATE}\d(?:[ \-—·.]?\d){{10,}}[Xx]?"),  # identity, mobile, account
    re.compile(r"(?<!\d)\(?（?0\d{2,3}\)?）?[ \-—]?\d{7,8}(?!\d)"),  # landline
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
)
_PLATE: Final = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z])[·• ]?"
    r"[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9学警港澳挂领]"
)
_SPACE: Final = 0xE000  # private use: what must stay is out of the way under these characters


class Outcome(Term):
    """What the review of a decision says about its publication (罚48)."""

    PUBLISH = "publish", "公开", "Publish"
    PARTLY = "partly", "部分公开（只公开摘要）", "Publish a summary only"
    WITHHOLD = "withhold", "不公开", "Do not publish"


class Located(Term):
    """How exactly the public is shown where an act was done."""

    ACT = "act", "违法行为地点", "Place of the act"
    VILLAGE = "village", "只标到村（社区）", "Village only"
    TOWNSHIP = "township", "只标到乡镇（街道）", "Township only"


@dataclass(frozen=True)
class Rules:
    """What to hide in one decision besides the patterns of numbers.

    names -- of natural persons; addresses -- homes; words -- what the reviewer named
    public -- texts that stay whole: the name and credit code of a legal entity
    """

    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    public: tuple[str, ...] = field(default=())


def short_name(name: str) -> str:
    """Return a natural person's name as it is published: 张三丰 -> 张某某."""
    return name[:1] + "某" * max(1, len(name) - 1)


def redact_text(text: str, rules: Rules) -> str:
    """Return a text without what the rules and the patterns of numbers hide."""
    keep = [one for one in sorted(rules.public, key=len, reverse=True) if one]
    for n, one in enumerate(keep):
        text = text.replace(one, chr(_SPACE + n))
    for one in _longest(rules.addresses):
        text = text.replace(one, NO_ADDRESS)
    for one in _longest(rules.names):
        text = text.replace(one, short_name(one))
    for one in _longest(rules.words):
        text = text.replace(one, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    text = _PLATE.sub(lambda found: found[1] + "*****", text)
    for n, one in enumerate(keep):
        text = text.replace(chr(_SPACE + n), one)
    return text


def _longest(words: Iterable[str]) -> list[str]:
    return sorted((one for one in words if len(one) > 1), key=len, reverse=True)


def redact(data: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """Return the data of a paper, redacted in every text; the organ's own block stays."""
    return {key: _value(value, rules, key) for key, value in data.items()}


def _value(value: Any, rules: Rules, path: str) -> Any:
    if path in KEPT:
        return value
    if isinstance(value, Mapping):
        return {key: _value(one, rules, f"{path}.{key}") for key, one in value.items()}
    if isinstance(value, list):
        return [_value(one, rules, path) for one in value]
    return redact_text(value, rules) if isinstance(value, str) else value


def _persons(text: str) -> set[str]:
    """Return the names of a field such as "张三（法定代表人）、李四"."""
    plain = re.sub(r"（[^）]*）|\([^)]*\)", " ", text)
    return {one for one in re.findall(r"[\u4e00-\u9fff·]{2,}", plain) if len(one) <= LONGEST}


def names_in(data: Any) -> frozenset[str]:
    """Return the names of natural persons that a paper's fields hold, officers' too."""
    found: set[str] = set()
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in NAMES and isinstance(value, str):
                found |= _persons(value)
            elif key in LISTED and isinstance(value, list):
                found |= {str(one["name"]) for one in value if "name" in one}
            elif key != "organ":
                found |= names_in(value)
    elif isinstance(data, list):
        for one in data:
            found |= names_in(one)
    return frozenset(found)
