"""Browser text to typed values: signing in, numbers to find or show, accounts, files."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from enforcement.i18n import _l, label
from enforcement.people.imports.lists import Kind

_MUST = _l("必填。")


class SignInForm(FlaskForm):
    """Name and password."""

    username = StringField(_l("用户名"), validators=[InputRequired(_MUST), Length(max=64)])
    password = PasswordField(_l("密码"), validators=[InputRequired(_MUST), Length(max=200)])


class FindForm(FlaskForm):
    """A full identity number or phone."""

    number = StringField(
        _l("完整的身份证号或者电话"), validators=[InputRequired(_MUST), Length(min=7, max=30)]
    )


class RevealForm(FlaskForm):
    """Which number is to be shown in full, and why."""

    number = SelectField(
        _l("号码"), choices=lambda: [("id_number", _l("身份证号")), ("phone", _l("电话"))]
    )
    reason = StringField(_l("查看的理由"), validators=[InputRequired(_MUST), Length(max=200)])


class AccountForm(FlaskForm):
    """An account to open: for which post, its name, its first password."""

    post = SelectField(_l("对应的岗位"), choices=[], validators=[InputRequired(_MUST)])
    username = StringField(_l("用户名"), validators=[InputRequired(_MUST), Length(max=64)])
    password = PasswordField(
        _l("初始密码"), validators=[InputRequired(_MUST), Length(max=200)],
        description=_l("至少8位，并包含大写、小写、数字、符号中的三类"),
    )  # fmt: skip


class CloseForm(FlaskForm):
    """Why an account is closed."""

    reason = StringField(_l("停用的理由"), validators=[InputRequired(_MUST), Length(max=200)])


class MoveForm(FlaskForm):
    """For which post an account is to stand."""

    post = SelectField(_l("改为对应的岗位"), choices=[], validators=[InputRequired(_MUST)])


class PasswordForm(FlaskForm):
    """A new password."""

    password = PasswordField(
        _l("新密码"), validators=[InputRequired(_MUST), Length(max=200)],
        description=_l("至少8位，并包含大写、小写、数字、符号中的三类"),
    )  # fmt: skip


class ImportForm(FlaskForm):
    """A file to look at; then the kept file and the plan that was seen, to apply."""

    file = FileField(_l("文件"))
    upload = HiddenField()
    digest = HiddenField()


class ExportForm(FlaskForm):
    """Which list is to leave with whole numbers, and why."""

    kind = SelectField(_l("名单"), choices=lambda: [
        (str(kind), label(kind)) for kind in Kind if kind is not Kind.UNITS
    ])  # fmt: skip
    suffix = SelectField(_l("格式"), choices=lambda: [("xlsx", ".xlsx"), ("csv", ".csv")])
    reason = StringField(_l("导出的理由"), validators=[InputRequired(_MUST), Length(max=200)])
