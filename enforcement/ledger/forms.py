"""Browser text to typed values: an ask, and an act upon it."""

from __future__ import annotations

import uuid

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from enforcement.errors import InvalidInputError
from enforcement.i18n import _, _l, label
from enforcement.law.ledger import AskKind, AskNature
from enforcement.ledger.services import Said, Told


class AskForm(FlaskForm):
    """Who asked for what, what was promised, by whom and until when; a key against doubles."""

    kind = RadioField(
        _l("来源"),
        choices=lambda: [(str(one), label(one)) for one in AskKind],
        default=str(AskKind.VISIT),
        validators=[InputRequired(_l("必填。"))],
    )
    matter = TextAreaField(
        _l("诉求事项"),
        validators=[InputRequired(_l("必填。")), Length(max=2000, message=_l("文字太长。"))],
    )
    visitor = StringField(_l("来访人或者户主"), validators=[Optional(), Length(max=60)])
    phone = StringField(_l("联系电话"), validators=[Optional(), Length(max=30)])
    village_code = SelectField(_l("村（社区）"), validators=[Optional()], validate_choice=False)
    handler_id = SelectField(_l("办理人"), validators=[Optional()], validate_choice=False)
    agent_id = SelectField(
        _l("代办人"),
        validators=[Optional()],
        validate_choice=False,
        description=_l("帮办、代办时替群众跑腿的人，可以不填。"),
    )
    promise = TextAreaField(_l("答应了什么"), validators=[Optional(), Length(max=2000)])
    asked_on = DateField(_l("日期"), validators=[InputRequired(_l("必填。"))])
    due_on = DateField(
        _l("办结期限"),
        validators=[Optional()],
        description=_l("不填按默认：五个工作日，信访六十日。"),
    )
    nature = SelectField(
        _l("性质"),
        choices=lambda: [(str(one), label(one)) for one in AskNature],
        default=str(AskNature.ORDINARY),
    )
    key = HiddenField()

    def said(self) -> Said:
        """Return what was written down."""
        assert self.asked_on.data is not None  # noqa: S101 -- InputRequired
        return Said(
            kind=AskKind(self.kind.data),
            nature=AskNature(self.nature.data),
            matter=self.matter.data or "",
            visitor=self.visitor.data,
            phone=self.phone.data,
            village_code=self.village_code.data or None,
            promise=self.promise.data,
            handler_id=person_id(self.handler_id.data, "handler_id"),
            agent_id=person_id(self.agent_id.data, "agent_id"),
            asked_on=self.asked_on.data,
            due_on=self.due_on.data,
        )


class ActForm(FlaskForm):
    """Words and what an act needs besides."""

    note = TextAreaField(_l("说明"), validators=[Optional(), Length(max=2000)])
    handler_id = StringField(validators=[Optional()])
    until = DateField(validators=[Optional()])
    score = StringField(validators=[Optional()])
    category = StringField(validators=[Optional()])
    version = HiddenField()
    key = HiddenField()

    def told(self) -> Told:
        """Return what the act says; raises InvalidInputError naming the field."""
        if self.until.errors or (self.until.raw_data and any(self.until.raw_data)
                                 and self.until.data is None):  # fmt: skip
            raise InvalidInputError("until", _("日期应写成2026-03-02。"))
        score = (self.score.data or "").strip()
        return Told(
            note=self.note.data,
            handler_id=person_id(self.handler_id.data, "handler_id"),
            until=self.until.data,
            score=int(score) if score.isascii() and score.isdigit() else None,
            category=self.category.data or None,
        )


def person_id(text: str | None, field: str) -> uuid.UUID | None:
    """Return the id that a text names, None for nothing; raises InvalidInputError."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise InvalidInputError(field, _("没有这个人，或者他已经不在岗。")) from None
