"""Browser text to typed values: a file to import, a change of an item's state, a question."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from enforcement.i18n import _l, label
from enforcement.law.matters import matters
from enforcement.law.power_terms import ActType


class ImportForm(FlaskForm):
    """A file to look at; then its name in the store and the plan that was seen, to apply."""

    file = FileField(_l("文件"))
    sha256 = HiddenField()
    digest = HiddenField()


class StatusForm(FlaskForm):
    """From which day an item is withdrawn, suspended or restored, and why."""

    on = DateField(_l("自哪一天起"), validators=[Optional()], description=_l("留空为今天"))
    reason = TextAreaField(_l("理由"), validators=[InputRequired(_l("必填。")), Length(max=2000)])


class MayForm(FlaskForm):
    """The question: may this unit do this act, on this matter, at this place, on this day."""

    class Meta:
        """A look-up changes nothing, so it needs no token."""

        csrf = False

    unit = SelectField(_l("单位"), choices=[], validate_choice=False)
    act = SelectField(_l("类型"), choices=lambda: [(str(one), label(one)) for one in ActType])
    matter = SelectField(
        _l("执法事项"), choices=lambda: [(c, f"{c} {row.name}") for c, row in matters().items()]
    )
    place = StringField(
        _l("地点的区划代码"), validators=[InputRequired(_l("必填。")), Length(min=6, max=12)]
    )
    on = DateField(_l("行为发生日期"), validators=[Optional()])
    decided_on = DateField(_l("办理（决定）日期"), validators=[Optional()])
