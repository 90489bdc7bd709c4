"""Browser text to typed values: sending a squad, visiting a stop."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from enforcement.i18n import _l


class SendForm(FlaskForm):
    """Which squad, on which day, with which instructions; choices are set by the view."""

    squad_id = SelectField(_l("中队"), validators=[InputRequired(_l("请选择一个中队。"))])
    patrol_on = DateField(_l("巡查日期"), validators=[InputRequired(_l("必填。"))])
    instructions = TextAreaField(_l("工作要求"), validators=[Optional(), Length(max=2000)])
    version = HiddenField()
    key = HiddenField()


class VisitForm(FlaskForm):
    """What was found at a stop."""

    outcome = TextAreaField(
        _l("到场情况"), validators=[InputRequired(_l("请写明到场情况。")), Length(max=2000)]
    )
