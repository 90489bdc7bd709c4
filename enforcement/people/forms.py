"""Browser text to typed values: signing in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from enforcement.i18n import _l


class SignInForm(FlaskForm):
    """Name and password."""

    username = StringField(_l("用户名"), validators=[InputRequired(_l("必填。")), Length(max=64)])
    password = PasswordField(_l("密码"), validators=[InputRequired(_l("必填。")), Length(max=200)])
