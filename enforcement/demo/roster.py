"""The demonstration county's rosters: what must be covered, templates, and some weeks of shifts.

The weeks are those of the story (around 2 March 2026) and those around the day of loading; in each
lies one gap, and the coming week has one approved leave.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.demo import USERS
from enforcement.demo.names import name_of
from enforcement.ids import uuid7
from enforcement.law import workdays
from enforcement.law.terms import Employment, Role, UnitKind
from enforcement.people import queries as people
from enforcement.people.models import Account, Person, Post, Unit
from enforcement.roster import services
from enforcement.roster.leave import LeaveIn
from enforcement.roster.models import (
    DutyRequirement,
    DutyShift,
    DutyTemplate,
    DutyTemplateRow,
)
from enforcement.roster.pattern import WEEK, monday_of, numbered, slots, week_span
from enforcement.roster.templates import RowIn
from enforcement.roster.terms import DayRule, DutyKind, LeaveKind, Pattern

SINCE: Final = date(2024, 1, 1)  # a Monday
STORY: Final = date(2026, 3, 2)
MORNING: Final = time(8, 30)
WHOLE_DAY: Final = 1440  # minutes
OFFICE_DAY: Final = 510
DAYS: Final = range(7)
FIRST_NAME: Final = 3000  # numbers of the names of people added here
A, B, LEADER, SQUAD = DutyKind.A_POST, DutyKind.B_POST, DutyKind.LEADER, DutyKind.SQUAD


@dataclass
class Roster:
    """What one unit gets."""

    unit: Unit
    name: str
    cycle: int
    needs: list[tuple[DutyKind, Pattern, int, bool]]
    rows: list[RowIn] = field(default_factory=list)
    id: uuid.UUID = field(default_factory=uuid7)

    def add(
        self, kind: DutyKind, person: uuid.UUID, week: int, weekday: int, minutes: int = WHOLE_DAY
    ) -> None:
        """Add a shift that starts in the morning; shorter ones on working days only."""
        days = DayRule.EVERY if minutes == WHOLE_DAY else DayRule.WORKING
        self.rows.append(RowIn(weekday, kind, MORNING, minutes, person, days, week))


def load(session: Session, county_code: str) -> int:
    """Make the rosters once; return the number of shifts."""
    there = select(DutyTemplate.id).where(DutyTemplate.county_code == county_code).limit(1)
    if session.scalar(there) is not None:
        return 0
    session.execute(text("analyze unit, person, post, account"))  # all were made a moment ago
    units = list(session.scalars(select(Unit).where(Unit.county_code == county_code)))
    staff = _staff(session, county_code, units)
    rosters = list(_rosters(units, staff))
    _store(session, county_code, rosters)
    shifts = _shifts(session, county_code, rosters)
    session.execute(insert(DutyShift), shifts)
    _leave(session, county_code, shifts)
    return len(shifts)


def _staff(
    session: Session, county_code: str, units: Sequence[Unit]
) -> dict[tuple[uuid.UUID, Role], list[uuid.UUID]]:
    """Return people by unit and role, after adding those whom a desk around the clock needs.

    People with an account come first, by its name, so that every county tells the same story.
    """
    wanted = [
        (unit.id, role)
        for unit in units
        for kind, role, count in (
            (UnitKind.TOWNSHIP_GOVERNMENT, Role.DISPATCHER, 3),
            (UnitKind.TOWNSHIP_GOVERNMENT, Role.TOWNSHIP_LEADER, 1),
            (UnitKind.COMMAND_CENTRE, Role.COMMAND_CENTRE, 3),
        )
        if unit.kind == kind
        for _n in range(count)
    ]
    now, made = clock.now(session), [(uuid7(), *one) for one in wanted]
    persons = [
        {"county_code": county_code, "id": who, "name": name_of(FIRST_NAME + n),
         "employment": Employment.CIVIL_SERVANT, "created_at": now}
        for n, (who, _unit, _role) in enumerate(made)
    ]  # fmt: skip
    posts = [
        {"county_code": county_code, "id": uuid7(), "person_id": who, "unit_id": unit,
         "role": role, "valid_from": SINCE}
        for who, unit, role in made
    ]  # fmt: skip
    session.execute(insert(Person), persons)
    session.execute(insert(Post), posts)
    found: dict[tuple[uuid.UUID, Role], list[uuid.UUID]] = defaultdict(list)
    query = (
        select(Post)
        .outerjoin(
            Account,
            (Account.county_code == Post.county_code) & (Account.person_id == Post.person_id),
        )
        .where(Post.county_code == county_code, Post.village_code.is_(None))
    )
    for post in session.scalars(query.order_by(Account.username.nulls_last(), Post.id)):
        found[post.unit_id, Role(post.role)].append(post.person_id)
    return found


def _rosters(
    units: Sequence[Unit], staff: dict[tuple[uuid.UUID, Role], list[uuid.UUID]]
) -> Iterator[Roster]:
    for unit in units:
        if unit.kind == UnitKind.TOWNSHIP_GOVERNMENT:
            desk = staff[unit.id, Role.DISPATCHER]
            yield _around_the_clock(unit, desk, staff[unit.id, Role.TOWNSHIP_LEADER])
        elif unit.kind == UnitKind.COMMAND_CENTRE:
            yield _around_the_clock(unit, staff[unit.id, Role.COMMAND_CENTRE], [])
        elif unit.kind == UnitKind.SQUAD:
            yield _squad(unit, staff[unit.id, Role.OFFICER])
    by_code = sorted(units, key=lambda unit: unit.code)
    brigades = [row for row in by_code if row.kind in (UnitKind.BRIGADE, UnitKind.SUB_BUREAU)]
    for unit in brigades:
        squads = [row for row in by_code if row.parent_id == unit.id]
        yield _brigade(unit, [staff[row.id, Role.SQUAD_LEADER][0] for row in squads])
    for unit in by_code:
        if unit.kind == UnitKind.BUREAU:
            heads = [*staff[unit.id, Role.HEAD]]
            heads += [staff[row.id, Role.BRIGADE_LEADER][0] for row in brigades]
            yield _bureau(unit, heads)


def _around_the_clock(
    unit: Unit, desk: Sequence[uuid.UUID], leaders: Sequence[uuid.UUID]
) -> Roster:
    """Two people take turns at each post, a day on and a day off; leaders change weekly."""
    needs = [(A, Pattern.ALWAYS, 1, False), (B, Pattern.ALWAYS, 1, False)]
    made = Roster(
        unit, "24小时值班", 2, needs + [(LEADER, Pattern.ALWAYS, 1, False)] * bool(leaders)
    )
    for week in range(2):
        for day in DAYS:
            turn = (week * 7 + day) % 2
            made.add(A, desk[turn], week, day)
            made.add(B, desk[2 + turn], week, day)
            if leaders:
                made.add(LEADER, leaders[week], week, day)
    return made


def _squad(unit: Unit, officers: Sequence[uuid.UUID]) -> Roster:
    made = Roster(unit, "工作日巡查", 1, [(SQUAD, Pattern.OFFICE, 2, True)])
    for day in DAYS:
        for officer in officers:
            made.add(SQUAD, officer, 0, day, OFFICE_DAY)
    return made


def _brigade(unit: Unit, leaders: Sequence[uuid.UUID]) -> Roster:
    needs = [(A, Pattern.OFFICE, 1, True), (B, Pattern.OFFICE, 1, True)]
    made = Roster(unit, "工作日AB岗", 1, needs)
    for day in DAYS:
        made.add(A, leaders[day % len(leaders)], 0, day, OFFICE_DAY)
        made.add(B, leaders[(day + 1) % len(leaders)], 0, day, OFFICE_DAY)
    return made


def _bureau(unit: Unit, leaders: Sequence[uuid.UUID]) -> Roster:
    made = Roster(unit, "局领导带班", len(leaders), [(LEADER, Pattern.ALWAYS, 1, False)])
    for week in range(len(leaders)):
        for day in DAYS:
            made.add(LEADER, leaders[(week * 7 + day) % len(leaders)], week, day)
    return made


def _store(session: Session, county_code: str, rosters: Sequence[Roster]) -> None:
    now = clock.now(session)
    templates = [
        {"county_code": county_code, "id": one.id, "unit_id": one.unit.id, "name": one.name,
         "cycle_weeks": one.cycle, "anchor_on": SINCE, "version": 1, "changed_at": now}
        for one in rosters
    ]  # fmt: skip
    needs = [
        {"county_code": county_code, "id": uuid7(), "unit_id": one.unit.id, "kind": kind,
         "pattern": pattern, "hours": [], "at_least": count, "certified": certified,
         "valid_from": SINCE}
        for one in rosters
        for kind, pattern, count, certified in one.needs
    ]  # fmt: skip
    rows = [row for one in rosters for row in _rows(county_code, one)]
    session.execute(insert(DutyTemplate), templates)
    session.execute(insert(DutyRequirement), needs)
    session.execute(insert(DutyTemplateRow), rows)


def _rows(county_code: str, roster: Roster) -> Iterator[dict[str, Any]]:
    seats = numbered((row.week, row.weekday, row.kind) for row in roster.rows)
    for row, seat in zip(roster.rows, seats, strict=True):
        yield vars(row) | {
            "county_code": county_code, "id": uuid7(), "template_id": roster.id, "seat": seat,
        }  # fmt: skip


def _shifts(session: Session, county_code: str, rosters: Sequence[Roster]) -> list[dict[str, Any]]:
    """Return the shifts of the story's weeks and of the weeks around today, with one gap each."""
    today = monday_of(clock.today(session))
    mondays = {monday_of(STORY) + n * WEEK for n in (-1, 0, 1)}
    mondays |= {today + n * WEEK for n in (-1, 0, 1, 2)}
    author = people.find_actor_by_name(session, _named(Role.COMMAND_CENTRE))
    squad = people.find_actor_by_name(session, _named(Role.OFFICER))
    common = {
        "county_code": county_code, "state": "planned", "by_hand": False, "version": 1,
        "made_by": author.account_id if author else None, "made_at": clock.now(session),
    }  # fmt: skip
    found = [
        common | {"id": uuid7(), "unit_id": one.unit.id, "template_id": one.id} | shift
        for one in rosters
        for shift in _of_weeks(county_code, one, sorted(mondays))
    ]
    for monday in (monday_of(STORY), today + WEEK):
        _open(found, squad.unit_id if squad else None, *week_span(monday))
    return found


def _named(role: Role) -> str:
    return next(name for name, its_role in USERS if its_role is role)


def _of_weeks(
    county_code: str, roster: Roster, mondays: Sequence[date]
) -> Iterator[dict[str, Any]]:
    """Make the shifts of some weeks; without a calendar of working days, those of every day."""
    calendar = workdays.shipped()
    rows = [DutyTemplateRow(**row) for row in _rows(county_code, roster)]
    for monday in mondays:
        known = {monday.year, (monday + timedelta(6)).year} <= calendar.years
        these = [row for row in rows if known or row.days == DayRule.EVERY]
        for slot in slots(these, roster.cycle, SINCE, monday, 1, calendar):
            yield vars(slot)


def _open(
    shifts: list[dict[str, Any]], squad_id: uuid.UUID | None, since: datetime, until: datetime
) -> None:
    """Leave the second place of a squad's first shift after Tuesday open."""
    for shift in shifts:
        late = since + timedelta(2) <= shift["starts_at"] < until
        if late and shift["unit_id"] == squad_id and shift["seat"] == 1:
            shift["person_id"], shift["by_hand"] = None, True
            return


def _leave(session: Session, county_code: str, shifts: Sequence[dict[str, Any]]) -> None:
    """Approve two days of training for a township's second desk; an officer asks for leave."""
    leader = people.find_actor_by_name(session, _named(Role.TOWNSHIP_LEADER))
    centre = people.find_actor_by_name(session, _named(Role.COMMAND_CENTRE))
    officer = people.find_actor_by_name(session, [n for n, r in USERS if r is Role.OFFICER][1])
    if leader is None or centre is None or officer is None:
        return
    tuesday = week_span(monday_of(clock.today(session)) + WEEK)[0] + timedelta(1)
    for shift in shifts:
        of_desk = (shift["unit_id"], shift["kind"]) == (leader.unit_id, B)
        if of_desk and tuesday <= shift["starts_at"] < tuesday + timedelta(1):
            what = LeaveIn(LeaveKind.TRAINING, tuesday, tuesday + timedelta(2), "参加县级业务培训")
            asked = services.ask_leave(session, leader, what, person_id=shift["person_id"])
            services.decide_leave(session, centre, asked.id, approve=True)
    later = tuesday + timedelta(8)
    what = LeaveIn(LeaveKind.ANNUAL, later, later + timedelta(2), "家中有事")
    services.ask_leave(session, officer, what)
