"""Acts upon patrols: send a squad to an incident, start, visit a stop, finish, cancel."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import clock, history, once, permissions
from enforcement.actor import Actor
from enforcement.document import numbering
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.incident import outside
from enforcement.incident import services as incidents
from enforcement.incident.models import Incident
from enforcement.law.terms import PatrolState, Role, UnitKind
from enforcement.patrol import following, queries
from enforcement.patrol.models import Patrol, PatrolEntry, PatrolFinding, PatrolStop
from enforcement.patrol.terms import FindingKind
from enforcement.people.models import Unit
from enforcement.permissions import Permission


def send(
    session: Session,
    actor: Actor,
    incident_id: uuid.UUID,
    *,
    squad_id: uuid.UUID,
    patrol_on: date,
    instructions: str = "",
    version: int | None = None,
    key: str | None = None,
) -> Patrol:
    """Assign a squad to an incident and put it on that squad's patrol of a day.

    The patrol is made where the squad has none that day. Raises NotFoundError,
    StepNotAllowedError, StaleVersionError, InvalidInputError.
    """
    permissions.check(actor, Permission.PATROL_ASSIGN)
    earlier = once.claim(session, actor, key, "patrol:send", [incident_id, squad_id, patrol_on])
    if earlier is not None:
        return queries.get(session, actor, earlier)
    squad = squad_of(session, actor, squad_id)
    if patrol_on < clock.today(session):
        raise InvalidInputError("patrol_on", _("巡查日期不能早于今天。"))
    incident = incidents.assign(
        session,
        actor,
        incident_id,
        squad,
        note=instructions or None,
        version=version,
        detail={"patrol_on": str(patrol_on)},
    )
    patrol = queries.find_open(session, actor.county_code, squad.id, patrol_on) or open_patrol(
        session, actor, squad, patrol_on, instructions
    )
    _add_stop(session, patrol, incident)
    _remember(session, patrol, "add_stop", actor, {"incident": incident.number})
    once.done(session, actor, key, patrol.id)
    return patrol


def squad_of(session: Session, actor: Actor, squad_id: uuid.UUID) -> Unit:
    """Return a squad that the actor may send; raises InvalidInputError."""
    squad = session.get(Unit, (actor.county_code, squad_id))
    if squad is None or squad.kind != UnitKind.SQUAD:
        raise InvalidInputError("squad_id", _("请选择一个中队。"))
    if squad.valid_to is not None and squad.valid_to <= clock.today(session):
        raise InvalidInputError("squad_id", _("%(name)s已撤销，请另选。", name=squad.name))
    check_reach(actor, squad.code)
    return squad


def check_reach(actor: Actor, squad_code: str) -> None:
    """Raise InvalidInputError where a leader means a squad that is not below him."""
    leads = actor.role in (Role.BRIGADE_LEADER, Role.SQUAD_LEADER)
    if leads and not squad_code.startswith(actor.unit_code):
        raise InvalidInputError("squad_id", _("只能指派本单位的中队。"))


def open_patrol(
    session: Session,
    actor: Actor,
    squad: Unit,
    patrol_on: date,
    instructions: str,
    state: PatrolState = PatrolState.PUBLISHED,
    **shift: Any,
) -> Patrol:
    """Make a squad's patrol of a day, still without stops; the caller has checked.

    shift -- columns of its shift and template, where they are not the usual ones
    """
    count = numbering.take(session, actor.county_code, "patrol", "", patrol_on.year)
    patrol = Patrol(
        county_code=actor.county_code,
        id=uuid7(),
        number=f"XC{patrol_on.year}-{count:04d}",
        squad_id=squad.id,
        squad_code=squad.code,
        patrol_on=patrol_on,
        instructions=instructions,
        state=state,
        assigned_by=actor.account_id,
        assigned_at=clock.now(session),
        **shift,
    )
    session.add(patrol)
    session.flush()
    event = "draft" if state == PatrolState.DRAFT else "publish"
    _remember(session, patrol, event, actor, {"squad": squad.name})
    return patrol


def _add_stop(session: Session, patrol: Patrol, incident: Incident) -> None:
    last = (
        session.scalar(
            select(func.max(PatrolStop.seq)).where(
                PatrolStop.county_code == patrol.county_code, PatrolStop.patrol_id == patrol.id
            )
        )
        or 0
    )
    session.add(
        PatrolStop(
            county_code=patrol.county_code,
            id=uuid7(),
            patrol_id=patrol.id,
            patrol_on=patrol.patrol_on,
            seq=last + 1,
            incident_id=incident.id,
            village_code=incident.village_code,
            lon=incident.lon,
            lat=incident.lat,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise StepNotAllowedError(_("该事件当天已在一份巡查任务中。")) from error


MOVES = {  # act: (from, to)
    "start": ({PatrolState.PUBLISHED}, PatrolState.STARTED),
    "finish": ({PatrolState.STARTED}, PatrolState.FINISHED),
    "cancel": ({PatrolState.DRAFT, PatrolState.PUBLISHED}, PatrolState.CANCELLED),
}


def move(session: Session, actor: Actor, patrol_id: uuid.UUID, act: str) -> Patrol:
    """Start, finish or cancel a patrol; raises StepNotAllowedError where it does not fit."""
    permissions.check(
        actor, Permission.PATROL_ASSIGN if act == "cancel" else Permission.PATROL_WALK
    )
    patrol = queries.get(session, actor, patrol_id, lock=True)
    sources, target = MOVES[act]
    if PatrolState(patrol.state) not in sources:
        raise StepNotAllowedError(
            _(
                "巡查任务%(number)s现为“%(state)s”。",
                number=patrol.number,
                state=label(PatrolState(patrol.state)),
            )
        )
    patrol.state, patrol.version = target, patrol.version + 1
    if act in ("finish", "cancel"):
        _free(session, patrol)
    _remember(session, patrol, act, actor, {})
    return patrol


def _free(session: Session, patrol: Patrol) -> None:
    """Let what was not visited be put on another list of the day."""
    session.execute(
        update(PatrolStop)
        .where(
            PatrolStop.county_code == patrol.county_code,
            PatrolStop.patrol_id == patrol.id,
            PatrolStop.visited_at.is_(None),
        )
        .values(off_list=True)
    )


@dataclass(frozen=True)
class Found:
    """What a visit brought about; number -- of the paper or the incident, where there is one."""

    kind: FindingKind
    text: str
    number: str | None = None


def visit(
    session: Session,
    actor: Actor,
    patrol_id: uuid.UUID,
    seq: int,
    *,
    outcome: str,
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
    again_on: date | None = None,
    findings: Sequence[Found] = (),
) -> PatrolStop:
    """Record that a stop was visited and what was found; the patrol starts by it if it had not.

    arrived_at, left_at -- as the squad says, now where it does not; again_on -- to be visited
    again on that day, which makes it a stop by itself
    """
    permissions.check(actor, Permission.PATROL_WALK)
    patrol = queries.get(session, actor, patrol_id, lock=True)
    stop = _open_stop(session, patrol, seq)
    now = clock.now(session)
    _check_times(session, now, arrived_at, left_at, again_on)
    stop.again_on = again_on
    for found in findings:
        _keep_finding(session, actor, stop, found, now)
    told = {"outcome": outcome, "again_on": again_on,
            "findings": [str(one.kind) for one in findings]}  # fmt: skip
    stop.outcome = outcome.strip()
    note_visit(session, actor, patrol, stop, arrived_at, left_at, told)
    return stop


def note_visit(
    session: Session,
    actor: Actor,
    patrol: Patrol,
    stop: PatrolStop,
    arrived_at: datetime | None,
    left_at: datetime | None,
    detail: dict[str, Any],
) -> None:
    """Mark a stop of a locked patrol as visited by a person, with all that follows from it.

    arrived_at, left_at -- where he says nothing, what was proved before, else now
    """
    now = clock.now(session)
    if patrol.state == PatrolState.PUBLISHED:
        patrol.state = PatrolState.STARTED
    stop.visited_at, stop.visited_by = now, actor.account_id
    stop.arrived_at = arrived_at or stop.arrived_at or now
    until = left_at or stop.left_at
    stop.left_at = until if until and until >= stop.arrived_at else None
    patrol.version += 1
    session.flush()
    following.visited(session, stop, patrol.squad_code)
    _remember(session, patrol, "visit", actor, {"seq": stop.seq} | detail)


def _open_stop(session: Session, patrol: Patrol, seq: int) -> PatrolStop:
    stop = session.scalars(
        select(PatrolStop).where(
            PatrolStop.county_code == patrol.county_code,
            PatrolStop.patrol_id == patrol.id,
            PatrolStop.seq == seq,
        )
    ).first()
    if stop is None:
        raise InvalidInputError("seq", _("任务中没有第%(n)d个点位。", n=seq))
    ended = patrol.state in (PatrolState.DRAFT, PatrolState.FINISHED, PatrolState.CANCELLED)
    if stop.visited_at is not None or ended:
        raise StepNotAllowedError(_("该点位已登记，或者任务已结束。"))
    return stop


def _check_times(
    session: Session,
    now: datetime,
    arrived_at: datetime | None,
    left_at: datetime | None,
    again_on: date | None,
) -> None:
    if arrived_at is not None and arrived_at > now:
        raise InvalidInputError("arrived_at", _("到达时间不能晚于现在。"))
    if left_at is not None and left_at < (arrived_at or now):
        raise InvalidInputError("left_at", _("离开时间不能早于到达时间。"))
    if again_on is not None and again_on <= clock.today(session):
        raise InvalidInputError("again_on", _("再次到访的日期应当在今天之后。"))


def _keep_finding(
    session: Session, actor: Actor, stop: PatrolStop, found: Found, now: datetime
) -> None:
    """Keep a finding; an incident is found by its number. Raises InvalidInputError."""
    said = outside.words(found.text, "finding_text", 1000, required=True)
    number = outside.words(found.number, "finding_number", 60)
    incident_id = None
    if found.kind == FindingKind.INCIDENT and number:
        query = select(Incident.id).where(
            Incident.county_code == actor.county_code, Incident.number == number.upper()
        )
        incident_id = session.scalar(query)
        if incident_id is None:
            raise InvalidInputError("finding_number", _("没有这个事件编号。"))
    session.add(
        PatrolFinding(
            county_code=stop.county_code, id=uuid7(), stop_id=stop.id, kind=found.kind,
            number=number, text=said, incident_id=incident_id, by=actor.account_id, at=now,
        )
    )  # fmt: skip


def _remember(
    session: Session, patrol: Patrol, event: str, actor: Actor, detail: dict[str, Any]
) -> None:
    history.append(session, PatrolEntry.patrol_id, patrol, event, actor, clock.now(session), detail)
