"""My tasks on the phone: what waits, and the acts upon it, with or without a network."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from enforcement import uploads
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.i18n import _, label
from enforcement.incident import queries, services
from enforcement.incident.forms import ActForm, whole
from enforcement.incident.intake import MOST_PHOTOS, Photo
from enforcement.incident.said import Said
from enforcement.law.terms import IncidentEvent, IncidentState, PatrolState
from enforcement.mobile import tasks as found
from enforcement.mobile.blueprint import bp
from enforcement.mobile.saying import said
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy


class ActSchema(Schema):
    """An act that was done at a moment of the phone's clock, upon the version that was seen.

    photos -- SHA-256 of photos and of a voice note that were uploaded before
    """

    key = fields.Str(required=True, validate=validate.Length(1, 100))
    incident_id = fields.UUID(required=True)
    event = fields.Str(
        required=True, validate=validate.OneOf([str(event) for event in found.BUTTONS])
    )
    version = fields.Int(required=True)
    note = fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 2000))
    occurred_at = fields.AwareDateTime(required=True)
    photos = fields.List(
        fields.Str(validate=validate.Length(64, 64)),
        load_default=list,
        validate=validate.Length(0, MOST_PHOTOS + 1),
    )


@bp.get("/m/tasks")
@requires(Permission.INCIDENT_READ)
def tasks() -> ResponseReturnValue:
    """List what waits for the person or his unit, and the patrols of today."""
    actor = current_actor()
    with transaction() as session:
        rows = found.list_tasks(session, actor)
        walks = (
            found.list_patrols_today(session, actor)
            if allows(actor, Permission.PATROL_READ)
            else []
        )
    return render_template(
        "mobile/tasks.html", rows=rows, walks=walks, categories=taxonomy.mine().known,
        states=IncidentState, patrol_states=PatrolState,
    )  # fmt: skip


@bp.get("/m/tasks/<uuid:incident_id>")
@requires(Permission.INCIDENT_READ)
def task(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Show one incident with the buttons of what the person may do on the spot."""
    with transaction() as session:
        return _page(session, incident_id, ActForm(key=str(uuid.uuid4())))


def _page(session: Session, incident_id: uuid.UUID, form: ActForm, why: str = "") -> str:
    actor = current_actor()
    incident = queries.get(session, actor, incident_id)
    form.version.data = str(incident.version)
    return render_template(
        "mobile/task.html",
        incident=incident,
        state=IncidentState(incident.state),
        category=taxonomy.mine().known[incident.category],
        place=queries.place_of(session, incident),
        photos=queries.photos(session, incident.county_code, incident.id),
        acts=found.acts_for(actor, incident),
        act_form=form,
        why=why,
    )


@bp.post("/m/tasks/<uuid:incident_id>")
@requires(Permission.INCIDENT_READ)
def do_task(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Carry out an act from a plain form; what is refused is said on the page, words kept."""
    form = ActForm()
    event = next((one for one in found.BUTTONS if one == request.form.get("event")), None)
    if event is None:
        raise NotFoundError(_("没有这种操作。"))
    sent = [one for one in request.files.getlist("photos") if one.filename]
    try:
        with transaction() as session:
            incident = services.act(
                session, current_actor(), incident_id, event,
                Said(
                    note=form.note.data or None,
                    photos=[Photo(one.filename or "photo", one.read()) for one in sent],
                ),
                version=whole(form.version.data), key=form.key.data or None,
            )  # fmt: skip
            number = incident.number
    except NotFoundError:
        raise
    except DomainError as error:
        form.key.data = str(uuid.uuid4())
        with transaction() as session:
            return _page(session, incident_id, form, str(error)), status_of(error)
    flash(_("事件%(number)s：%(act)s已办理。", number=number, act=label(event)), "success")
    return redirect(url_for(".tasks"))


@bp.post("/m/send/act")
@requires(Permission.INCIDENT_READ)
def send_act() -> ResponseReturnValue:
    """Take an act from the phone's queue, once for its key, with the moment it was done."""
    told = said(ActSchema())
    at: datetime = told["occurred_at"]
    with transaction() as session:
        incident = services.act(
            session, current_actor(), told["incident_id"], IncidentEvent(told["event"]),
            Said(
                note=told["note"], at=at,
                stored=[uploads.read_hash(one) for one in told["photos"]],
            ),
            version=told["version"], key=told["key"],
        )  # fmt: skip
        return {"id": str(incident.id), "number": incident.number}, 201
