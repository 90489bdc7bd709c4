"""A unit's week or month as an Excel workbook: the roster, and what each person worked."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from enforcement.i18n import _, label
from enforcement.plain_text import writable
from enforcement.roster import words
from enforcement.roster.terms import LeaveKind
from enforcement.roster.week import Cell, Day, Week

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINE: Final = Side(style="thin", color="999999")
BOX: Final = Border(LINE, LINE, LINE, LINE)
SHORT: Final = PatternFill("solid", fgColor="FDEAEA")
HEAD: Final = PatternFill("solid", fgColor="E3EDF8")


def write(week: Week) -> bytes:
    """Return the workbook; every cell is text, so that nothing is taken for a formula."""
    book = Workbook()
    roster: Worksheet = book.worksheets[0]
    _roster(roster, week)
    _tally(book.create_sheet(), week)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def _roster(sheet: Worksheet, week: Week) -> None:
    sheet.title = _("值班表")
    last = week.days[-1].on
    title = _(
        "%(unit)s值班表（%(first)s至%(last)s）", unit=week.unit.name, first=week.monday, last=last
    )
    _put(sheet, 1, (title,))
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    heads = [_("日期"), _("星期"), *map(label, week.kinds), _("请假"), _("空缺")]
    _put(sheet, 2, heads, head=True)
    for n, day in enumerate(week.days, 3):
        _put(sheet, n, _day(week, day))
        if day.gaps:
            sheet.cell(n, len(heads)).fill = SHORT
    _widths(sheet, [12, 8, *[30] * len(week.kinds), 24, 28])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(heads))
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _day(week: Week, day: Day) -> list[str]:
    gaps = [
        _("%(kind)s缺%(n)d人 %(hours)s", kind=label(gap.kind), n=gap.missing,
          hours=words.hours(gap.starts_at, gap.ends_at))
        for gap in day.gaps
    ]  # fmt: skip
    away = [f"{name} {label(LeaveKind(row.kind))}" for row, name in day.leave]
    return [
        day.on.isoformat(),
        words.weekday(day.on),
        *["\n".join(map(_cell, day.cells[kind])) for kind in week.kinds],
        "\n".join(away),
        "\n".join(gaps),
    ]


def _cell(cell: Cell) -> str:
    row = cell.shift.shift
    return f"{words.hours(row.starts_at, row.ends_at)} {cell.shift.person_name or _('空缺')}"


def _tally(sheet: Worksheet, week: Week) -> None:
    sheet.title = _("近四周工作量")
    heads = [_("人员"), _("班次"), _("工时"), _("夜班"), _("周末")]
    _put(sheet, 1, heads, head=True)
    for n, row in enumerate(week.tally, 2):
        _put(sheet, n, [row.name, row.shifts, round(row.hours, 1), row.nights, row.weekends])
    _widths(sheet, [14, 8, 8, 8, 8])


def _put(sheet: Worksheet, row: int, values: Sequence[str | float], *, head: bool = False) -> None:
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row, column, writable(value))
        if isinstance(value, str):
            cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row > 1 or head:
            cell.border = BOX
        if head:
            cell.font, cell.fill = Font(bold=True), HEAD


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + column)].width = width
