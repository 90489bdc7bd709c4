"""Forms: an order, and taking it back."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from enforcement.i18n import _l, label
from enforcement.law.delegation import Approvals

MUST = _l("必填。")


class OrderForm(FlaskForm):
    """An order by which another person approves."""

    to_id = SelectField(_l("代行人"), validators=[InputRequired(MUST)])
    from_on = DateField(_l("开始日期"), validators=[InputRequired(MUST)])
    until_on = DateField(_l("截止日期"), validators=[InputRequired(MUST)])
    approvals = SelectMultipleField(
        _l("代行的审批"),
        choices=lambda: [(str(one), label(one)) for one in Approvals],
        validators=[InputRequired(_l("请选择代行哪些审批。"))],
        description=_l("移送公安机关只能由正职或者主持工作的负责人决定，不能代行。"),
    )
    number = StringField(_l("决定文号"), validators=[InputRequired(MUST), Length(max=100)])
    reason = TextAreaField(_l("理由"), validators=[InputRequired(MUST), Length(max=1000)])
    paper = FileField(
        _l("签署的书面决定"), validators=[FileRequired(MUST)], description=_l("PDF或者照片")
    )


class RevokeForm(FlaskForm):
    """Why an order is taken back."""

    reason = StringField(_l("收回的理由"), validators=[InputRequired(MUST), Length(max=500)])
