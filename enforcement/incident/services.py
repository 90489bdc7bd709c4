"""Acts upon incidents: report, assign, accept, report the result, check, pass on to a case."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock, history, notices, once, permissions, uploads
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.incident import escalation, intake, queries
from enforcement.incident.intake import Photo, Report, Sender, Taken
from enforcement.incident.models import Incident, IncidentEntry, IncidentPhoto
from enforcement.incident.telling import publish
from enforcement.law import incidents as law
from enforcement.law.terms import IncidentEvent, IncidentState
from enforcement.people.models import Unit
from enforcement.permissions import Permission

PERMISSION_OF = {
    IncidentEvent.ANSWER: Permission.INCIDENT_DISPATCH,
    IncidentEvent.ASSIGN: Permission.INCIDENT_DISPATCH,
    IncidentEvent.OPEN: Permission.INCIDENT_DISPATCH,
    IncidentEvent.REJECT: Permission.INCIDENT_DISPATCH,
    IncidentEvent.ACCEPT: Permission.INCIDENT_HANDLE,
    IncidentEvent.RETURN: Permission.INCIDENT_HANDLE,
    IncidentEvent.REPORT_RESULT: Permission.INCIDENT_HANDLE,
    IncidentEvent.PASS_CHECK: Permission.INCIDENT_CHECK,
    IncidentEvent.FAIL_CHECK: Permission.INCIDENT_CHECK,
    IncidentEvent.PASS_TO_CASE: Permission.CASE_WORK,
}


def report(
    session: Session,
    actor: Actor,
    what: Report,
    photos: Sequence[Photo] = (),
    *,
    key: str | None = None,
) -> Incident:
    """Store a report, find who answers for its place, and keep that decision with it.

    The same key from the same account gives the same incident. Raises InvalidInputError, which
    names the field, and then nothing is stored.
    """
    return take(session, actor, what, photos, key=key).incident


def take(
    session: Session,
    actor: Actor,
    what: Report,
    photos: Sequence[Photo] = (),
    *,
    stored: Sequence[bytes] = (),
    key: str | None = None,
) -> Taken:
    """Do as `report`, and tell who answers for the place too."""
    permissions.check(actor, Permission.INCIDENT_REPORT)
    return intake.take(session, Sender.of(actor), what, photos, stored=stored, key=key)


def _attach(
    session: Session, incident: Incident, hashes: Sequence[bytes], *, of_result: bool = False
) -> None:
    """Put stored photos to an incident, after those that it has."""
    if not hashes:
        return
    before = queries.photos(session, incident.county_code, incident.id) if of_result else []
    for seq, sha256 in enumerate(hashes, len(before) + 1):
        session.add(
            IncidentPhoto(
                county_code=incident.county_code,
                id=uuid7(),
                incident_id=incident.id,
                sha256=sha256,
                seq=seq,
                of_result=of_result,
            )
        )


def act(
    session: Session,
    actor: Actor,
    incident_id: uuid.UUID,
    event: IncidentEvent,
    *,
    note: str | None = None,
    handler: Unit | None = None,
    photos: Sequence[Photo] = (),
    stored: Sequence[bytes] = (),
    version: int | None = None,
    key: str | None = None,
    detail: dict[str, Any] | None = None,
) -> Incident:
    """Carry out one act of the table: lock the row, ask the law, change, append history.

    stored -- hashes of photos and a voice note that this account uploaded before
    Raises NotFoundError, StaleVersionError, StepNotAllowedError, InvalidInputError.
    """
    permissions.check(actor, PERMISSION_OF[event])
    earlier = once.claim(session, actor, key, f"incident:{event}", [incident_id, note])
    if earlier is not None:
        return queries.get(session, actor, earlier)
    incident = queries.get(session, actor, incident_id, lock=True)
    _check_version(incident, version)
    step = law.step_for(IncidentState(incident.state), event)
    if step is None:
        raise StepNotAllowedError(
            _(
                "事件%(number)s现为“%(state)s”，不能执行“%(act)s”。",
                number=incident.number,
                state=label(IncidentState(incident.state)),
                act=label(event),
            )
        )
    _check_person(session, actor, incident, event, note)
    if handler is not None:
        incident.handler_unit_code = handler.code
    if event is IncidentEvent.ACCEPT:
        incident.handler_id = actor.account_id
    incident.state, incident.version = step.target, incident.version + 1
    now = clock.now(session)
    if step.target is IncidentState.CLOSED:
        incident.closed_at = now
    if incident.answered_at is None:
        incident.answered_at, incident.answered_by = now, actor.account_id
    notices.hear_about(session, actor, incident.id)
    escalation.restart(session, incident, now)
    kinds = uploads.require(session, actor.county_code, actor.account_id, stored)
    intake.check_files(len(photos), kinds)
    hashes = [*intake.keep_photos(session, Sender.of(actor), photos), *stored]
    _attach(session, incident, hashes, of_result=True)
    history.append(
        session,
        IncidentEntry.incident_id,
        incident,
        event,
        actor,
        now,
        {"note": note, "row": step.row, **(detail or {})},
        seq=incident.version,
    )
    once.done(session, actor, key, incident.id)
    publish(session, incident, str(event))
    return incident


def assign(
    session: Session,
    actor: Actor,
    incident_id: uuid.UUID,
    squad: Unit,
    *,
    note: str | None = None,
    version: int | None = None,
    detail: dict[str, Any] | None = None,
) -> Incident:
    """Dispatch an incident to a squad (I3)."""
    return act(
        session,
        actor,
        incident_id,
        IncidentEvent.ASSIGN,
        note=note,
        handler=squad,
        version=version,
        detail={"squad": squad.name, **(detail or {})},
    )


def _check_version(incident: Incident, version: int | None) -> None:
    if version is not None and version != incident.version:
        raise StaleVersionError(
            _("该事件刚被他人修改，请刷新后再操作。"),
            your_version=version,
            current={"version": incident.version, "state": incident.state},
        )


def _check_person(
    session: Session, actor: Actor, incident: Incident, event: IncidentEvent, note: str | None
) -> None:
    """Ask for a reason where one is due, and that no one checks his own work (I6)."""
    reasoned = {
        IncidentEvent.REJECT,
        IncidentEvent.RETURN,
        IncidentEvent.FAIL_CHECK,
        IncidentEvent.REPORT_RESULT,
    }
    if event in reasoned and not (note or "").strip():
        raise InvalidInputError("note", _("请写明理由或者结果。"))
    checks = {IncidentEvent.PASS_CHECK, IncidentEvent.FAIL_CHECK}
    if event in checks and incident.handler_id == actor.account_id:
        raise StepNotAllowedError(_("核查人不能是处置人。"))
