"""The report on patrols as a table: the same columns on the page, in Excel and on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from flask import current_app
from flask_babel import force_locale
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.config import Config
from enforcement.document.render import render_sheet
from enforcement.i18n import _, label
from enforcement.jurisdiction.maps import note_of
from enforcement.jurisdiction.models import AREA_LAYER, Area
from enforcement.law.terms import N_
from enforcement.overview import patrols_sql as sql
from enforcement.overview.patrols import Report, Row
from enforcement.overview.patrols_by import By
from enforcement.people.models import Organ
from enforcement.people.queries import find_organ
from enforcement.plain_text import writable
from gis import map_style, svg

Value = Callable[[Row], float | int | None]
BORDER: Final = "#8fa3b5"
MAP_MM: Final = 150


@dataclass(frozen=True)
class Column:
    """One figure of the report; digits -- after the point; paper -- whether it fits on paper."""

    key: str
    heading: str
    value: Value
    digits: int = 0
    paper: bool = True
    people: bool = True

    @property
    def words(self) -> str:
        """Return the heading in the reader's language."""
        return _(self.heading)

    def shown(self, row: Row) -> str:
        """Return a row's figure; — where it means nothing."""
        found = self.value(row)
        return "—" if found is None else f"{found:,.{self.digits}f}"


def _share(part: Callable[[Row], int], whole: Callable[[Row], int | None]) -> Value:
    def share(row: Row) -> float | None:
        of = whole(row)
        return 100 * part(row) / of if of else None

    return share


# fmt: off
COLUMNS: Final = (
    Column("km", N_("公里"), lambda row: row.km, 1),
    Column("hours", N_("人时"), lambda row: row.hours, 1),
    Column("patrols", N_("任务"), lambda row: row.patrols, paper=False),
    Column("planned", N_("计划点位"), lambda row: row.planned, people=False),
    Column("visited", N_("到访"), lambda row: row.visited),
    Column("visited_pct", N_("到访率（%）"), _share(lambda row: row.visited, lambda row: row.planned), 1, people=False),  # noqa: E501
    Column("required_pct", N_("必到率（%）"), _share(lambda row: row.required_visited, lambda row: row.required), 1, people=False),  # noqa: E501
    Column("area_pct", N_("面积覆盖（%）"), lambda row: row.area_pct, 1, people=False),
    Column("villages_pct", N_("村覆盖（%）"), _share(lambda row: row.villages_seen, lambda row: row.villages), 1, people=False),  # noqa: E501
    Column("villages_seen", N_("到过的村"), lambda row: row.villages_seen, paper=False),
    Column("points_pct", N_("点位覆盖（%）"), _share(lambda row: row.points_seen, lambda row: row.points), 1, people=False),  # noqa: E501
    Column("road_pct", N_("道路覆盖（%）"), lambda row: row.road_pct, 1, paper=False, people=False),
    Column("hot_min", N_("高发格停留（分）"), lambda row: row.hot_min, paper=False, people=False),
    Column("findings", N_("发现"), lambda row: row.findings),
    Column("incidents", N_("其中事件"), lambda row: row.incidents, paper=False),
    Column("orders", N_("其中责令改正"), lambda row: row.orders, paper=False),
    Column("leads", N_("其中案件线索"), lambda row: row.leads, paper=False),
    Column("responses", N_("出警"), lambda row: row.responses),
    Column("median_min", N_("到场中位数（分）"), lambda row: row.median_min, 0),
    Column("slow_min", N_("九成到场（分）"), lambda row: row.slow_min, 0, paper=False),
)
# fmt: on
NOTES: Final = (
    N_("公里、人时来自值班期间的轨迹；面积覆盖按约200米的格子计算，只算本单位的人。"),
    N_("到场中位数：从接报到首人到场，一半的事件不超过这个时间。"),
)


def columns_of(report: Report, *, paper: bool = False) -> list[Column]:
    """Return the columns that mean something for the groups of a report."""
    person = report.by is By.PERSON
    return [one for one in COLUMNS if (one.people or not person) and (one.paper or not paper)]


def as_book(report: Report) -> bytes:
    """Return the report as .xlsx: numbers are numbers, texts are texts whatever they begin with."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("巡查统计")
    columns = columns_of(report)
    heads = [label(report.by), *([_("单位")] if report.by is By.PERSON else [])]
    _line(sheet, 1, [_title(report)], bold=True)
    _line(sheet, 2, [*heads, *(one.words for one in columns)], bold=True)
    rows = [*report.rows, *([report.total] if report.rows else [])]
    for n, row in enumerate(rows, start=3):
        name = row.name if row is not report.total else _("合计")
        texts = [name, *([row.unit] if report.by is By.PERSON else [])]
        _line(sheet, n, [*texts, *(_rounded(one, row) for one in columns)])
    for n, note in enumerate(NOTES, start=len(rows) + 4):
        _line(sheet, n, [_(note)])
    sheet.freeze_panes = "B3"
    sheet.column_dimensions["A"].width = 24
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _line(sheet: Worksheet, number: int, values: list[Any], *, bold: bool = False) -> None:
    for place, value in enumerate(values, start=1):
        cell = sheet.cell(number, place, writable(value))
        if isinstance(value, str):
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=number == 2, vertical="top")


def _rounded(column: Column, row: Row) -> float | int | None:
    found = column.value(row)
    return None if found is None else round(found, column.digits)


def _title(report: Report) -> str:
    return _("巡查统计 %(first)s 至 %(last)s（按%(by)s）", first=report.period.first,
             last=report.period.last, by=label(report.by))  # fmt: skip


def as_pdf(session: Session, report: Report) -> bytes:
    """Return the report as A4 PDF with a map of presence; a paper is in Chinese."""
    config: Config = current_app.extensions["enforcement.config"]
    unit = find_organ(session, report.edition.county_code)
    organ = session.get(Organ, (report.edition.county_code, unit.id)) if unit else None
    with force_locale("zh"):
        columns = columns_of(report, paper=True)
        data = {
            "organ": organ.name if organ else "", "first": report.period.first.isoformat(),
            "last": report.period.last.isoformat(), "by": label(report.by),
            "columns": [label(report.by), *(one.words for one in columns)],
            "rows": [[_who(row), *(one.shown(row) for one in columns)] for row in report.rows],
            "total": ["合计", *(one.shown(report.total) for one in columns)],
            "notes": [_(note) for note in NOTES], "empty": report.empty,
            **_map(session, report),
        }  # fmt: skip
    return render_sheet("patrol_report.typ", data, font_dirs=config.font_dirs,
                        issued_at=clock.now(session))  # fmt: skip


def _who(row: Row) -> str:
    return f"{row.name}（{row.unit}）" if row.unit else row.name


def presence(session: Session, report: Report) -> dict[str, float]:
    """Return the minutes that people were in each village, by code."""
    return {row.code: float(row.minutes) for row in session.execute(sql.PRESENCE, report.asked)}


def _map(session: Session, report: Report) -> dict[str, Any]:
    """Return the drawn map of presence and its legend."""
    minutes = presence(session, report)
    bounds = map_style.classes(list(minutes.values()))
    layer = AREA_LAYER.only(
        Area.county_code == report.edition.county_code, Area.edition_id == report.edition.id,
        Area.level == report.edition.level,
    )  # fmt: skip
    fills = {code: map_style.colour_of(value, bounds) for code, value in minutes.items()}
    drawn = svg.static_map(session, [svg.Painted(layer, fills, 0.1, BORDER)], width_mm=MAP_MM)
    legend = [{"label": f"{one.label}分钟", "color": one.colour}
              for one in map_style.ramp_legend(list(minutes.values()), bounds)]  # fmt: skip
    return {"map_svg": drawn, "schematic": note_of(report.edition) is not None, "legend": legend}
