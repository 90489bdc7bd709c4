"""Browser text to typed values: a rule, and why one is switched off."""

from __future__ import annotations

import re
import uuid
from datetime import date, time
from typing import Any, Final

from flask_wtf import FlaskForm
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
from wtforms.widgets import CheckboxInput, ListWidget

from enforcement.i18n import _l, label
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.people.models import Unit
from enforcement.rules.drafts import Draft
from enforcement.rules.dry_run import MONTHS, MOST_MONTHS
from enforcement.rules.models import RoutingRule
from enforcement.rules.words import weekday
from enforcement.taxonomy import web as taxonomy

CODES: Final = re.compile(r"[、,，;；\s]+")


class Ticks(SelectMultipleField):
    """Several of some words, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _words(words: Any) -> Any:
    return lambda: [(str(one), label(one)) for one in words]


class RuleForm(FlaskForm):
    """A rule; an empty condition always holds."""

    name = StringField(_l("名称"), validators=[InputRequired(_l("必填。")), Length(max=60)])
    categories = SelectMultipleField(
        _l("事件类别"), choices=taxonomy.choices, validate_choice=False,
        description=_l("不选为全部类别；选一级类别包括它下面的二级类别。按住 Ctrl 可多选。"),
    )  # fmt: skip
    areas = TextAreaField(
        _l("区域"), validators=[Optional(), Length(max=8000)],
        description=_l("乡镇（9位）或者村（12位）的区划代码，用顿号或者换行分隔；留空为全县。"),
    )  # fmt: skip
    weekdays = Ticks(
        _l("星期"), coerce=int, choices=lambda: [(n, weekday(n)) for n in range(1, 8)],
        description=_l("不选为每天；跨夜的时段算在开始的那一天。"),
    )  # fmt: skip
    from_time = TimeField(_l("开始时间"), validators=[Optional()])
    to_time = TimeField(
        _l("结束时间"), validators=[Optional()],
        description=_l("按收到上报的时间；结束早于开始即为跨夜，例如 22:00 到 06:00。"),
    )  # fmt: skip
    sources = Ticks(_l("来源"), choices=_words(IncidentSource), description=_l("不选为全部来源。"))
    urgencies = Ticks(_l("紧急程度"), choices=_words(Urgency), description=_l("不选为全部。"))
    unit = SelectField(_l("派给"), choices=[], validate_choice=False)
    position = IntegerField(
        _l("第几条"), validators=[Optional(), NumberRange(1, 1000)],
        description=_l("留空为最后一条；第一条符合的规则生效。"),
    )  # fmt: skip
    valid_from = DateField(_l("生效日期"), validators=[InputRequired(_l("必填。"))])
    valid_to = DateField(
        _l("失效日期"), validators=[Optional()], description=_l("自这一天起不再适用；留空为长期。")
    )
    note = TextAreaField(_l("说明"), validators=[Optional(), Length(max=500)])
    months = IntegerField(
        _l("试算最近几个月"), default=MONTHS,
        validators=[Optional(), NumberRange(1, MOST_MONTHS)],
    )  # fmt: skip
    version = HiddenField()

    def draft(self, units: dict[str, Unit]) -> Draft:
        """Return the rule; a unit code that names nothing gives a unit that `check` refuses."""
        assert self.valid_from.data is not None  # noqa: S101 -- InputRequired
        return draft_of(
            name=self.name.data or "",
            unit=units.get(self.unit.data or ""),
            valid_from=self.valid_from.data,
            categories=self.categories.data or [],
            areas=[one for one in CODES.split(self.areas.data or "") if one],
            weekdays=self.weekdays.data or [],
            from_time=self.from_time.data,
            to_time=self.to_time.data,
            sources=self.sources.data or [],
            urgencies=self.urgencies.data or [],
            valid_to=self.valid_to.data,
            note=self.note.data or "",
        )


def draft_of(
    *, name: str, unit: Unit | None, valid_from: date, categories: list[str], areas: list[str],
    weekdays: list[int], from_time: time | None, to_time: time | None, sources: list[str],
    urgencies: list[str], valid_to: date | None, note: str,
) -> Draft:  # fmt: skip
    """Return a rule of typed values, each list in order and without doubles."""
    return Draft(
        name=name.strip(), unit_id=unit.id if unit else uuid.UUID(int=0), valid_from=valid_from,
        categories=_once(categories), areas=_once(areas),
        weekdays=tuple(sorted(set(weekdays))), from_time=from_time, to_time=to_time,
        sources=_once(sources), urgencies=_once(urgencies), valid_to=valid_to, note=note.strip(),
    )  # fmt: skip


def _once(codes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in codes))


def values_of(rule: RoutingRule, unit: Unit) -> dict[str, Any]:
    """Return what the form shows of a stored rule."""
    return {
        "name": rule.name, "categories": rule.categories, "areas": "、".join(rule.areas),
        "weekdays": rule.weekdays, "from_time": rule.from_time, "to_time": rule.to_time,
        "sources": rule.sources, "urgencies": rule.urgencies, "unit": unit.code,
        "valid_from": rule.valid_from, "valid_to": rule.valid_to, "note": rule.note,
        "version": rule.version,
    }  # fmt: skip


class OffForm(FlaskForm):
    """Why a rule is switched off."""

    reason = StringField(_l("理由"), validators=[InputRequired(_l("必填。")), Length(max=500)])
    version = HiddenField()


class MoveForm(FlaskForm):
    """The version that was seen."""

    version = HiddenField()
