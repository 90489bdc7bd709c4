"""Who carries how much of the roster, and who should take what is open: plain values, no database.

A burden is counted in hours: those on duty, some more for a night, for a day of rest, for the
kilometres of patrols. Open shifts go, one after another by start, to the one with the least burden
among those who can take them; posts A and B alternate where burdens are equal enough.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from enforcement.clock import ZONE, local_day
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.workdays import Calendar
from enforcement.roster.terms import BOUND, ONE_TURN, DutyKind

NIGHT_H: Final = 4.0
HOLIDAY_H: Final = 8.0
KM_H: Final = 1 / 40
"""What a night and a day of rest count on top of their hours, and a kilometre of patrol."""

ALIKE_H: Final = 4.0
"""Burdens this near are alike: then the one whose last post was the other one comes first."""


@dataclass(frozen=True)
class Work:
    """A shift as it weighs: when, as what, over midnight, on a day without work."""

    kind: DutyKind
    starts_at: datetime
    ends_at: datetime
    night: bool
    holiday: bool

    @property
    def hours(self) -> float:
        """Return its hours."""
        return (self.ends_at - self.starts_at).total_seconds() / 3600

    @property
    def burden_h(self) -> float:
        """Return what it weighs."""
        return self.hours + NIGHT_H * self.night + HOLIDAY_H * self.holiday


@dataclass
class Load:
    """What one person carries in a period: shifts by post, hours, nights, days of rest, km."""

    person_id: uuid.UUID
    name: str
    km: float = 0.0
    works: list[Work] = field(default_factory=list)

    def count(self, kind: DutyKind) -> int:
        """Return how many shifts of a kind he has."""
        return sum(one.kind is kind for one in self.works)

    @property
    def hours(self) -> float:
        """Return his hours on duty."""
        return sum(one.hours for one in self.works)

    @property
    def nights(self) -> int:
        """Return his nights."""
        return sum(one.night for one in self.works)

    @property
    def holidays(self) -> int:
        """Return his shifts on days of rest and holidays."""
        return sum(one.holiday for one in self.works)

    @property
    def burden_h(self) -> float:
        """Return all that he carries, in hours."""
        return sum(one.burden_h for one in self.works) + self.km * KM_H

    def last(self, before: datetime) -> DutyKind | None:
        """Return his last post before a moment."""
        found = [one for one in self.works if one.starts_at < before]
        return max(found, key=lambda one: one.starts_at).kind if found else None


@dataclass(frozen=True)
class Open:
    """An open shift: its work, and who can take it by the rules of the roster as it stands."""

    key: uuid.UUID
    work: Work
    able: frozenset[uuid.UUID]


@dataclass(frozen=True)
class Given:
    """An open shift and who should take it; None where nobody can."""

    key: uuid.UUID
    work: Work
    person_id: uuid.UUID | None
    before_h: float = 0.0


def weigh(kind: DutyKind, starts_at: datetime, ends_at: datetime, calendar: Calendar) -> Work:
    """Return a shift as it weighs; of years without a calendar Saturdays and Sundays are free."""
    start = starts_at.astimezone(ZONE)
    last = (ends_at - timedelta(seconds=1)).astimezone(ZONE)
    return Work(kind, start, ends_at.astimezone(ZONE), last.date() > start.date(),
                _free(starts_at, calendar))  # fmt: skip


def _free(moment: datetime, calendar: Calendar) -> bool:
    day = local_day(moment)
    try:
        return not calendar.is_working(day)
    except CalendarExhaustedError:
        return day.weekday() >= 5


def share_out(
    shifts: Sequence[Open], loads: Mapping[uuid.UUID, Load], rest: timedelta
) -> tuple[list[Given], dict[uuid.UUID, Load]]:
    """Return who should take each open shift, by start, and what everybody carries then.

    rest -- between two shifts of a person, unless both together are no longer than ONE_TURN
    """
    after = {key: replace(one, works=list(one.works)) for key, one in loads.items()}
    given: list[Given] = []
    for shift in sorted(shifts, key=lambda one: (one.work.starts_at, one.work.kind, str(one.key))):
        able = [after[key] for key in shift.able if key in after
                and not _clashes(after[key], shift.work, rest)]  # fmt: skip
        chosen = _choose(able, shift.work)
        given.append(Given(shift.key, shift.work, chosen.person_id if chosen else None,
                           chosen.burden_h if chosen else 0.0))  # fmt: skip
        if chosen is not None:
            chosen.works.append(shift.work)
    return given, after


def _choose(able: Sequence[Load], work: Work) -> Load | None:
    """Return who has the least; of those alike who did not stand at this post last."""
    if not able:
        return None
    least = min(one.burden_h for one in able)
    alike = [one for one in able if one.burden_h <= least + ALIKE_H]
    return min(
        alike,
        key=lambda one: (
            one.last(work.starts_at) is work.kind, one.burden_h, one.count(work.kind), one.name,
            str(one.person_id),
        ),
    )  # fmt: skip


def _clashes(load: Load, work: Work, rest: timedelta) -> bool:
    """Tell whether somebody has another post then, or too little rest before or after it."""
    return any(_too_near(one, work, rest) for one in load.works
               if one.kind in BOUND and work.kind in BOUND)  # fmt: skip


def _too_near(one: Work, other: Work, rest: timedelta) -> bool:
    if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
        return True
    first, second = sorted((one, other), key=lambda each: each.starts_at)
    together = second.ends_at - first.starts_at
    return together > ONE_TURN and second.starts_at - first.ends_at < rest


def spread_h(loads: Mapping[uuid.UUID, Load]) -> float:
    """Return the hours between who carries the most and who carries the least."""
    burdens = [one.burden_h for one in loads.values()]
    return max(burdens) - min(burdens) if burdens else 0.0
