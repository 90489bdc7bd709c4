"""Browser text to typed values: codes, passwords."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from enforcement.i18n import _l

_MUST = _l("必填。")


class CodeForm(FlaskForm):
    """A code of the authenticator, or a recovery code."""

    code = StringField(
        _l("验证码"), validators=[InputRequired(_MUST), Length(max=20)],
        description=_l("验证器上显示的6位数字"),
    )  # fmt: skip


class OwnPasswordForm(FlaskForm):
    """The old password and a new one."""

    old = PasswordField(_l("原密码"), validators=[InputRequired(_MUST), Length(max=200)])
    password = PasswordField(
        _l("新密码"), validators=[InputRequired(_MUST), Length(max=200)],
        description=_l("至少8位，并包含大写、小写、数字、符号中的三类"),
    )  # fmt: skip
