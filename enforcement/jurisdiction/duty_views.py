"""Pages: the list of duties with their days; adding one, ending one."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.jurisdiction import duty_acts, duty_queries, plan_coverage, plan_queries
from enforcement.jurisdiction.boundary_views import bp
from enforcement.jurisdiction.duty_report import next_place, read_place
from enforcement.jurisdiction.plan_coverage import Coverage
from enforcement.jurisdiction.plan_forms import DutyForm, EndForm
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

__all__ = ["bp"]


@bp.get("/jurisdiction/duties")
@requires(Permission.JURISDICTION_READ)
def duties() -> ResponseReturnValue:
    """List duties, of a unit, of a day, or all with those that have ended."""
    with transaction() as session:
        return _page(session, DutyForm(formdata=None), None)


def _page(session: Session, form: DutyForm, why: str | None) -> str:
    county_code, today = current_actor().county_code, clock.today(session)
    units = plan_queries.units_on(session, county_code, today)
    form.unit.choices = [(unit.code, f"{unit.code} {unit.name}") for unit in units if unit.live]
    day, chosen = _day(request.args.get("on"), today), request.args.get("unit") or None
    after = request.args.get("after")
    rows = duty_queries.list_page(
        session, county_code, unit_code=chosen, on=day, after=read_place(after)
    )
    return render_template(
        "jurisdiction/duties.html",
        rows=rows,
        units=units,
        chosen={"unit": chosen or "", "on": request.args.get("on", str(today))},
        next=next_place(rows, duty_queries.PAGE),
        first=not after,
        form=form,
        end=EndForm(formdata=None),
        why=why,
        today=today,
        check=_check(session, county_code, today) if not after else None,
    )


def _check(session: Session, county_code: str, day: date) -> Coverage | None:
    """Return what is wrong with the duties of a day; None without boundaries to check by."""
    try:
        return plan_coverage.coverage_on(session, county_code, day)
    except NotFoundError:
        return None


def _day(text: str | None, today: date) -> date | None:
    """Return the day of the filter: today where none is said, None where it is left empty."""
    if text is None:
        return today
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInputError("on", _("日期应写成 2026-03-02 的形式。")) from None


@bp.post("/jurisdiction/duties")
@requires(Permission.JURISDICTION_CHANGE)
def add_duty() -> ResponseReturnValue:
    """Make a unit answer for an area or a shape from a day on."""
    form = DutyForm()
    with transaction() as session:
        if not form.validate():
            return _page(session, form, None), 422
        try:
            with session.begin_nested():
                duty_acts.add(session, current_actor(), form.unit.data or "", **_said(form))
        except DomainError as error:
            if isinstance(error, InvalidInputError):
                mark(form, error)
            return _page(session, form, str(error)), status_of(error)
    flash(_("已添加责任。"), "success")
    return redirect(url_for(".duties"))


def _said(form: DutyForm) -> dict[str, Any]:
    return {
        "valid_from": form.valid_from.data,
        "area_code": (form.area_code.data or "").strip() or None,
        "geometry": (form.geometry.data or "").strip() or None,
        "name": form.name.data or None,
        "category": form.category.data or None,
        "priority": form.priority.data or 0,
        "repair": form.repair.data,
    }


@bp.post("/jurisdiction/duties/<uuid:duty_id>/end")
@requires(Permission.JURISDICTION_CHANGE)
def end_duty(duty_id: uuid.UUID) -> ResponseReturnValue:
    """End a duty on a day, by default today."""
    form = EndForm()
    with transaction() as session:
        if not form.validate():
            return _page(session, DutyForm(formdata=None), _("日期不对。")), 422
        try:
            with session.begin_nested():
                duty = duty_acts.end(session, current_actor(), duty_id, form.on.data)
        except InvalidInputError as error:
            return _page(session, DutyForm(formdata=None), str(error)), status_of(error)
        flash(_("责任于%(day)s终止。", day=duty.valid_to), "success")
    return redirect(url_for(".duties"))
