"""Pages: beats on a list and a map, one beat, its form, files of them, proposals, codes."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock, codes
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.incident.forms import whole
from enforcement.law.terms import UnitKind
from enforcement.patrol import beat_files, beats, proposing, sheets, terms
from enforcement.patrol import beat_queries as queries
from enforcement.patrol.beat_forms import BeatForm, ImportForm, values_of
from enforcement.patrol.map_views import bp, ground
from enforcement.patrol.terms import BeatKind, BeatSource, BeatState
from enforcement.people import unit_queries as units
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor
from gis.datum import Datum

__all__ = ["bp"]
UNITS = (UnitKind.SQUAD, UnitKind.BRIGADE, UnitKind.SUB_BUREAU)


@bp.get("/patrols/beats")
@requires(Permission.PATROL_READ)
def beat_list() -> str:
    """List beats by unit, the overdue ones marked, beside the map."""
    actor, kind = current_actor(), request.args.get("kind", "")
    chosen = BeatKind(kind) if kind in {str(one) for one in BeatKind} else None
    only, retired = request.args.get("only") == "late", request.args.get("state") == "retired"
    after = _cursor(request.args.get("after"))
    with transaction() as session:
        rows = queries.list_page(session, actor, kind=chosen, only_overdue=only, retired=retired,
                                 after=after)  # fmt: skip
        under = ground(session, actor)
    last = rows[-1].beat if len(rows) == queries.PAGE else None
    return render_template(
        "patrol/beats.html", rows=rows, kind=chosen, only=only, retired=retired, words=terms,
        next=f"{last.unit_code}~{last.id}" if last else None, first=after is None,
        may=allows(actor, Permission.PATROL_ASSIGN), ground=under,
    )  # fmt: skip


def _cursor(text: str | None) -> tuple[str, uuid.UUID] | None:
    if not text:
        return None
    code, _sep, row_id = text.partition("~")
    try:
        return code, uuid.UUID(row_id)
    except ValueError:
        raise InvalidInputError("after", _("翻页标记无效。")) from None


@bp.get("/patrols/beats/shapes")
@requires(Permission.PATROL_READ)
def beat_shapes() -> dict[str, Any]:
    """Return the beats in use as GeoJSON, for the page's map."""
    with transaction() as session:
        return queries.shapes(session, current_actor())


@bp.route("/patrols/beats/new", methods=["GET", "POST"])
@requires(Permission.PATROL_ASSIGN)
def beat_new() -> ResponseReturnValue:
    """Register a beat that is drawn on the map."""
    actor, why = current_actor(), None
    form = BeatForm(key=str(uuid.uuid4()), **_asked())
    with transaction() as session:
        _offer_units(session, actor, form)
        status = 422 if form.is_submitted() else 200
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    beat = beats.add(session, actor, form.described(), source=_source(),
                                     key=form.key.data or None)  # fmt: skip
                flash(_("已登记“%(name)s”。", name=beat.name), "success")
                return redirect(url_for(".beat_detail", beat_id=beat.id))
            except DomainError as error:
                mark(form, error)
                why, status = str(error), status_of(error)
        return _form(session, form, None, why), status


def _asked() -> dict[str, Any]:
    """Return what a proposal's link fills in."""
    said = {name: request.args[name] for name in ("name", "unit_code", "place_kind")
            if name in request.args}  # fmt: skip
    lon, lat = request.args.get("lon", type=float), request.args.get("lat", type=float)
    if lon is not None and lat is not None:
        said["geometry"] = f"POINT ({lon:.6f} {lat:.6f})"
    return said


def _source() -> BeatSource:
    named = request.args.get("source", "")
    known = (BeatSource.HOT_SPOT, BeatSource.UNVISITED)
    return next((one for one in known if str(one) == named), BeatSource.MAP)


def _form(session: Session, form: BeatForm, beat: Any, why: str | None) -> str:
    under = ground(session, current_actor())
    return render_template("patrol/beat_form.html", form=form, beat=beat, why=why, ground=under)


def _offer_units(session: Session, actor: Actor, form: FlaskForm) -> None:
    """Offer the units whose beats the actor may manage."""
    found = units.list_open(session, actor.county_code, clock.today(session), UNITS)
    form.unit_code.choices = [
        (one.code, one.name) for one in found if one.code.startswith(actor.unit_code)
    ]


@bp.get("/patrols/beats/<uuid:beat_id>")
@requires(Permission.PATROL_READ)
def beat_detail(beat_id: uuid.UUID) -> str:
    """Show one beat: where, how often, its code, its history."""
    actor = current_actor()
    with transaction() as session:
        beat = queries.get(session, actor, beat_id)
        unit = units.find_unit(session, actor.county_code, beat.unit_code)
        address = _address(beat) if beat.tag else None
        return render_template(
            "patrol/beat.html", beat=beat, unit=unit, words=terms, address=address,
            picture=codes.drawn(address) if address else None,
            shape=queries.shape_of(session, beat), history=queries.history(session, beat),
            may=allows(actor, Permission.PATROL_ASSIGN), ground=ground(session, actor),
        )  # fmt: skip


def _address(beat: Any) -> str:
    return url_for("patrol.scan", tag=beat.tag, _external=True)


@bp.route("/patrols/beats/<uuid:beat_id>/edit", methods=["GET", "POST"])
@requires(Permission.PATROL_ASSIGN)
def beat_edit(beat_id: uuid.UUID) -> ResponseReturnValue:
    """Change a beat."""
    actor, why = current_actor(), None
    with transaction() as session:
        beat = queries.get(session, actor, beat_id)
        form = BeatForm(**values_of(beat, queries.shape_of(session, beat)))
        _offer_units(session, actor, form)
        status = 422 if form.is_submitted() else 200
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    beats.edit(session, actor, beat_id, form.described(),
                               version=whole(form.version.data))  # fmt: skip
                flash(_("已保存。"), "success")
                return redirect(url_for(".beat_detail", beat_id=beat_id))
            except DomainError as error:
                mark(form, error)
                why, status = str(error), status_of(error)
        return _form(session, form, beat, why), status


@bp.post("/patrols/beats/<uuid:beat_id>/<act>")
@requires(Permission.PATROL_ASSIGN)
def beat_act(beat_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Retire a beat, put it to use again, or give a checkpoint a new code."""
    version, actor = whole(request.form.get("version")), current_actor()
    with transaction() as session:
        if act == "tag":
            beats.renew_tag(session, actor, beat_id, version=version)
        elif act in ("retire", "resume"):
            state = BeatState.RETIRED if act == "retire" else BeatState.ACTIVE
            beats.set_state(session, actor, beat_id, state, version=version)
        else:
            raise beats.unknown_act()
    flash(_("已保存。"), "success")
    return redirect(url_for(".beat_detail", beat_id=beat_id))


@bp.route("/patrols/beats/import", methods=["GET", "POST"])
@requires(Permission.PATROL_ASSIGN)
def beat_import() -> ResponseReturnValue:
    """Read a file of points, routes and areas; register all of it, or only check it."""
    actor, form, why, rows = current_actor(), ImportForm(), None, []
    with transaction() as session:
        _offer_units(session, actor, form)
        status = 422 if form.is_submitted() else 200
        if form.validate_on_submit():
            try:
                rows = beat_files.read(form.file.data.read(), Datum(form.datum.data), form.shared())
                if not form.check.data:
                    with session.begin_nested():
                        made = beat_files.take(session, actor, rows)
                    flash(_("已导入%(n)d个巡查点位。", n=len(made)), "success")
                    return redirect(url_for(".beat_list"))
                status = 200
            except DomainError as error:
                mark(form, error)
                why, status = str(error), status_of(error)
        page = render_template("patrol/beat_import.html", form=form, why=why, rows=rows)
        return page, status


@bp.get("/patrols/beats/proposals")
@requires(Permission.PATROL_ASSIGN)
def beat_proposals() -> str:
    """List where a checkpoint is missing: many incidents, or a village long not visited."""
    actor = current_actor()
    days = min(365, max(1, request.args.get("days", proposing.NOT_FOR_DAYS, type=int)))
    with transaction() as session:
        return render_template(
            "patrol/proposals.html", days=days, back_days=proposing.LOOK_BACK_DAYS,
            near_m=proposing.NEAR_M, hot=proposing.hot_spots(session, actor),
            unvisited=proposing.unvisited(session, actor, days=days),
        )  # fmt: skip


@bp.get("/patrols/beats/codes.pdf")
@requires(Permission.PATROL_ASSIGN)
def beat_codes() -> Response:
    """Return the sheets of codes of all checkpoints in use, or of those named by `id`."""
    actor, named = current_actor(), request.args.getlist("id", type=uuid.UUID)
    with transaction() as session:
        points = queries.points_of(session, actor, named or None)
        names = {one.code: one.name for one in units.list_open(
            session, actor.county_code, clock.today(session))}  # fmt: skip
        pdf = sheets.codes(
            points, _address, unit_names=names, at=clock.now(session),
            font_dirs=current_app.extensions["enforcement.config"].font_dirs,
        )  # fmt: skip
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="patrol-codes.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/patrols/code/<tag>")
@requires(Permission.PATROL_READ)
def scan(tag: str) -> ResponseReturnValue:
    """Open the checkpoint whose code was scanned; who walks patrols checks in there."""
    if allows(current_actor(), Permission.PATROL_WALK):
        return redirect(url_for("mobile.checkin", code=tag))
    with transaction() as session:
        beat = queries.find_tag(session, current_actor(), tag)
    return redirect(url_for(".beat_detail", beat_id=beat.id))
