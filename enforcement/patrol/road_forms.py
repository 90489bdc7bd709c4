"""Form: a file of roads and what a person says of it."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from enforcement.i18n import _l
from enforcement.patrol.roads import Said
from gis.datum import Datum


class RoadsForm(FlaskForm):
    """A file of roads."""

    file = FileField(
        _l("文件"), validators=[FileRequired(_l("请选择文件。"))],
        description=_l("OpenStreetMap的.osm或.osm.pbf、Shapefile（zip）或GeoPackage"),
    )  # fmt: skip
    source = StringField(
        _l("数据来源"), validators=[Optional(), Length(max=100)],
        description=_l("写在排班页上，例如“OpenStreetMap”“县交通局路网”"),
    )  # fmt: skip
    dated_on = DateField(_l("数据日期"), validators=[Optional()])
    crs = StringField(_l("坐标系"), validators=[Optional(), Length(max=20)],
                      description=_l("文件没有说明时才填，例如EPSG:4529"))  # fmt: skip
    datum = SelectField(_l("经纬度基准"), default=str(Datum.CGCS2000))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the choices."""
        super().__init__(*args, **kwargs)
        self.datum.choices = [("cgcs2000", "CGCS2000"), ("wgs84", "WGS 84"), ("gcj02", "GCJ-02"),
                              ("bd09", "BD-09")]  # fmt: skip

    def said(self) -> Said:
        """Return what was typed."""
        return Said(self.source.data or None, self.dated_on.data, self.crs.data or None,
                    Datum(self.datum.data))  # fmt: skip
