"""Acts upon incidents: report, assign, accept, report the result, check, pass on to a case."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import once, permissions, uploads
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.incident import (
    desk_acts,
    escalation,
    field_acts,
    following,
    intake,
    joining,
    opening,
    queries,
)
from enforcement.incident.escalation import Clocks
from enforcement.incident.intake import Photo, Report, Sender, Taken
from enforcement.incident.models import Incident, IncidentPhoto
from enforcement.incident.opening import Opening
from enforcement.incident.said import Acting, Said
from enforcement.incident.telling import publish
from enforcement.law import incidents as law
from enforcement.law.escalation import Stage
from enforcement.law.terms import IncidentEvent, IncidentState
from enforcement.people.models import Unit
from enforcement.permissions import Permission

E = IncidentEvent
P = Permission
PERMISSION_OF: Final = {
    E.ANSWER: P.INCIDENT_DISPATCH,
    E.TAKE_OVER: P.INCIDENT_DISPATCH,
    E.ASSIGN: P.INCIDENT_DISPATCH,
    E.FORWARD: P.INCIDENT_DISPATCH,
    E.OPEN: P.INCIDENT_DISPATCH,
    E.REJECT: P.INCIDENT_DISPATCH,
    E.VOID: P.INCIDENT_DISPATCH,
    E.MERGE: P.INCIDENT_DISPATCH,
    E.UNMERGE: P.INCIDENT_DISPATCH,
    E.LINK: P.INCIDENT_DISPATCH,
    E.UNLINK: P.INCIDENT_DISPATCH,
    E.SPLIT: P.INCIDENT_DISPATCH,
    E.RECLASSIFY: P.INCIDENT_DISPATCH,
    E.SUSPEND: P.INCIDENT_DISPATCH,
    E.RESUME: P.INCIDENT_DISPATCH,
    E.HAND_OVER: P.INCIDENT_DISPATCH,
    E.REPLY: P.INCIDENT_DISPATCH,
    E.TAKE_BACK: P.INCIDENT_DISPATCH,
    E.GRANT_EXTENSION: P.INCIDENT_DISPATCH,
    E.REFUSE_EXTENSION: P.INCIDENT_DISPATCH,
    E.RATE: P.INCIDENT_DISPATCH,
    E.CALL_BACK: P.INCIDENT_DISPATCH,
    E.PASS_OUT: P.INCIDENT_READ,
    E.ACCEPT: P.INCIDENT_HANDLE,
    E.ARRIVE: P.INCIDENT_HANDLE,
    E.RETURN: P.INCIDENT_HANDLE,
    E.REPORT_RESULT: P.INCIDENT_HANDLE,
    E.ASK_EXTENSION: P.INCIDENT_HANDLE,
    E.PASS_CHECK: P.INCIDENT_CHECK,
    E.FAIL_CHECK: P.INCIDENT_CHECK,
    E.PASS_TO_CASE: P.CASE_WORK,
}
"""What each act asks of the person's role; calling 110, 119, 120 only that he sees the incident."""

CHANGES: Final[dict[IncidentEvent, Callable[[Acting], dict[str, Any]]]] = {
    E.ANSWER: desk_acts.answer,
    E.TAKE_OVER: desk_acts.take_over,
    E.ASSIGN: desk_acts.assign,
    E.FORWARD: desk_acts.forward,
    E.PASS_OUT: desk_acts.pass_out,
    E.HAND_OVER: desk_acts.hand_over,
    E.TAKE_BACK: desk_acts.take_back,
    E.RECLASSIFY: desk_acts.reclassify,
    E.SUSPEND: desk_acts.suspend,
    E.ACCEPT: field_acts.accept,
    E.ARRIVE: field_acts.arrive,
    E.RETURN: field_acts.give_back,
    E.REPORT_RESULT: field_acts.report_result,
    E.PASS_CHECK: field_acts.check,
    E.FAIL_CHECK: field_acts.check,
    E.ASK_EXTENSION: field_acts.ask_extension,
    E.GRANT_EXTENSION: field_acts.grant_extension,
    E.REFUSE_EXTENSION: field_acts.refuse_extension,
    E.MERGE: joining.merge,
    E.UNMERGE: joining.unmerge,
    E.LINK: joining.link,
    E.UNLINK: joining.unlink,
    E.SPLIT: joining.split,
    E.RATE: joining.rate,
}
"""What an act changes besides the state; it returns what the history keeps of it."""

REASONED: Final = frozenset(
    {E.REJECT, E.RETURN, E.FAIL_CHECK, E.REPORT_RESULT, E.VOID, E.SUSPEND, E.TAKE_BACK, E.REPLY,
     E.ASK_EXTENSION, E.REFUSE_EXTENSION, E.HAND_OVER, E.MERGE, E.CALL_BACK}
)  # fmt: skip
"""Acts that need words: the reason or the result."""


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
    said: Said | None = None,
    *,
    note: str | None = None,
    version: int | None = None,
    key: str | None = None,
) -> Incident:
    """Carry out one act of the table: lock the row, ask the law, change, append history.

    said -- what the act needs; note -- for acts that need words only
    Raises NotFoundError, StaleVersionError, StepNotAllowedError, InvalidInputError.
    """
    permissions.check(actor, PERMISSION_OF[event])
    said = said or Said(note=note)
    earlier = once.claim(session, actor, key, f"incident:{event}", [incident_id, _digest(said)])
    if earlier is not None:
        return queries.get(session, actor, earlier)
    incident = queries.get(session, actor, incident_id, lock=True)
    if event is not E.PASS_OUT:
        _check_version(incident, version)
    step = _step(incident, event)
    kinds = uploads.require(session, incident.county_code, actor.account_id, said.stored)
    said = _in_words(event, said, kinds)
    if event in REASONED and not said.words:
        raise InvalidInputError("note", _("请写明理由或者结果。"))
    start = opening.read(session, actor.county_code)
    doing = Acting(session, actor, incident, said, start.now, kinds=kinds)
    before = escalation.stages_of(incident)
    change = CHANGES.get(event)
    told = change(doing) if change else {}
    _move(doing, step)
    if incident.answered_at is None:
        incident.answered_at, incident.answered_by = doing.now, actor.account_id
    clocks = _clocks(doing, before, start)
    _keep_results(doing)
    following.write(doing, event, _detail(doing, step, told), clocks)
    once.done(session, actor, key, incident.id)
    publish(session, incident, str(event))
    return incident


def _clocks(doing: Acting, before: tuple[Stage, ...], start: Opening) -> Clocks:
    """Let the clocks follow the act; an end that a person set goes before the table's."""
    if doing.ends_at is None:
        return escalation.move_on(doing.incident, before, doing.now, start, afresh=doing.afresh)
    return escalation.extend(doing.incident, doing.ends_at, doing.now, start)


def _in_words(event: IncidentEvent, said: Said, kinds: Sequence[str]) -> Said:
    """Return what is said; a result that was only spoken says in words that it was."""
    spoken = sum(kind.startswith("audio/") for kind in kinds)
    if event is not E.REPORT_RESULT or said.words or not spoken:
        return said
    return replace(said, note=f"录音{spoken}段")


def _digest(said: Said) -> str:
    """Return what tells one request from another; photos by their number and size."""
    sizes = [len(photo.data) for photo in said.photos]
    to = said.handler.code if said.handler else None
    return f"{replace(said, photos=(), handler=None)!r} {sizes} {to}"


def _step(incident: Incident, event: IncidentEvent) -> law.IncidentStep:
    """Return the row of an act; raises StepNotAllowedError where the state does not allow it."""
    state = IncidentState(incident.state)
    step = law.step_for(state, event)
    if step is None:
        raise StepNotAllowedError(
            _(
                "事件%(number)s现为“%(state)s”，不能执行“%(act)s”。",
                number=incident.number,
                state=label(state),
                act=label(event),
            )
        )
    return step


def _move(doing: Acting, step: law.IncidentStep) -> None:
    incident = doing.incident
    incident.version += 1
    if step.target is None:
        return
    incident.state = step.target
    incident.closed_at = doing.now if step.target is IncidentState.CLOSED else None
    if step.event is E.FAIL_CHECK or step.target is IncidentState.OPENED:
        incident.extension = incident.extension_until = incident.arrived_at = None


def _keep_results(doing: Acting) -> None:
    """Keep photos and voice note of the result, those sent along and those uploaded before."""
    photos = doing.said.photos
    intake.check_files(len(photos), doing.kinds)
    sent = intake.keep_photos(doing.session, Sender.of(doing.actor), photos)
    _attach(doing.session, doing.incident, [*sent, *doing.said.stored], of_result=True)


def _detail(doing: Acting, step: law.IncidentStep, told: dict[str, Any]) -> dict[str, Any]:
    """Return what the history keeps of an act."""
    said = doing.said
    return {"note": said.words, "row": step.row, **told, **said.detail, "said_at": said.at}


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
    said = Said(note=note, handler=squad, detail=detail or {})
    return act(session, actor, incident_id, E.ASSIGN, said, version=version)


def _check_version(incident: Incident, version: int | None) -> None:
    if version is not None and version != incident.version:
        raise StaleVersionError(
            _("该事件刚被他人修改，请刷新后再操作。"),
            your_version=version,
            current={"version": incident.version, "state": incident.state},
        )
