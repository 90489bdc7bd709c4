"""A file of divisions (CSV): every row is sound or has a line number and a reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from enforcement.errors import InvalidInputError
from enforcement.jurisdiction.results import Rejected
from enforcement.jurisdiction.terms import CODE_DIGITS, Level

COLUMNS: Final = ("code", "name", "level", "parent_code")
PEOPLE: Final = "population"
POPULATION: Final = (PEOPLE, "人口")
"""Names of the column of inhabitants, which a file may leave out."""

MOST_DIGITS: Final = 9


@dataclass(frozen=True)
class DivisionRow:
    """One sound row; `row` is its line in the file, the header being line 1.

    population -- None where the cell is empty
    """

    row: int
    code: str
    name: str
    level: Level
    parent_code: str
    population: int | None = None


@dataclass
class DivisionFile:
    """What a file holds, in its order; `counted` where it has a column of inhabitants."""

    county_code: str
    counted: bool = False
    rows: list[DivisionRow] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def decode(data: bytes) -> str:
    """Return UTF-8 text, with or without BOM; raises InvalidInputError naming the encoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        data.decode("gbk")
    except UnicodeDecodeError:
        raise InvalidInputError("file", "文件编码不是 UTF-8，无法读取") from None
    raise InvalidInputError("file", "文件编码不是 UTF-8，像是 GBK：请另存为 UTF-8 后再导入")


def read_divisions(data: bytes, known: Collection[str]) -> DivisionFile:
    """Return the rows of a file of one county.

    known -- codes of divisions that are loaded already and may be parents
    Raises InvalidInputError where the whole file is unusable.
    """
    lines = list(_lines(decode(data)))
    counted = any(PEOPLE in values for _, values in lines)
    result = DivisionFile(_county_of([values["code"] for _, values in lines]), counted)
    sound = set(known)
    seen: set[str] = set()
    for line, values in sorted(lines, key=lambda item: len(item[1]["code"])):
        reason = _reason(values, result.county_code, sound, seen)
        seen.add(values["code"])
        if reason:
            result.rejected.append(Rejected(line, values["code"] or None, reason))
            continue
        sound.add(values["code"])
        result.rows.append(
            DivisionRow(
                line,
                values["code"],
                values["name"],
                Level(values["level"]),
                values["parent_code"],
                int(values[PEOPLE]) if values.get(PEOPLE) else None,
            )
        )
    result.rejected.sort(key=lambda rejected: rejected.row)
    return result


def county_in(data: bytes) -> str:
    """Return the code of the county that a file is about; raises InvalidInputError."""
    return _county_of([values["code"] for _, values in _lines(decode(data))])


def _lines(content: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(content, newline=""))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise InvalidInputError("file", f"缺少列：{', '.join(missing)}（须有 {','.join(COLUMNS)}）")
    people = next((name for name in POPULATION if name in (reader.fieldnames or ())), None)
    try:
        for values in reader:
            found = {name: (values[name] or "").strip() for name in COLUMNS}
            if people is not None:
                found[PEOPLE] = (values[people] or "").strip()
            yield reader.line_num, found
    except csv.Error as error:
        raise InvalidInputError("file", f"第 {reader.line_num} 行不是 CSV：{error}") from error


def _county_of(codes: list[str]) -> str:
    """Return the six digits that most codes begin with; raises InvalidInputError without any."""
    starts = [code[:6] for code in codes if len(code) >= 6 and _digits(code)]
    if not starts:
        raise InvalidInputError("file", "文件中没有区划代码")
    return max(sorted(set(starts)), key=starts.count)


def _digits(code: str) -> bool:
    return code.isascii() and code.isdigit()


def _reason(values: dict[str, str], county: str, sound: set[str], seen: set[str]) -> str | None:
    """Return why a row is refused; None where it is sound."""
    code, level, parent = values["code"], values["level"], values["parent_code"]
    if level not in list(Level):
        return f"级别 {level or '（空）'} 不是 county、township 或 village"
    if not _digits(code) or len(code) != CODE_DIGITS[Level(level)]:
        return f"代码须为 {CODE_DIGITS[Level(level)]} 位数字"
    if not values["name"]:
        return "名称为空"
    people = values.get(PEOPLE)
    if people and not (_digits(people) and len(people) <= MOST_DIGITS):
        return f"人口 {people[:20]} 不是整数"
    if code in seen:
        return "代码重复"
    if not code.startswith(county):
        return f"不属于本县 {county}"
    if level == Level.COUNTY:
        return None if not parent or code.startswith(parent) else "上级代码与本级代码不符"
    if parent != code[:-3]:
        return f"上级代码应为 {code[:-3]}"
    return None if parent in sound else f"上级 {parent} 未知"
