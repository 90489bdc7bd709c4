"""Browser text to typed values: a village point."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from enforcement.i18n import _l


class PointForm(FlaskForm):
    """Where a point stands, what it is called, and the number that is rung there."""

    village_code = SelectField(_l("村（社区）"), validators=[InputRequired(_l("必填。"))])
    name = StringField(_l("名称"), validators=[InputRequired(_l("必填。")), Length(max=60)])
    place = StringField(_l("地点描述"), validators=[Optional(), Length(max=200)])
    phone = StringField(_l("联系电话"), validators=[Optional(), Length(max=30)])
