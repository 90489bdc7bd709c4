"""Browser text to typed values: a system that may call."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from enforcement.i18n import _l
from enforcement.open311.services import LONGEST_NAME, MOST_RATE, USUAL_RATE


class ClientForm(FlaskForm):
    """Its name, how often it may call, and whether it may read what people wrote."""

    name = StringField(
        _l("名称"), validators=[InputRequired(_l("必填。")), Length(max=LONGEST_NAME)]
    )
    rate_per_minute = IntegerField(
        _l("每分钟最多调用次数"),
        default=USUAL_RATE,
        validators=[InputRequired(_l("必填。")), NumberRange(1, MOST_RATE)],
    )
    sees_description = BooleanField(_l("可以读取情况说明（敏感类别除外）"))
