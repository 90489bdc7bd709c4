"""Who is called when nobody acts: planned with every stage of an incident, carried out when due.

The plan is rows (`due_step`), each named after the stage it belongs to; the next act of a person
takes them back. What the worker does with a row and the mark that it is done are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, due, notices
from enforcement.due import DueStep
from enforcement.history import plain
from enforcement.ids import uuid7
from enforcement.incident import opening
from enforcement.incident.models import Incident, IncidentEntry
from enforcement.incident.opening import Opening
from enforcement.incident.telling import publish
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.terms import Level as DivisionLevel
from enforcement.law import escalation as law
from enforcement.law.escalation import Does, Plan, Stage
from enforcement.law.taxonomy import Taxonomy
from enforcement.law.terms import IncidentEvent, IncidentState, Urgency
from enforcement.law.workdays import Calendar
from enforcement.people.models import Unit
from enforcement.roster.on_duty import OnCall, on_duty
from enforcement.roster.terms import Level

TASK: Final = "incident:escalate"
SYSTEM: Final = "系统"
LADDER: Final = (
    Level.DESK_A,
    Level.DESK_B,
    Level.TOWNSHIP_LEADER,
    Level.BUREAU_LEADER,
    Level.COMMAND,
)
"""Where a call goes on when the level it was meant for has nobody on duty."""


COUNTY: Final = (Level.BUREAU_LEADER, Level.COMMAND)
"""Who is called for an incident without any place."""


def plan(
    category: str,
    urgency: Urgency,
    state: IncidentState,
    start: datetime,
    *,
    taxonomy: Taxonomy,
    calendar: Calendar | None = None,
    answered: bool = False,
) -> Plan:
    """Return who is called when in the stages that begin at a moment, by the county's list."""
    stages = law.stages_of(state, urgency, answered=answered)
    return law.plan(
        category, urgency, stages, start, limit_rows=taxonomy.limits, call_rows=taxonomy.calls,
        calendar=calendar,
    )  # fmt: skip


def steps(found: Plan, stage_no: int) -> list[dict[str, Any]]:
    """Return the rows of a plan: task, rule, due_at and data, as they are stored."""
    return [
        {
            "task": TASK,
            "rule": f"{stage_no}:{one.call.id}",
            "due_at": one.at,
            "data": {"stage_no": stage_no, "to": one.call.to, "does": str(one.call.does),
                     "call": one.call.id, "stage": str(one.call.stage)},
        }
        for one in found.calls
    ]  # fmt: skip


@dataclass(frozen=True)
class Clocks:
    """What an act does to the clocks of an incident.

    over -- stages whose calls are taken back; all where it is empty, none where it is None
    calls -- the rows that are planned: task, rule, due_at, data
    """

    over: tuple[str, ...] | None = None
    calls: tuple[dict[str, Any], ...] = ()


UNTOUCHED: Final = Clocks()
ALL: Final = ()


def restart(session: Session, incident: Incident, at: datetime) -> None:
    """Begin a new stage: take back what waited, plan what the new one brings."""
    begun = _begin(incident, at, opening.read(session, incident.county_code))
    due.cancel(session, incident.county_code, incident.id, TASK)
    due.schedule_many(
        session,
        [
            {**row, "county_code": incident.county_code, "subject_id": incident.id}
            for row in begun.calls
        ],
    )


def _begin(incident: Incident, at: datetime, start: Opening) -> Clocks:
    """Count a new stage and plan its calls."""
    listed = start.taxonomy
    found = law.plan(
        incident.category, Urgency(incident.urgency), stages_of(incident), at,
        limit_rows=listed.limits, call_rows=listed.calls,
        calendar=start.calendar,
    )  # fmt: skip
    return _enter(incident, found)


def _enter(incident: Incident, found: Plan) -> Clocks:
    incident.stage_no += 1
    incident.stage_due_at = found.ends
    return Clocks(ALL, tuple(steps(found, incident.stage_no)))


def stages_of(incident: Incident) -> tuple[Stage, ...]:
    """Return what an incident waits for."""
    return law.stages_of(
        IncidentState(incident.state),
        Urgency(incident.urgency),
        answered=incident.answered_at is not None,
        arrived=incident.arrived_at is not None,
    )


def move_on(
    incident: Incident,
    before: tuple[Stage, ...],
    at: datetime,
    start: Opening,
    *,
    afresh: bool,
) -> Clocks:
    """Let the clocks follow an act: what it waits for still goes on, what is new begins now.

    A limit that runs on is never begun anew by an act that only shortens what is awaited.
    """
    after = stages_of(incident)
    if afresh or not set(after) <= set(before) or (before and not after):
        return _begin(incident, at, start)
    if set(after) != set(before):
        return Clocks(tuple(str(stage) for stage in before if stage not in after))
    return UNTOUCHED


def extend(incident: Incident, until: datetime, at: datetime, start: Opening) -> Clocks:
    """Let the limit of the stage end later: its reminders fall into the time that is left."""
    calls = start.taxonomy.calls
    found = law.plan_until(Urgency(incident.urgency), stages_of(incident), at, until, calls)
    clocks = _enter(incident, found)
    incident.stage_due_at = until
    return clocks


def may_take_over(session: Session, incident: Incident, at: datetime) -> bool:
    """Tell whether the moment has come from which the county may answer itself."""
    query = select(DueStep.id).where(
        DueStep.county_code == incident.county_code,
        DueStep.subject_id == incident.id,
        DueStep.task == TASK,
        DueStep.data["stage_no"].as_integer() == incident.stage_no,
        DueStep.data["does"].as_string() == Does.TAKE_OVER,
        DueStep.due_at <= at,
    )
    return session.scalars(query.limit(1)).first() is not None


def tell_unit(session: Session, incident: Incident, unit: Unit) -> list[str]:
    """Ring the people of a unit who are on duty; return their names, none where nobody is."""
    now = clock.now(session)
    people = [
        one
        for one in _on_duty(session, incident, now)
        if one.person_id is not None and one.unit_code == unit.code and one.is_shift
    ]
    for one in people:
        assert one.person_id is not None  # noqa: S101 -- chosen above
        notices.send(
            session, incident.county_code, one.person_id, "incident", incident.id,
            does=str(Does.RING), rule="assigned", number=incident.number,
            urgency=incident.urgency, category=incident.category,
        )  # fmt: skip
    return [one.person_name or "" for one in people]


def fire(session: Session, step: DueStep) -> None:
    """Call whom the row names; where that level has nobody on duty, say so and call the next.

    A row of a stage that has passed does nothing: somebody has acted meanwhile.
    """
    incident = session.get(
        Incident, (step.county_code, step.subject_id), with_for_update=True, populate_existing=True
    )
    if incident is None or incident.stage_no != step.data["stage_no"]:
        return
    now = clock.now(session)
    people = _on_duty(session, incident, now)
    called, silent = _reached(people, Level(step.data["to"]))
    for person_id in {one.person_id for one in called if one.person_id is not None}:
        notices.send(
            session, incident.county_code, person_id, "incident", incident.id,
            does=step.data["does"], rule=step.data["call"], number=incident.number,
            urgency=incident.urgency, category=incident.category,
        )  # fmt: skip
    _remember(session, incident, step, now, called, silent)


def people_on_duty(session: Session, incident: Incident, at: datetime) -> list[OnCall]:
    """Return who is called for an incident now, in the order of the ladder."""
    return _on_duty(session, incident, at)


def _on_duty(session: Session, incident: Incident, now: datetime) -> list[OnCall]:
    """Return the call order of the incident's place; without one, the county's own levels."""
    place = incident.village_code or incident.township_code
    if place is not None:
        return on_duty(session, incident.county_code, place, now, incident.category)
    query = select(Division.code).where(
        Division.county_code == incident.county_code, Division.level == DivisionLevel.TOWNSHIP
    )
    anywhere = session.scalars(query.order_by(Division.code).limit(1)).first()
    if anywhere is None:
        return []
    people = on_duty(session, incident.county_code, anywhere, now, incident.category)
    return [one for one in people if one.level in COUNTY]


def _reached(people: Iterable[OnCall], level: Level) -> tuple[list[OnCall], list[Level]]:
    """Return whom a call reaches, and the levels before them that had nobody."""
    found = list(people)
    silent: list[Level] = []
    for one in (level, *LADDER[_after(level) :]):
        there = [row for row in found if row.level is one and row.person_id is not None]
        if there:
            return there, silent
        silent.append(one)
    return [], silent


def _after(level: Level) -> int:
    return LADDER.index(level) + 1 if level in LADDER else 0


def _remember(
    session: Session,
    incident: Incident,
    step: DueStep,
    now: datetime,
    called: list[OnCall],
    silent: list[Level],
) -> None:
    """Write what was done into the incident's history, and tell its screens."""
    does = Does(step.data["does"])
    event = IncidentEvent.REMIND if does is Does.NOTIFY else IncidentEvent.ESCALATE
    said = {
        "rule": step.data["call"],
        "does": str(does),
        "called": [one.person_name for one in called],
        "level": str(called[0].level) if called else None,
        "nobody_at": [str(level) for level in silent],
        "due_at": step.due_at.isoformat(),
    }
    incident.version += 1
    session.add(
        IncidentEntry(
            county_code=incident.county_code,
            id=uuid7(),
            incident_id=incident.id,
            seq=incident.version,
            event=event,
            state=incident.state,
            by=None,
            by_name=SYSTEM,
            at=now,
            detail=plain(said),
        )
    )
    session.flush()
    publish(session, incident, str(event), does=str(does), rule=step.data["call"])
