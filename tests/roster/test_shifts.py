"""Single shifts: assigned, replaced, removed, cut while they run; what is refused."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.people.models import Post, Unit
from enforcement.roster import queries, services
from enforcement.roster.entries import history
from enforcement.roster.models import DutyShift
from enforcement.roster.on_duty import on_duty
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.terms import DutyKind, Level, ShiftState
from tests.asking import actor_of, as_owner, set_clock
from tests.roster.making import moment

SQUAD = DutyKind.SQUAD
DAY = "2026-04-14"  # a Tuesday beyond the weeks that the demonstration publishes


@pytest.fixture
def dadui(county: Session) -> Actor:
    set_clock(county, "2026-03-02 09:00")
    return actor_of(county, "dadui")


@pytest.fixture
def squad(county: Session) -> uuid.UUID:
    return actor_of(county, "zhifa1").unit_id


def officers(county: Session, squad: uuid.UUID) -> list[uuid.UUID]:
    rows = county.scalars(
        select(Post.person_id).where(Post.unit_id == squad, Post.role == "officer")
    )
    return sorted(rows, key=str)


def span(start: str = "09:00", hours: float = 8, person: uuid.UUID | None = None) -> ShiftIn:
    begins = moment(f"{DAY} {start}")
    return ShiftIn(SQUAD, begins, begins + timedelta(hours=hours), person)


def counted(county: Session) -> int:
    return county.scalar(select(func.count()).select_from(DutyShift)) or 0


def test_a_person_is_put_on_replaced_and_taken_off(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one, two = officers(county, squad)
    shift = services.add_shift(county, dadui, squad, span())
    for person in (one, two, None):
        services.set_shift(county, dadui, shift.id, person, version=shift.version)
        assert (shift.person_id, shift.by_hand) == (person, True)
    said = [row.event for row in history(county, "220322", shift.id)]
    assert said == ["add_shift", "set_shift", "set_shift", "set_shift"]
    assert shift.version == 4


def test_an_act_sent_twice_happens_once(county: Session, dadui: Actor, squad: uuid.UUID) -> None:
    first = services.add_shift(county, dadui, squad, span(), key="one")
    assert services.add_shift(county, dadui, squad, span(), key="one").id == first.id
    person = officers(county, squad)[0]
    services.set_shift(county, dadui, first.id, person, version=1, key="two")
    services.set_shift(county, dadui, first.id, person, version=1, key="two")
    assert (first.person_id, first.version) == (person, 2)


# fmt: off
WRONG = (
    (span(hours=24.5),  "ends_at"),
    (span(hours=-1),    "ends_at"),
    (span(hours=0),     "ends_at"),
    (ShiftIn(SQUAD, moment("2026-03-01 09:00"), moment("2026-03-01 17:00")), "starts_at"),
    (ShiftIn(SQUAD, moment("2028-03-01 09:00"), moment("2028-03-01 17:00")), "starts_at"),
    (span(person=uuid.UUID(int=7)), "person_id"),
)
# fmt: on


@pytest.mark.parametrize(("what", "field"), WRONG)
def test_a_wrong_shift_is_refused_with_its_field(
    county: Session, dadui: Actor, squad: uuid.UUID, what: ShiftIn, field: str
) -> None:
    before = counted(county)
    with pytest.raises(InvalidInputError) as caught:
        services.add_shift(county, dadui, squad, what)
    assert (caught.value.field, counted(county)) == (field, before)


def test_the_table_itself_refuses_long_and_backward_shifts(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    shift = services.add_shift(county, dadui, squad, span())
    for change in ("interval '24 hours 1 second'", "interval '-1 second'"):
        with pytest.raises(IntegrityError, match="ck_duty_shift_span"), county.begin_nested():
            county.execute(
                text(f"update duty_shift set ends_at = starts_at + {change} where id = :id"),
                {"id": shift.id},
            )


def test_who_could_not_have_it_is_refused_with_every_reason(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one = officers(county, squad)[0]
    services.add_shift(county, dadui, squad, span(person=one))
    shift = services.add_shift(county, dadui, squad, span("10:00"))
    stranger = actor_of(county, "xiangzhen").person_id
    assistant = actor_of(county, "xieguan").person_id
    for person, reasons in (
        (one, ["busy"]),
        (assistant, ["certificate"]),
        (stranger, ["post", "certificate"]),
    ):
        with pytest.raises(InvalidInputError) as caught:
            services.set_shift(county, dadui, shift.id, person)
        assert caught.value.data["problems"] == reasons
    assert (shift.person_id, shift.version) == (None, 1)


def test_a_leader_on_duty_may_have_a_shift_besides(county: Session, dadui: Actor) -> None:
    head = actor_of(county, "juzhang")
    begins = moment(f"{DAY} 08:30")
    lead = ShiftIn(DutyKind.LEADER, begins, begins + timedelta(hours=24), dadui.person_id)
    desk = ShiftIn(DutyKind.A_POST, begins, begins + timedelta(hours=8), dadui.person_id)
    bureau = head.unit_id
    first = services.add_shift(county, head, bureau, lead)
    second = services.add_shift(county, head, dadui.unit_id, desk)
    assert first.person_id == second.person_id


def test_short_rest_needs_a_reason(county: Session, dadui: Actor, squad: uuid.UUID) -> None:
    one = officers(county, squad)[0]
    services.add_shift(county, dadui, squad, span("00:00", 8, one))
    late = span("12:00", 8, one)
    with pytest.raises(InvalidInputError, match="休息不足"):
        services.add_shift(county, dadui, squad, late)
    with pytest.raises(InvalidInputError) as caught:
        services.add_shift(county, dadui, squad, late, accept_short_rest=True)
    assert caught.value.field == "reason"
    made = services.add_shift(county, dadui, squad, late, accept_short_rest=True, reason="防汛应急")
    assert made.person_id == one
    assert history(county, "220322", made.id)[0].detail["reason"] == "防汛应急"


def test_a_running_shift_is_cut_and_its_past_stays_true(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one, two = officers(county, squad)
    shift = services.add_shift(county, dadui, squad, span(person=one))
    at = set_clock(county, f"{DAY} 11:20")
    later = services.set_shift(county, dadui, shift.id, two, reason="突发疾病")
    assert later.id != shift.id
    assert (shift.person_id, shift.ends_at) == (one, at)
    assert (later.person_id, later.starts_at) == (two, at)
    assert later.ends_at == moment(f"{DAY} 17:00")
    village = actor_of(county, "fujing").area_codes[0]
    for when, person in (("11:19", one), ("11:20", two)):
        steps = on_duty(county, "220322", village, moment(f"{DAY} {when}"))
        [step] = [row for row in steps if row.level is Level.SQUAD]
        assert step.person_id == person


def test_a_refused_replacement_of_a_running_shift_leaves_it_whole(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    shift = services.add_shift(county, dadui, squad, span(person=officers(county, squad)[0]))
    set_clock(county, f"{DAY} 11:20")
    with pytest.raises(InvalidInputError):
        services.set_shift(county, dadui, shift.id, actor_of(county, "xieguan").person_id)
    assert (shift.ends_at, shift.version) == (moment(f"{DAY} 17:00"), 1)


def test_a_shift_is_cancelled_with_a_reason_and_one_that_runs_ends_now(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    coming, running = (
        services.add_shift(county, dadui, squad, span(at)) for at in ("12:00", "09:00")
    )
    with pytest.raises(InvalidInputError) as caught:
        services.cancel_shift(county, dadui, coming.id, reason=" ")
    assert (caught.value.field, coming.state) == ("reason", ShiftState.PLANNED)
    at = set_clock(county, f"{DAY} 10:00")
    services.cancel_shift(county, dadui, coming.id, reason="活动取消")
    services.cancel_shift(county, dadui, running.id, reason="活动取消")
    assert coming.state == ShiftState.CANCELLED
    assert (running.state, running.ends_at) == (ShiftState.PLANNED, at)


def test_what_is_over_cancelled_or_stale_cannot_be_changed(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one = officers(county, squad)[0]
    shift, gone = (services.add_shift(county, dadui, squad, span(at)) for at in ("09:00", "10:00"))
    services.cancel_shift(county, dadui, gone.id, reason="x")
    with pytest.raises(StepNotAllowedError, match="已取消"):
        services.set_shift(county, dadui, gone.id, one)
    with pytest.raises(StaleVersionError):
        services.set_shift(county, dadui, shift.id, one, version=9)
    with pytest.raises(InvalidInputError, match="就是这样"):
        services.set_shift(county, dadui, shift.id, None)
    set_clock(county, f"{DAY} 17:00")
    with pytest.raises(StepNotAllowedError, match="已经结束"):
        services.set_shift(county, dadui, shift.id, one)
    assert (shift.person_id, shift.version) == (None, 1)


def test_only_who_leads_the_unit_changes_its_roster(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    shift = services.add_shift(county, dadui, squad, span())
    one = officers(county, squad)[0]
    for username in ("zhifa1", "xiangzhen", "jiexian", "fujing", "xitong"):
        with pytest.raises(NotPermittedError):
            services.set_shift(county, actor_of(county, username), shift.id, one)
        with pytest.raises(NotPermittedError):
            services.add_shift(county, actor_of(county, username), squad, span("18:00"))
    with pytest.raises(NotFoundError):
        services.set_shift(county, dadui, uuid.uuid4(), one)
    services.set_shift(county, actor_of(county, "zhongdui"), shift.id, one)
    assert shift.person_id == one


def test_a_person_whose_post_ends_midweek_is_refused_from_that_day_on(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one = officers(county, squad)[0]
    county.execute(
        text("update post set valid_to = :day where person_id = :id"),
        {"day": date(2026, 4, 15), "id": one},
    )
    assert services.add_shift(county, dadui, squad, span(person=one)).person_id == one
    for start in (moment("2026-04-14 20:00"), moment("2026-04-15 09:00")):
        what = ShiftIn(SQUAD, start, start + timedelta(hours=8), one)
        with pytest.raises(InvalidInputError, match="任职"):
            services.add_shift(county, dadui, squad, what)


def test_history_is_never_changed(county: Session, dadui: Actor, squad: uuid.UUID) -> None:
    services.add_shift(county, dadui, squad, span())
    for sql in ("update duty_entry set event = 'x'", "delete from duty_entry"):
        with (
            pytest.raises(IntegrityError, match="only grows"),
            county.begin_nested(),
            as_owner(county),
        ):
            county.execute(text(sql))


def test_people_of_a_unit_are_those_of_its_subtree(county: Session, dadui: Actor) -> None:
    found = queries.list_people(county, "220322", dadui.unit_id)
    squads = county.scalars(
        select(Post.person_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Unit.code.like("01.01.04%"))
    )
    assert {row.id for row in found} == set(squads)
    assert len(found) == 13
