"""Spreadsheets in: .xlsx and .csv to rows of cells, each still knowing its place.

Formula and merged cells are refused by name; nothing is guessed.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.sheets.columns import EXAMPLE, Table

MB: Final = 1024 * 1024
MAX_BYTES: Final = 8 * MB
MAX_UNPACKED_BYTES: Final = 80 * MB
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 100
MARKS: Final = ("=", "+", "-", "@")  # with these a program takes a text for a formula


@dataclass(frozen=True)
class Problem:
    """Why a file is refused: the row as the sheet numbers it, the heading, the reason."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One line of the sheet: its number, and column key -> raw value."""

    number: int
    cells: dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """What a file holds, and what is wrong with its cells; examples -- rows left out as such."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    examples: int = 0


def check_size(size_bytes: int) -> None:
    """Refuse a file that is too large before it is read; raises InvalidInputError("file")."""
    if size_bytes > MAX_BYTES:
        raise _bad(_("文件太大，最多%(n)d MB。", n=MAX_BYTES // MB))


def read(table: Table, data: bytes, name: str) -> Sheet:
    """Return the rows of a .xlsx or .csv file; raises InvalidInputError("file") for others."""
    check_size(len(data))
    suffix = name.lower().rpartition(".")[2]
    if suffix == "xlsx":
        return _from_xlsx(table, data)
    if suffix == "csv":
        return _from_csv(table, data)
    raise _bad(_("只能导入 .xlsx 或者 .csv 文件。"))


def _bad(message: str) -> InvalidInputError:
    return InvalidInputError("file", message)


def _from_xlsx(table: Table, data: bytes) -> Sheet:
    _check_archive(data)
    try:
        sheet = load_workbook(BytesIO(data)).worksheets[0]
    except Exception as error:  # the library raises what its parsers do, of many kinds
        raise _bad(_("无法读取该 .xlsx 文件，文件已损坏或者不是工作簿。")) from error
    if sheet.max_row > MAX_ROWS + 1:
        raise _bad(_("行数太多，最多%(n)d行（请删除空行）。", n=MAX_ROWS))
    if sheet.max_column > MAX_COLUMNS:
        raise _bad(_("列数太多，请删除表格右侧的空列。"))
    merged = [_merged(sheet, found) for found in sheet.merged_cells.ranges]
    lines = ((n, [cell.value for cell in cells]) for n, cells in enumerate(sheet.iter_rows(), 1))
    return _table(table, lines, merged)


def _merged(sheet: Worksheet, found: Any) -> Problem:
    heading = sheet.cell(1, found.min_col).value
    reason = _("单元格%(cells)s已合并，请取消合并。", cells=found.coord)
    return Problem(found.min_row, str(heading or found.coord), reason)


def _check_archive(data: bytes) -> None:
    """Refuse what is no archive, or unpacks to far more than a list can hold."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            size_bytes = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _bad(_("无法读取该 .xlsx 文件，文件已损坏或者不是工作簿。")) from error
    if size_bytes > MAX_UNPACKED_BYTES:
        raise _bad(_("文件解压后太大，不能导入。"))


def _from_csv(table: Table, data: bytes) -> Sheet:
    reader = csv.reader(StringIO(_text(data), newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        message = _("第%(n)d行不是有效的CSV：%(why)s", n=reader.line_num, why=error)
        raise _bad(message) from error
    if len(lines) > MAX_ROWS + 1:
        raise _bad(_("行数太多，最多%(n)d行（请删除空行）。", n=MAX_ROWS))
    return _table(table, lines, [])


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _bad(_("文件编码无法识别，请存为UTF-8或者GBK编码的CSV。"))


def _table(
    table: Table, lines: Iterable[tuple[int, Sequence[Any]]], problems: list[Problem]
) -> Sheet:
    found = [(number, cells) for number, cells in lines if any(_full(cell) for cell in cells)]
    if not found:
        raise _bad(_("文件是空的。"))
    keys = _keys(table, [str(cell or "").strip() for cell in found[0][1]])
    rows, examples = [], 0
    for number, cells in found[1:]:
        named = {key: cell for key, cell in zip(keys, cells, strict=False) if key}
        if _is_example(table, named):
            examples += 1
            continue
        rows.append(Row(number, {key: _plain(cell) for key, cell in named.items()}))
        problems += [
            Problem(number, table.heading(key), _("不能用公式，请粘贴为数值。"))
            for key, cell in named.items()
            if _is_formula(cell)
        ]
    return Sheet(tuple(rows), tuple(problems), examples)


def _full(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _is_example(table: Table, named: dict[str, Any]) -> bool:
    first = named.get(table.columns[0].key)
    return (
        table.has_example
        and isinstance(first, str)
        and first.strip().replace(":", "：").startswith(EXAMPLE)
    )


def _is_formula(cell: Any) -> bool:
    return not isinstance(cell, (str, int, float, date, type(None))) or (
        isinstance(cell, str) and cell.startswith("=")
    )


def _plain(cell: Any) -> Any:
    """Return a cell's value; the quote that keeps a text from being a formula falls away."""
    if isinstance(cell, str):
        text = cell.strip()
        return text[1:] if text[:1] == "'" and text[1:2] in MARKS else text
    return cell


def _keys(table: Table, headings: list[str]) -> list[str]:
    """Return the key of each column; refuses missing, unknown and repeated headings."""
    required = [column.heading for column in table.columns if column.required]
    missing = [heading for heading in required if heading not in headings]
    unknown = [heading for heading in headings if heading and heading not in table.by_heading]
    twice = sorted({one for one in headings if one and headings.count(one) > 1})
    for message, found in (
        (_("第1行缺少列：%(names)s", names="、".join(missing)), missing),
        (_("第1行有不认识的列：%(names)s", names="、".join(unknown)), unknown),
        (_("第1行有重复的列：%(names)s", names="、".join(twice)), twice),
    ):
        if found:
            raise _bad(message)
    return [table.by_heading[heading].key if heading else "" for heading in headings]
