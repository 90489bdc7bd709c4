"""Spreadsheets out: rows as .xlsx or .csv, and templates to fill in."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from enforcement.i18n import _
from enforcement.plain_text import writable
from enforcement.sheets.columns import Column, Table
from enforcement.sheets.reading import MARKS

TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
NOTES: Final = "填写说明"


def write(table: Table, rows: Iterable[dict[str, Any]], suffix: str) -> bytes:
    """Return the rows as a file, "xlsx" or "csv" (UTF-8 with a mark, as Excel opens it)."""
    lines = [[column.heading for column in table.columns]]
    lines += [[_shown(row.get(column.key)) for column in table.columns] for row in rows]
    return _as_csv(lines) if suffix == "csv" else _as_xlsx(table, lines)


def template(table: Table, suffix: str) -> bytes:
    """Return an empty list to fill in: headings, one example row, and a sheet of notes."""
    lines = [
        [column.heading for column in table.columns],
        [column.example for column in table.columns],
    ]
    return _as_csv(lines) if suffix == "csv" else _as_xlsx(table, lines, notes=True)


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


def _as_xlsx(table: Table, lines: list[list[str]], *, notes: bool = False) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title, sheet.freeze_panes = table.title, "C2"
    _fill(sheet, lines)
    if notes:
        _fill(book.create_sheet(NOTES), _notes(table))
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Worksheet, lines: list[list[str]]) -> None:
    for number, line in enumerate(lines, 1):
        for position, text in enumerate(line, 1):
            cell = sheet.cell(number, position, writable(text) or None)
            cell.number_format = "@"
            if text:
                cell.data_type = "s"  # text, whatever it begins with
            if number == 1:
                cell.font = Font(bold=True)
    for column in sheet.columns:
        sheet.column_dimensions[column[0].column_letter].width = 18  # type: ignore[union-attr]


def _notes(table: Table) -> list[list[str]]:
    head = [_("列"), _("是否必填"), _("填写要求")]
    return [head, *[_note(column) for column in table.columns]]


def _note(column: Column) -> list[str]:
    must = _("必填") if column.required else _("可不填")
    words = "、".join(word.zh for word in column.words) if column.words else ""
    return [column.heading, must, "；".join(filter(None, [_(column.note), words]))]
