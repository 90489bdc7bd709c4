"""Forms: asking to see an object, and what a second person says to it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from enforcement.glass.models import GlassKind
from enforcement.glass.services import LONGEST_TEXT
from enforcement.i18n import _l, label

MUST = _l("必填。")


class AskForm(FlaskForm):
    """Which object, why, and until when."""

    kind = SelectField(
        _l("查看什么"), choices=lambda: [(str(one), label(one)) for one in GlassKind],
        validators=[InputRequired(MUST)],
    )  # fmt: skip
    number = StringField(
        _l("编号"), validators=[InputRequired(MUST), Length(max=40)],
        description=_l("案件编号以AJ开头，事件编号以SJ开头"),
    )  # fmt: skip
    until = DateTimeLocalField(
        _l("查看到"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(MUST)],
    )  # fmt: skip
    reason = TextAreaField(
        _l("理由"), validators=[InputRequired(MUST), Length(max=LONGEST_TEXT)],
        description=_l("写明发生了什么、为什么必须现在查看；决定人和审计管理员都会看到。"),
    )  # fmt: skip


class DecideForm(FlaskForm):
    """Why one agrees or refuses."""

    reason = StringField(_l("理由"), validators=[InputRequired(MUST), Length(max=LONGEST_TEXT)])
