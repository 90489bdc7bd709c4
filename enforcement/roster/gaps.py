"""When somebody must be on duty and too few are: before it happens, with who could help."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.clock import ZONE
from enforcement.law.terms import Role
from enforcement.law.workdays import Calendar
from enforcement.people.models import Unit
from enforcement.roster import reach
from enforcement.roster.gaps_sql import CANDIDATES, SWEEP
from enforcement.roster.models import DutyRequirement
from enforcement.roster.pattern import needed
from enforcement.roster.terms import LEADERS, LONGEST, ONE_TURN, TALLY_DAYS, DutyKind
from enforcement.settings import queries as settings
from enforcement.timing import calendars

MOST: Final = 200  # gaps in one answer
EACH: Final = 5  # candidates named for a gap
NEVER: Final = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.AUXILIARY)


@dataclass(frozen=True)
class Gap:
    """A time for which a unit lacks people of a kind.

    slot_id -- an open slot of the roster inside the gap, if there is one: a shift without a person
    candidates -- up to EACH people of the unit who are free, rested and, where asked for, hold a
    certificate for the whole gap (its first 24 hours where it is longer); the least loaded of the
    last four weeks come first
    """

    unit: Unit
    kind: DutyKind
    starts_at: datetime
    ends_at: datetime
    missing: int
    certified: bool
    slot_id: uuid.UUID | None = None
    candidates: tuple[tuple[uuid.UUID, str], ...] = ()

    @property
    def first_end(self) -> datetime:
        """Return where one shift that fills the gap, or its beginning, would end."""
        return min(self.ends_at, self.starts_at + LONGEST)


@dataclass(frozen=True)
class Found:
    """The gaps of some units; `more` where there are others beyond the limit.

    missing_years -- without a calendar of working days, so that office hours could not be checked
    """

    gaps: tuple[Gap, ...]
    missing_years: tuple[int, ...] = ()
    more: bool = False


def ahead(
    session: Session,
    actor: Actor,
    *,
    unit: Unit | None = None,
    days: int | None = None,
    most: int = MOST,
) -> Found:
    """Return the gaps of the next days in all units whose roster the actor may change.

    unit -- only this one of them; days -- by default the setting `roster_horizon_days`
    """
    span = days or settings.value(session, actor.county_code, "roster_horizon_days")
    since = clock.now(session).replace(second=0, microsecond=0)
    reached = reach.changeable(actor)
    if unit is not None:
        reached = and_(reached, Unit.id == unit.id)
    until = since + timedelta(span)
    return between(session, actor.county_code, reached, since, until, most=most)


def between(
    session: Session,
    county_code: str,
    units: Any,
    since: datetime,
    until: datetime,
    *,
    most: int = MOST,
    calendar: Calendar | None = None,
) -> Found:
    """Return the gaps between two moments in the units of a condition, with candidates.

    Cover counts only while its person holds a post in the unit, is not on approved leave and,
    where the requirement asks for it, holds a valid certificate. Four statements.
    """
    wanted = _requirements(session, county_code, units, since, until)
    known = calendar or calendars.current(session, county_code)
    spans, missing = _spans([row for row, _unit in wanted], since, until, known)
    if not spans:
        return Found((), missing)
    rows = session.execute(SWEEP, _sweep(county_code, wanted, spans, since, until, most)).all()
    gaps = [
        Gap(
            wanted[row.id][1], DutyKind(wanted[row.id][0].kind), row.starts_at, row.ends_at,
            row.missing, wanted[row.id][0].certified, row.slot_id,
        )
        for row in rows[:most]
    ]  # fmt: skip
    named = _candidates(session, county_code, gaps)
    full = tuple(replace(gap, candidates=named[n]) for n, gap in enumerate(gaps))
    return Found(full, missing, len(rows) > most)


def _requirements(
    session: Session, county_code: str, units: Any, since: datetime, until: datetime
) -> list[tuple[DutyRequirement, Unit]]:
    query = (
        select(DutyRequirement, Unit)
        .join(
            Unit,
            and_(
                Unit.county_code == DutyRequirement.county_code, Unit.id == DutyRequirement.unit_id
            ),
        )
        .where(
            DutyRequirement.county_code == county_code,
            units,
            DutyRequirement.valid_from < until.astimezone(ZONE).date() + timedelta(1),
            or_(
                DutyRequirement.valid_to.is_(None),
                DutyRequirement.valid_to > since.astimezone(ZONE).date(),
            ),
        )
        .order_by(Unit.code, DutyRequirement.kind, DutyRequirement.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _spans(
    wanted: Sequence[DutyRequirement], since: datetime, until: datetime, calendar: Calendar
) -> tuple[list[tuple[int, datetime, datetime]], tuple[int, ...]]:
    spans: list[tuple[int, datetime, datetime]] = []
    missing: set[int] = set()
    for n, row in enumerate(wanted):
        found = needed(row, since, until, calendar)
        spans += [(n, *span) for span in found.spans]
        missing |= found.missing_years
    return spans, tuple(sorted(missing))


def _sweep(
    county_code: str,
    wanted: Sequence[tuple[DutyRequirement, Unit]],
    spans: Sequence[tuple[int, datetime, datetime]],
    since: datetime,
    until: datetime,
    most: int,
) -> dict[str, Any]:
    rows = [row for row, _unit in wanted]
    return {
        "county": county_code,
        "ids": list(range(len(rows))),
        "units": [row.unit_id for row in rows],
        "kinds": [row.kind for row in rows],
        "least": [row.at_least for row in rows],
        "certified": [row.certified for row in rows],
        "span_ids": [n for n, _start, _end in spans],
        "starts": [start for _n, start, _end in spans],
        "ends": [end for _n, _start, end in spans],
        "since": since,
        "until": until,
        "earliest": since - LONGEST,
        "most": most + 1,
    }


def _candidates(
    session: Session, county_code: str, gaps: Sequence[Gap]
) -> dict[int, tuple[tuple[uuid.UUID, str], ...]]:
    found: dict[int, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    if gaps:
        rest = settings.value(session, county_code, "roster_rest_hours")
        for row in session.execute(CANDIDATES, _asked(county_code, gaps, timedelta(hours=rest))):
            found[row.id].append((row.person_id, row.name))
    return defaultdict(tuple, {n: tuple(names) for n, names in found.items()})


def _asked(county_code: str, gaps: Sequence[Gap], rest: timedelta) -> dict[str, Any]:
    first = min(gap.starts_at for gap in gaps)
    return {
        "county": county_code,
        "ids": list(range(len(gaps))),
        "units": [gap.unit.id for gap in gaps],
        "kinds": [str(gap.kind) for gap in gaps],
        "certified": [gap.certified for gap in gaps],
        "starts": [gap.starts_at for gap in gaps],
        "ends": [gap.first_end for gap in gaps],
        "leaders": [str(role) for role in LEADERS],
        "never": [str(role) for role in NEVER],
        "first": first,
        "last": max(gap.first_end for gap in gaps) + rest,
        "tally_from": first - timedelta(TALLY_DAYS),
        "rest": rest,
        "one_turn": ONE_TURN,
        "each": EACH,
    }


def as_json(gap: Gap) -> dict[str, Any]:
    """Return a gap as JSON holds it."""
    return {
        "unit_code": gap.unit.code,
        "unit": gap.unit.name,
        "kind": str(gap.kind),
        "from": gap.starts_at.astimezone(ZONE).isoformat(),
        "to": gap.ends_at.astimezone(ZONE).isoformat(),
        "missing": gap.missing,
        "certified": gap.certified,
        "slot_id": str(gap.slot_id) if gap.slot_id else None,
        "candidates": [{"id": str(person), "name": name} for person, name in gap.candidates],
    }
