"""Browser text to typed values: a plan, its operations, putting it in force, single duties."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from enforcement.errors import InvalidInputError
from enforcement.i18n import _, _l
from enforcement.taxonomy import web as taxonomy

BELOW_1000 = NumberRange(-999, 999)


def category_choices() -> list[tuple[str, str]]:
    """Return all matters, then each category of level 1; a duty covers those below it."""
    named = [(code, f"{code} {name}") for code, name in taxonomy.main_choices()]
    return [("", _("全部事项")), *named]


class PlanForm(FlaskForm):
    """A new plan."""

    name = StringField(_l("名称"), validators=[InputRequired(_l("必填。")), Length(max=100)])
    on = DateField(_l("以哪一天的分工为底"), validators=[Optional()], description=_l("留空为今天"))
    note = TextAreaField(_l("说明"), validators=[Optional(), Length(max=2000)])
    key = HiddenField()


class ActivatePlanForm(FlaskForm):
    """From which day, and what a person has seen."""

    version = HiddenField()
    from_day = DateField(_l("启用日期"), validators=[Optional()], description=_l("留空为今天"))
    accept_changes = BooleanField(_l("我已核对拟订以后的变化，按本方案启用"))
    accept_problems = BooleanField(_l("我已核对检查发现的问题，仍然启用"))


class DutyForm(FlaskForm):
    """A duty: of a village, township or the county by its code, or of a drawn polygon."""

    unit = SelectField(_l("单位"), choices=[], validate_choice=False)
    area_code = StringField(
        _l("区划代码"), validators=[Optional(), Length(6, 12)],
        description=_l("村12位、乡镇9位、县6位；自绘区域留空"),
    )  # fmt: skip
    geometry = TextAreaField(
        _l("图形（GeoJSON或者WKT）"), validators=[Optional()],
        description=_l("经纬度，经度在前；会自动贴合附近的村界"),
    )  # fmt: skip
    name = StringField(_l("自绘区域的名称"), validators=[Optional(), Length(max=100)])
    category = SelectField(_l("事项"), choices=category_choices, validate_choice=False)
    priority = IntegerField(_l("优先级"), default=0, validators=[Optional(), BELOW_1000])
    valid_from = DateField(_l("自哪一天起"), validators=[Optional()], description=_l("留空为今天"))
    repair = BooleanField(_l("修复可修复的图形"))


class EndForm(FlaskForm):
    """The first day on which a duty no longer holds."""

    on = DateField(_l("自哪一天起不再负责"), validators=[Optional()], description=_l("留空为今天"))


def op_of(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return the one operation that a form of the editor says; raises InvalidInputError."""
    op: dict[str, Any] = {
        name: form[name].strip()
        for name in ("op", "unit", "source", "into", "name", "geometry", "row")
        if form.get(name, "").strip()
    }
    if op.get("op") == "assign":
        op["areas"] = form.getlist("areas")
    if form.get("priority", "").strip():
        op["priority"] = number(form, "priority")
    if form.get("category") and op.get("op") in ("assign", "draw"):
        op["category"] = form["category"]
    if form.get("repair"):
        op["repair"] = True
    return op


def number(form: MultiDict[str, str], name: str) -> int:
    """Return a whole number of a form; raises InvalidInputError."""
    try:
        return int(form.get(name, ""))
    except ValueError:
        raise InvalidInputError(name, _("%(name)s应当是整数。", name=name)) from None
