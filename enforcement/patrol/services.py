"""Acts upon patrols: send a squad to an incident, start, visit a stop, finish, cancel."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import clock, history, once, permissions
from enforcement.actor import Actor
from enforcement.document import numbering
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.incident import services as incidents
from enforcement.incident.models import Incident
from enforcement.law.terms import PatrolState, Role, UnitKind
from enforcement.patrol import queries
from enforcement.patrol.models import Patrol, PatrolEntry, PatrolStop
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
    squad = _squad(session, actor, squad_id)
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


def _squad(session: Session, actor: Actor, squad_id: uuid.UUID) -> Unit:
    squad = session.get(Unit, (actor.county_code, squad_id))
    if squad is None or squad.kind != UnitKind.SQUAD:
        raise InvalidInputError("squad_id", _("请选择一个中队。"))
    if squad.valid_to is not None and squad.valid_to <= clock.today(session):
        raise InvalidInputError("squad_id", _("%(name)s已撤销，请另选。", name=squad.name))
    leads = actor.role in (Role.BRIGADE_LEADER, Role.SQUAD_LEADER)
    if leads and not squad.code.startswith(actor.unit_code):
        raise InvalidInputError("squad_id", _("只能指派本单位的中队。"))
    return squad


def open_patrol(
    session: Session, actor: Actor, squad: Unit, patrol_on: date, instructions: str
) -> Patrol:
    """Make a squad's patrol of a day, still without stops; the caller has checked."""
    count = numbering.take(session, actor.county_code, "patrol", "", patrol_on.year)
    patrol = Patrol(
        county_code=actor.county_code,
        id=uuid7(),
        number=f"XC{patrol_on.year}-{count:04d}",
        squad_id=squad.id,
        squad_code=squad.code,
        patrol_on=patrol_on,
        instructions=instructions,
        state=PatrolState.PUBLISHED,
        assigned_by=actor.account_id,
        assigned_at=clock.now(session),
    )
    session.add(patrol)
    session.flush()
    _remember(session, patrol, "publish", actor, {"squad": squad.name})
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
    "cancel": ({PatrolState.PUBLISHED}, PatrolState.CANCELLED),
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
    _remember(session, patrol, act, actor, {})
    return patrol


def visit(
    session: Session, actor: Actor, patrol_id: uuid.UUID, seq: int, *, outcome: str
) -> PatrolStop:
    """Record that a stop was visited and what was found; the patrol starts by it if it had not."""
    permissions.check(actor, Permission.PATROL_WALK)
    patrol = queries.get(session, actor, patrol_id, lock=True)
    stop = session.scalars(
        select(PatrolStop).where(
            PatrolStop.county_code == patrol.county_code,
            PatrolStop.patrol_id == patrol.id,
            PatrolStop.seq == seq,
        )
    ).first()
    if stop is None:
        raise InvalidInputError("seq", _("任务中没有第%(n)d个点位。", n=seq))
    if stop.visited_at is not None or patrol.state in (PatrolState.FINISHED, PatrolState.CANCELLED):
        raise StepNotAllowedError(_("该点位已登记，或者任务已结束。"))
    if patrol.state == PatrolState.PUBLISHED:
        patrol.state = PatrolState.STARTED
    stop.visited_at, stop.visited_by, stop.outcome = (
        clock.now(session),
        actor.account_id,
        outcome.strip(),
    )
    patrol.version += 1
    _remember(session, patrol, "visit", actor, {"seq": seq, "outcome": outcome})
    return stop


def _remember(
    session: Session, patrol: Patrol, event: str, actor: Actor, detail: dict[str, Any]
) -> None:
    history.append(session, PatrolEntry.patrol_id, patrol, event, actor, clock.now(session), detail)
