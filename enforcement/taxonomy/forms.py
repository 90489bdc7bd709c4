"""Browser text to typed values: a file to look at, then the plan that was seen, to apply."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField

from enforcement.i18n import _l, label
from enforcement.taxonomy.models import ListKind


class ImportForm(FlaskForm):
    """Which list a file holds; then its name in the store and the plan that was seen."""

    brings = SelectField(_l("清单"), choices=lambda: [(str(one), label(one)) for one in ListKind])
    file = FileField(_l("文件"))
    sha256 = HiddenField()
    digest = HiddenField()
