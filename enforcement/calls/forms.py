"""Browser text to typed values: a call that a dispatcher takes down."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from enforcement.clock import ZONE
from enforcement.i18n import _l, label
from enforcement.incident.forms import category_choices, number
from enforcement.incident.intake import Report
from enforcement.law.terms import Urgency


class CallForm(FlaskForm):
    """Who calls, how urgent it is, what, where and when; a key against doubles."""

    reporter_phone = StringField(_l("来电号码"), validators=[Optional(), Length(max=30)])
    reporter_name = StringField(_l("来电人"), validators=[Optional(), Length(max=60)])
    urgency = RadioField(
        _l("紧急程度"),
        choices=lambda: [(str(one), label(one)) for one in Urgency],
        default=str(Urgency.NORMAL),
        validators=[InputRequired(_l("必填。"))],
    )
    category = SelectField(
        _l("类别"),
        choices=lambda: [("", "—"), *category_choices()],
        validators=[InputRequired(_l("请选择类别。"))],
    )
    description = TextAreaField(
        _l("情况说明"),
        validators=[InputRequired(_l("请写明情况。")), Length(max=2000, message=_l("文字太长。"))],
    )
    village_code = SelectField(_l("村（社区）"), validators=[Optional()], validate_choice=False)
    place = StringField(_l("地点描述"), validators=[Optional(), Length(max=200)])
    lon = StringField(_l("经度"), validators=[Optional()])
    lat = StringField(_l("纬度"), validators=[Optional()])
    occurred_at = DateTimeLocalField(
        _l("发生时间"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(_l("必填。"))],
    )
    key = HiddenField()

    def report(self) -> Report:
        """Return what was said; raises InvalidInputError where a number is none."""
        assert self.occurred_at.data is not None  # noqa: S101 -- InputRequired
        return Report(
            category=self.category.data,
            description=self.description.data or "",
            occurred_at=self.occurred_at.data.replace(tzinfo=ZONE),
            lon=number(self.lon.data, "lon"),
            lat=number(self.lat.data, "lat"),
            place=self.place.data,
            urgency=Urgency(self.urgency.data),
            village_code=self.village_code.data or None,
            reporter_name=self.reporter_name.data,
            reporter_phone=self.reporter_phone.data,
        )
