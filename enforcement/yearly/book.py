"""The figures of a year as a workbook: numbers are numbers, one sheet, as the form is printed."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from enforcement.yearly.reading import COLUMNS, Line, Yearly

WIDTHS: Final = (8, 16, 34, 8, 14, 60, 30, 16)


def as_xlsx(told: Yearly) -> bytes:
    """Return the figures as .xlsx, with the columns of the CSV."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = str(told.year)
    sheet.append([f"{told.county.name}{told.year}年行政执法统计（至{told.until}）"])
    sheet.append(list(COLUMNS))
    for line in told.lines:
        sheet.append(_cells(line))
    for cells in sheet.iter_rows(min_row=1, max_row=2):
        for cell in cells:
            cell.font = Font(bold=True)
    for cells in sheet.iter_rows(min_row=3):
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for letter, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "D3"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cells(line: Line) -> list[Any]:
    one = line.figure
    remark = "" if line.counted else "平台不能统计"
    return [one.code, one.section.zh, one.zh, one.unit, line.value, one.told[0], one.source, remark]
