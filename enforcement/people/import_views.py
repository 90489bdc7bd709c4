"""Pages: the four lists as spreadsheets: templates, import with a preview, export."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.i18n import _, label
from enforcement.people.blueprint import bp
from enforcement.people.forms import ExportForm, ImportForm
from enforcement.people.imports import exporting, running
from enforcement.people.imports.lists import TABLES, Kind
from enforcement.permissions import Permission, requires
from enforcement.sheets.plans import Preview
from enforcement.sheets.writing import TYPES, template
from enforcement.sign_in import current_actor


def kind_of(text: str) -> Kind:
    """Return which list a text names; raises NotFoundError."""
    found = next((kind for kind in Kind if kind == text), None)
    if found is None:
        raise NotFoundError(_("没有这种名单。"))
    return found


def check_suffix(suffix: str) -> None:
    """Raise NotFoundError for a kind of file that is not written."""
    if suffix not in TYPES:
        raise NotFoundError(_("只能导出 .xlsx 或者 .csv。"))


def file_answer(data: bytes, name: str, suffix: str) -> Response:
    """Return a file to keep; nobody on the way keeps it."""
    answer = Response(data, mimetype=TYPES[suffix].partition(";")[0])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/people/lists")
@requires(Permission.PEOPLE_READ)
def lists() -> ResponseReturnValue:
    """Offer templates, imports and exports of the four lists."""
    return _lists(ExportForm(formdata=None))


def _lists(form: ExportForm, why: str | None = None) -> str:
    return render_template("people/lists.html", kinds=Kind, form=form, why=why)


@bp.get("/people/lists/<string:kind>/template.<string:suffix>")
@requires(Permission.PEOPLE_READ)
def list_template(kind: str, suffix: str) -> Response:
    """Return an empty list to fill in."""
    check_suffix(suffix)
    found = kind_of(kind)
    return file_answer(template(TABLES[found], suffix), f"{found}-template", suffix)


@bp.get("/people/lists/<string:kind>/export.<string:suffix>")
@requires(Permission.PEOPLE_READ)
def list_export(kind: str, suffix: str) -> Response:
    """Return a list as it is, numbers masked."""
    check_suffix(suffix)
    found = kind_of(kind)
    with transaction() as session:
        data = exporting.export(session, current_actor(), found, suffix)
    return file_answer(data, str(found), suffix)


@bp.post("/people/lists/export")
@requires(Permission.PERSONAL_READ)
def list_export_whole() -> ResponseReturnValue:
    """Return a list with whole numbers, for a reason that is logged."""
    form, actor = ExportForm(), current_actor()
    if not form.validate():
        return _lists(form), 422
    found, suffix = kind_of(form.kind.data or ""), form.suffix.data or "xlsx"
    with transaction() as session:
        data = exporting.export(session, actor, found, suffix, reason=form.reason.data or "")
    return file_answer(data, str(found), suffix)


@bp.route("/people/lists/<string:kind>/import", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def list_import(kind: str) -> ResponseReturnValue:
    """Look at a spreadsheet first; then apply exactly what was seen."""
    found, form = kind_of(kind), ImportForm()
    seen: Preview | None = None
    why, status = None, 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                seen = (_apply if form.upload.data else _preview)(session, found, form)
            status = 200 if seen is not None and not seen.problems else 422
        except DomainError as error:
            why, status, form.upload.data = str(error), status_of(error), ""
    elif form.is_submitted():
        status = 422
    if seen is not None and seen.applied:
        count = len(seen.added) + len(seen.changed)
        flash(_("已导入，新增和更改共%(n)d项。", n=count), "success")
        return redirect(url_for(".units" if found is Kind.UNITS else ".people"))
    return render_template(
        "people/import.html", kind=found, title=label(found), form=form, seen=seen, why=why,
        table=TABLES[found],
    ), status  # fmt: skip


def _preview(session: Session, kind: Kind, form: ImportForm) -> Preview | None:
    if not form.file.data:
        form.file.errors = [_("请选择文件。")]
        return None
    data, name = form.file.data.read(), form.file.data.filename or "file"
    actor = current_actor()
    seen = running.preview(session, actor, kind, data, name)
    if not seen.problems:
        form.upload.data = str(running.keep(session, actor, kind, data, name))
        form.digest.data = seen.digest
    return seen


def _apply(session: Session, kind: Kind, form: ImportForm) -> Preview:
    return running.apply_kept(
        session, current_actor(), kind, form.upload.data or "", form.digest.data or ""
    )
