"""Browser text to typed values: a citizen's report, asking after it, an opinion."""

from __future__ import annotations

from datetime import datetime

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from enforcement.clock import ZONE
from enforcement.i18n import _, _l, in_english
from enforcement.incident import outside
from enforcement.incident.forms import number
from enforcement.incident.intake import Photo, Report
from enforcement.law.taxonomy import Taxonomy
from enforcement.law.terms import IncidentSource


def offer_choices(listed: Taxonomy) -> list[tuple[str, str]]:
    """Return code and word of every category that a county's list lets the public report."""
    return [(row.code, row.en if in_english() else row.zh) for row in listed.public.values()]


class CitizenForm(FlaskForm):
    """What a citizen says; `website` is a trap for robots, which people do not see.

    The choices of category and village are the county's own: whoever makes the form fills them in.
    """

    category = RadioField(_l("类别"), choices=(), validators=[InputRequired(_l("请选择类别。"))])
    description = TextAreaField(
        _l("情况说明"),
        validators=[InputRequired(_l("请写明情况。")), Length(max=2000, message=_l("文字太长。"))],
    )
    village_code = SelectField(_l("村（社区）"), validators=[Optional()], validate_choice=False)
    place = StringField(_l("地点描述"), validators=[Optional(), Length(max=200)])
    lon = StringField(_l("经度"), validators=[Optional()])
    lat = StringField(_l("纬度"), validators=[Optional()])
    accuracy_m = HiddenField()
    occurred_at = DateTimeLocalField(
        _l("发生时间"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[Optional()],
        description=_l("不填就是现在"),
    )
    photos = MultipleFileField(_l("照片（最多3张）"))
    name = StringField(
        _l("您的称呼"),
        validators=[Optional(), Length(max=60)],
        description=_l("可不填；仅办理人员可见"),
    )
    phone = StringField(
        _l("联系电话"),
        validators=[Optional(), Length(max=30)],
        description=_l("可不填；加密保存，仅办理人员可见"),
    )
    consent = BooleanField(
        _l("我知道所填内容会交给办理人员用于处理本事项"),
        validators=[InputRequired(_l("请勾选确认。"))],
    )
    website = StringField(validators=[Length(max=0)])
    key = HiddenField()

    def report(self, now: datetime) -> Report:
        """Return what was reported; raises InvalidInputError where something is no number."""
        at = self.occurred_at.data
        lon, lat = number(self.lon.data, "lon"), number(self.lat.data, "lat")
        return Report(
            category=self.category.data,
            description=outside.words(self.description.data, "description", 2000) or "",
            occurred_at=at.replace(tzinfo=ZONE) if at else now,
            lon=lon,
            lat=lat,
            accuracy_m=number(self.accuracy_m.data, "accuracy_m"),
            place=outside.words(self.place.data, "place", 200),
            source=IncidentSource.CITIZEN,
            village_code=(self.village_code.data or None) if lon is None else None,
            reporter_name=outside.words(self.name.data, "name", 60),
            reporter_phone=outside.phone(self.phone.data),
        )

    def sent_photos(self) -> list[Photo]:
        """Return the photos that were really sent."""
        return [
            Photo(file.filename or "photo", file.read())
            for file in self.photos.data or []
            if file and file.filename
        ]


class StatusForm(FlaskForm):
    """Number and code of a report."""

    number = StringField(_l("事件编号"), validators=[InputRequired(_l("必填。")), Length(max=40)])
    code = StringField(_l("查询码"), validators=[InputRequired(_l("必填。")), Length(max=20)])


def scores() -> list[tuple[str, str]]:
    """Return the marks a citizen may give."""
    words = (_("非常不满意"), _("不满意"), _("一般"), _("满意"), _("非常满意"))
    return [(str(n), word) for n, word in enumerate(words, 1)]


class RateForm(StatusForm):
    """How content a citizen is."""

    score = RadioField(
        _l("您对处理结果"), choices=scores, validators=[InputRequired(_l("请选择1到5分。"))]
    )
    words = TextAreaField(_l("意见（可不填）"), validators=[Optional(), Length(max=200)])
