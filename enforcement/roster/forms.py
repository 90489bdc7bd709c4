"""Browser text to typed values: shifts, templates, publishing, requirements, leave, swaps."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from enforcement.clock import ZONE
from enforcement.errors import InvalidInputError
from enforcement.i18n import _, _l, label
from enforcement.roster.terms import (
    MAX_CYCLE,
    MAX_WEEKS,
    WEEKDAYS,
    DayRule,
    DutyKind,
    LeaveKind,
    Pattern,
    Problem,
)

NEEDED = InputRequired(_l("必填。"))
MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def words(terms: Any) -> Any:
    """Return the choices of a set of words, in the language of the page."""
    return lambda: [(str(one), label(one)) for one in terms]


class Ticks(SelectMultipleField):
    """Several boxes to tick, each a number."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _weekdays() -> list[tuple[int, str]]:
    return [(n, _(word)) for n, word in enumerate(WEEKDAYS)]


class Rest(FlaskForm):
    """What every form that places people asks besides."""

    reason = StringField(_l("说明"), validators=[Length(max=200)])
    accept_short_rest = BooleanField(_l("休息不足仍然安排（须填写说明）"))


class PersonForm(Rest):
    """Who gets a shift; choices are set by the view."""

    person_id = SelectField(_l("值班人员"), validate_choice=False)
    version = HiddenField()
    key = HiddenField()


class ShiftForm(Rest):
    """A shift to add by hand."""

    kind = SelectField(_l("班次种类"), choices=words(DutyKind))
    starts_at = DateTimeLocalField(_l("开始"), format=MOMENT, validators=[NEEDED])
    ends_at = DateTimeLocalField(
        _l("结束"), format=MOMENT, validators=[NEEDED], description=_l("最长24小时，可以跨零点")
    )
    person_id = SelectField(_l("值班人员"), validate_choice=False)
    key = HiddenField()


class CancelForm(FlaskForm):
    """Why a shift is taken off the roster."""

    reason = StringField(_l("取消理由"), validators=[NEEDED, Length(max=200)])
    version = HiddenField()


class TemplateForm(FlaskForm):
    """A template's name and cycle, and rows to add for several weekdays at once."""

    name = StringField(_l("模板名称"), validators=[NEEDED, Length(max=60)])
    cycle_weeks = IntegerField(
        _l("轮换周期（周）"),
        validators=[InputRequired(_l("请填写整数。")), NumberRange(1, MAX_CYCLE)],
        default=1,
        description=_l("例如两周轮换填2，之后从第一周重新开始"),
    )
    anchor_on = DateField(_l("第一周从哪一周算起"), validators=[Optional()])
    weekdays = Ticks(_l("星期"), coerce=int, choices=_weekdays)
    week = IntegerField(_l("第几周"), validators=[Optional(), NumberRange(1, MAX_CYCLE)], default=1)
    kind = SelectField(_l("班次种类"), choices=words(DutyKind))
    start = TimeField(_l("开始"), validators=[Optional()])
    end = TimeField(
        _l("结束"), validators=[Optional()], description=_l("不晚于开始的，算次日；相同为24小时")
    )
    days = SelectField(_l("哪些日子"), choices=words(DayRule))
    person_id = SelectField(_l("值班人员"), validate_choice=False)
    version = HiddenField()
    key = HiddenField()


class PublishForm(FlaskForm):
    """Which template, from which week on, for how many weeks; digest -- of the plan seen."""

    template_id = SelectField(_l("模板"), validate_choice=False)
    day = DateField(_l("从哪一周开始"), validators=[NEEDED], description=_l("该周的任何一天"))
    weeks = IntegerField(_l("周数"), validators=[NEEDED, NumberRange(1, MAX_WEEKS)], default=1)
    accept_short_rest = BooleanField(_l("休息不足的仍然安排"))
    digest = HiddenField()


class PreviewForm(PublishForm):
    """The same, to look at the plan only."""

    class Meta:
        """A look-up changes nothing, so it needs no token."""

        csrf = False


class RequirementForm(FlaskForm):
    """What must be covered."""

    kind = SelectField(_l("班次种类"), choices=words(DutyKind))
    pattern = SelectField(_l("时段"), choices=words(Pattern))
    at_least = IntegerField(
        _l("至少几人"),
        validators=[InputRequired(_l("请填写整数。")), NumberRange(1, 50)],
        default=1,
    )
    certified = BooleanField(_l("须持有效执法证"))
    weekdays = Ticks(_l("星期"), coerce=int, choices=_weekdays)
    start = TimeField(_l("开始"), validators=[Optional()])
    end = TimeField(_l("结束"), validators=[Optional()])
    valid_from = DateField(_l("自哪一天起"), validators=[Optional()], description=_l("留空为今天"))
    key = HiddenField()


class LeaveForm(FlaskForm):
    """Leave to ask for."""

    person_id = SelectField(_l("请假人"), validate_choice=False)
    kind = SelectField(_l("请假类别"), choices=words(LeaveKind))
    starts_at = DateTimeLocalField(_l("开始"), format=MOMENT, validators=[NEEDED])
    ends_at = DateTimeLocalField(_l("结束"), format=MOMENT, validators=[NEEDED])
    reason = TextAreaField(
        _l("事由"), validators=[Length(max=200)], description=_l("补办已经开始的请假必须填写")
    )
    key = HiddenField()


class DecideForm(FlaskForm):
    """A note on a decision, and what was seen when it was taken."""

    note = StringField(_l("意见"), validators=[Length(max=200)])
    version = HiddenField()
    freed = HiddenField()


class SwapForm(FlaskForm):
    """To whom, or for which shift; choices are set by the view."""

    to = SelectField(_l("换给谁"), validate_choice=False, validators=[NEEDED])
    reason = TextAreaField(_l("事由"), validators=[Length(max=200)])
    key = HiddenField()


class NowForm(FlaskForm):
    """For which village, and when."""

    class Meta:
        """A look-up changes nothing, so it needs no token."""

        csrf = False

    place = SelectField(_l("村（社区）"), choices=[], validate_choice=False)
    at = DateTimeLocalField(
        _l("时间"), format=MOMENT, validators=[Optional()], description=_l("留空为现在")
    )


def aware(moment: datetime | None) -> datetime | None:
    """Return a moment of a form as one of China's time."""
    return moment.replace(tzinfo=ZONE) if moment else None


def span_of(form: ShiftForm | LeaveForm) -> tuple[datetime, datetime]:
    """Return the two moments of a valid form; raises InvalidInputError where one is missing."""
    start, end = aware(form.starts_at.data), aware(form.ends_at.data)
    if start is None or end is None:
        raise InvalidInputError("starts_at" if start is None else "ends_at", _("必填。"))
    return start, end


def as_uuid(value: Any) -> uuid.UUID | None:
    """Return a chosen id; what is none stands for nothing chosen."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def people_choices(
    people: Sequence[Any], why: Sequence[tuple[Problem, ...]], empty: str
) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of people in two groups: who is free, and who is not and why."""
    free, others = [], []
    for person, reasons in zip(people, why, strict=True):
        if reasons:
            said = _("；").join(map(label, reasons))
            others.append((str(person.id), _("%(name)s（%(why)s）", name=person.name, why=said)))
        else:
            free.append((str(person.id), person.name))
    groups = {_("可以安排"): [("", empty), *free], _("不宜安排"): others}
    return {name: rows for name, rows in groups.items() if rows}


def whole(text: str | int | None) -> int | None:
    """Return a whole number that a hidden field carries, None for anything else."""
    return int(text) if text is not None and str(text).isdigit() else None
