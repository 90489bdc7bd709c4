"""Forms: what is to be held."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from enforcement.i18n import _l, label
from enforcement.retention.models import HoldKind
from enforcement.retention.services import LONGEST_TEXT

MUST = _l("必填。")
DAYS = {"data-only": "kind tracks"}


class HoldForm(FlaskForm):
    """A legal hold."""

    kind = SelectField(
        _l("保全什么"), choices=lambda: [(str(one), label(one)) for one in HoldKind],
        validators=[InputRequired(MUST)],
    )  # fmt: skip
    named = StringField(
        _l("编号或者用户名"), validators=[Optional(), Length(max=60)],
        description=_l("案件、事件写编号；工作人员写用户名；轨迹写用户名，不写为全部人员"),
    )  # fmt: skip
    first_on = DateField(_l("轨迹自"), validators=[Optional()], render_kw=DAYS)
    last_on = DateField(_l("轨迹至"), validators=[Optional()], render_kw=DAYS)
    reason = TextAreaField(_l("理由"), validators=[InputRequired(MUST), Length(max=LONGEST_TEXT)])
