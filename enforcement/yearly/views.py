"""Pages: the figures of a year, their downloads, the act of reporting, and the public feed."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor
from enforcement.yearly import acts, book, public_views, queries, reading, services

bp = Blueprint("yearly", __name__)
MORE = (public_views.bp,)
SubmitForm = form_of("SubmitYearlyForm", acts.SUBMIT)


@bp.get("/indicators/yearly")
@requires(Permission.YEARLY_READ)
def latest() -> ResponseReturnValue:
    """Lead to the figures of the last year that is over."""
    with transaction() as session:
        year = clock.today(session).year - 1
    return redirect(url_for(".year", year=year))


@bp.get("/indicators/yearly/<int:year>")
@requires(Permission.YEARLY_READ)
def year(year: int) -> ResponseReturnValue:
    """Show the figures of a year with their definitions, and whether they were reported."""
    with transaction() as session:
        form = SubmitForm(formdata=None, submitted_on=clock.today(session))
        return _page(session, year, form)


def _page(
    session: Session, year: int, form: FlaskForm, error: Exception | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    told = reading.make(session, actor, year)
    mark(form, error)
    page = render_template(
        "yearly/year.html", told=told, form=form, why=str(error) if error else None,
        reports=queries.reports(session, actor.county_code, year), today=clock.today(session),
        first=reading.FIRST,
    )  # fmt: skip
    return page, status_of(error) if error else 200


@bp.post("/indicators/yearly/<int:year>/submit")
@requires(Permission.YEARLY_SUBMIT)
def submit(year: int) -> ResponseReturnValue:
    """Keep the figures as reported."""
    form = SubmitForm()
    with transaction() as session:
        reading.check_year(session, year)
        error: Exception | None = None
        if form.validate():
            try:
                with session.begin_nested():
                    services.submit(session, current_actor(), year, **values_of(form, acts.SUBMIT))
            except DomainError as refused:
                error = refused
        else:
            error = InvalidInputError("", errors_of(form) or _("必填。"))
        if error is not None:
            return _page(session, year, form, error)
    flash(_("已登记上报，数字按现在的保存。"), "success")
    return redirect(url_for(".year", year=year))


@bp.get("/indicators/yearly/<int:year>.json")
@requires(Permission.YEARLY_READ)
def as_json(year: int) -> Response:
    """Return the figures as JSON (static/schemas/yearly-1.json)."""
    with transaction() as session:
        data = reading.as_bytes(reading.make(session, current_actor(), year))
    return _file(data, "application/json", f"yearly-{year}.json")


@bp.get("/indicators/yearly/<int:year>.csv")
@requires(Permission.YEARLY_READ)
def as_csv(year: int) -> Response:
    """Return the figures as CSV."""
    with transaction() as session:
        data = reading.as_csv(reading.make(session, current_actor(), year))
    return _file(data, "text/csv", f"yearly-{year}.csv")


@bp.get("/indicators/yearly/<int:year>.xlsx")
@requires(Permission.YEARLY_READ)
def as_xlsx(year: int) -> Response:
    """Return the figures as a workbook."""
    with transaction() as session:
        data = book.as_xlsx(reading.make(session, current_actor(), year))
    return _file(data, TYPES["xlsx"], f"yearly-{year}.xlsx")


@bp.get("/indicators/yearly/<int:year>/versions/<int:version>.json")
@requires(Permission.YEARLY_READ)
def kept(year: int, version: int) -> Response:
    """Return the figures as they were reported."""
    with transaction() as session:
        data = queries.kept(session, current_actor(), year, version)
    return _file(data, "application/json", f"yearly-{year}-{version}.json")


def _file(data: bytes, media_type: str, name: str) -> Response:
    answer = Response(data, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
