"""A map report as workbook and as paper."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from flask import current_app
from flask_babel import force_locale
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.briefing import drawn, tables, wording
from enforcement.briefing.figures import Briefing
from enforcement.briefing.tables import Table
from enforcement.config import Config
from enforcement.document.render import render_sheet
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.people.models import Organ
from enforcement.people.queries import find_organ
from enforcement.plain_text import writable
from gis.map_style import ink_on

MAP_MM: Final = {"a4": (170, 130), "a3": (250, 220)}
"""Width and height of the map on each paper."""


def as_book(briefing: Briefing) -> bytes:
    """Return the report as .xlsx: numbers are numbers, texts are texts whatever they begin with."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("分析")
    lines = [wording.title(briefing), wording.about(briefing), *wording.findings(briefing),
             wording.near_words(briefing), wording.near_method(),
             *wording.notes(briefing)]  # fmt: skip
    for number, line in enumerate(lines, start=1):
        _line(sheet, number, [line], bold=number == 1)
    sheet.column_dimensions["A"].width = 100
    for one in tables.tables(briefing):
        _sheet(book.create_sheet(one.title[:31]), one)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet(sheet: Worksheet, table: Table) -> None:
    _line(sheet, 1, list(table.heads), bold=True)
    for number, row in enumerate(table.rows, start=2):
        digits = (0, *table.digits)
        values = [round(cell, places) if isinstance(cell, float) else cell
                  for cell, places in zip(row, digits, strict=True)]  # fmt: skip
        _line(sheet, number, values)
        for place, colour in enumerate(table.shades[number - 2] if table.shades else (), start=2):
            sheet.cell(number, place).fill = PatternFill("solid", start_color=colour.lstrip("#"))
    if table.note:
        _line(sheet, len(table.rows) + 3, [table.note])
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 24


def _line(sheet: Worksheet, number: int, values: list[Any], *, bold: bool = False) -> None:
    for place, value in enumerate(values, start=1):
        cell = sheet.cell(number, place, writable(value))
        if isinstance(value, str):
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = Font(bold=True)


def as_pdf(session: Session, briefing: Briefing, paper: str = "a4") -> bytes:
    """Return the report as PDF with a vector map, on A4 or A3; a paper is in Chinese.

    Raises InvalidInputError for another paper.
    """
    if paper not in MAP_MM:
        raise InvalidInputError("paper", _("纸张只能是A4或A3。"))
    config: Config = current_app.extensions["enforcement.config"]
    county_code = briefing.asked.county_code
    unit = find_organ(session, county_code)
    organ = session.get(Organ, (county_code, unit.id)) if unit else None
    with force_locale("zh"):
        data = {
            "organ": organ.name if organ else "", "title": wording.title(briefing),
            "about": wording.about(briefing), "paper": paper, "empty": briefing.empty,
            "findings": wording.findings(briefing), "near": wording.near_words(briefing),
            "near_method": wording.near_method(), "notes": wording.notes(briefing),
            "tables": [_printed(one) for one in tables.tables(briefing)],
            **drawn.on_paper(session, briefing, width_mm=MAP_MM[paper][0],
                             height_mm=MAP_MM[paper][1]),
        }  # fmt: skip
    return render_sheet("briefing.typ", data, font_dirs=config.font_dirs,
                        issued_at=clock.now(session))  # fmt: skip


def _printed(table: Table) -> dict[str, Any]:
    return {
        "key": table.key, "title": table.title, "heads": list(table.heads), "rows": table.shown,
        "note": table.note, "shades": [list(row) for row in table.shades],
        "inks": [[ink_on(one) for one in row] for row in table.shades],
    }  # fmt: skip
