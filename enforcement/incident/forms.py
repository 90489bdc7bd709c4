"""Browser text to typed values: a report, an act upon an incident."""

from __future__ import annotations

import math

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    DateTimeLocalField,
    Field,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from enforcement.clock import ZONE
from enforcement.errors import InvalidInputError
from enforcement.i18n import _, _l
from enforcement.incident.intake import Photo, Report
from enforcement.law.terms import IncidentSource
from enforcement.taxonomy import web as taxonomy


def category_choices() -> list[tuple[str, str]]:
    """Return code and word of every category that reports may name, by the county's list."""
    return taxonomy.choices()


def check_category(_form: FlaskForm, field: Field) -> None:
    """Refuse a category, of either level, that the county's list does not offer."""
    if field.data not in taxonomy.mine().offered:
        raise ValidationError(_("没有这个事件类别，或者已停用，请另选类别。"))


class ReportForm(FlaskForm):
    """What a phone sends: category, words, point, time, photos, and a key against doubles."""

    category = RadioField(
        _l("类别"),
        choices=taxonomy.main_choices,
        validate_choice=False,
        validators=[InputRequired(_l("请选择类别。")), check_category],
    )
    description = TextAreaField(
        _l("情况说明"),
        validators=[Optional(), Length(max=2000, message=_l("文字太长。"))],
        description=_l("有照片或者录音时可以不写。"),
    )
    occurred_at = DateTimeLocalField(
        _l("发生时间"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(_l("必填。"))],
    )
    lon = StringField(_l("经度"), validators=[Optional()])
    lat = StringField(_l("纬度"), validators=[Optional()])
    accuracy_m = HiddenField()
    place = StringField(_l("地点描述"), validators=[Optional(), Length(max=200)])
    photos = MultipleFileField(_l("照片"))
    source = HiddenField(default=str(IncidentSource.PHONE_APP))
    key = HiddenField()

    def report(self, source: IncidentSource) -> Report:
        """Return what was reported; raises InvalidInputError where a number is none."""
        assert self.occurred_at.data is not None  # noqa: S101 -- InputRequired
        return Report(
            category=self.category.data,
            description=self.description.data or "",
            occurred_at=self.occurred_at.data.replace(tzinfo=ZONE),
            lon=number(self.lon.data, "lon"),
            lat=number(self.lat.data, "lat"),
            accuracy_m=number(self.accuracy_m.data, "accuracy_m"),
            place=self.place.data or None,
            source=source,
        )

    def sent_photos(self) -> list[Photo]:
        """Return the photos that were really sent."""
        return [
            Photo(file.filename or "photo", file.read())
            for file in self.photos.data or []
            if file and file.filename
        ]


def number(text: str | None, field: str) -> float | None:
    """Return a number of degrees or metres, None for nothing; raises InvalidInputError."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidInputError(field, _("“%(text)s”不是数字。", text=text[:40]))
    return value


def whole(text: str | int | None) -> int | None:
    """Return a whole number that a hidden field carries, None for anything else."""
    return int(text) if text is not None and str(text).isdigit() else None


class ActForm(FlaskForm):
    """A note, the version that was read, a key against double clicks."""

    note = TextAreaField(_l("说明"), validators=[Optional(), Length(max=2000)])
    version = HiddenField()
    key = HiddenField()


class MoveForm(FlaskForm):
    """Another position for an incident (degrees, WGS 84), and why it is the right one."""

    lon = StringField(_l("经度"), validators=[InputRequired(_l("必填。"))])
    lat = StringField(_l("纬度"), validators=[InputRequired(_l("必填。"))])
    reason = StringField(_l("更正理由"), validators=[InputRequired(_l("必填。")), Length(max=200)])
    version = HiddenField()
