"""Browser text to typed values: sending a squad, visiting a stop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from enforcement.clock import ZONE
from enforcement.i18n import _l, label
from enforcement.patrol.services import Found
from enforcement.patrol.terms import FindingKind


class SendForm(FlaskForm):
    """Which squad, on which day, with which instructions; choices are set by the view."""

    squad_id = SelectField(_l("中队"), validators=[InputRequired(_l("请选择一个中队。"))])
    patrol_on = DateField(_l("巡查日期"), validators=[InputRequired(_l("必填。"))])
    instructions = TextAreaField(_l("工作要求"), validators=[Optional(), Length(max=2000)])
    version = HiddenField()
    key = HiddenField()


class VisitForm(FlaskForm):
    """What was found at a stop."""

    outcome = TextAreaField(
        _l("到场情况"), validators=[InputRequired(_l("请写明到场情况。")), Length(max=2000)]
    )
    arrived_at = DateTimeLocalField(_l("到达时间"), validators=[Optional()])
    left_at = DateTimeLocalField(_l("离开时间"), validators=[Optional()])
    again_on = DateField(_l("再次到访"), validators=[Optional()])
    finding_kind = SelectField(_l("发现"), validators=[Optional()])
    finding_number = StringField(_l("编号"), validators=[Optional(), Length(max=60)])
    finding_text = StringField(_l("发现内容"), validators=[Optional(), Length(max=1000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the words of the day's language."""
        super().__init__(*args, **kwargs)
        kinds = [(str(one), label(one)) for one in FindingKind]
        self.finding_kind.choices = [("", "—"), *kinds]

    def said(self) -> dict[str, Any]:
        """Return what was typed, as the act takes it; times are China's."""
        kind = self.finding_kind.data
        found = Found(FindingKind(kind), self.finding_text.data or "",
                      self.finding_number.data or None) if kind else None  # fmt: skip
        return {
            "outcome": self.outcome.data or "", "arrived_at": _moment(self.arrived_at.data),
            "left_at": _moment(self.left_at.data), "again_on": self.again_on.data,
            "findings": [found] if found else [],
        }  # fmt: skip


def _moment(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=ZONE)
