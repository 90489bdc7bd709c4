"""The limit of a measure: a reminder before it, and the lapse by itself once it is over (R16)."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, due, notices
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.history import plain
from enforcement.ids import uuid7
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.escalation import Does
from enforcement.law.measure_terms import Fate, MeasureKind, MeasureState
from enforcement.law.measure_terms import MeasureEvent as E
from enforcement.law.measures import step_of
from enforcement.law.terms import Role
from enforcement.measure.models import Measure, MeasureEntry, MeasureItem
from enforcement.people.models import Post, Unit
from enforcement.timing import calendars

TASK: Final = "measure:limit"
SYSTEM: Final = "系统"
MORNING: Final = time(8, 30)
LASTING: Final = (MeasureState.URGENT, MeasureState.REPORTED, MeasureState.IN_FORCE)
HEADS: Final = (Role.HEAD,)
LEADERS: Final = (Role.SQUAD_LEADER, Role.BRIGADE_LEADER)


def plan(session: Session, measure: Measure) -> None:
    """Plan reminder and lapse anew after an act; nothing waits for a measure that is over."""
    due.cancel(session, measure.county_code, measure.id, TASK)
    if measure.state not in LASTING:
        return
    now = clock.now(session)
    for rule, at in _moments(session, measure).items():
        if rule == "remind" and at <= now:
            continue  # so late that the next thing is the lapse itself
        due.schedule(session, measure.county_code, TASK, measure.id, f"{rule}:{at:%Y%m%d%H%M}", at,
                     when=rule, version=measure.version)  # fmt: skip


def _moments(session: Session, measure: Measure) -> dict[str, datetime]:
    """Return when to remind and when it lapses: the 24 hours, or midnight after the last day."""
    if measure.state != MeasureState.IN_FORCE and measure.confirm_until is not None:
        return {"lapse": measure.confirm_until + timedelta(seconds=1)}
    if measure.due_on is None:
        return {}
    return {
        "remind": datetime.combine(
            _alarm(session, measure.county_code, measure.due_on), MORNING, ZONE
        ),
        "lapse": datetime.combine(measure.due_on + timedelta(days=1), time(), ZONE),
    }


def _alarm(session: Session, county_code: str, due_on: date) -> date:
    """Return the last working day before the last day; the day before where none is known."""
    try:
        return calendars.current(session, county_code).before(due_on)
    except CalendarExhaustedError:
        return due_on - timedelta(days=1)


def act(session: Session, step: DueStep) -> None:
    """Remind of a limit, or let the measure lapse; a step that an act has overtaken does nothing.

    The case is locked before the measure, as in every act upon it.
    """
    found = session.get(Measure, (step.county_code, step.subject_id), populate_existing=True)
    if found is None:
        return
    case = session.scalars(
        select(CaseFile)
        .where(CaseFile.county_code == step.county_code, CaseFile.id == found.case_id)
        .with_for_update()
    ).one()
    session.refresh(found, with_for_update=True)
    if found.state not in LASTING or found.version != step.data["version"]:
        return
    if step.data["when"] == "remind":
        _tell(session, case, found, "measure_due", LEADERS)
        return
    lapse(session, case, found)


def lapse(session: Session, case: CaseFile, measure: Measure) -> None:
    """Let a measure lapse: what has no fate is to be returned, and all who answer are told."""
    now = clock.now(session)
    row = step_of(MeasureKind(measure.kind), MeasureState(measure.state), E.LAPSE)
    if row is None:
        return
    items = session.scalars(
        select(MeasureItem).where(
            MeasureItem.county_code == measure.county_code, MeasureItem.measure_id == measure.id
        )
    ).all()
    left = [one for one in items if one.fate is None]
    for one in left:
        one.fate = Fate.RETURN
    why = "not_confirmed" if measure.state != MeasureState.IN_FORCE else "limit"
    measure.state, measure.lapsed_at = MeasureState.LAPSED, now
    measure.version += 1
    session.flush()
    _remember(session, measure, now, row.source.zh, {
        "why": why, "due_on": measure.due_on, "items": sorted(one.no for one in left)})  # fmt: skip
    audit.record(session, measure.county_code, "measure:lapse", "measure", str(measure.id), why=why)
    _tell(session, case, measure, "measure_lapsed", (*LEADERS, *HEADS))


def _remember(
    session: Session, measure: Measure, now: datetime, article: str, detail: dict[str, Any]
) -> None:
    mine = (
        MeasureEntry.county_code == measure.county_code,
        MeasureEntry.measure_id == measure.id,
    )
    last = session.scalar(select(func.max(MeasureEntry.seq)).where(*mine)) or 0
    session.add(
        MeasureEntry(
            county_code=measure.county_code, id=uuid7(), measure_id=measure.id, seq=last + 1,
            event=E.LAPSE, state=measure.state, by=None, by_name=SYSTEM, at=now,
            article=article, detail=plain(detail),
        )
    )  # fmt: skip
    session.flush()


def _tell(
    session: Session, case: CaseFile, measure: Measure, rule: str, roles: tuple[Role, ...]
) -> None:
    """Send a notice to the two officers and to the people of the roles above their unit."""
    people = {one for one in (case.officer_a_id, case.officer_b_id) if one is not None}
    people |= set(session.scalars(_answering(session, case, roles)))
    does = Does.RING if rule == "measure_lapsed" else Does.NOTIFY
    for person_id in sorted(people):
        notices.send(
            session, measure.county_code, person_id, "measure", measure.id, does=str(does),
            rule=rule, number=measure.number, due_on=str(measure.due_on or ""),
        )  # fmt: skip


def _answering(session: Session, case: CaseFile, roles: tuple[Role, ...]) -> Any:
    """Return who holds one of the roles in the case's unit or in one above it."""
    today = clock.today(session)
    parts = case.unit_code.split(".")
    above = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    wanted: list[uuid.UUID] = list(
        session.scalars(
            select(Unit.id).where(Unit.county_code == case.county_code, Unit.code.in_(above))
        )
    )
    return (
        select(Post.person_id)
        .where(
            Post.county_code == case.county_code,
            Post.role.in_(roles),
            Post.unit_id.in_(wanted),
            Post.valid_from <= today,
            or_(Post.valid_to.is_(None), Post.valid_to > today),
        )
        .distinct()
    )
