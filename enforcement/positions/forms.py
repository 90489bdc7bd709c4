"""Forms: register a device, hand in a track."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from enforcement.i18n import _l
from enforcement.positions.models import Protocol

SPOKEN = (Protocol.OSMAND, Protocol.OWNTRACKS, Protocol.JT808)


class DeviceForm(FlaskForm):
    """What a device calls itself, how it speaks, who carries it; people are set by the view."""

    ident = StringField(
        _l("设备编号"), [DataRequired(_l("请填写设备编号。")), Length(max=100)],
        filters=[lambda text: (text or "").strip()],
    )  # fmt: skip
    protocol = SelectField(_l("协议"), choices=[(str(one), one.zh) for one in SPOKEN])
    person = SelectField(_l("携带人"), [Optional()], choices=[])
    label = StringField(_l("说明"), [Optional(), Length(max=100)])
    strict = BooleanField(_l("必须出示密钥"))


class GpxForm(FlaskForm):
    """A recorded track."""

    file = FileField(_l("GPX文件"), [FileRequired(_l("请选择文件。"))])
