"""Pages: import a list of incidents, looked at before it is stored; and an empty list to fill."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import HiddenField

from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.i18n import _, _l
from enforcement.incident import import_files, importing
from enforcement.incident.import_columns import TABLE
from enforcement.incident.place_views import bp
from enforcement.permissions import Permission, requires
from enforcement.sheets.plans import Preview
from enforcement.sheets.writing import TYPES, template
from enforcement.sign_in import current_actor


class ImportForm(FlaskForm):
    """A file to look at; then its name in the store and the plan that was seen, to apply."""

    file = FileField(_l("文件"))
    upload = HiddenField()
    digest = HiddenField()


@bp.route("/incidents/import", methods=["GET", "POST"])
@requires(Permission.INCIDENT_DISPATCH)
def import_file() -> ResponseReturnValue:
    """Look at a spreadsheet first; then store exactly what was seen."""
    form, seen, why, status = ImportForm(), None, None, 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                seen = (_apply if form.upload.data else _preview)(session, form)
            status = 200 if seen is not None and not seen.problems else 422
        except DomainError as error:
            why, status, form.upload.data = str(error), status_of(error), ""
    elif form.is_submitted():
        status = 422
    if seen is not None and seen.applied:
        flash(_("已导入%(n)d件事件。", n=len(seen.added)), "success")
        return redirect(url_for(".index"))
    page = render_template("incident/import.html", form=form, seen=seen, why=why, table=TABLE)
    return page, status


def _preview(session: Session, form: ImportForm) -> Preview | None:
    if not form.file.data:
        form.file.errors = [_("请选择文件。")]
        return None
    data, name = form.file.data.read(), form.file.data.filename or "file"
    seen = importing.preview(session, current_actor(), data, name)
    if not seen.problems:
        form.upload.data = str(import_files.keep(session, current_actor(), data, name))
        form.digest.data = seen.digest
    return seen


def _apply(session: Session, form: ImportForm) -> Preview:
    return import_files.apply_kept(
        session, current_actor(), form.upload.data or "", form.digest.data or ""
    )


@bp.get("/incidents/import/template.<string:suffix>")
@requires(Permission.INCIDENT_DISPATCH)
def import_template(suffix: str) -> Response:
    """Return an empty list to fill in."""
    if suffix not in TYPES:
        raise NotFoundError(_("只能导出 .xlsx 或者 .csv。"))
    answer = Response(template(TABLE, suffix), mimetype=TYPES[suffix].partition(";")[0])
    answer.headers["Content-Disposition"] = f'attachment; filename="incidents.{suffix}"'
    return answer
