"""Browser text to typed values: a file to import, a place to look up."""

from __future__ import annotations

from typing import Final

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, FloatField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from enforcement.i18n import _l, label
from enforcement.jurisdiction.terms import Level
from gis.datum import Datum
from gis.readers import ReadOptions

DATUM_LABELS: Final = {
    Datum.CGCS2000: "CGCS2000",
    Datum.WGS84: "WGS 84",
    Datum.GCJ02: "GCJ-02",
    Datum.BD09: "BD-09",
}


class ImportForm(FlaskForm):
    """A file of divisions (CSV) or boundaries (GeoJSON)."""

    kind = SelectField(
        _l("内容"),
        choices=lambda: [
            ("divisions", _l("区划名录（CSV）")),
            ("boundaries", _l("村级界线（GeoJSON）")),
        ],
    )
    file = FileField(_l("文件"), validators=[FileRequired(_l("请选择文件。"))])
    skip_rejected = BooleanField(_l("跳过有问题的行，导入其余"))
    activate = BooleanField(_l("检查无问题时立即启用"))


class BoundariesForm(FlaskForm):
    """A file of boundaries of any kind, and what a person says about it.

    `sha256` names a file that was sent before, whose fields are being chosen.
    """

    sha256 = HiddenField()
    file = FileField(_l("文件"))
    level = SelectField(
        _l("级别"), choices=lambda: [(str(level), label(level)) for level in reversed(Level)]
    )
    decree = StringField(_l("批复文号"), validators=[Optional(), Length(max=200)])
    crs = StringField(_l("坐标系（EPSG代码，留空按文件）"), validators=[Optional(), Length(max=20)])
    datum = SelectField(_l("坐标基准"), choices=lambda: [(str(d), DATUM_LABELS[d]) for d in Datum])
    layer = StringField(_l("图层（有多个时）"), validators=[Optional(), Length(max=200)])
    code_field = SelectField(_l("代码列"), choices=[], validate_choice=False)
    name_field = SelectField(_l("名称列"), choices=[], validate_choice=False)
    repair = BooleanField(_l("修复可修复的图形，并逐一列出"))
    skip_rejected = BooleanField(_l("跳过有问题的行，导入其余"))
    activate = BooleanField(_l("检查无问题时立即启用"))

    def reading(self) -> ReadOptions:
        """Return how the file is to be read."""
        return ReadOptions(
            crs=self.crs.data or None,
            datum=Datum(self.datum.data),
            layer=self.layer.data or None,
            repair=self.repair.data,
        )

    def mapping(self) -> dict[str, str]:
        """Return the fields that were chosen."""
        chosen = {"code": self.code_field.data, "name": self.name_field.data}
        return {part: column for part, column in chosen.items() if column}


class ActivateForm(FlaskForm):
    """From which day an edition counts, and that a person has looked at its problems."""

    from_day = DateField(_l("启用日期"), validators=[Optional()])
    accept_problems = BooleanField(_l("我已核对检查发现的问题"))


class PlaceForm(FlaskForm):
    """A point (degrees, WGS 84) and a day."""

    class Meta:
        """A look-up changes nothing, so it needs no token."""

        csrf = False

    lon = FloatField(_l("经度"), validators=[InputRequired(_l("必填。")), NumberRange(-180, 180)])
    lat = FloatField(_l("纬度"), validators=[InputRequired(_l("必填。")), NumberRange(-90, 90)])
    on = DateField(_l("日期"), validators=[Optional()])
