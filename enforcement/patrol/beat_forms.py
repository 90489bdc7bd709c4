"""Browser text to typed values: a beat, a file of beats, a proposal that is taken up."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from enforcement.i18n import _l, label
from enforcement.law.terms import Term
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.beats import Described
from enforcement.patrol.terms import BeatKind, Per, PlaceKind
from gis.datum import Datum


def choices(words: type[Term]) -> list[tuple[str, str]]:
    """Return value and word of every member."""
    return [(str(word), label(word)) for word in words]


class Frequency(FlaskForm):
    """How often, when, how long, for whom: what forms of beats share; units are set by views."""

    unit_code = SelectField(_l("负责单位"), validators=[InputRequired(_l("必填。"))])
    times = IntegerField(_l("应到次数"), default=1, validators=[NumberRange(0, 50)],
                         description=_l("0表示不作要求"))  # fmt: skip
    per = SelectField(_l("周期"), default=str(Per.WEEK))
    from_time = TimeField(_l("时段起"), validators=[Optional()], description=_l("不填为全天"))
    to_time = TimeField(_l("时段止"), validators=[Optional()])
    radius_m = IntegerField(_l("到点半径（米）"), default=100,
                            validators=[Optional(), NumberRange(5, 5000)])  # fmt: skip
    dwell_min = IntegerField(_l("停留（分钟）"), default=15, validators=[NumberRange(0, 600)])
    photo = BooleanField(_l("到点须拍照"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the words of the day's language."""
        super().__init__(*args, **kwargs)
        self.per.choices = choices(Per)

    def shared(self) -> dict[str, Any]:
        """Return what these fields say of a beat."""
        start, end = self.from_time.data, self.to_time.data
        return {
            "unit_code": self.unit_code.data, "times": self.times.data, "per": Per(self.per.data),
            "from_minute": start.hour * 60 + start.minute if start else 0,
            "to_minute": end.hour * 60 + end.minute if end else 1440,
            "radius_m": self.radius_m.data, "dwell_min": self.dwell_min.data,
            "photo": bool(self.photo.data),
        }  # fmt: skip


class BeatForm(Frequency):
    """One beat."""

    kind = SelectField(_l("类别"), default=str(BeatKind.POINT))
    name = StringField(_l("名称"), validators=[InputRequired(_l("必填。")), Length(max=60)])
    place_kind = SelectField(_l("场所"), default=str(PlaceKind.COMMITTEE))
    instructions = TextAreaField(_l("工作要求"), validators=[Optional(), Length(max=2000)])
    geometry = TextAreaField(_l("图形"), validators=[InputRequired(_l("请在地图上标出位置。"))],
                             description=_l("在地图上画，或者粘贴GeoJSON、WKT"))  # fmt: skip
    version = HiddenField()
    key = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the words of the day's language."""
        super().__init__(*args, **kwargs)
        self.kind.choices, self.place_kind.choices = choices(BeatKind), choices(PlaceKind)

    def described(self) -> Described:
        """Return what was typed."""
        return Described(
            kind=BeatKind(self.kind.data), name=self.name.data or "",
            place_kind=PlaceKind(self.place_kind.data), geometry=self.geometry.data,
            instructions=self.instructions.data, **self.shared(),
        )  # fmt: skip


class ImportForm(Frequency):
    """A file of beats, and what holds for all of them."""

    file = FileField(_l("文件"), validators=[FileRequired(_l("请选择文件。"))],
                     description=_l("GPX、KML或者GeoJSON"))  # fmt: skip
    datum = SelectField(_l("坐标系"), default=str(Datum.WGS84))
    check = BooleanField(_l("只检查，不导入"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the words of the day's language."""
        super().__init__(*args, **kwargs)
        self.datum.choices = [("wgs84", "WGS 84"), ("cgcs2000", "CGCS2000"), ("gcj02", "GCJ-02"),
                              ("bd09", "BD-09")]  # fmt: skip


def values_of(beat: Beat, geometry: str) -> dict[str, Any]:
    """Return a beat as the form shows it."""
    whole = (beat.from_minute, beat.to_minute) == (0, 1440)
    last = min(beat.to_minute, 1439)
    return {
        "kind": beat.kind, "name": beat.name, "place_kind": beat.place_kind,
        "unit_code": beat.unit_code, "times": beat.times, "per": beat.per,
        "from_time": None if whole else time(*divmod(beat.from_minute, 60)),
        "to_time": None if whole else time(*divmod(last, 60)),
        "radius_m": beat.radius_m, "dwell_min": beat.dwell_min, "photo": beat.photo,
        "instructions": beat.instructions, "geometry": geometry, "version": beat.version,
    }  # fmt: skip
