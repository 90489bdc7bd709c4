"""Pages: a file of boundaries with the choice of its fields, and the check of an edition."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.errors import DomainError
from enforcement.i18n import _
from enforcement.jurisdiction import acts, check_maps, terms
from enforcement.jurisdiction.boundaries_read import preview
from enforcement.jurisdiction.forms import ActivateForm, BoundariesForm
from enforcement.jurisdiction.report import edition_geojson, edition_json
from enforcement.jurisdiction.results import ImportResult
from enforcement.jurisdiction.terms import Level
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from gis.errors import GisError

bp = Blueprint("jurisdiction", __name__)  # the other pages of the slice join it in views.py
FORMATS = {"json": edition_json, "geojson": edition_geojson}


@bp.route("/jurisdiction/import/boundaries", methods=["GET", "POST"])
@requires(Permission.JURISDICTION_CHANGE)
def import_boundaries() -> ResponseReturnValue:
    """Take a file of boundaries, show its fields and what they are taken for, then import it."""
    form = BoundariesForm()
    shown: dict[str, Any] = {"sample": None, "result": None, "why": None}
    if form.validate_on_submit():
        try:
            shown |= _import(form) if form.sha256.data else _preview(form)
        except (DomainError, GisError) as error:
            shown["why"] = str(error)
    result = shown["result"]
    failed = shown["why"] or form.errors or (result and result.edition_id is None)
    page = render_template("jurisdiction/mapping.html", form=form, words=terms, **shown)
    return page, 422 if form.is_submitted() and failed else 200


def _preview(form: BoundariesForm) -> dict[str, Any]:
    """Keep the file and offer its fields; the likeliest are chosen already."""
    if not form.file.data:
        form.file.errors = [_("请选择文件。")]
        return {}
    data = form.file.data.read()
    seen = preview(data, form.reading(), level=Level(form.level.data))
    with transaction() as session:
        form.sha256.data = acts.keep_upload(
            session, current_actor(), data, form.file.data.filename or "file"
        )
    form.code_field.choices = [(name, name) for name in seen.fields]
    form.name_field.choices = [("", "—"), *((name, name) for name in seen.fields)]
    form.code_field.data = seen.code
    form.name_field.data = seen.name or ""
    return {"sample": seen}


def _import(form: BoundariesForm) -> dict[str, Any]:
    with transaction() as session:
        actor = current_actor()
        data, name = acts.kept_upload(session, actor, form.sha256.data or "")
        result: ImportResult = acts.import_boundaries(
            session,
            actor,
            data,
            name,
            level=form.level.data,
            skip_rejected=form.skip_rejected.data,
            activate=form.activate.data,
            decree=form.decree.data or None,
            reading=form.reading(),
            mapping=form.mapping(),
        )
    if result.edition_id is not None:
        flash(_("已导入%(n)d行。", n=result.accepted), "success")
    return {"result": result}


@bp.get("/jurisdiction/editions/<uuid:edition_id>/check")
@requires(Permission.JURISDICTION_READ)
def check(edition_id: uuid.UUID) -> ResponseReturnValue:
    """Show what is wrong with an edition and what it changes; also as JSON and GeoJSON."""
    with transaction() as session:
        edition, found = acts.check_edition(session, current_actor(), edition_id)
        if told := FORMATS.get(request.args.get("format", "")):
            return jsonify(told(edition, found))
        return render_template(
            "jurisdiction/check.html",
            edition=edition,
            found=found,
            overview=check_maps.overview(session, edition, found),
            places=check_maps.places(session, edition, found),
            form=ActivateForm(),
            words=terms,
        )
