"""Pages: the dispatcher's desk, and the wall of the county's command centre."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.desk import nearest, queries, services, wall
from enforcement.errors import NotFoundError
from enforcement.i18n import _, label
from enforcement.incident import escalation, joining
from enforcement.incident import views as incidents
from enforcement.incident.models import Incident
from enforcement.incident.services import PERMISSION_OF
from enforcement.law import incidents as law
from enforcement.law.terms import IncidentEvent, IncidentState, Outside, Urgency
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy

bp = Blueprint("desk", __name__)


@bp.get("/desk")
@requires(Permission.INCIDENT_DISPATCH)
def index() -> ResponseReturnValue:
    """Show the live queue, the chosen incident with all that can be done, and the map."""
    chosen = _chosen(request.args.get("show"))
    with transaction() as session:
        shown = _shown(session, chosen) if chosen else {}
        return render_template("desk/index.html", **_queue(session), **shown, chosen=chosen)


def _chosen(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise NotFoundError(_("没有找到该事件，或者您无权查看。")) from None


@bp.get("/desk/queue")
@requires(Permission.INCIDENT_DISPATCH)
def queue() -> ResponseReturnValue:
    """Return the queue alone, for a page that is open."""
    with transaction() as session:
        chosen = _chosen(request.args.get("show"))
        return render_template("desk/queue.html", **_queue(session), chosen=chosen)


@bp.get("/desk/incidents/<uuid:incident_id>")
@requires(Permission.INCIDENT_DISPATCH)
def incident(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Return the chosen incident alone, for a page that is open."""
    with transaction() as session:
        return render_template("desk/incident.html", **_shown(session, incident_id))


@bp.post("/desk/incidents/<uuid:incident_id>/caller")
@requires(Permission.INCIDENT_DISPATCH)
def caller(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Show who reported; the log keeps that it was shown."""
    with transaction() as session:
        found = services.reveal(session, current_actor(), incident_id)
        shown = _shown(session, incident_id)
        return render_template(
            "desk/index.html", **_queue(session), **shown, chosen=incident_id, caller=found
        )


@bp.get("/wall")
@requires(Permission.WALL_READ)
def wall_page() -> ResponseReturnValue:
    """Show the county at a glance, for a screen on the wall."""
    with transaction() as session:
        return render_template("desk/wall.html", **_wall(session))


@bp.get("/wall/figures")
@requires(Permission.WALL_READ)
def wall_figures() -> ResponseReturnValue:
    """Return the wall's figures alone, for a page that is open."""
    with transaction() as session:
        return render_template("desk/figures.html", **_wall(session))


def _wall(session: Session) -> dict[str, Any]:
    now = clock.now(session)
    return _queue(session) | {"townships": wall.townships(session, current_actor(), now)}


def _queue(session: Session) -> dict[str, Any]:
    actor, now = current_actor(), clock.now(session)
    return {
        "rows": queries.queue(session, actor),
        "counts": queries.counts(session, actor, now),
        "now": now,
        "most": queries.MOST,
        "states": IncidentState,
        "categories": taxonomy.mine().known,
        "groups": {
            "unanswered": _("等待应答"), "desk": _("待派遣"), "check": _("待核查"),
            "field": _("处置中"),
        },
    }  # fmt: skip


def _shown(session: Session, incident_id: uuid.UUID) -> dict[str, Any]:
    """Return an incident with what lies around it and whom it may be given to."""
    actor, shown = current_actor(), incidents.context(session, incident_id)
    found: Incident = shown["incident"]
    now = clock.now(session)
    today = clock.today(session)
    squads, departments = queries.units(session, actor.county_code, today)
    return shown | {
        "may": _may(session, found, now),
        "duplicates": queries.duplicates(session, actor, found),
        "callers": queries.callers(session, actor, found),
        "linked": joining.linked(session, found),
        "near": nearest.squads(session, found, now),
        "on_duty": escalation.people_on_duty(session, found, now),
        "cadres": queries.cadres(session, found, today),
        "squad_words": [(unit.code, unit.name) for unit in squads],
        "departments": departments,
        "outside": [one for one in Outside if one not in law.EMERGENCY],
        "emergency": law.EMERGENCY,
        "urgencies_words": [(str(one), label(one)) for one in Urgency],
        "offered": taxonomy.choices(),
    }


def _may(session: Session, found: Incident, now: datetime) -> set[str]:
    """Return the acts that the person may choose now."""
    actor = current_actor()
    follow = law.events_from(IncidentState(found.state))
    may = {str(one) for one in follow if one in PERMISSION_OF and allows(actor, PERMISSION_OF[one])}
    if found.answered_at is not None or found.urgency == Urgency.NORMAL:
        may -= {"answer", "take_over"}
    if not escalation.may_take_over(session, found, now):
        may.discard("take_over")
    if found.extension != "asked":
        may -= {str(IncidentEvent.GRANT_EXTENSION), str(IncidentEvent.REFUSE_EXTENSION)}
    return may
