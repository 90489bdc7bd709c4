"""Leave: asked, decided by another, frees shifts; what is refused changes nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.clock import ZONE
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.people.models import Unit
from enforcement.roster import freeing, gaps, queries, services
from enforcement.roster.entries import history
from enforcement.roster.leave import LeaveIn, get_leave
from enforcement.roster.models import DutyLeave
from enforcement.roster.pattern import week_span
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.terms import DutyKind, LeaveKind, LeaveState
from tests.asking import actor_of, set_clock
from tests.roster.making import moment


@pytest.fixture
def officer(county: Session) -> Actor:
    set_clock(county, "2026-03-02 07:00")
    return actor_of(county, "zhifa1")


def asked(
    county: Session, actor: Actor, since: str, until: str, reason: str = "", **more: object
) -> DutyLeave:
    what = LeaveIn(LeaveKind.ANNUAL, moment(since), moment(until), reason)
    return services.ask_leave(county, actor, what, **more)  # type: ignore[arg-type]


def shifts_of(county: Session, actor: Actor) -> list[str]:
    found = queries.list_shifts_of(
        county, "220322", actor.person_id, moment("2026-03-02 00:00"), moment("2026-03-09 00:00")
    )
    return [f"{row.starts_at.astimezone(ZONE):%m-%d %H:%M}" for row, _unit in found]


def test_approved_leave_frees_shifts_which_become_gaps(county: Session, officer: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    before = shifts_of(county, officer)
    assert "03-03 08:30" in before
    leave = asked(county, officer, "2026-03-03 00:00", "2026-03-04 00:00")
    seen = freeing.parts(county, leave, moment("2026-03-02 07:00"))
    assert [part.starts_at for part in seen] == [moment("2026-03-03 08:30")]
    services.decide_leave(county, leader, leave.id, approve=True, freed=len(seen))
    assert (leave.state, leave.decided_by_name) == (LeaveState.APPROVED, leader.name)
    assert shifts_of(county, officer) == [one for one in before if not one.startswith("03-03")]
    found = gaps.between(
        county, "220322", Unit.id == officer.unit_id, *week_span(moment("2026-03-02 00:00").date())
    )
    on_that_day = [gap for gap in found.gaps if gap.starts_at.day == 3]
    assert [gap.missing for gap in on_that_day] == [1, 1]
    assert [row.event for row in history(county, "220322", seen[0].shift.id)] == ["free_shift"]


def test_leave_from_noon_frees_the_afternoon_only(county: Session, officer: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    leave = asked(county, officer, "2026-03-03 12:00", "2026-03-03 14:00")
    services.decide_leave(county, leader, leave.id, approve=True)
    day = moment("2026-03-03 00:00")
    rows = queries.list_shifts(county, "220322", officer.unit_id, day, day + timedelta(days=1))
    mine = [
        (f"{row.shift.starts_at.astimezone(ZONE):%H:%M}", row.shift.person_id)
        for row in rows
        if row.shift.person_id in (None, officer.person_id)
    ]
    assert mine == [("08:30", officer.person_id), ("12:00", None), ("14:00", officer.person_id)]
    whole = sum((row.shift.ends_at - row.shift.starts_at for row in rows), start=timedelta())
    assert whole == timedelta(hours=17)  # two people, eight and a half hours each


def test_publishing_again_leaves_freed_shifts_alone(county: Session, officer: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    leave = asked(county, officer, "2026-03-03 12:00", "2026-03-03 14:00")
    services.decide_leave(county, leader, leave.id, approve=True)
    [template] = queries.list_templates(county, "220322", officer.unit_id)
    plan = services.publish_week(county, leader, template.id, moment("2026-03-02 00:00").date())
    assert {str(line.state) for line in plan.lines} == {"kept"}


def test_nobody_decides_on_his_own_leave(county: Session, officer: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    own = asked(county, leader, "2026-03-03 00:00", "2026-03-04 00:00")
    with pytest.raises(NotPermittedError, match="自己"):
        services.decide_leave(county, leader, own.id, approve=True)
    head = actor_of(county, "juzhang")
    heads = asked(county, head, "2026-03-03 00:00", "2026-03-04 00:00")
    with pytest.raises(NotPermittedError, match="自己"):
        services.decide_leave(county, head, heads.id, approve=True)
    assert (own.state, heads.state) == (LeaveState.ASKED, LeaveState.ASKED)
    services.decide_leave(county, actor_of(county, "dadui"), own.id, approve=True)
    services.decide_leave(county, actor_of(county, "zhihui"), heads.id, approve=True)


def test_leave_of_another_unit_is_not_even_seen(county: Session, officer: Actor) -> None:
    leave = asked(county, officer, "2026-03-03 00:00", "2026-03-04 00:00")
    for username in ("xiangzhen", "zhifa2", "jiexian"):
        with pytest.raises(NotFoundError):
            get_leave(county, actor_of(county, username), leave.id)
    with pytest.raises(NotFoundError):
        services.decide_leave(county, actor_of(county, "xiangzhen"), leave.id, approve=True)
    with pytest.raises(NotPermittedError):
        services.decide_leave(county, actor_of(county, "zhifa2"), leave.id, approve=True)
    assert leave.state == LeaveState.ASKED


def test_a_leader_enters_leave_for_his_people_but_not_for_others(
    county: Session, officer: Actor
) -> None:
    leader = actor_of(county, "zhongdui")
    made = asked(
        county, leader, "2026-03-02 00:00", "2026-03-03 00:00", "来电称病",
        person_id=officer.person_id,
    )  # fmt: skip
    assert made.person_id == officer.person_id
    with pytest.raises(NotPermittedError):
        asked(county, officer, "2026-03-05 00:00", "2026-03-06 00:00", person_id=leader.person_id)
    with pytest.raises(NotPermittedError):
        asked(
            county, leader, "2026-03-05 00:00", "2026-03-06 00:00",
            person_id=actor_of(county, "xiangzhen").person_id,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "reason", "field"),
    [
        ("2026-03-01 00:00", "2026-03-03 00:00", "", "reason"),
        ("2026-03-04 00:00", "2026-03-04 00:00", "x", "ends_at"),
        ("2026-03-04 00:00", "2026-03-03 00:00", "x", "ends_at"),
        ("2026-03-04 00:00", "2028-03-03 00:00", "x", "ends_at"),
        ("2024-03-04 00:00", "2024-03-05 00:00", "x", "starts_at"),
    ],
)
def test_wrong_leave_is_refused_with_its_field(
    county: Session, officer: Actor, since: str, until: str, reason: str, field: str
) -> None:
    count = select(func.count()).select_from(DutyLeave)
    before = county.scalar(count)
    with pytest.raises(InvalidInputError) as caught:
        asked(county, officer, since, until, reason)
    assert (caught.value.field, county.scalar(count)) == (field, before)


def test_two_applications_for_one_time_are_refused(county: Session, officer: Actor) -> None:
    first = asked(county, officer, "2026-03-03 00:00", "2026-03-05 00:00", key="k")
    assert asked(county, officer, "2026-03-03 00:00", "2026-03-05 00:00", key="k").id == first.id
    with pytest.raises(StepNotAllowedError, match="另一份"):
        asked(county, officer, "2026-03-04 00:00", "2026-03-06 00:00")
    services.cancel_leave(county, officer, first.id)
    assert asked(county, officer, "2026-03-04 00:00", "2026-03-06 00:00").state == LeaveState.ASKED


def test_what_the_approver_saw_must_still_be_true(county: Session, officer: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    leave = asked(county, officer, "2026-04-14 00:00", "2026-04-15 00:00")
    what = ShiftIn(
        DutyKind.SQUAD, moment("2026-04-14 09:00"), moment("2026-04-14 17:00"), officer.person_id
    )
    services.add_shift(county, leader, officer.unit_id, what)
    with pytest.raises(StaleVersionError):
        services.decide_leave(county, leader, leave.id, approve=True, freed=0)
    assert leave.state == LeaveState.ASKED
    with pytest.raises(StaleVersionError):
        services.decide_leave(county, leader, leave.id, approve=True, version=7)
    with pytest.raises(InvalidInputError, match="理由"):
        services.decide_leave(county, leader, leave.id, approve=False)
    services.decide_leave(county, leader, leave.id, approve=False, note="当日有统一行动")
    with pytest.raises(StepNotAllowedError):
        services.decide_leave(county, leader, leave.id, approve=True)


def test_leave_that_has_begun_ends_early(county: Session, officer: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    leave = asked(county, officer, "2026-03-03 00:00", "2026-03-10 00:00")
    services.decide_leave(county, leader, leave.id, approve=True)
    at = set_clock(county, "2026-03-05 08:00")
    services.cancel_leave(county, officer, leave.id)
    assert leave.state == LeaveState.APPROVED
    assert abs(leave.ends_at - at) < timedelta(minutes=1)
    set_clock(county, "2026-03-06 08:00")
    with pytest.raises(StepNotAllowedError, match="已经结束"):
        services.cancel_leave(county, officer, leave.id)


def test_the_time_that_has_passed_is_not_freed(county: Session, officer: Actor) -> None:
    leader = actor_of(county, "zhongdui")
    at = set_clock(county, "2026-03-03 10:00")
    leave = asked(county, officer, "2026-03-03 00:00", "2026-03-04 00:00", "发热")
    [part] = freeing.parts(county, leave, at)
    assert (part.starts_at, part.ends_at) == (at, moment("2026-03-03 17:00"))
    services.decide_leave(county, leader, leave.id, approve=True)
    found = queries.list_shifts_of(
        county, "220322", officer.person_id, at - timedelta(hours=10), at
    )
    assert [(row.ends_at) for row, _unit in found] == [at]


def test_an_unknown_leave_is_not_found(county: Session, officer: Actor) -> None:
    with pytest.raises(NotFoundError):
        services.cancel_leave(county, officer, uuid.uuid4())
