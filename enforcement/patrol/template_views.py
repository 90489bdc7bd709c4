"""Pages: templates of patrols that come back."""

from __future__ import annotations

import uuid
from datetime import time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from enforcement import clock
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import mark
from enforcement.i18n import _, _l
from enforcement.incident.forms import whole
from enforcement.law.terms import UnitKind
from enforcement.patrol import beat_queries, templates
from enforcement.patrol.morning_views import bp
from enforcement.patrol.plan_models import PatrolTemplate
from enforcement.patrol.templates import Described
from enforcement.patrol.terms import BeatState
from enforcement.people import unit_queries as units
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

__all__ = ["bp"]
DAYS = [(1, _l("周一")), (2, _l("周二")), (3, _l("周三")), (4, _l("周四")), (5, _l("周五")),
        (6, _l("周六")), (7, _l("周日"))]  # fmt: skip


class TemplateForm(FlaskForm):
    """One template; the view sets squads and beats."""

    name = StringField(_l("名称"), validators=[InputRequired(_l("必填。")), Length(max=60)])
    squad_id = SelectField(_l("中队"), validators=[InputRequired(_l("请选择一个中队。"))])
    weekdays = SelectMultipleField(_l("星期"), coerce=int, choices=DAYS)
    every_weeks = IntegerField(_l("每几周一次"), default=1, validators=[NumberRange(1, 8)])
    starts_on = DateField(_l("开始日期"), validators=[InputRequired(_l("必填。"))])
    ends_on = DateField(_l("结束日期"), validators=[Optional()], description=_l("不填为长期"))
    from_time = TimeField(_l("上班"), default=time(8, 30))
    to_time = TimeField(_l("下班"), default=time(17, 0))
    break_from = TimeField(_l("午休起"), default=time(11, 30), validators=[Optional()])
    break_to = TimeField(_l("午休止"), default=time(13, 0), validators=[Optional()])
    beats = SelectMultipleField(_l("点位"), description=_l("按住Ctrl选多个；按负责单位和名称排列"))
    instructions = TextAreaField(_l("工作要求"), validators=[Optional(), Length(max=2000)])
    version = HiddenField()
    key = HiddenField()

    def described(self) -> Described:
        """Return what was typed; raises InvalidInputError for a missing time."""
        starts_on = self.starts_on.data
        if self.from_time.data is None or self.to_time.data is None or starts_on is None:
            raise InvalidInputError("to_time", _("请填写上班和下班时间。"))
        return Described(
            self.name.data or "", uuid.UUID(self.squad_id.data), tuple(self.weekdays.data or ()),
            starts_on, tuple((uuid.UUID(one), None) for one in self.beats.data or ()),
            self.every_weeks.data or 1, self.ends_on.data, minute(self.from_time.data) or 0,
            minute(self.to_time.data) or 0, minute(self.break_from.data),
            minute(self.break_to.data), self.instructions.data or "",
        )  # fmt: skip


def minute(at: time | None) -> int | None:
    """Return the minute of the day."""
    return None if at is None else at.hour * 60 + at.minute


def clock_time(minutes: int | None) -> time | None:
    """Return a minute of the day as a time."""
    return None if minutes is None else time(*divmod(min(minutes, 1439), 60))


@bp.get("/patrols/templates")
@requires(Permission.PATROL_ASSIGN)
def template_list() -> str:
    """List templates, those in use first."""
    with transaction() as session:
        rows = templates.list_all(session, current_actor())
    return render_template("patrol/templates.html", rows=rows, days=dict(DAYS), states=BeatState)


@bp.route("/patrols/templates/new", methods=["GET", "POST"])
@requires(Permission.PATROL_ASSIGN)
def template_new() -> ResponseReturnValue:
    """Keep a new template."""
    with transaction() as session:
        form = TemplateForm(key=str(uuid.uuid4()), starts_on=clock.today(session),
                            weekdays=[1, 2, 3, 4, 5])  # fmt: skip
        return _edit(session, form, None)


@bp.route("/patrols/templates/<uuid:template_id>", methods=["GET", "POST"])
@requires(Permission.PATROL_ASSIGN)
def template_edit(template_id: uuid.UUID) -> ResponseReturnValue:
    """Change a template."""
    with transaction() as session:
        row = templates.get(session, current_actor(), template_id)
        stops = templates.stops_of(session, row)
        form = TemplateForm(
            name=row.name, squad_id=str(row.squad_id), weekdays=row.weekdays,
            every_weeks=row.every_weeks, starts_on=row.starts_on, ends_on=row.ends_on,
            from_time=clock_time(row.from_minute), to_time=clock_time(row.to_minute),
            break_from=clock_time(row.break_from), break_to=clock_time(row.break_to),
            beats=[str(beat.id) for _stop, beat in stops], instructions=row.instructions,
            version=row.version,
        )  # fmt: skip
        return _edit(session, form, row)


def _edit(session: Session, form: TemplateForm, row: PatrolTemplate | None) -> ResponseReturnValue:
    actor, why = current_actor(), None
    _offer(session, actor, form)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with session.begin_nested():
                if row is None:
                    templates.add(session, actor, form.described(), key=form.key.data or None)
                else:
                    templates.edit(session, actor, row.id, form.described(),
                                   version=whole(form.version.data))  # fmt: skip
            flash(_("已保存。"), "success")
            return redirect(url_for(".template_list"))
        except DomainError as error:
            mark(form, error)
            why, status = str(error), status_of(error)
    return render_template("patrol/template_form.html", form=form, row=row, why=why), status


def _offer(session: Session, actor: Actor, form: TemplateForm) -> None:
    squads = units.list_units(session, actor.county_code, UnitKind.SQUAD, clock.today(session))
    form.squad_id.choices = [
        (str(one.id), one.name) for one in squads if one.code.startswith(actor.unit_code)
    ]
    rows: list[Any] = beat_queries.list_page(session, actor, limit=beat_queries.MOST)
    form.beats.choices = [(str(row.beat.id), f"{row.unit_name} · {row.beat.name}") for row in rows]


@bp.post("/patrols/templates/<uuid:template_id>/state")
@requires(Permission.PATROL_ASSIGN)
def template_state(template_id: uuid.UUID) -> ResponseReturnValue:
    """Retire a template or put it to use again."""
    state = BeatState.ACTIVE if request.form.get("state") == "active" else BeatState.RETIRED
    with transaction() as session:
        version = whole(request.form.get("version"))
        templates.set_state(session, current_actor(), template_id, state, version=version)
    flash(_("已保存。"), "success")
    return redirect(url_for(".template_list"))
