"""A row of a file of incidents, read: the report it makes, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident import intake, outside
from enforcement.incident.import_columns import COLUMNS, TABLE
from enforcement.incident.intake import Report
from enforcement.law.errors import LawError
from enforcement.law.taxonomy import Taxonomy
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.sheets.cells import CellError, value_of
from enforcement.sheets.reading import Problem, Row
from gis import datum as datums


@dataclass(frozen=True)
class Draft:
    """A row of the file: its external number, the report, the position as the file has it."""

    row: int
    external: str
    report: Report
    raw: tuple[float, float] | None
    datum: datums.Datum


@dataclass(frozen=True)
class Known:
    """What rows are read against: the moment, villages by name or code, the county's list."""

    now: datetime
    villages: dict[str, list[str]]
    taxonomy: Taxonomy


def draft_of(row: Row, known: Known, problems: list[Problem]) -> Draft | None:
    """Return what a row says; None where it cannot be taken, each reason added to the problems."""
    before = len(problems)
    values: dict[str, Any] = {}
    for column in COLUMNS:
        try:
            values[column.key] = value_of(column, row.cells.get(column.key))
        except CellError as error:
            problems.append(Problem(row.number, column.heading, str(error)))
    if len(problems) > before:
        return None
    try:
        return _read(row.number, values, known)
    except InvalidInputError as error:
        heading = TABLE.heading(error.field) if error.field in TABLE.by_key else error.field
        problems.append(Problem(row.number, heading, str(error)))
    except LawError as error:
        problems.append(Problem(row.number, TABLE.heading("category"), str(error)))
    return None


def _read(number: int, values: dict[str, Any], known: Known) -> Draft:
    datum, raw = _datum(values["datum"]), (values["lon"], values["lat"])
    report = Report(
        category=_category(values["category"], known.taxonomy),
        description=outside.words(values["description"], "description", 2000, required=True) or "",
        occurred_at=values["occurred_at"],
        lon=values["lon"],
        lat=values["lat"],
        place=outside.words(values["place"], "place", 200),
        source=IncidentSource.FILE,
        urgency=values["urgency"] or Urgency.NORMAL,
        village_code=_village(values["village"], known.villages),
        reporter_name=outside.words(values["reporter_name"], "reporter_name", 60),
        reporter_phone=values["reporter_phone"],
    )
    intake.check(report, (), known.now, (), known.taxonomy)
    if report.lat is not None and abs(report.lat) > 90:
        raise InvalidInputError("lat", _("“%(text)s”不是经纬度（度）。", text=str(report.lat)))
    external = outside.words(values["external"], "external", 90, required=True) or ""
    return Draft(number, external, report, raw if raw[0] is not None else None, datum)


def _category(text: str, taxonomy: Taxonomy) -> str:
    listed = taxonomy.categories
    found = {row.zh: code for code, row in listed.items()}
    code = found.get(text, text.strip())
    return code if code in listed else code.zfill(2)


def _datum(text: str | None) -> datums.Datum:
    plain = (text or "wgs84").lower().replace("-", "").replace(" ", "")
    try:
        return datums.Datum(plain)
    except ValueError:
        message = _("“%(text)s”不认识，应当是：%(names)s。", text=str(text)[:40],
                    names="WGS84、CGCS2000、GCJ02、BD09")  # fmt: skip
        raise InvalidInputError("datum", message) from None


def _village(text: str | None, villages: dict[str, list[str]]) -> str | None:
    if not text:
        return None
    codes = villages.get(text.strip(), [])
    if not codes:
        raise InvalidInputError("village", _("没有这个村（社区）。"))
    if len(codes) > 1:
        message = _("有%(n)d个同名的村，请写区划代码。", n=len(codes))
        raise InvalidInputError("village", message)
    return codes[0]
