"""Pages: the list of incidents, one incident, its photos, acts upon it."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from enforcement import files
from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.glass.door import opens_by_grant
from enforcement.i18n import _, label
from enforcement.incident import import_views, places, queries, searching, services
from enforcement.incident.field_acts import may_handle
from enforcement.incident.forms import ActForm
from enforcement.incident.intake import Photo
from enforcement.incident.models import Incident
from enforcement.incident.place_views import bp
from enforcement.incident.said_schema import from_form, said_of
from enforcement.law import incidents as law
from enforcement.law.terms import IncidentEvent, IncidentState, Urgency
from enforcement.permissions import Permission, allows, requires
from enforcement.roster.terms import Level
from enforcement.rules import queries as rules
from enforcement.rules import words
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy

PARTS = (import_views,)
"""The modules whose routes join the blueprint."""
BUTTONS = (
    IncidentEvent.ANSWER,
    IncidentEvent.OPEN,
    IncidentEvent.REJECT,
    IncidentEvent.ACCEPT,
    IncidentEvent.ARRIVE,
    IncidentEvent.RETURN,
    IncidentEvent.REPORT_RESULT,
    IncidentEvent.PASS_CHECK,
    IncidentEvent.FAIL_CHECK,
)


HANDLING = (IncidentEvent.ACCEPT, IncidentEvent.ARRIVE, IncidentEvent.RETURN,
            IncidentEvent.REPORT_RESULT)  # fmt: skip


@bp.get("/incidents")
@requires(Permission.INCIDENT_READ)
def index() -> ResponseReturnValue:
    """List the incidents that the person may see."""
    state, category = request.args.get("state"), request.args.get("category")
    words, why = (request.args.get("q") or "").strip()[:100], None
    after = read_cursor(request.args.get("after"))
    rows: list[queries.Listed] = []
    with transaction() as session:
        try:
            rows = (
                searching.search(session, current_actor(), words, after=after)
                if words
                else queries.list_page(
                    session, current_actor(), state=state, category=category, after=after
                )
            )
        except DomainError as error:
            why = error
    page = render_template(
        "incident/list.html",
        rows=rows,
        states=IncidentState,
        categories=taxonomy.mine().known,
        groups=taxonomy.groups(),
        chosen={"q": words} if words else {"state": state, "category": category},
        words=words,
        why=str(why) if why else None,
        next=next_page([row.incident for row in rows], queries.PAGE, "received_at"),
    )
    return page, status_of(why) if why else 200


@bp.get("/incidents/<uuid:incident_id>")
@opens_by_grant("incident_id")
@requires(Permission.INCIDENT_READ)
def detail(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Show one incident."""
    with transaction() as session:
        return render_template("incident/detail.html", **context(session, incident_id))


def context(session: Any, incident_id: uuid.UUID) -> dict[str, Any]:
    """Return what a page about an incident shows, with the acts the person may choose."""
    actor = current_actor()
    incident = queries.get(session, actor, incident_id)
    state = IncidentState(incident.state)
    follow = law.events_from(state)
    return {
        "incident": incident,
        "state": state,
        "category": taxonomy.mine().known[incident.category],
        **place_context(session, incident),
        "history": queries.history(session, incident.county_code, incident.id),
        "photos": queries.photos(session, incident.county_code, incident.id),
        "events": IncidentEvent,
        "levels": Level,
        "acts": [
            event
            for event in BUTTONS
            if event in follow
            and allows(actor, services.PERMISSION_OF[event])
            and (event is not IncidentEvent.ANSWER or _rings(incident))
            and (event not in HANDLING or may_handle(actor, incident))
        ],
        "may_assign": (IncidentEvent.ASSIGN in follow and allows(actor, Permission.PATROL_ASSIGN)),
        "may_register": (
            IncidentEvent.PASS_TO_CASE in follow and allows(actor, Permission.CASE_WORK)
        ),
        "form": ActForm(version=incident.version, key=str(uuid.uuid4())),
    }


def _rings(incident: Incident) -> bool:
    """Tell whether somebody waits for an answer: a button that nobody has taken up yet."""
    return incident.urgency != Urgency.NORMAL and incident.answered_at is None


def place_context(session: Any, incident: Any) -> dict[str, Any]:
    """Return where an incident is, and the villages to choose from where a person must confirm."""
    place, may = queries.place_of(session, incident), places.may_correct(current_actor(), incident)
    ask = may and bool(place) and place["decision"].confirm
    return {
        "place": place,
        "decided": _decided(session, incident),
        "may_correct": may,
        "choices": places.choices(session, incident) if ask else [],
    }


def _decided(session: Any, incident: Incident) -> dict[str, Any] | None:
    """Return what the county's rules did with an incident, in words; None where nothing."""
    found = rules.find_decided(session, incident.county_code, incident.id)
    if found is None:
        return None
    known, reason = taxonomy.mine().known, None
    if found.rule is not None and found.unit_code == incident.responsible_unit_code:
        areas = words.area_names(session, incident.county_code, [found.rule])
        reason = words.reason(found.rule, known, areas)
    return {
        "reason": reason,
        "unit": found.unit_name,
        "otherwise": found.otherwise,
        "skipped": [
            {"name": one["name"], "why": words.failures(one["why"])} for one in found.skipped
        ],
    }


@bp.get("/incidents/<uuid:incident_id>/photos/<int:seq>")
@opens_by_grant("incident_id")
@requires(Permission.INCIDENT_READ)
def photo(incident_id: uuid.UUID, seq: int) -> Response:
    """Return a photo or voice note of an incident that the person may see."""
    with transaction() as session:
        incident = queries.get(session, current_actor(), incident_id)
        found = [
            row
            for row in queries.photos(session, incident.county_code, incident.id)
            if row.seq == seq
        ]
        if not found:
            raise NotFoundError(_("没有这张照片。"))
        data = files.read(incident.county_code, found[0].sha256)
    answer = send_file(
        BytesIO(data), mimetype=found[0].file.media_type, conditional=True,
        etag=found[0].sha256.hex(), max_age=3600,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


BACK = {"desk": "desk.index"}
"""Pages that send acts, besides the incident's own."""


@bp.post("/incidents/<uuid:incident_id>/<event>")
@requires(Permission.INCIDENT_READ)
def act(incident_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Carry out an act upon an incident."""
    chosen = next((one for one in services.PERMISSION_OF if one == event), None)
    if chosen is None or chosen is IncidentEvent.PASS_TO_CASE:
        raise NotFoundError(_("没有这种操作。"))
    told = from_form(request.form)
    sent = [one for one in request.files.getlist("photos") if one.filename]
    photos = [Photo(one.filename or "photo", one.read()) for one in sent]
    with transaction() as session:
        actor = current_actor()
        said = said_of(session, actor, told, photos)
        incident = services.act(
            session, actor, incident_id, chosen, said, version=told["version"], key=told["key"]
        )
        flash(
            _("事件%(number)s：%(act)s已办理。", number=incident.number, act=label(chosen)),
            "success",
        )
    back = BACK.get(request.form.get("back", ""))
    if back:
        return redirect(url_for(back, show=incident_id))
    return redirect(url_for(".detail", incident_id=incident_id))
