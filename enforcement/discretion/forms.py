"""Browser text to typed values: a file to look at, then the plan that was seen, to apply."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField

from enforcement.i18n import _l


class ImportForm(FlaskForm):
    """A file; then its name in the store and the plan that was seen."""

    file = FileField(_l("文件"))
    sha256 = HiddenField()
    digest = HiddenField()
