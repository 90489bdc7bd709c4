"""A unit's week as people look at it: days, kinds of duty, leave, gaps, and what each worked."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.terms import UnitKind
from enforcement.law.workdays import Calendar
from enforcement.people.models import Unit
from enforcement.roster import gaps, problems, queries
from enforcement.roster.gaps import Gap
from enforcement.roster.models import DutyLeave, DutyRequirement
from enforcement.roster.pattern import DAY, check_years, midnight
from enforcement.roster.problems import Ask
from enforcement.roster.queries import Shown, Tally
from enforcement.roster.terms import DutyKind, Problem
from enforcement.timing import calendars

USUAL: Final = {
    UnitKind.SQUAD: (DutyKind.SQUAD,),
    UnitKind.BUREAU: (DutyKind.LEADER,),
    UnitKind.BRIGADE: (DutyKind.A_POST, DutyKind.B_POST),
    UnitKind.SUB_BUREAU: (DutyKind.A_POST, DutyKind.B_POST),
}


@dataclass(frozen=True)
class Cell:
    """A shift on the day on which it starts, with what speaks against its person by now."""

    shift: Shown
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Day:
    """One day of the week; `working` is None where its year has no calendar."""

    on: date
    cells: dict[DutyKind, list[Cell]]
    carried: list[Shown]
    leave: list[tuple[DutyLeave, str]]
    gaps: list[Gap]
    working: bool | None


@dataclass(frozen=True)
class Week:
    """All that the page of a week shows."""

    unit: Unit
    monday: date
    days: tuple[Day, ...]
    kinds: tuple[DutyKind, ...]
    requirements: tuple[DutyRequirement, ...]
    tally: Sequence[Tally]
    missing_years: tuple[int, ...]

    @property
    def gaps(self) -> list[Gap]:
        """Return the week's gaps, each once a day."""
        return [gap for day in self.days for gap in day.gaps]

    @property
    def shifts(self) -> int:
        """Return how many shifts start in the week."""
        return sum(len(cells) for day in self.days for cells in day.cells.values())


def week_of(session: Session, unit: Unit, monday: date, days: int = 7) -> Week:
    """Return a unit's week from a Monday on, or so many days from any day on.

    Raises InvalidInputError ("day").
    """
    check_years("day", monday)
    county_code = unit.county_code
    since, until = midnight(monday), midnight(monday + days * DAY)
    shifts = queries.list_shifts(session, county_code, unit.id, since, until)
    requirements = queries.list_requirements(session, county_code, unit.id)
    leave = queries.list_leave_in(session, county_code, unit.id, since, until)
    found = gaps.between(session, county_code, Unit.id == unit.id, since, until)
    cells = _cells(session, county_code, shifts)
    known = calendars.current(session, county_code)
    return Week(
        unit=unit,
        monday=monday,
        days=tuple(
            _day(monday + n * DAY, cells, leave, found.gaps, n == 0, known) for n in range(days)
        ),
        kinds=_kinds(unit, shifts, requirements),
        requirements=tuple(requirements),
        tally=queries.tally(session, county_code, unit.id, until),
        missing_years=found.missing_years,
    )


def _cells(session: Session, county_code: str, shifts: Sequence[Shown]) -> list[Cell]:
    named = [row.shift for row in shifts if row.shift.person_id is not None]
    asks = [
        Ask(row.person_id, row.unit_id, row.kind, row.starts_at, row.ends_at, row.id)
        for row in named
        if row.person_id is not None
    ]
    why = dict(
        zip((row.id for row in named), problems.judge(session, county_code, asks), strict=True)
    )
    return [Cell(row, why.get(row.shift.id, ())) for row in shifts]


def _kinds(
    unit: Unit, shifts: Sequence[Shown], requirements: Sequence[DutyRequirement]
) -> tuple[DutyKind, ...]:
    used = {row.shift.kind for row in shifts} | {row.kind for row in requirements}
    shown = tuple(kind for kind in DutyKind if kind in used)
    return shown or usual_kinds(unit)


def usual_kinds(unit: Unit) -> tuple[DutyKind, ...]:
    """Return the kinds of duty that such a unit has as a rule, the first one first."""
    others = (DutyKind.A_POST, DutyKind.B_POST, DutyKind.LEADER)
    return USUAL.get(UnitKind(unit.kind), others)


def _day(
    on: date,
    cells: Sequence[Cell],
    leave: Sequence[tuple[DutyLeave, str]],
    found: Sequence[Gap],
    first: bool,
    known: Calendar,
) -> Day:
    start, end = midnight(on), midnight(on + DAY)
    today: dict[DutyKind, list[Cell]] = {kind: [] for kind in DutyKind}
    for cell in cells:
        if start <= cell.shift.shift.starts_at < end:
            today[DutyKind(cell.shift.shift.kind)].append(cell)
    carried = [cell.shift for cell in cells if first and cell.shift.shift.starts_at < start]
    away = [row for row in leave if row[0].starts_at < end and row[0].ends_at > start]
    return Day(on, today, carried, away, _gaps_on(found, start, end), _working(on, known))


def _gaps_on(found: Sequence[Gap], start: datetime, end: datetime) -> list[Gap]:
    """Return a day's gaps: up to a day long whole on the day they begin, longer ones day by day."""
    shown = []
    for gap in found:
        if gap.ends_at - gap.starts_at <= DAY:
            if start <= gap.starts_at < end:
                shown.append(gap)
        elif gap.starts_at < end and gap.ends_at > start:
            part = max(gap.starts_at, start), min(gap.ends_at, end)
            shown.append(replace(gap, starts_at=part[0], ends_at=part[1]))
    return shown


def _working(on: date, known: Calendar) -> bool | None:
    try:
        return known.is_working(on)
    except CalendarExhaustedError:
        return None


def month_days(on: date) -> tuple[date, int]:
    """Return the first day of a day's month and how many days the month has."""
    return on.replace(day=1), monthrange(on.year, on.month)[1]
