"""Acts: what people of a unit carry, a fair proposal for its open shifts, and taking it.

Nights, days of rest and hours come from the roster, kilometres from the tracks of patrols.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import clock, once
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.people.models import Unit
from enforcement.positions.track_models import Track
from enforcement.roster import problems, queries, reach, services
from enforcement.roster.fair import Given, Load, Open, share_out, spread_h, weigh
from enforcement.roster.models import DutyShift
from enforcement.roster.pattern import check_years, monday_of, week_span
from enforcement.roster.problems import Ask
from enforcement.roster.terms import DutyKind, ShiftState
from enforcement.settings import queries as settings
from enforcement.timing import calendars

MAX_WEEKS: Final = 5
BACK: Final = timedelta(days=90)
"""Over how long a time burdens are compared."""


@dataclass(frozen=True)
class Proposal:
    """Who should take the open shifts of some weeks.

    before, after -- what each carries, by person; versions -- of the shifts, by id
    """

    unit: Unit
    monday: date
    weeks: int
    since: datetime
    given: list[Given]
    before: dict[uuid.UUID, Load]
    after: dict[uuid.UUID, Load]
    versions: dict[uuid.UUID, int]

    @property
    def placed(self) -> list[Given]:
        """Return the shifts that somebody can take."""
        return [one for one in self.given if one.person_id is not None]

    @property
    def people(self) -> list[tuple[Load, Load]]:
        """Return everybody before and after, who carries the most then first."""
        pairs = [(self.before[key], one) for key, one in self.after.items()]
        return sorted(pairs, key=lambda pair: (-pair[1].burden_h, pair[1].name))

    @property
    def spread_h(self) -> tuple[float, float]:
        """Return the hours between the most and the least burdened, before and after."""
        return spread_h(self.before), spread_h(self.after)

    @property
    def digest(self) -> str:
        """Return a name of the proposal that changes whenever a line of it does."""
        said = "\n".join(f"{one.key} {self.versions[one.key]} {one.person_id}"
                         for one in self.given)  # fmt: skip
        return hashlib.sha256(said.encode()).hexdigest()


def propose(
    session: Session, actor: Actor, unit_id: uuid.UUID, day: date, weeks: int = 1
) -> Proposal:
    """Return a fair proposal for a unit's open shifts from the week of a day on; changes nothing.

    Raises NotPermittedError, NotFoundError, InvalidInputError.
    """
    unit = reach.check_change(session, actor, unit_id)
    check_years("day", day)
    if not 1 <= weeks <= MAX_WEEKS:
        raise InvalidInputError("weeks", _("一次可以安排1到%(n)d周。", n=MAX_WEEKS))
    monday = monday_of(day)
    since, until = week_span(monday, weeks)
    shifts = _open(session, unit, max(since, clock.now(session)), until)
    people = queries.list_people(session, actor.county_code, unit.id, day)
    loads = _loads(session, actor.county_code, {one.id: one.name for one in people}, since, until)
    calendar = calendars.current(session, actor.county_code)
    able = _able(session, unit, shifts, list(loads))
    rest = timedelta(hours=settings.value(session, actor.county_code, "roster_rest_hours"))
    given, after = share_out(
        [Open(one.id, weigh(DutyKind(one.kind), one.starts_at, one.ends_at, calendar), able[one.id])
         for one in shifts], loads, rest,
    )  # fmt: skip
    return Proposal(unit, monday, weeks, since, given, loads, after,
                    {one.id: one.version for one in shifts})  # fmt: skip


def _open(session: Session, unit: Unit, since: datetime, until: datetime) -> list[DutyShift]:
    """Return the open shifts of a unit that begin in a span."""
    query = select(DutyShift).where(
        DutyShift.county_code == unit.county_code, DutyShift.unit_id == unit.id,
        DutyShift.state == ShiftState.PLANNED, DutyShift.person_id.is_(None),
        DutyShift.starts_at >= since, DutyShift.starts_at < until,
    )  # fmt: skip
    return list(session.scalars(query.order_by(DutyShift.starts_at, DutyShift.id)))


def _loads(
    session: Session, county_code: str, names: Mapping[uuid.UUID, str], since: datetime,
    until: datetime,
) -> dict[uuid.UUID, Load]:  # fmt: skip
    """Return what people carry from BACK before a moment to another, in two statements."""
    calendar = calendars.current(session, county_code)
    loads = {key: Load(key, name) for key, name in names.items()}
    rows = session.execute(
        select(DutyShift.person_id, DutyShift.kind, DutyShift.starts_at, DutyShift.ends_at).where(
            DutyShift.county_code == county_code, DutyShift.person_id.in_(names),
            DutyShift.state == ShiftState.PLANNED, DutyShift.starts_at >= since - BACK,
            DutyShift.starts_at < until + timedelta(days=1),
        )
    )  # fmt: skip
    for person, kind, starts_at, ends_at in rows:
        if person is not None:
            loads[person].works.append(weigh(DutyKind(kind), starts_at, ends_at, calendar))
    first, last = clock.local_day(since - BACK), clock.local_day(until)
    walked = session.execute(
        select(Track.person_id, func.sum(Track.km))
        .where(Track.county_code == county_code, Track.person_id.in_(names),
               Track.on_day >= first, Track.on_day < last)
        .group_by(Track.person_id)
    )  # fmt: skip
    for person_id, km in walked:
        if person_id is not None:
            loads[person_id].km = float(km)
    return loads


def _able(
    session: Session, unit: Unit, shifts: Sequence[DutyShift], people: Sequence[uuid.UUID]
) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Return who could take each shift, all judged by one statement: post, leave, certificate."""
    pairs = [(shift, person) for shift in shifts for person in people]
    asks = [Ask(person, unit.id, shift.kind, shift.starts_at, shift.ends_at, shift.id)
            for shift, person in pairs]  # fmt: skip
    found: dict[uuid.UUID, set[uuid.UUID]] = {shift.id: set() for shift in shifts}
    judged = problems.judge(session, unit.county_code, asks)
    for (shift, person), why in zip(pairs, judged, strict=True):
        if not why:
            found[shift.id].add(person)
    return {key: frozenset(value) for key, value in found.items()}


def take(
    session: Session, actor: Actor, unit_id: uuid.UUID, day: date, weeks: int = 1, *,
    digest: str | None = None, key: str | None = None,
) -> int:  # fmt: skip
    """Put people onto open shifts as the proposal says; return how many shifts were filled now.

    digest -- of the proposal that was looked at; another one by now is refused. Raises as
    `propose`, StaleVersionError, StepNotAllowedError where there is nothing to fill.
    """
    unit = reach.check_change(session, actor, unit_id)
    earlier = once.claim(session, actor, key, "roster:fair", [unit_id, day, weeks, digest])
    if earlier is not None:
        return 0
    made = propose(session, actor, unit_id, day, weeks)
    if digest is not None and digest != made.digest:
        raise StaleVersionError(_("值班表在预览之后有变化，请重新预览。"))
    if not made.placed:
        raise StepNotAllowedError(_("没有可以安排的空缺班次。"))
    for one in made.placed:
        services.set_shift(session, actor, one.key, one.person_id,
                           version=made.versions[one.key])  # fmt: skip
    once.done(session, actor, key, unit.id)
    return len(made.placed)


def as_json(made: Proposal) -> dict[str, Any]:
    """Return a proposal for programs."""
    before, after = made.spread_h
    return {
        "unit": made.unit.code, "monday": made.monday.isoformat(), "weeks": made.weeks,
        "digest": made.digest, "spread_h": [round(before, 1), round(after, 1)],
        "shifts": [
            {"id": str(one.key), "kind": str(one.work.kind),
             "starts_at": one.work.starts_at.isoformat(), "ends_at": one.work.ends_at.isoformat(),
             "person": made.after[one.person_id].name if one.person_id else None,
             "person_id": str(one.person_id) if one.person_id else None} for one in made.given
        ],
        "people": [
            {"person": load.name, "person_id": str(load.person_id), **figures(load),
             "before_h": round(was.burden_h, 1)} for was, load in made.people
        ],
    }  # fmt: skip


def figures(load: Load) -> dict[str, Any]:
    """Return what somebody carries, in figures."""
    return {
        "a": load.count(DutyKind.A_POST), "b": load.count(DutyKind.B_POST),
        "hours": round(load.hours, 1), "nights": load.nights, "holidays": load.holidays,
        "km": round(load.km, 1), "burden_h": round(load.burden_h, 1),
    }  # fmt: skip
