"""Pages: a unit's templates, what must be covered, publishing weeks."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.law.errors import LawError
from enforcement.people.models import Unit
from enforcement.permissions import Permission, requires
from enforcement.roster import choosing, queries, reach, services
from enforcement.roster.forms import (
    PreviewForm,
    PublishForm,
    RequirementForm,
    TemplateForm,
    as_uuid,
    whole,
)
from enforcement.roster.models import DutyTemplate
from enforcement.roster.pattern import DAY, WEEK, monday_of
from enforcement.roster.planning import Plan
from enforcement.roster.request_views import bp
from enforcement.roster.requirements import Hours, RequirementIn
from enforcement.roster.templates import RowIn, TemplateIn, minutes_between, rows_in
from enforcement.roster.terms import DayRule, DutyKind, Pattern, PlanState
from enforcement.sign_in import current_actor


@bp.route("/roster/template", methods=["GET", "POST"])
@requires(Permission.ROSTER_CHANGE)
def template() -> ResponseReturnValue:
    """Show and change a unit's template: rows added for several weekdays, people, removals."""
    actor = current_actor()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.changeable(actor))
        if chosen.unit is None:
            return render_template("roster/template.html", chosen=chosen)
        found = queries.list_templates(session, actor.county_code, chosen.unit.id)
        named = as_uuid(request.args.get("template"))
        one = next((row for row in found if row.id == named), None)
        if one is None and found and "new" not in request.args:
            one = found[0]
        form = TemplateForm(obj=one, key=str(uuid.uuid4()))
        if form.is_submitted():
            return _save(session, actor, chosen, found, one, form)
        return _template_page(session, actor, chosen, found, one, form, None)


def _template_page(
    session: Session,
    actor: Actor,
    chosen: choosing.Chosen,
    found: list[DutyTemplate],
    one: DutyTemplate | None,
    form: TemplateForm,
    why: str | None,
) -> str:
    assert chosen.unit is not None  # noqa: S101 -- the caller has looked
    people = queries.list_people(session, actor.county_code, chosen.unit.id)
    form.person_id.choices = [("", _("（空缺）")), *[(str(row.id), row.name) for row in people]]
    if not form.is_submitted():
        form.version.data = str(one.version) if one else ""
        form.start.data, form.end.data = time(8, 30), time(17)
        form.anchor_on.data = one.anchor_on if one else monday_of(clock.today(session))
    rows = rows_in(session, actor.county_code, one.id) if one else ()
    return render_template(
        "roster/template.html", chosen=chosen, templates=found, one=one, form=form, rows=rows,
        people=people, why=why,
    )  # fmt: skip


def _save(
    session: Session,
    actor: Actor,
    chosen: choosing.Chosen,
    found: list[DutyTemplate],
    one: DutyTemplate | None,
    form: TemplateForm,
) -> ResponseReturnValue:
    assert chosen.unit is not None  # noqa: S101 -- the caller has looked
    try:
        if not form.validate():
            raise InvalidInputError("form", _("提交的内容有误。"))
        with session.begin_nested():
            before = rows_in(session, actor.county_code, one.id) if one else ()
            what = _stated(form, before)
            saved = services.save_template(
                session, actor, chosen.unit.id, what, template_id=one.id if one else None,
                version=whole(form.version.data), key=form.key.data or None,
            )  # fmt: skip
    except DomainError as error:
        mark(form, error)
        page = _template_page(session, actor, chosen, found, one, form, str(error))
        return page, status_of(error)
    flash(_("模板已保存。已发布的班次不变；要更改后面的班次，请重新发布。"), "success")
    return redirect(url_for(".template", unit=chosen.unit.code, template=saved.id))


def _stated(form: TemplateForm, before: tuple[RowIn, ...]) -> TemplateIn:
    """Return the template that the page states: rows kept with their people, and added ones."""
    kept = [
        replace(row, person_id=as_uuid(request.form.get(f"person-{n}", str(row.person_id))))
        for n, row in enumerate(before)
        if f"drop-{n}" not in request.form
    ]
    added = _added(form) if form.weekdays.data else []
    return TemplateIn(
        form.name.data or "", (*kept, *added), form.cycle_weeks.data or 1, form.anchor_on.data
    )


def _added(form: TemplateForm) -> list[RowIn]:
    start, end = form.start.data, form.end.data
    if start is None or end is None:
        raise InvalidInputError("start" if start is None else "end", _("必填。"))
    return [
        RowIn(
            weekday, DutyKind(form.kind.data), start, minutes_between(start, end),
            as_uuid(form.person_id.data), DayRule(form.days.data), (form.week.data or 1) - 1,
        )
        for weekday in form.weekdays.data or []
    ]  # fmt: skip


@bp.route("/roster/publish", methods=["GET", "POST"])
@requires(Permission.ROSTER_CHANGE)
def publish() -> ResponseReturnValue:
    """Show what publishing would do; then do exactly that."""
    actor = current_actor()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.changeable(actor))
        unit = chosen.unit
        found = queries.list_templates(session, actor.county_code, unit.id) if unit else []
        asked = request.method == "POST" or "weeks" in request.args
        form = _publish_form(session, asked)
        form.template_id.choices = [(str(row.id), row.name) for row in found]
        plan, why, status = (None, None, 200)
        if asked and found:
            plan, why, status = _plan(session, actor, form)
        if plan is not None and plan.applied and unit is not None:
            done = len([one for one in plan.lines if one.state is not PlanState.KEPT])
            flash(_("已发布，新增和更改共%(n)d个班次。", n=done), "success")
            return redirect(url_for(".index", unit=unit.code, day=plan.monday))
        if plan is not None:
            form.digest.data = plan.digest
        page = render_template(
            "roster/publish.html", chosen=chosen, templates=found, form=form, plan=plan, why=why,
            states=PlanState, asked=asked,
        )  # fmt: skip
        return page, status


def _publish_form(session: Session, asked: bool) -> PublishForm:
    if request.method == "POST":
        return PublishForm()
    if asked:
        return PreviewForm(request.args)
    day = choosing.day_asked(session)
    if "day" not in request.args:
        day = monday_of(day) + WEEK
    return PreviewForm(formdata=None, day=day, template_id=request.args.get("template_id"), weeks=1)


def _plan(session: Session, actor: Actor, form: PublishForm) -> tuple[Plan | None, str | None, int]:
    """Return the plan, done where it was confirmed, or why there is none."""
    template_id = as_uuid(form.template_id.data)
    day = form.day.data
    if not form.validate() or template_id is None or day is None:
        return None, _("提交的内容有误。"), 422
    act = services.publish_week if request.method == "POST" else services.preview_week
    more: dict[str, Any] = {"accept_short_rest": form.accept_short_rest.data}
    if request.method == "POST":
        more["digest"] = form.digest.data or ""
    try:
        with session.begin_nested():
            return act(session, actor, template_id, day, form.weeks.data or 1, **more), None, 200
    except (DomainError, LawError) as error:
        mark(form, error)
        return None, str(error), status_of(error)


@bp.route("/roster/requirements", methods=["GET", "POST"])
@requires(Permission.ROSTER_CHANGE)
def requirements() -> ResponseReturnValue:
    """Show what must be covered in a unit, and add to it."""
    actor, form = current_actor(), RequirementForm()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.changeable(actor))
        if chosen.unit is None:
            return render_template("roster/requirements.html", chosen=chosen)
        why: DomainError | None = None
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    what = _required(form)
                    services.add_requirement(
                        session, actor, chosen.unit.id, what, key=form.key.data or None
                    )
            except DomainError as error:
                mark(form, error)
                why = error
            else:
                flash(_("已登记值班要求。"), "success")
                return redirect(url_for(".requirements", unit=chosen.unit.code))
        return _requirements_page(session, actor, chosen, chosen.unit, form, why)


def _requirements_page(
    session: Session,
    actor: Actor,
    chosen: choosing.Chosen,
    unit: Unit,
    form: RequirementForm,
    why: DomainError | None,
) -> tuple[str, int]:
    if not form.is_submitted():
        form.key.data = str(uuid.uuid4())
    page = render_template(
        "roster/requirements.html", chosen=chosen, form=form, why=str(why) if why else None,
        rows=queries.list_requirements(session, actor.county_code, unit.id),
        today=clock.today(session), tomorrow=clock.today(session) + DAY,
    )  # fmt: skip
    return page, (status_of(why) if why else 422) if form.is_submitted() else 200


def _required(form: RequirementForm) -> RequirementIn:
    pattern, hours = Pattern(form.pattern.data), ()
    if pattern is Pattern.WEEKLY:
        hours = _hours(form)
    return RequirementIn(
        DutyKind(form.kind.data), pattern, form.at_least.data or 1,
        certified=bool(form.certified.data), hours=hours, valid_from=form.valid_from.data,
    )  # fmt: skip


def _hours(form: RequirementForm) -> tuple[Any, ...]:
    start, end = form.start.data, form.end.data
    if start is None or end is None:
        raise InvalidInputError("start" if start is None else "end", _("必填。"))
    minutes = minutes_between(start, end)
    return tuple(Hours(weekday, start, minutes) for weekday in form.weekdays.data or [])


@bp.post("/roster/requirements/<uuid:requirement_id>/end")
@requires(Permission.ROSTER_CHANGE)
def end_requirement(requirement_id: uuid.UUID) -> ResponseReturnValue:
    """End a requirement from tomorrow on."""
    actor = current_actor()
    with transaction() as session:
        row = services.end_requirement(session, actor, requirement_id)
        unit = session.get_one(Unit, (actor.county_code, row.unit_id))
    flash(_("该要求自%(day)s起不再执行。", day=row.valid_to), "success")
    return redirect(url_for(".requirements", unit=unit.code))
