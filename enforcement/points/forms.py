"""Browser text to typed values: a village point."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from enforcement.i18n import _l
from enforcement.incident.forms import number
from enforcement.points.services import Described


class PointForm(FlaskForm):
    """Where a point stands, what it is called, and the number that is rung there."""

    village_code = SelectField(_l("村（社区）"), validators=[InputRequired(_l("必填。"))])
    name = StringField(_l("名称"), validators=[InputRequired(_l("必填。")), Length(max=60)])
    place = StringField(_l("地点描述"), validators=[Optional(), Length(max=200)])
    lon = StringField(_l("经度"), validators=[Optional()], description=_l("度，WGS 84；可不填"))
    lat = StringField(_l("纬度"), validators=[Optional()])
    owner = StringField(_l("看管人"), validators=[Optional(), Length(max=60)])
    phone = StringField(_l("联系电话"), validators=[Optional(), Length(max=30)])
    key = HiddenField()

    def described(self) -> Described:
        """Return what was typed; raises InvalidInputError where a number is none."""
        return Described(
            self.village_code.data,
            self.name.data or "",
            self.place.data,
            number(self.lon.data, "lon"),
            number(self.lat.data, "lat"),
            None,
            self.owner.data,
            self.phone.data,
        )


class EditForm(PointForm):
    """The same of a point that there is, with a person to choose, and the version read."""

    owner_id = SelectField(
        _l("看管人员"),
        validators=[Optional()],
        description=_l("本乡镇的驻村人员；不在其中时写在上面"),
    )
    version = HiddenField()

    def described(self) -> Described:
        """Return what was typed; raises InvalidInputError where a number is none."""
        chosen = uuid.UUID(self.owner_id.data) if self.owner_id.data else None
        return replace(super().described(), owner_id=chosen)
