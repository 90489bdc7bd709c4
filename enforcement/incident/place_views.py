"""Pages: which village a point near a border belongs to, and correcting a position."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _
from enforcement.incident import places, queries
from enforcement.incident.forms import MoveForm, number, whole
from enforcement.incident.models import Incident
from enforcement.jurisdiction import maps
from enforcement.permissions import Permission, requires
from enforcement.security import map_answer
from enforcement.sign_in import current_actor
from gis.errors import GisError

bp = Blueprint("incident", __name__)  # the other pages of the slice join it in views.py


@bp.post("/incidents/<uuid:incident_id>/confirm-place")
@requires(Permission.INCIDENT_READ)
def confirm_place(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the village that the person chose for a point near a border."""
    with transaction() as session:
        incident = places.confirm(
            session,
            current_actor(),
            incident_id,
            request.form.get("village_code", ""),
            version=whole(request.form.get("version")),
        )
        place = queries.place_of(session, incident)
    flash(_("已核实：%(village)s，由%(squad)s负责。", village=place["village"] or "—",
            squad=place["squad"] or _("暂无")), "success")  # fmt: skip
    back = "mobile.done" if request.form.get("back") == "phone" else ".detail"
    return redirect(url_for(back, incident_id=incident_id))


@bp.route("/incidents/<uuid:incident_id>/move", methods=["GET", "POST"])
@requires(Permission.INCIDENT_READ)
def move(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Show what another position changes; then keep it, with a reason."""
    actor = current_actor()
    with transaction() as session:
        incident = queries.get(session, actor, incident_id)
        form = MoveForm(
            request.form if request.method == "POST" else request.args,
            **_now(incident),
        )
        seen, error = _try(session, incident, form)
        if request.method == "POST" and error is None:
            flash(_("位置已更正，责任单位已重新判定。"), "success")
            return redirect(url_for(".detail", incident_id=incident_id))
        mark(form, error)
        why = str(error) if error else None
        page = render_template(
            "incident/move.html", incident=incident, form=form, seen=seen, why=why,
            place=queries.place_of(session, incident),
        )  # fmt: skip
        return page, status_of(error) if error else 200


def _now(incident: Incident) -> dict[str, Any]:
    known = incident.lon is not None
    return {
        "lon": f"{incident.lon:.6f}" if known else "",
        "lat": f"{incident.lat:.6f}" if known else "",
        "version": incident.version,
    }


def _try(
    session: Session, incident: Incident, form: MoveForm
) -> tuple[places.Move | None, DomainError | GisError | None]:
    """Preview what the form says, and carry it out where it was posted."""
    actor, posted = current_actor(), request.method == "POST"
    if not posted and "lon" not in request.args:
        return None, None
    try:
        lon, lat = number(form.lon.data, "lon"), number(form.lat.data, "lat")
        if lon is None or lat is None:
            raise InvalidInputError("lon", _("请填写经度和纬度。"))
        seen = places.preview_move(session, actor, incident.id, lon, lat)
        if posted:
            if not form.validate():
                raise InvalidInputError("reason", errors_of(form))
            with session.begin_nested():
                places.move(
                    session, actor, incident.id, lon, lat, form.reason.data or "",
                    version=whole(form.version.data),
                )  # fmt: skip
    except (DomainError, GisError) as error:
        return None, error
    return seen, None


@bp.get("/incidents/<uuid:incident_id>/move/map")
@requires(Permission.INCIDENT_READ)
def move_map(incident_id: uuid.UUID) -> Response:
    """Show the surroundings of an incident; a click names a place to the page around."""
    with transaction() as session:
        incident = queries.get(session, current_actor(), incident_id)
        lon, lat = request.args.get("lon", type=float), request.args.get("lat", type=float)
        if lon is None or lat is None:
            lon, lat = incident.lon, incident.lat
        spot = None if lon is None or lat is None else (lon, lat)
        made = maps.county_map(session, incident.county_code, clock.today(session), around=spot)
    return map_answer(made.target, title=_("选择位置"), note=made.note, pick=spot or ())
