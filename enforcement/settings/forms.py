"""Browser text to typed values: one setting."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length

from enforcement.i18n import _l


class SettingForm(FlaskForm):
    """The new value and why."""

    value = IntegerField(_l("新值"), validators=[InputRequired(_l("请填写整数。"))])
    reason = StringField(_l("理由"), validators=[InputRequired(_l("必填。")), Length(max=200)])
