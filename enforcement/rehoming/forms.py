"""Browser text to typed values: a ruling upon several pieces of work."""

from __future__ import annotations

import uuid

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from enforcement.errors import InvalidInputError
from enforcement.i18n import _, _l
from enforcement.rehoming.services import Choice


class RulingForm(FlaskForm):
    """What was picked ("kind:id:version"), another unit, and why."""

    pick = SelectMultipleField(_l("工作"), choices=[], validate_choice=False)
    to = SelectField(
        _l("移交给其他单位（留空按列出的单位）"),
        choices=[],
        validate_choice=False,
        validators=[Optional()],
    )
    reason = StringField(_l("理由"), validators=[InputRequired(_l("必填。")), Length(max=200)])

    def choices(self) -> list[Choice]:
        """Return what was picked; raises InvalidInputError where a value is none of ours."""
        to_id = _id(self.to.data) if self.to.data else None
        return [_choice(text, to_id) for text in self.pick.data or []]


def _choice(text: str, to_id: uuid.UUID | None) -> Choice:
    key, _colon, version = text.rpartition(":")
    if not version.isdigit():
        raise InvalidInputError("pick", _("提交的内容有误。"))
    return Choice(key, int(version), to_id)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InvalidInputError("to", _("请选择一个现有的中队、大队。")) from None
