"""Swaps: one asks, the other agrees, a third approves; rules are asked again at each step."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.roster import services
from enforcement.roster.leave import LeaveIn
from enforcement.roster.models import DutyShift, DutySwap
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.swap_queries import list_exchanges, list_swaps
from enforcement.roster.swaps import SwapIn
from enforcement.roster.terms import DutyKind, LeaveKind, SwapState
from tests.asking import actor_of, set_clock
from tests.roster.making import moment


@pytest.fixture
def officer(county: Session) -> Actor:
    set_clock(county, "2026-03-02 09:00")
    return actor_of(county, "zhifa1")


@pytest.fixture
def other(county: Session) -> Actor:
    return actor_of(county, "zhifa2")


def shift(
    county: Session, person: Actor, start: str, hours: int = 8, kind: DutyKind = DutyKind.SQUAD
) -> DutyShift:
    begins = moment(start)
    what = ShiftIn(kind, begins, begins + timedelta(hours=hours), person.person_id)
    return services.add_shift(county, actor_of(county, "dadui"), person.unit_id, what)


def test_a_shift_is_handed_over_after_both_and_a_leader_agreed(
    county: Session, officer: Actor, other: Actor
) -> None:
    mine = shift(county, officer, "2026-04-14 09:00")
    swap = services.ask_swap(county, officer, mine.id, SwapIn(other.person_id, reason="家有急事"))
    leader = actor_of(county, "zhongdui")
    with pytest.raises(StepNotAllowedError):
        services.decide_swap(county, leader, swap.id, approve=True)
    services.answer_swap(county, other, swap.id, agree=True)
    assert mine.person_id == officer.person_id
    services.decide_swap(county, leader, swap.id, approve=True)
    assert (mine.person_id, mine.by_hand) == (other.person_id, True)
    assert (swap.state, swap.decided_by_name) == (SwapState.APPROVED, leader.name)


def test_two_overlapping_shifts_are_exchanged(
    county: Session, officer: Actor, other: Actor
) -> None:
    mine = shift(county, officer, "2026-04-14 09:00")
    his = shift(county, other, "2026-04-14 12:00")
    swap = services.ask_swap(county, officer, mine.id, SwapIn(other_shift_id=his.id))
    assert swap.to_person_id == other.person_id
    services.answer_swap(county, other, swap.id, agree=True)
    services.decide_swap(county, actor_of(county, "zhongdui"), swap.id, approve=True)
    assert (mine.person_id, his.person_id) == (other.person_id, officer.person_id)


def test_nobody_approves_a_swap_of_his_own(county: Session, officer: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    mine = shift(county, officer, "2026-04-14 09:00")
    swap = services.ask_swap(county, officer, mine.id, SwapIn(leader.person_id))
    with pytest.raises(NotPermittedError):
        services.answer_swap(county, officer, swap.id, agree=True)
    services.answer_swap(county, leader, swap.id, agree=True)
    with pytest.raises(NotPermittedError, match="自己"):
        services.decide_swap(county, leader, swap.id, approve=True)
    assert mine.person_id == officer.person_id
    services.decide_swap(county, actor_of(county, "dadui"), swap.id, approve=True)
    assert mine.person_id == leader.person_id


def test_a_person_without_the_certificate_cannot_take_it(county: Session, officer: Actor) -> None:
    mine = shift(county, officer, "2026-04-14 09:00")
    assistant = actor_of(county, "xieguan")
    before = county.scalar(select(func.count()).select_from(DutySwap))
    with pytest.raises(InvalidInputError, match="执法证") as caught:
        services.ask_swap(county, officer, mine.id, SwapIn(assistant.person_id))
    assert caught.value.data["problems"] == ["certificate"]
    town = actor_of(county, "xiangzhen").person_id
    with pytest.raises(InvalidInputError, match="任职"):
        services.ask_swap(county, officer, mine.id, SwapIn(town))
    assert county.scalar(select(func.count()).select_from(DutySwap)) == before


@pytest.mark.parametrize(
    "what", [SwapIn(), SwapIn(uuid.UUID(int=3)), SwapIn(other_shift_id=uuid.UUID(int=3))]
)
def test_a_swap_with_nobody_is_refused(county: Session, officer: Actor, what: SwapIn) -> None:
    mine = shift(county, officer, "2026-04-14 09:00")
    with pytest.raises((InvalidInputError, NotFoundError)):
        services.ask_swap(county, officer, mine.id, what)


def test_another_persons_shift_cannot_be_offered(
    county: Session, officer: Actor, other: Actor
) -> None:
    his = shift(county, other, "2026-04-14 09:00")
    with pytest.raises(NotPermittedError):
        services.ask_swap(county, officer, his.id, SwapIn(other.person_id))
    mine = shift(county, officer, "2026-04-15 09:00")
    with pytest.raises(InvalidInputError):
        services.ask_swap(county, officer, mine.id, SwapIn(officer.person_id))


def test_rules_are_asked_again_before_it_is_approved(
    county: Session, officer: Actor, other: Actor
) -> None:
    leader = actor_of(county, "zhongdui")
    mine = shift(county, officer, "2026-04-14 09:00")
    swap = services.ask_swap(county, officer, mine.id, SwapIn(other.person_id))
    services.answer_swap(county, other, swap.id, agree=True)
    what = LeaveIn(LeaveKind.SICK, moment("2026-04-14 00:00"), moment("2026-04-15 00:00"))
    leave = services.ask_leave(county, other, what)
    services.decide_leave(county, leader, leave.id, approve=True)
    with pytest.raises(InvalidInputError, match="请假"):
        services.decide_swap(county, leader, swap.id, approve=True)
    assert (mine.person_id, swap.state) == (officer.person_id, SwapState.AGREED)


def test_a_shift_that_changed_since_is_not_swapped(
    county: Session, officer: Actor, other: Actor
) -> None:
    leader = actor_of(county, "zhongdui")
    mine = shift(county, officer, "2026-04-14 09:00")
    swap = services.ask_swap(county, officer, mine.id, SwapIn(other.person_id))
    services.set_shift(county, leader, mine.id, None)
    services.set_shift(county, leader, mine.id, officer.person_id)
    with pytest.raises(StepNotAllowedError, match="已有变化"):
        services.answer_swap(county, other, swap.id, agree=True)
    set_clock(county, "2026-04-14 09:30")
    services.withdraw_swap(county, officer, swap.id)
    with pytest.raises(StepNotAllowedError, match="已经开始"):
        services.ask_swap(county, officer, mine.id, SwapIn(other.person_id))


def test_one_open_swap_for_a_shift_and_one_for_a_key(
    county: Session, officer: Actor, other: Actor
) -> None:
    mine = shift(county, officer, "2026-04-14 09:00")
    what = SwapIn(other.person_id)
    swap = services.ask_swap(county, officer, mine.id, what, key="k")
    assert services.ask_swap(county, officer, mine.id, what, key="k").id == swap.id
    with pytest.raises(StepNotAllowedError, match="已有一份"):
        services.ask_swap(county, officer, mine.id, what)
    services.answer_swap(county, other, swap.id, agree=False, note="当天有事")
    assert swap.state == SwapState.REFUSED
    again = services.ask_swap(county, officer, mine.id, what)
    with pytest.raises(NotPermittedError):
        services.withdraw_swap(county, other, again.id)
    services.withdraw_swap(county, officer, again.id)
    assert again.state == SwapState.WITHDRAWN


def test_a_leader_refuses_with_a_reason(county: Session, officer: Actor, other: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    mine = shift(county, officer, "2026-04-14 09:00")
    swap = services.ask_swap(county, officer, mine.id, SwapIn(other.person_id))
    services.answer_swap(county, other, swap.id, agree=True)
    with pytest.raises(InvalidInputError):
        services.decide_swap(county, leader, swap.id, approve=False)
    services.decide_swap(county, leader, swap.id, approve=False, note="人手不足")
    assert (swap.state, mine.person_id) == (SwapState.REFUSED, officer.person_id)


def test_swaps_are_seen_by_the_two_and_their_leaders(
    county: Session, officer: Actor, other: Actor
) -> None:
    mine = shift(county, officer, "2026-04-14 09:00")
    swap = services.ask_swap(county, officer, mine.id, SwapIn(other.person_id))
    for username, seen in (
        ("zhifa1", True), ("zhifa2", True), ("zhongdui", True), ("dadui", True), ("zhihui", True),
        ("xiangzhen", False), ("xieguan", False),
    ):  # fmt: skip
        rows = list_swaps(county, actor_of(county, username))
        assert (swap.id in {row.swap.id for row in rows}) is seen, username
    with pytest.raises(NotFoundError):
        services.answer_swap(county, actor_of(county, "xieguan"), swap.id, agree=True)


def test_only_exchanges_that_work_both_ways_are_offered(
    county: Session, officer: Actor, other: Actor
) -> None:
    mine = shift(county, officer, "2026-03-21 09:00")  # a Saturday beyond the published weeks
    fits = shift(county, other, "2026-03-22 09:00")
    overlaps_mine = shift(county, other, "2026-03-21 12:00")
    shift(county, officer, "2026-03-28 12:00")
    busy_then = shift(county, other, "2026-03-28 09:00")
    offered = {row.id for row, _name in list_exchanges(county, officer, mine)}
    # his shift at the same time goes away in exchange for it, but then hinders the other one
    assert overlaps_mine.id in offered
    assert fits.id not in offered
    assert busy_then.id not in offered
    services.cancel_shift(county, actor_of(county, "dadui"), overlaps_mine.id, reason="x")
    assert fits.id in {row.id for row, _name in list_exchanges(county, officer, mine)}
