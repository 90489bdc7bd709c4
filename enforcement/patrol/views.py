"""Pages: patrols and their stops; sending a squad to an incident."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.fields import errors_of
from enforcement.i18n import _
from enforcement.incident import queries as incidents
from enforcement.incident.forms import whole
from enforcement.incident.models import Incident
from enforcement.law.terms import PatrolState, Role, UnitKind
from enforcement.patrol import queries, services
from enforcement.patrol.forms import SendForm, VisitForm
from enforcement.patrol.road_views import bp  # with the other pages of the slice
from enforcement.patrol.terms import FindingKind
from enforcement.people import queries as people
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor

__all__ = ["bp"]


@bp.get("/patrols")
@requires(Permission.PATROL_READ)
def index() -> ResponseReturnValue:
    """List patrols with their stops, the latest day first."""
    actor = current_actor()
    with transaction() as session:
        rows = queries.list_recent(session, actor)
        stops = queries.stops(session, actor.county_code, [patrol.id for patrol, _name in rows])
        return render_template("patrol/list.html", rows=rows, stops=stops, states=PatrolState)


@bp.get("/patrols/<uuid:patrol_id>")
@requires(Permission.PATROL_READ)
def detail(patrol_id: uuid.UUID) -> ResponseReturnValue:
    """Show one patrol, its stops and its history."""
    actor = current_actor()
    with transaction() as session:
        patrol = queries.get(session, actor, patrol_id)
        stops = queries.stops(session, patrol.county_code, [patrol.id])[patrol.id]
        rows = [stop for stop, _incident in stops]
        return render_template(
            "patrol/detail.html",
            patrol=patrol,
            state=PatrolState(patrol.state),
            squad=people.get_unit(session, patrol.county_code, patrol.squad_id),
            stops=stops,
            names=queries.names(session, patrol.county_code, rows),
            findings=queries.findings(session, patrol.county_code, [one.id for one in rows]),
            kinds=FindingKind,
            history=queries.history(session, patrol.county_code, patrol.id),
            may_walk=allows(actor, Permission.PATROL_WALK),
            may_cancel=allows(actor, Permission.PATROL_ASSIGN),
            form=VisitForm(),
        )


@bp.post("/patrols/<uuid:patrol_id>/<act>")
@requires(Permission.PATROL_READ)
def move(patrol_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Start, finish or cancel a patrol."""
    if act not in services.MOVES:
        raise InvalidInputError("act", _("没有这种操作。"))
    with transaction() as session:
        patrol = services.move(session, current_actor(), patrol_id, act)
        flash(_("巡查任务%(number)s已更新。", number=patrol.number), "success")
    return redirect(url_for(".detail", patrol_id=patrol_id))


@bp.post("/patrols/<uuid:patrol_id>/stops/<int:seq>")
@requires(Permission.PATROL_WALK)
def visit(patrol_id: uuid.UUID, seq: int) -> ResponseReturnValue:
    """Record a visited stop."""
    form = VisitForm()
    if not form.validate_on_submit():
        raise InvalidInputError("outcome", errors_of(form))
    with transaction() as session:
        services.visit(session, current_actor(), patrol_id, seq, **form.said())
    flash(_("第%(n)d个点位已登记。", n=seq), "success")
    return redirect(url_for(".detail", patrol_id=patrol_id))


def squad_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the squads that the actor may send."""
    leads = actor.role in (Role.BRIGADE_LEADER, Role.SQUAD_LEADER)
    found = people.list_units(session, actor.county_code, UnitKind.SQUAD, clock.today(session))
    return [
        (str(unit.id), unit.name)
        for unit in found
        if not leads or unit.code.startswith(actor.unit_code)
    ]


def send_form(session: Session, actor: Actor, incident: Incident) -> SendForm:
    """Return the form that sends a squad, with the responsible one chosen."""
    units = people.list_units(session, actor.county_code, UnitKind.SQUAD, clock.today(session))
    mine = next(
        (str(unit.id) for unit in units if unit.code == incident.responsible_unit_code), None
    )
    form = SendForm(
        squad_id=mine,
        patrol_on=clock.today(session),
        version=incident.version,
        key=str(uuid.uuid4()),
    )
    form.squad_id.choices = squad_choices(session, actor)
    return form


@bp.route("/incidents/<uuid:incident_id>/patrol", methods=["GET", "POST"])
@requires(Permission.PATROL_ASSIGN)
def send(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Assign a squad and a patrol to an incident."""
    actor = current_actor()
    with transaction() as session:
        incident = incidents.get(session, actor, incident_id)
        form = send_form(session, actor, incident)
        if not form.validate_on_submit():
            page = render_template("patrol/send.html", form=form, incident=incident)
            return page, 422 if form.is_submitted() else 200
        patrol = services.send(session, actor, incident_id, **_asked(form))
        flash(
            _(
                "已派%(number)s，列入巡查任务%(patrol)s。",
                number=incident.number,
                patrol=patrol.number,
            ),
            "success",
        )
    return redirect(url_for("incident.detail", incident_id=incident_id))


def _asked(form: SendForm) -> dict[str, Any]:
    return {
        "squad_id": uuid.UUID(form.squad_id.data),
        "patrol_on": form.patrol_on.data,
        "instructions": form.instructions.data or "",
        "key": form.key.data or None,
        "version": whole(form.version.data),
    }
