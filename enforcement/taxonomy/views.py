"""Pages: the categories with their limits and calls, import, export, templates."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.escalation import ANY
from enforcement.permissions import Permission, requires
from enforcement.sheets import steps
from enforcement.sheets import writing as sheets
from enforcement.sheets.steps import Steps
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor
from enforcement.taxonomy import icons, importing, queries, uploads, writing
from enforcement.taxonomy.columns import STAGES, TABLES
from enforcement.taxonomy.forms import ImportForm
from enforcement.taxonomy.models import ListKind

bp = Blueprint("taxonomy", __name__)


@bp.get("/taxonomy")
@requires(Permission.SETTING_CHANGE)
def index() -> ResponseReturnValue:
    """Show the list in force, category by category, the calls, and the editions before."""
    county_code = current_actor().county_code
    with transaction() as session:
        now = queries.current(session, county_code)
        editions = queries.editions(session, county_code)
    return render_template(
        "taxonomy/index.html", now=now, any=ANY, editions=editions, kinds=ListKind, stages=STAGES,
        calls=writing.rows_of(now, ListKind.CALLS), call_table=TABLES[ListKind.CALLS],
    )  # fmt: skip


@bp.route("/taxonomy/import", methods=["GET", "POST"])
@requires(Permission.SETTING_CHANGE)
def import_file() -> ResponseReturnValue:
    """Look at a spreadsheet first; then put exactly what was seen in force."""
    actor, form = current_actor(), ImportForm()
    done = steps.run(form, Steps(
        preview=lambda session, data, name: importing.preview(
            session, actor, ListKind(form.brings.data), data, name
        ),
        apply=lambda session, data, name, digest: importing.apply(
            session, actor, ListKind(form.brings.data), data, name, digest=digest
        ),
        keep=lambda session, data, name: uploads.keep(session, actor, data, name),
        kept=lambda session, sha256: uploads.kept(session, actor, sha256),
    ))  # fmt: skip
    if done.applied is not None:
        flash(_("已导入，自现在起生效：共%(n)d处变化。", n=done.applied.changes), "success")
        return redirect(url_for(".index"))
    page = render_template(
        "taxonomy/import.html", form=form, seen=done.seen, why=done.why, kinds=ListKind,
        icons=sorted(icons.names()),
    )  # fmt: skip
    return page, done.status


@bp.get("/taxonomy/<string:kind>.<string:suffix>")
@requires(Permission.SETTING_CHANGE)
def export(kind: str, suffix: str) -> Response:
    """Return a list in force as a spreadsheet."""
    chosen = _checked(kind, suffix)
    with transaction() as session:
        data = writing.export(session, current_actor(), chosen, suffix)
    return _file(data, f"{chosen}.{suffix}", suffix)


@bp.get("/taxonomy/templates/<string:kind>.<string:suffix>")
@requires(Permission.SETTING_CHANGE)
def template(kind: str, suffix: str) -> Response:
    """Return an empty list to fill in, with an example row and what each column asks."""
    chosen = _checked(kind, suffix)
    return _file(sheets.template(TABLES[chosen], suffix), f"{chosen}-template.{suffix}", suffix)


def _checked(kind: str, suffix: str) -> ListKind:
    chosen = next((one for one in ListKind if one == kind), None)
    if chosen is None or suffix not in TYPES:
        raise NotFoundError(_("没有这个清单，或者不是 .xlsx、.csv。"))
    return chosen


def _file(data: bytes, name: str, suffix: str) -> Response:
    answer = Response(data, mimetype=TYPES[suffix].partition(";")[0])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
