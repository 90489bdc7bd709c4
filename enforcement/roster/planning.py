"""What publishing a template would do to some weeks: computed from facts, changing nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.people.models import Person
from enforcement.roster import problems
from enforcement.roster.models import DutyShift, DutyTemplate, DutyTemplateRow
from enforcement.roster.pattern import Slot, check_years, slots, week_span
from enforcement.roster.problems import Ask
from enforcement.roster.terms import MAX_AHEAD, MAX_WEEKS, DutyKind, PlanState, Problem, ShiftState
from enforcement.timing import calendars


@dataclass(frozen=True)
class Line:
    """One shift of the plan.

    person_id -- who the template names; problems -- why he is left out, so that the slot is open;
    accepted -- short rest that the planner accepts: he is kept in spite of it
    """

    state: PlanState
    kind: DutyKind
    starts_at: datetime
    ends_at: datetime
    seat: int
    person_id: uuid.UUID | None
    shift: DutyShift | None = None
    problems: tuple[Problem, ...] = ()
    accepted: bool = False

    @property
    def placed(self) -> uuid.UUID | None:
        """Return who gets the shift, None where it stays an open slot."""
        return self.person_id if self.accepted or not self.problems else None


@dataclass(frozen=True)
class Plan:
    """All that publishing would do; `digest` names exactly this plan."""

    template: DutyTemplate
    monday: date
    weeks: int
    lines: tuple[Line, ...]
    names: dict[uuid.UUID, str] = field(default_factory=dict)
    applied: bool = False

    @property
    def digest(self) -> str:
        """Return a name of the plan that changes whenever a line of it does."""
        said = "\n".join(_said(line) for line in self.lines)
        return hashlib.sha256(said.encode()).hexdigest()

    def of(self, state: PlanState) -> list[Line]:
        """Return the lines of a state."""
        return [line for line in self.lines if line.state is state]

    @property
    def conflicts(self) -> list[Line]:
        """Return the lines against which something speaks."""
        return [line for line in self.lines if line.problems]


def _said(line: Line) -> str:
    shift = f"{line.shift.id}/{line.shift.version}" if line.shift else "-"
    why = ",".join(map(str, line.problems))
    return f"{line.state} {line.kind} {line.starts_at} {line.ends_at} {line.placed} {shift} {why}"


def check_weeks(monday: date, weeks: int, now: datetime) -> None:
    """Raise InvalidInputError where the weeks are too many, over, or too far ahead."""
    if not 1 <= weeks <= MAX_WEEKS:
        raise InvalidInputError("weeks", _("一次可以发布1到%(n)d周。", n=MAX_WEEKS))
    check_years("monday", monday)
    since, until = week_span(monday, weeks)
    if until <= now:
        raise InvalidInputError("monday", _("该周已经过去，不能再发布。"))
    if since > now + MAX_AHEAD:
        raise InvalidInputError("monday", _("最多提前%(n)d天发布。", n=MAX_AHEAD.days))


def make(
    session: Session,
    template: DutyTemplate,
    monday: date,
    weeks: int,
    now: datetime,
    *,
    accept_short_rest: bool = False,
) -> Plan:
    """Return what publishing a template for weeks from a Monday on would do; five statements.

    Shifts that are over by `now` are left out. Raises CalendarExhaustedError.
    """
    rows = session.scalars(
        select(DutyTemplateRow).where(
            DutyTemplateRow.county_code == template.county_code,
            DutyTemplateRow.template_id == template.id,
        )
    ).all()
    wanted = slots(
        rows, template.cycle_weeks, template.anchor_on, monday, weeks,
        calendars.current(session, template.county_code),
    )  # fmt: skip
    there = _there(session, template, monday, weeks)
    lines = _compare([slot for slot in wanted if slot.ends_at > now], there, now)
    judged = _judge(session, template, lines, accept_short_rest)
    return Plan(template, monday, weeks, tuple(judged), _names(session, template, judged))


def _there(
    session: Session, template: DutyTemplate, monday: date, weeks: int
) -> dict[tuple[str, datetime, int], DutyShift]:
    since, until = week_span(monday, weeks)
    query = select(DutyShift).where(
        DutyShift.county_code == template.county_code,
        DutyShift.template_id == template.id,
        DutyShift.starts_at >= since,
        DutyShift.starts_at < until,
    )
    found = session.scalars(query.execution_options(populate_existing=True))
    return {(row.kind, row.starts_at.astimezone(ZONE), row.seat or 0): row for row in found}


def _compare(
    wanted: Sequence[Slot], there: dict[tuple[str, datetime, int], DutyShift], now: datetime
) -> list[Line]:
    lines = [_line(slot, there.get(slot.key), now) for slot in wanted]
    asked = {slot.key for slot in wanted}
    lines += [_left(row, now) for key, row in there.items() if key not in asked]
    return sorted(lines, key=lambda line: (line.starts_at, line.kind, line.seat))


def _fixed(row: DutyShift, now: datetime) -> bool:
    """Tell whether publishing must leave a shift alone: it has begun, or a person changed it."""
    return row.by_hand or row.starts_at <= now or row.state == ShiftState.CANCELLED


def _line(slot: Slot, row: DutyShift | None, now: datetime) -> Line:
    if row is not None and _fixed(row, now):
        return _left(row, now)
    state = PlanState.NEW if row is None else PlanState.CHANGED
    return Line(
        state, slot.kind, slot.starts_at, slot.ends_at, slot.seat, slot.person_id, shift=row
    )


def _left(row: DutyShift, now: datetime) -> Line:
    state = PlanState.KEPT if _fixed(row, now) else PlanState.DROPPED
    return Line(
        state, DutyKind(row.kind), row.starts_at, row.ends_at, row.seat or 0, row.person_id,
        shift=row,
    )  # fmt: skip


def _judge(
    session: Session, template: DutyTemplate, lines: Sequence[Line], accept_short_rest: bool
) -> list[Line]:
    """Say what speaks against each new or changed line; unchanged ones become kept."""
    named = [
        (n, Ask(one.person_id, template.unit_id, one.kind, one.starts_at, one.ends_at))
        for n, one in enumerate(lines)
        if one.person_id is not None and one.state in (PlanState.NEW, PlanState.CHANGED)
    ]
    replaced = [one.shift.id for one in lines if one.shift and one.state is not PlanState.KEPT]
    asks = [ask for _n, ask in named]
    found = problems.judge(session, template.county_code, asks, ignored=replaced, together=True)
    why = {n: reasons for (n, _ask), reasons in zip(named, found, strict=True)}
    return [_judged(one, why.get(n, ()), accept_short_rest) for n, one in enumerate(lines)]


def _judged(line: Line, reasons: tuple[Problem, ...], accept_short_rest: bool) -> Line:
    """Put reasons to a line; short rest is accepted where asked, or where the shift stands so."""
    row = line.shift
    stands = row is not None and (row.person_id, row.ends_at) == (line.person_id, line.ends_at)
    accepted = (accept_short_rest or stands) and set(reasons) <= {Problem.REST}
    judged = replace(line, problems=reasons, accepted=accepted)
    same = row is not None and (row.person_id, row.ends_at) == (judged.placed, line.ends_at)
    if line.state is PlanState.CHANGED and same:
        return replace(judged, state=PlanState.KEPT)
    return judged


def _names(session: Session, template: DutyTemplate, lines: Sequence[Line]) -> dict[uuid.UUID, str]:
    wanted = {one.person_id for one in lines} | {
        one.shift.person_id for one in lines if one.shift is not None
    }
    query = select(Person.id, Person.name).where(
        Person.county_code == template.county_code, Person.id.in_(wanted - {None})
    )
    return {row.id: row.name for row in session.execute(query)}
