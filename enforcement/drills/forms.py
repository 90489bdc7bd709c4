"""Browser text to typed values: a drill to start."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from enforcement.drills.services import LONGEST_H
from enforcement.i18n import _l


class DrillForm(FlaskForm):
    """Until when an answer counts, and a key against double clicks."""

    hours = IntegerField(_l("多少小时内应答"), validators=[Optional(), NumberRange(1, LONGEST_H)])
    key = HiddenField()
