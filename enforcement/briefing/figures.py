"""The figures of a map report, as rows of the database become them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from enforcement.briefing.asking import Asked
from enforcement.jurisdiction.models import Edition
from enforcement.law.taxonomy import Known
from enforcement.periods import Period
from gis.near_repeats import NearRepeats

HOURS, WEEKDAYS = 24, 7


@dataclass(frozen=True)
class Counts:
    """What one area or unit has in one period; None for what a narrowed report does not count.

    received, closed, to_case -- incidents that came, and what has become of these by now
    responses -- of them those somebody came to; median_min, slow_min -- minutes from report to
    first arrival: half, nine tenths are faster; ended, on_time -- incidents that ended in the
    period, and those that did without a call to a leader (as the indicators count them)
    stops, visited -- of patrols, planned and visited
    """

    received: int | None = None
    closed: int | None = None
    to_case: int | None = None
    responses: int | None = None
    median_min: float | None = None
    slow_min: float | None = None
    ended: int | None = None
    on_time: int | None = None
    cases: int | None = None
    cases_closed: int | None = None
    stops: int | None = None
    visited: int | None = None

    @property
    def events(self) -> int:
        """Return how many of what the report counts there are."""
        return (self.cases if self.received is None else self.received) or 0

    @property
    def closed_pct(self) -> float | None:
        """Return the share of what came that is closed, in per cent."""
        return share(self.closed, self.received)

    @property
    def on_time_pct(self) -> float | None:
        """Return the share of what ended that ended in time, in per cent."""
        return share(self.on_time, self.ended)

    @property
    def empty(self) -> bool:
        """Tell whether nothing happened."""
        return not (self.events or self.cases or self.cases_closed or self.visited or self.ended)


def share(part: int | None, whole: int | None) -> float | None:
    """Return a share in per cent, None where there is no whole."""
    return 100 * (part or 0) / whole if whole else None


@dataclass(frozen=True)
class Group:
    """One place or kind: what came in the period, in the one before, what is closed, how fast."""

    code: str
    name: str
    now: int
    before: int
    closed: int
    median_min: float | None


@dataclass(frozen=True)
class Peer:
    """A neighbour: its figures beside those of the subject."""

    code: str
    name: str
    counts: Counts


@dataclass(frozen=True)
class Repeat:
    """A place where events lie thick: how many, where (degrees), how far they reach, its area."""

    count: int
    lon: float
    lat: float
    reach_m: float
    area: str


@dataclass(frozen=True)
class Method:
    """The parameters of repeat places and near repeats, as the county sets them."""

    repeat_m: int
    repeat_least: int
    near_m: int
    near_days: int


@dataclass(frozen=True)
class EditionDays:
    """Boundaries that were in force in the period."""

    id: uuid.UUID
    source_name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Outline:
    """What a map report is about: enough to draw its map.

    edition -- the boundaries its maps are drawn from, those of the last day; None without any
    """

    asked: Asked
    edition: Edition | None

    @property
    def period(self) -> Period:
        """Return the period."""
        return self.asked.period

    @property
    def of_cases(self) -> bool:
        """Tell a report on a matter's cases from one on incidents."""
        return self.asked.matter is not None


@dataclass(frozen=True)
class Briefing(Outline):
    """A map report ready to be shown.

    profile -- counts by weekday (Monday first) and hour
    repeats, near -- None where there are too many events to be compared with each other
    """

    now: Counts
    before: Counts
    places: Sequence[Group]
    kinds: Sequence[Group]
    peers: Sequence[Peer]
    profile: Sequence[Sequence[int]]
    repeats: Sequence[Repeat] | None
    near: NearRepeats | None
    method: Method
    editions: Sequence[EditionDays]
    words: Known = field(repr=False)

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to report."""
        return self.now.empty
