"""Pages: the benchmark in force with its editions; import, export, template."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from enforcement import files
from enforcement.db import transaction
from enforcement.discretion import importing, queries, writing
from enforcement.discretion.columns import TABLE
from enforcement.discretion.forms import ImportForm
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.matters import matters
from enforcement.permissions import Permission, requires
from enforcement.sheets import steps
from enforcement.sheets import writing as sheets
from enforcement.sheets.steps import Steps
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor

bp = Blueprint("discretion", __name__)


@bp.get("/discretion")
@requires(Permission.POWER_READ)
def index() -> ResponseReturnValue:
    """Show the benchmark in force, matter by matter, and the editions before."""
    county_code = current_actor().county_code
    with transaction() as session:
        now = queries.current(session, county_code)
        editions = queries.editions(session, county_code)
    groups: dict[str, list[dict[str, str]]] = {}
    for code, row in now.rows.items():
        groups.setdefault(row.matter_code, []).append(writing.as_cells(code, row))
    return render_template(
        "discretion/index.html", groups=groups, matters=matters(), editions=editions
    )


@bp.route("/discretion/import", methods=["GET", "POST"])
@requires(Permission.POWER_CHANGE)
def import_file() -> ResponseReturnValue:
    """Look at a spreadsheet first; then put exactly what was seen in force."""
    actor, form = current_actor(), ImportForm()
    done = steps.run(form, Steps(
        preview=lambda session, data, name: importing.preview(session, actor, data, name),
        apply=lambda session, data, name, digest: importing.apply(
            session, actor, data, name, digest=digest
        ),
        keep=lambda session, data, name: importing.keep(session, actor, data, name),
        kept=lambda session, sha256: files.uploaded(session, actor, sha256),
    ))  # fmt: skip
    if done.applied is not None:
        flash(_("已导入，自现在起生效：共%(n)d处变化。", n=done.applied.changes), "success")
        return redirect(url_for(".index"))
    page = render_template("discretion/import.html", form=form, seen=done.seen, why=done.why)
    return page, done.status


@bp.get("/discretion/benchmark.<string:suffix>")
@requires(Permission.POWER_READ)
def export(suffix: str) -> Response:
    """Return the benchmark in force as a spreadsheet."""
    _check(suffix)
    with transaction() as session:
        data = writing.export(session, current_actor(), suffix)
    return _file(data, f"discretion.{suffix}", suffix)


@bp.get("/discretion/template.<string:suffix>")
@requires(Permission.POWER_CHANGE)
def template(suffix: str) -> Response:
    """Return an empty list to fill in, with an example row and what each column asks."""
    _check(suffix)
    return _file(sheets.template(TABLE, suffix), f"discretion-template.{suffix}", suffix)


def _check(suffix: str) -> None:
    if suffix not in TYPES:
        raise NotFoundError(_("没有这个清单，或者不是 .xlsx、.csv。"))


def _file(data: bytes, name: str, suffix: str) -> Response:
    answer = Response(data, mimetype=TYPES[suffix].partition(";")[0])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
