"""Pages: the calendar of working days, its notices and their import; limits and a count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.i18n import _
from enforcement.law.errors import LawError
from enforcement.law.time_limits import LIMITS, Due
from enforcement.law.workdays import DAY, Calendar
from enforcement.permissions import Permission, requires
from enforcement.sheets import steps
from enforcement.sheets import writing as sheets
from enforcement.sheets.steps import Steps
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor
from enforcement.timing import calendars, importing, limits, shown, uploads
from enforcement.timing.columns import NOTICE
from enforcement.timing.forms import ImportForm

bp = Blueprint("timing", __name__)


@dataclass(frozen=True)
class Run:
    """Days in a row, both included, that are off or, as days of a weekend, worked."""

    first: date
    last: date
    worked: bool
    name: str


@bp.record_once
def _filters(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        count_step=shown.said, limit_name=shown.name_of, limit_starts=shown.starts_of
    )


@bp.get("/limits")
@requires(Permission.CASE_READ)
def limit_list() -> ResponseReturnValue:
    """Show every limit in force, and count one from a day that the person gives."""
    chosen, start = request.args.get("limit", ""), request.args.get("from", "")
    found: Due | None = None
    error: Exception | None = None
    with transaction() as session:
        today = clock.today(session)
        if chosen:
            try:
                found = limits.due_on(
                    session, current_actor().county_code, chosen, _day(start) or today
                )
            except (DomainError, LawError) as refused:
                error = refused
    rows = [row for row in LIMITS if row.in_force(today)]
    page = render_template(
        "timing/limits.html", rows=rows, found=found, why=str(error) if error else None,
        chosen=chosen, start=start or today.isoformat(),
    )  # fmt: skip
    return page, status_of(error) if isinstance(error, DomainError) else 200


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInputError("from", _("日期应当写成 2026-03-02。")) from None


@bp.get("/calendar")
@requires(Permission.SETTING_CHANGE)
def calendar() -> ResponseReturnValue:
    """Show the years that are known, the days of one of them, and the notices imported."""
    county_code = current_actor().county_code
    with transaction() as session:
        today = clock.today(session)
        known = calendars.current(session, county_code)
        year = request.args.get("year", default=today.year, type=int)
        return render_template(
            "timing/calendar.html", year=year, years=sorted(known.years, reverse=True)[:8],
            days=_days(known, year), source=known.sources.get(year),
            until=calendars.known_until(known, today), today=today,
            editions=calendars.editions(session, county_code),
            counts=calendars.edition_counts(session, county_code),
        )  # fmt: skip


def _days(known: Calendar, year: int) -> list[Run]:
    """Return what a notice names: runs of days of the same kind and name."""
    named = [(day, False, known.name_of(day)) for day in known.off if day.year == year]
    named += [(d, True, known.names.get(d, "")) for d in known.worked if d.year == year]
    found: list[Run] = []
    for day, worked, name in sorted(named):
        before = found[-1] if found else None
        if before and before.last + DAY == day and (before.worked, before.name) == (worked, name):
            found[-1] = replace(before, last=day)
        else:
            found.append(Run(day, day, worked, name))
    return found


@bp.route("/calendar/import", methods=["GET", "POST"])
@requires(Permission.SETTING_CHANGE)
def import_file() -> ResponseReturnValue:
    """Look at the file of a notice first; then put exactly what was seen in force."""
    actor, form = current_actor(), ImportForm()
    done = steps.run(form, Steps(
        preview=lambda session, data, name: importing.preview(session, actor, data, name),
        apply=lambda session, data, name, digest: importing.apply(
            session, actor, data, name, digest=digest
        ),
        keep=lambda session, data, name: uploads.keep(session, actor, data, name),
        kept=lambda session, sha256: uploads.kept(session, actor, sha256),
    ))  # fmt: skip
    if done.applied is not None:
        years = "、".join(str(year) for year in sorted(done.applied.years))
        flash(_("已导入%(years)s年的放假安排，即时生效。", years=years), "success")
        flash(_("正在重新计算未办结的期限；改变的期限记在各自的办理经过里。"), "info")
        return redirect(url_for(".calendar", year=max(done.applied.years)))
    page = render_template("timing/import.html", form=form, seen=done.seen, why=done.why)
    return page, done.status


@bp.post("/calendar/recount")
@requires(Permission.SETTING_CHANGE)
def recount() -> ResponseReturnValue:
    """Have the stored days of all that is open counted anew."""
    with transaction() as session:
        importing.order_recount(session, current_actor())
    flash(_("正在重新计算未办结的期限；改变的期限记在各自的办理经过里。"), "success")
    return redirect(url_for(".calendar"))


@bp.get("/calendar/template.<string:suffix>")
@requires(Permission.SETTING_CHANGE)
def template(suffix: str) -> Response:
    """Return an empty notice to fill in."""
    if suffix not in TYPES:
        raise NotFoundError(_("只能导出 .xlsx 或者 .csv。"))
    answer = Response(sheets.template(NOTICE, suffix), mimetype=TYPES[suffix].partition(";")[0])
    answer.headers["Content-Disposition"] = f'attachment; filename="calendar-template.{suffix}"'
    return answer
