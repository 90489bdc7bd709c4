"""Fair shares: burdens in hours, posts that alternate, rules that hold, shares that are even."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.law import workdays
from enforcement.roster.fair import (
    HOLIDAY_H,
    NIGHT_H,
    Load,
    Open,
    Work,
    share_out,
    spread_h,
    weigh,
)
from enforcement.roster.terms import ONE_TURN, DutyKind
from tests.roster.making import moment

CALENDAR = workdays.shipped()
REST = timedelta(hours=8)
A, B = DutyKind.A_POST, DutyKind.B_POST
PEOPLE = [uuid.UUID(int=n) for n in range(1, 5)]


def loads(count: int = 3, **km: float) -> dict[uuid.UUID, Load]:
    return {one: Load(one, f"人{n}", km.get(f"p{n}", 0.0)) for n, one in enumerate(PEOPLE[:count])}


def work(start: str, hours: float = 12, kind: DutyKind = A) -> Work:
    at = moment(start)
    return weigh(kind, at, at + timedelta(hours=hours), CALENDAR)


def opened(*works: Work, able: list[uuid.UUID] | None = None) -> list[Open]:
    return [Open(uuid.UUID(int=100 + n), one, frozenset(able or PEOPLE))
            for n, one in enumerate(works)]  # fmt: skip


def test_a_night_and_a_day_of_rest_weigh_more() -> None:
    plain, night = work("2026-03-02 08:00", 9), work("2026-03-02 20:00")
    sunday, festival = work("2026-03-08 08:00", 9), work("2026-02-17 08:00", 9)
    assert (plain.night, plain.holiday, plain.burden_h) == (False, False, 9)
    assert night.burden_h == 12 + NIGHT_H
    assert sunday.burden_h == festival.burden_h == 9 + HOLIDAY_H
    assert not work("2026-02-14 08:00").holiday  # a Saturday that is worked
    assert work("2030-03-02 08:00").holiday  # no calendar: a Saturday
    assert not work("2026-03-02 12:00", 12).night  # ends at midnight


def test_who_carries_less_comes_first_and_kilometres_count() -> None:
    held = loads(2, p0=400)
    [one], after = share_out(opened(work("2026-03-02 08:00", 9)), held, REST)
    assert one.person_id == PEOPLE[1]
    assert after[PEOPLE[1]].burden_h == 9
    assert held[PEOPLE[1]].burden_h == 0  # what was looked at stays as it was


def test_posts_alternate_between_people_who_carry_alike() -> None:
    works = [work(f"2026-03-0{day} 08:00", 9, kind) for day in (2, 3, 4, 5) for kind in (A, B)]
    given, _after = share_out(opened(*works), loads(2), REST)
    first = [one.person_id for one in given if one.work.kind is A]
    assert first == [first[0], given[1].person_id, first[0], given[1].person_id]


def test_nobody_has_two_posts_at_once_nor_too_little_rest() -> None:
    night, morning = work("2026-03-02 20:00"), work("2026-03-03 09:00", 9)
    given, _after = share_out(opened(night, morning), loads(1), REST)
    assert [one.person_id for one in given] == [PEOPLE[0], None]
    halves = work("2026-03-02 08:30", 3), work("2026-03-02 13:30", 3.5)
    given, _after = share_out(opened(*halves), loads(1), REST)
    assert [one.person_id for one in given] == [PEOPLE[0], PEOPLE[0]]


def test_who_cannot_is_never_given_it() -> None:
    shift = opened(work("2026-03-02 08:00"), able=[PEOPLE[2]])
    assert share_out(shift, loads(3), REST)[0][0].person_id == PEOPLE[2]
    none = [Open(uuid.UUID(int=1), work("2026-03-02 08:00"), frozenset())]
    assert share_out(none, loads(3), REST)[0][0].person_id is None


START = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
SHIFTS = st.lists(
    st.tuples(st.integers(0, 27), st.sampled_from([(8, 9), (8, 12), (20, 12), (0, 24)]),
              st.sampled_from([A, B]),
              st.frozensets(st.sampled_from(PEOPLE), min_size=1)),
    max_size=25,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(SHIFTS, st.integers(1, 4))
def test_every_share_keeps_the_rules_and_the_same_asked_twice_is_the_same(
    rows: list[tuple], count: int
) -> None:
    shifts = []
    for n, (day, (hour, hours), kind, able) in enumerate(rows):
        start = START + timedelta(days=day, hours=hour)
        made = weigh(kind, start, start + timedelta(hours=hours), CALENDAR)
        shifts.append(Open(uuid.UUID(int=100 + n), made, able))
    given_, after = share_out(shifts, loads(count), REST)
    assert given_ == share_out(shifts[::-1], loads(count), REST)[0]
    able_of = {one.key: one.able for one in shifts}
    assert {one.key for one in given_} == set(able_of)
    for one in given_:
        assert one.person_id is None or one.person_id in able_of[one.key]
    for load in after.values():
        for first, second in combinations(sorted(load.works, key=lambda one: one.starts_at), 2):
            assert first.ends_at <= second.starts_at
            together = second.ends_at - first.starts_at
            assert together <= ONE_TURN or second.starts_at - first.ends_at >= REST


def test_a_month_of_days_is_shared_evenly() -> None:
    works = [work((START + timedelta(days=n)).strftime("%Y-%m-%d 08:00"), 9, kind)
             for n in range(28) for kind in (A, B)]  # fmt: skip
    _given, after = share_out(opened(*works), loads(4), REST)
    assert spread_h(after) <= 9 + HOLIDAY_H
    for load in after.values():
        assert abs(load.count(A) - load.count(B)) <= 4
