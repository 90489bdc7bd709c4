"""Browser text to typed values: a file to import, a place to look up."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, FloatField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from enforcement.i18n import _l


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


class PlaceForm(FlaskForm):
    """A point (degrees, WGS 84) and a day."""

    class Meta:
        """A look-up changes nothing, so it needs no token."""

        csrf = False

    lon = FloatField(_l("经度"), validators=[InputRequired(_l("必填。")), NumberRange(-180, 180)])
    lat = FloatField(_l("纬度"), validators=[InputRequired(_l("必填。")), NumberRange(-90, 90)])
    on = DateField(_l("日期"), validators=[Optional()])
