"""Spreadsheets in and out: .xlsx and .csv to rows of cells, each still knowing its place.

Formula and merged cells are refused by name; nothing is guessed.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.power.columns import BY_HEADING, COLUMNS

MB: Final = 1024 * 1024
MAX_BYTES: Final = 8 * MB
MAX_UNPACKED_BYTES: Final = 80 * MB
MAX_ROWS: Final = 20_000
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
    """What a file holds, and what is wrong with its cells."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read(data: bytes, name: str) -> Sheet:
    """Return the rows of a .xlsx or .csv file; raises InvalidInputError("file") for others."""
    if len(data) > MAX_BYTES:
        raise _bad(_("文件太大，最多%(n)d MB。", n=MAX_BYTES // MB))
    suffix = name.lower().rpartition(".")[2]
    if suffix == "xlsx":
        return _from_xlsx(data)
    if suffix == "csv":
        return _from_csv(data)
    raise _bad(_("只能导入 .xlsx 或者 .csv 文件。"))


def _bad(message: str) -> InvalidInputError:
    return InvalidInputError("file", message)


def _from_xlsx(data: bytes) -> Sheet:
    _check_archive(data)
    try:
        sheet = load_workbook(BytesIO(data)).worksheets[0]
    except Exception as error:  # the library raises what its parsers do, of many kinds
        raise _bad(_("无法读取该 .xlsx 文件，文件已损坏或者不是工作簿。")) from error
    if sheet.max_row > MAX_ROWS + 1:
        raise _bad(_("行数太多，最多%(n)d行（请删除空行）。", n=MAX_ROWS))
    merged = [_merged(sheet, found) for found in sheet.merged_cells.ranges]
    lines = ((n, [cell.value for cell in cells]) for n, cells in enumerate(sheet.iter_rows(), 1))
    return _table(lines, merged)


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


def _from_csv(data: bytes) -> Sheet:
    reader = csv.reader(StringIO(_text(data), newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        message = _("第%(n)d行不是有效的CSV：%(why)s", n=reader.line_num, why=error)
        raise _bad(message) from error
    if len(lines) > MAX_ROWS + 1:
        raise _bad(_("行数太多，最多%(n)d行（请删除空行）。", n=MAX_ROWS))
    return _table(lines, [])


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _bad(_("文件编码无法识别，请存为UTF-8或者GBK编码的CSV。"))


def _table(lines: Iterable[tuple[int, Sequence[Any]]], problems: list[Problem]) -> Sheet:
    found = [(number, cells) for number, cells in lines if any(_full(cell) for cell in cells)]
    if not found:
        raise _bad(_("文件是空的。"))
    keys = _keys([str(cell or "").strip() for cell in found[0][1]])
    rows = []
    for number, cells in found[1:]:
        named = {key: cell for key, cell in zip(keys, cells, strict=False) if key}
        rows.append(Row(number, {key: _plain(cell) for key, cell in named.items()}))
        problems += [
            Problem(number, _heading(key), _("不能用公式，请粘贴为数值。"))
            for key, cell in named.items()
            if _is_formula(cell)
        ]
    return Sheet(tuple(rows), tuple(problems))


def _full(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _heading(key: str) -> str:
    return next(column.heading for column in COLUMNS if column.key == key)


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


def _keys(headings: list[str]) -> list[str]:
    """Return the key of each column; refuses missing, unknown and repeated headings."""
    required = [column.heading for column in COLUMNS if column.required]
    missing = [heading for heading in required if heading not in headings]
    unknown = [heading for heading in headings if heading and heading not in BY_HEADING]
    twice = sorted({one for one in headings if one and headings.count(one) > 1})
    for message, found in (
        (_("第1行缺少列：%(names)s", names="、".join(missing)), missing),
        (_("第1行有不认识的列：%(names)s", names="、".join(unknown)), unknown),
        (_("第1行有重复的列：%(names)s", names="、".join(twice)), twice),
    ):
        if found:
            raise _bad(message)
    return [BY_HEADING[heading].key if heading else "" for heading in headings]


def write(rows: Iterable[dict[str, Any]], suffix: str) -> bytes:
    """Return the rows as a file, "xlsx" or "csv" (UTF-8 with a mark, as Excel opens it)."""
    lines = [[column.heading for column in COLUMNS]]
    lines += [[_shown(row.get(column.key)) for column in COLUMNS] for row in rows]
    return _as_csv(lines) if suffix == "csv" else _as_xlsx(lines)


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, (list, tuple)):
        return "、".join(value)
    return "" if value is None else str(value)


def _as_csv(lines: list[list[str]]) -> bytes:
    buffer = StringIO(newline="")
    safe = [["'" + cell if cell.startswith(MARKS) else cell for cell in line] for line in lines]
    csv.writer(buffer).writerows(safe)
    return buffer.getvalue().encode("utf-8-sig")


def _as_xlsx(lines: list[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title, sheet.freeze_panes = "权责清单", "C2"
    for number, line in enumerate(lines, 1):
        for position, text in enumerate(line, 1):
            cell = sheet.cell(number, position, text or None)
            cell.number_format = "@"
            if text:
                cell.data_type = "s"  # text, whatever it begins with
    for column in sheet.columns:
        sheet.column_dimensions[column[0].column_letter].width = 18  # type: ignore[union-attr]
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
