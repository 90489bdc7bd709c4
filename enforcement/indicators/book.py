"""The indicators as a workbook: numbers are numbers, formulas are words."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from enforcement.i18n import _, in_english, label
from enforcement.indicators.reading import Line
from enforcement.law.terms import N_
from enforcement.periods import Period

HEADINGS: Final = (N_("主题"), N_("指标"), N_("单位"), N_("本期"), N_("上期"), N_("上年同期"),
                   N_("计算公式"), N_("出处"))  # fmt: skip


def of_table(lines: Sequence[Line], span: Period) -> bytes:
    """Return the table of indicators as .xlsx."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("指标")
    sheet.append([_("指标 %(first)s 至 %(last)s", first=span.first, last=span.last)])
    sheet.append([_(one) for one in HEADINGS])
    for line in lines:
        sheet.append(_cells(line))
    for cells in sheet.iter_rows(min_row=1, max_row=2):
        for cell in cells:
            cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top")
    for letter, width in zip("ABCDEFGH", (16, 26, 8, 12, 12, 12, 48, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "C3"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cells(line: Line) -> list[Any]:
    known = line.indicator
    formula = known.formula[1 if in_english() else 0]
    values = [None if value is None else round(value, 2)
              for value in (line.now, line.before, line.year_before)]  # fmt: skip
    name = known.en if in_english() else known.zh
    return [
        label(known.topic),
        name,
        known.units[1 if in_english() else 0],
        *values,
        formula,
        known.source,
    ]
