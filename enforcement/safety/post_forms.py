"""Browser text to typed values: where the post of a unit is."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Optional

from enforcement.i18n import _l
from enforcement.incident.forms import number


class PostForm(FlaskForm):
    """A place in degrees, WGS 84 as CGCS2000, and metres around it."""

    lon = StringField(_l("经度"), validators=[InputRequired(_l("必填。"))])
    lat = StringField(_l("纬度"), validators=[InputRequired(_l("必填。"))])
    radius_m = IntegerField(
        _l("范围（米）"), validators=[Optional()], description=_l("不填时按县的设置")
    )

    def place(self) -> tuple[float | None, float | None]:
        """Return the place; raises InvalidInputError where a number is none."""
        return number(self.lon.data, "lon"), number(self.lat.data, "lat")
