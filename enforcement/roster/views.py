"""Pages: a unit's week, who is on duty now, my shifts, single shifts, the spreadsheet."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.clock import ZONE
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _
from enforcement.people.models import Unit
from enforcement.permissions import Permission, requires
from enforcement.roster import (
    choosing,
    on_duty,
    planning_views,
    presence,
    queries,
    reach,
    services,
    spreadsheet,
)
from enforcement.roster.entries import history
from enforcement.roster.forms import (
    CancelForm,
    NowForm,
    PersonForm,
    ShiftForm,
    as_uuid,
    aware,
    span_of,
    whole,
)
from enforcement.roster.models import DutyShift
from enforcement.roster.pattern import WEEK, monday_of
from enforcement.roster.request_views import bp
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.terms import FIRST_YEAR, LAST_YEAR, LONGEST, MINE_DAYS, DutyKind
from enforcement.roster.week import month_days, usual_kinds, week_of
from enforcement.sign_in import current_actor

__all__ = ["bp", "planning_views"]  # whose pages are on it by being imported


@bp.get("/roster")
@requires(Permission.ROSTER_READ)
def index() -> ResponseReturnValue:
    """Show a unit's week: people by day and kind, leave, gaps, what each worked."""
    actor = current_actor()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.readable(actor))
        if chosen.unit is None:
            return render_template("roster/week.html", chosen=chosen)
        monday = monday_of(choosing.day_asked(session))
        change = queries.find_unit(session, reach.changeable(actor), chosen.unit.id)
        return render_template(
            "roster/week.html", chosen=chosen, week=week_of(session, chosen.unit, monday),
            before=monday - WEEK, after=monday + WEEK, may_change=change is not None,
            now=clock.now(session), today=clock.today(session),
        )  # fmt: skip


@bp.get("/roster/export.xlsx")
@requires(Permission.ROSTER_READ)
def export() -> Response:
    """Return a unit's week, or with `span=month` its month, as a workbook."""
    actor = current_actor()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.readable(actor))
        if chosen.unit is None:
            raise NotFoundError(_("没有找到该单位，或者您无权查看它的值班表。"))
        day = choosing.day_asked(session)
        of_month = request.args.get("span") == "month"
        first, days = month_days(day) if of_month else (monday_of(day), 7)
        data = spreadsheet.write(week_of(session, chosen.unit, first, days))
        name = f"roster-{chosen.unit.code}-{first}.xlsx"
    answer = Response(data, mimetype=spreadsheet.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/roster/now")
@requires(Permission.ROSTER_READ)
def now() -> ResponseReturnValue:
    """Say who is to be called for a village, in order."""
    actor, form = current_actor(), NowForm(request.args)
    with transaction() as session:
        villages = queries.list_villages(session, actor)
        groups: dict[str, list[tuple[str, str]]] = {}
        for code, name, township in villages:
            groups.setdefault(township, []).append((code, name))
        form.place.choices = groups
        if not form.place.data and len(villages) == 1:
            form.place.data = villages[0][0]
        at = aware(form.at.data) or clock.now(session)
        steps, place, present = None, None, {}
        if form.place.data and form.validate():
            place = reach.check_place(session, actor, form.place.data)
            steps = on_duty.on_duty(session, actor.county_code, place.code, at)
            people = {one.person_id for one in steps if one.person_id is not None}
            present = presence.present_since(session, actor.county_code, people)
        return render_template(
            "roster/now.html", form=form, steps=steps, place=place, at=at, villages=villages,
            present=present,
        )  # fmt: skip


@bp.get("/roster/mine")
@requires(Permission.ROSTER_READ)
def mine() -> ResponseReturnValue:
    """Show the signed-in person's shifts of the next two weeks."""
    actor = current_actor()
    with transaction() as session:
        start = clock.now(session)
        rows = queries.list_shifts_of(
            session, actor.county_code, actor.person_id, start, start + timedelta(MINE_DAYS)
        )
        return render_template("roster/mine.html", rows=rows, now=start, days=MINE_DAYS)


@bp.get("/roster/shifts/<uuid:shift_id>")
@requires(Permission.ROSTER_CHANGE)
def shift(shift_id: uuid.UUID) -> ResponseReturnValue:
    """Show a shift: who could have it and why not, its history."""
    with transaction() as session:
        actor = current_actor()
        row, unit = _shift(session, actor, shift_id)
        form = PersonForm(
            formdata=None, version=row.version,
            person_id=request.args.get("person") or str(row.person_id or ""),
            key=str(uuid.uuid4()),
        )  # fmt: skip
        return _shift_page(session, actor, row, unit, form, None)


def _shift(session: Session, actor: Actor, shift_id: uuid.UUID) -> tuple[DutyShift, Unit]:
    """Return a shift and its unit, whose roster the actor may change."""
    row = queries.get_shift(session, actor.county_code, shift_id)
    return row, reach.check_change(session, actor, row.unit_id)


def _shift_page(
    session: Session, actor: Actor, row: DutyShift, unit: Unit, form: PersonForm, why: str | None
) -> str:
    at = clock.now(session)
    form.person_id.choices = choosing.people_for(
        session, actor.county_code, unit.id, row.kind, max(row.starts_at, at), row.ends_at, row.id
    )
    return render_template(
        "roster/shift.html", shift=row, unit=unit, form=form, why=why, now=at,
        person=queries.person_name(session, row.county_code, row.person_id),
        cancel=CancelForm(formdata=None, version=row.version),
        history=history(session, row.county_code, row.id),
    )  # fmt: skip


@bp.post("/roster/shifts/<uuid:shift_id>")
@requires(Permission.ROSTER_CHANGE)
def set_shift(shift_id: uuid.UUID) -> ResponseReturnValue:
    """Put a person on a shift, replace him, or leave it open."""
    form, actor = PersonForm(), current_actor()
    with transaction() as session:
        row, unit = _shift(session, actor, shift_id)
        if not form.validate():
            return _shift_page(session, actor, row, unit, form, errors_of(form)), 422
        try:
            with session.begin_nested():
                made = services.set_shift(
                    session, actor, shift_id, as_uuid(form.person_id.data),
                    version=whole(form.version.data), reason=form.reason.data or "",
                    accept_short_rest=bool(form.accept_short_rest.data), key=form.key.data or None,
                )  # fmt: skip
        except DomainError as error:
            session.refresh(row)
            mark(form, error)
            return _shift_page(session, actor, row, unit, form, str(error)), status_of(error)
        flash(_("已更改值班人员。"), "success")
        return _back(unit, made.starts_at)


@bp.post("/roster/shifts/<uuid:shift_id>/cancel")
@requires(Permission.ROSTER_CHANGE)
def cancel_shift(shift_id: uuid.UUID) -> ResponseReturnValue:
    """Take a shift off the roster."""
    form, actor = CancelForm(), current_actor()
    with transaction() as session:
        row, unit = _shift(session, actor, shift_id)
        services.cancel_shift(
            session, actor, shift_id, reason=form.reason.data or "",
            version=whole(form.version.data),
        )  # fmt: skip
        flash(_("该班次已取消。"), "success")
        return _back(unit, row.starts_at)


def _back(unit: Unit, moment: datetime) -> ResponseReturnValue:
    return redirect(url_for(".index", unit=unit.code, day=clock.local_day(moment)))


@bp.route("/roster/shifts/new", methods=["GET", "POST"])
@requires(Permission.ROSTER_CHANGE)
def new_shift() -> ResponseReturnValue:
    """Add a shift by hand, for instance where a gap is."""
    actor, form = current_actor(), ShiftForm()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.changeable(actor))
        if chosen.unit is None:
            return render_template("roster/new_shift.html", chosen=chosen)
        why: DomainError | None = None
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    made = _add(session, actor, chosen.unit, form)
            except DomainError as error:
                mark(form, error)
                why = error
            else:
                flash(_("已增加班次。"), "success")
                return _back(chosen.unit, made.starts_at)
        return _new_page(session, actor, chosen, chosen.unit, form, why)


def _new_page(
    session: Session,
    actor: Actor,
    chosen: choosing.Chosen,
    unit: Unit,
    form: ShiftForm,
    why: DomainError | None,
) -> tuple[str, int]:
    if not form.is_submitted():
        _fill(session, unit, form)
    start, end = aware(form.starts_at.data), aware(form.ends_at.data)
    kind = form.kind.data or str(DutyKind.A_POST)
    if start is None or not FIRST_YEAR <= start.year <= LAST_YEAR:
        start = clock.now(session)
    form.person_id.choices = choosing.people_for(
        session, actor.county_code, unit.id, kind, start,
        end if end and start < end <= start + LONGEST else start + timedelta(hours=1),
    )  # fmt: skip
    page = render_template(
        "roster/new_shift.html", chosen=chosen, form=form, why=str(why) if why else None
    )
    return page, (status_of(why) if why else 422) if form.is_submitted() else 200


def _fill(session: Session, unit: Unit, form: ShiftForm) -> None:
    """Take kind, times and person from the address, as a gap's link gives them."""
    start = choosing.moment_asked("from")
    if start is None:
        start = (clock.now(session) + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    end = choosing.moment_asked("to") or start + timedelta(hours=8)
    form.starts_at.data = start.astimezone(ZONE).replace(tzinfo=None)
    form.ends_at.data = end.astimezone(ZONE).replace(tzinfo=None)
    form.kind.data = request.args.get("kind", str(usual_kinds(unit)[0]))
    form.person_id.data = request.args.get("person", "")
    form.key.data = str(uuid.uuid4())


def _add(session: Session, actor: Actor, unit: Unit, form: ShiftForm) -> DutyShift:
    what = ShiftIn(DutyKind(form.kind.data), *span_of(form), as_uuid(form.person_id.data))
    return services.add_shift(
        session, actor, unit.id, what, reason=form.reason.data or "",
        accept_short_rest=bool(form.accept_short_rest.data), key=form.key.data or None,
    )  # fmt: skip
