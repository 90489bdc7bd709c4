"""Pages: the indicators of a period, one of them with its trend, its groups and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.indicators import asking, book, names, reading
from enforcement.indicators.asking import By
from enforcement.indicators.queries import Row
from enforcement.indicators.reading import Asked
from enforcement.indicators.sources import SOURCES
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import Role
from enforcement.periods import read_day
from enforcement.permissions import Permission, requires
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor

bp = Blueprint("indicators", __name__)


def _asked(session: Session) -> Asked:
    """Return what the address asks for; raises InvalidInputError that names a field."""
    args = request.args
    first, last = (read_day(name, args.get(name)) for name in ("first", "last"))
    filters = {name: args.get(name) for name in ("township", "matter")}
    return reading.read(session, current_actor(), first, last, **filters)


def _address(asked: Asked) -> dict[str, Any]:
    said = {"first": asked.span.first, "last": asked.span.last}
    return said | {name: value for name, value in asked.filters.items() if value}


def _form(session: Session, asked: Asked) -> dict[str, Any]:
    """Return what the form of the filters shows."""
    actor = current_actor()
    townships = jurisdiction.list_divisions(session, actor.county_code, Level.TOWNSHIP)
    if actor.role is Role.TOWNSHIP_LEADER:
        townships = [one for one in townships if one.code in actor.area_codes]
    return {"asked": asked, "said": _address(asked), "townships": townships,
            "today": clock.today(session)}  # fmt: skip


@bp.get("/indicators")
@requires(Permission.REPORT_READ)
def index() -> str:
    """Show every indicator of a period beside the period before and a year before."""
    with transaction() as session:
        asked = _asked(session)
        lines = reading.table(session, current_actor(), asked)
        topics = [(topic, list(some)) for topic, some in
                  groupby(lines, key=lambda line: line.indicator.topic)]  # fmt: skip
        return render_template("indicators/index.html", topics=topics, **_form(session, asked))


@bp.get("/indicators.xlsx")
@requires(Permission.REPORT_READ)
def workbook() -> Response:
    """Return the indicators as a workbook."""
    with transaction() as session:
        asked = _asked(session)
        data = book.of_table(reading.table(session, current_actor(), asked), asked.span)
    answer = Response(data, mimetype=TYPES["xlsx"])
    name = f"indicators-{asked.span.first}-{asked.span.last}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/indicators/<code>")
@requires(Permission.REPORT_READ)
def one(code: str) -> str:
    """Show one indicator: twelve months, its groups, and the rows behind it."""
    actor = current_actor()
    with transaction() as session:
        indicator, asked = reading.one(code), _asked(session)
        offered = reading.offered(actor, indicator)
        by = asking.read_by(request.args.get("by")) or offered[0]
        page = reading.rows(session, actor, indicator, asked, request.args.get("after"))
        said = {
            "indicator": indicator, "offered": offered, "by": by, "rows": page.rows,
            "next": page.after, "chosen": {"code": code, "by": by} | _address(asked),
            "trend": reading.trend(session, actor, indicator, asked),
            "groups": reading.groups(session, actor, indicator, asked, by),
            "places": _places(session, page.rows, asked), "link": _link,
        }  # fmt: skip
        return render_template("indicators/one.html", **said, **_form(session, asked))


def _places(session: Session, rows: Sequence[Row], asked: Asked) -> dict[str, str]:
    """Return the names of townships and units of rows."""
    actor, on = current_actor(), asked.span.last
    townships = sorted({row.township_code for row in rows if row.township_code})
    units = sorted({row.unit_code for row in rows if row.unit_code})
    found = names.of(session, actor, By.TOWNSHIP, townships, on)
    return found | names.of(session, actor, By.SQUAD, units, on)


def _link(row: Row) -> str | None:
    """Return the address of the page that shows a row's subject."""
    page = SOURCES[row.source].page
    words: dict[str, Any] = {page[1]: row.subject_id} if page else {}
    return url_for(page[0], **words) if page else None
