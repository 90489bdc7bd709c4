"""Which attribute of a file is the code and which the name: guessed, shown, and settable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from enforcement.errors import InvalidInputError
from enforcement.jurisdiction.terms import CODE_DIGITS, Level

CODE_NAMES: Final = (
    "code", "代码", "编码", "行政区划代码", "区划代码", "行政区代码", "村代码", "村编码",
    "乡镇代码", "县代码", "统计用区划代码", "xzqdm", "xzqhdm", "zldwdm", "qsdwdm", "cundm", "cdm",
    "adcode", "villagecode", "towncode", "countycode", "gbcode", "pac", "dm", "id",
)  # fmt: skip
NAME_NAMES: Final = (
    "name", "名称", "村名", "村名称", "行政区名称", "行政区划名称", "区划名称", "乡镇名称",
    "县名称",
    "xzqmc", "xzqhmc", "zldwmc", "qsdwmc", "cunmc", "cmc", "villagename", "townname",
    "countyname", "mc",
)  # fmt: skip
CODE_PARTS: Final = ("代码", "编码", "code", "dm")
NAME_PARTS: Final = ("名称", "村名", "name", "mc")
PARTS_OF_FIELDS: Final = ("code", "name")
MOSTLY: Final = 0.5


@dataclass(frozen=True)
class FieldMapping:
    """The attributes that hold code and name; `name` None where the file gives no names."""

    code: str
    name: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return what a program reads."""
        return asdict(self)

    def code_of(self, properties: Mapping[str, Any]) -> str | None:
        """Return the division code of a feature; None without one."""
        return plain(properties.get(self.code))

    def name_of(self, properties: Mapping[str, Any]) -> str | None:
        """Return the name a file gives a feature; None without one."""
        return plain(properties.get(self.name)) if self.name else None


def plain(value: Any) -> str | None:
    """Return a value as text without spaces; numbers as whole ones; None where it is empty."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int):
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    return re.sub(r"\.0+$", "", text) if re.fullmatch(r"\d+\.0+", text) else text or None


def parse_pairs(pairs: Sequence[str]) -> dict[str, str]:
    """Return what `--map code=FIELD` says, by part; raises InvalidInputError."""
    given: dict[str, str] = {}
    for pair in pairs:
        part, mark, column = pair.partition("=")
        if not mark or part.strip() not in PARTS_OF_FIELDS or not column.strip():
            raise InvalidInputError("map", f"{pair!r} 写法不对：请写 code=列名 或 name=列名")
        given[part.strip()] = column.strip()
    return given


def mapping_of(
    fields: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    level: Level,
    given: Mapping[str, str] | None = None,
) -> FieldMapping:
    """Return which attributes hold code and name: those given, else the likeliest.

    rows -- attributes of each feature; level -- of the divisions, whose codes have so many digits
    Raises InvalidInputError where a given one is not in the file, or no code is recognised.
    """
    given = given or {}
    for part, column in given.items():
        if column not in fields:
            raise InvalidInputError("map", f"文件没有列 {column}（{part}）；{_listed(fields)}")
    code = given.get("code") or _guess_code(fields, rows, CODE_DIGITS[level])
    if code is None:
        raise InvalidInputError(
            "map", f"认不出哪一列是区划代码，请用 --map code=列名 指明；{_listed(fields)}"
        )
    others = [column for column in fields if column != code]
    return FieldMapping(code, given.get("name") or _guess_name(others, rows))


def guess(
    fields: Sequence[str], rows: Sequence[Mapping[str, Any]], level: Level
) -> FieldMapping | None:
    """Return the likeliest attributes of code and name; None where no code is recognised."""
    code = _guess_code(fields, rows, CODE_DIGITS[level])
    if code is None:
        return None
    return FieldMapping(code, _guess_name([name for name in fields if name != code], rows))


def _guess_code(
    fields: Sequence[str], rows: Sequence[Mapping[str, Any]], digits: int
) -> str | None:
    looks = re.compile(rf"\d{{{digits}}}").fullmatch

    def likely(column: str) -> tuple[bool, int, float]:
        share = _share(column, rows, lambda text: bool(looks(text)))
        return share >= MOSTLY, _rank(column, CODE_NAMES, CODE_PARTS), share

    best = max(fields, key=likely, default=None)
    return best if best is not None and any(likely(best)[:2]) else None


def _guess_name(fields: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str | None:
    def likely(column: str) -> tuple[bool, float, int]:
        texts = {plain(row.get(column)) for row in rows}
        rank = _rank(column, NAME_NAMES, NAME_PARTS)
        return rank > 0, round(len(texts) / max(1, len(rows)), 1), rank

    best = max(fields, key=likely, default=None)
    return best if best is not None and likely(best)[0] else None


def _rank(column: str, names: Sequence[str], parts: Sequence[str]) -> int:
    """Return how much a column's own name says: the earlier in the list, the more."""
    word = re.sub(r"[\s_\-]", "", unicodedata.normalize("NFKC", column)).casefold()
    if word in names:
        return 1 + len(names) - names.index(word)
    return int(word.endswith(tuple(parts)))


def _share(column: str, rows: Sequence[Mapping[str, Any]], looks: Callable[[str], bool]) -> float:
    texts = [text for row in rows if (text := plain(row.get(column)))]
    return sum(map(looks, texts)) / len(texts) if texts else 0.0


def _listed(fields: Sequence[str]) -> str:
    return f"文件的列：{'、'.join(fields) or '（没有）'}"
