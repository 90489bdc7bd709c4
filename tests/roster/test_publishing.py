"""Templates and publishing: preview, once, what people changed is kept, what speaks against."""

from __future__ import annotations

import uuid
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
)
from enforcement.law.errors import CalendarExhaustedError
from enforcement.people.models import Certificate, Post
from enforcement.roster import queries, services
from enforcement.roster.entries import history
from enforcement.roster.leave import LeaveIn
from enforcement.roster.models import DutyShift, DutyTemplate
from enforcement.roster.pattern import week_span
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.templates import RowIn, TemplateIn, rows_in
from enforcement.roster.terms import DayRule, DutyKind, LeaveKind, PlanState, Problem
from tests.asking import actor_of, set_clock
from tests.roster.making import moment

MONDAY = date(2026, 4, 13)  # beyond the weeks that the demonstration publishes
A, SQUAD = DutyKind.A_POST, DutyKind.SQUAD


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


def saved(
    county: Session, actor: Actor, unit: uuid.UUID, *rows: RowIn, **more: Any
) -> DutyTemplate:
    what = TemplateIn(more.pop("name", "试"), rows, more.pop("cycle_weeks", 1))
    return services.save_template(county, actor, unit, what, **more)


def counted(county: Session) -> int:
    return county.scalar(select(func.count()).select_from(DutyShift)) or 0


def of_week(county: Session, unit: uuid.UUID, monday: date = MONDAY) -> list[Any]:
    return queries.list_shifts(county, "220322", unit, *week_span(monday))


def test_a_preview_changes_nothing_and_publishing_makes_what_it_showed(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one, two = officers(county, squad)
    template = saved(
        county, dadui, squad,
        RowIn(0, SQUAD, time(9), 480, one), RowIn(1, SQUAD, time(20), 720, two),
        RowIn(2, SQUAD, time(9), 480),
    )  # fmt: skip
    before = counted(county)
    plan = services.preview_week(county, dadui, template.id, MONDAY + timedelta(3), 2)
    assert (len(plan.of(PlanState.NEW)), plan.conflicts, plan.applied) == (6, [], False)
    assert counted(county) == before
    done = services.publish_week(county, dadui, template.id, MONDAY, 2, digest=plan.digest)
    assert done.applied
    assert counted(county) == before + 6
    shifts = [(row.shift.person_id, row.shift.starts_at) for row in of_week(county, squad)]
    assert shifts == [
        (one, moment("2026-04-13 09:00")), (two, moment("2026-04-14 20:00")),
        (None, moment("2026-04-15 09:00")),
    ]  # fmt: skip
    assert [row.event for row in history(county, "220322", template.id)] == [
        "save_template", "publish"]  # fmt: skip


def test_publishing_again_changes_nothing(county: Session, dadui: Actor, squad: uuid.UUID) -> None:
    template = saved(
        county, dadui, squad, RowIn(0, SQUAD, time(9), 480, officers(county, squad)[0])
    )
    services.publish_week(county, dadui, template.id, MONDAY)
    [first] = of_week(county, squad)
    version = first.shift.version
    again = services.publish_week(county, dadui, template.id, MONDAY)
    assert [line.state for line in again.lines] == [PlanState.KEPT]
    [second] = of_week(county, squad)
    assert (second.shift.id, second.shift.version) == (first.shift.id, version)
    assert len(history(county, "220322", template.id)) == 2


def test_a_changed_template_renews_what_nobody_touched(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one, two = officers(county, squad)
    days = [RowIn(n, SQUAD, time(9), 480, person) for n, person in enumerate((one, two, one))]
    template = saved(county, dadui, squad, *days)
    services.publish_week(county, dadui, template.id, MONDAY)
    touched = of_week(county, squad)[2].shift
    services.set_shift(county, dadui, touched.id, None, reason="临时任务")
    swapped = [
        RowIn(0, SQUAD, time(9), 480, two), RowIn(2, SQUAD, time(9), 480, two),
        RowIn(3, SQUAD, time(9), 480, one),
    ]  # fmt: skip
    saved(county, dadui, squad, *swapped, template_id=template.id, version=template.version)
    plan = services.publish_week(county, dadui, template.id, MONDAY)
    assert [str(line.state) for line in plan.lines] == ["changed", "dropped", "kept", "new"]
    people = [row.shift.person_id for row in of_week(county, squad)]
    assert people == [two, None, one]


def test_two_people_change_places_by_one_publication(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one, two = officers(county, squad)
    morning, noon = RowIn(0, SQUAD, time(8), 240, one), RowIn(0, SQUAD, time(10), 240, two)
    template = saved(county, dadui, squad, morning, noon)
    services.publish_week(county, dadui, template.id, MONDAY)
    other = RowIn(0, SQUAD, time(8), 240, two), RowIn(0, SQUAD, time(10), 240, one)
    saved(county, dadui, squad, *other, template_id=template.id)
    plan = services.publish_week(county, dadui, template.id, MONDAY)
    assert len(plan.of(PlanState.CHANGED)) == 2
    assert [row.shift.person_id for row in of_week(county, squad)] == [two, one]


def test_a_cancelled_shift_is_not_made_again_but_a_dropped_one_is(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    rows = [RowIn(0, SQUAD, time(9), 480), RowIn(1, SQUAD, time(9), 480)]
    template = saved(county, dadui, squad, *rows)
    services.publish_week(county, dadui, template.id, MONDAY)
    services.cancel_shift(county, dadui, of_week(county, squad)[0].shift.id, reason="当天停电")
    saved(county, dadui, squad, rows[0], template_id=template.id)
    services.publish_week(county, dadui, template.id, MONDAY)
    assert of_week(county, squad) == []
    saved(county, dadui, squad, *rows, template_id=template.id)
    plan = services.publish_week(county, dadui, template.id, MONDAY)
    assert [str(line.state) for line in plan.lines] == ["kept", "new"]
    assert len(of_week(county, squad)) == 1


def test_a_plan_that_is_no_longer_true_is_refused(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    template = saved(county, dadui, squad, RowIn(0, SQUAD, time(9), 480))
    seen = services.preview_week(county, dadui, template.id, MONDAY).digest
    saved(county, dadui, squad, RowIn(1, SQUAD, time(9), 480), template_id=template.id)
    before = counted(county)
    with pytest.raises(StaleVersionError, match="重新预览"):
        services.publish_week(county, dadui, template.id, MONDAY, digest=seen)
    assert counted(county) == before


def test_each_conflict_is_named_and_leaves_an_open_slot(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one, two = officers(county, squad)
    template = saved(
        county, dadui, squad,
        *[RowIn(day, SQUAD, time(9), 480, one) for day in range(4)],
        RowIn(4, SQUAD, time(9), 480, two),
    )  # fmt: skip
    add = moment("2026-04-14 08:00")
    what = shift_of(add, 8, one)
    services.add_shift(county, dadui, squad, what)
    county.execute(
        text("update post set valid_to = '2026-04-16' where person_id = :id"), {"id": one}
    )
    county.query(Certificate).filter_by(person_id=two).one().valid_to = date(2026, 4, 16)
    county.flush()
    leave(county, one, "2026-04-15 00:00", "2026-04-16 00:00")
    plan = services.publish_week(county, dadui, template.id, MONDAY)
    assert [line.problems for line in plan.lines] == [
        (), (Problem.BUSY,), (Problem.LEAVE,), (Problem.POST,), (Problem.CERTIFICATE,)
    ]  # fmt: skip
    made = [row.shift.person_id for row in of_week(county, squad) if not row.shift.by_hand]
    assert made == [one, None, None, None, None]
    again = services.publish_week(county, dadui, template.id, MONDAY)
    assert {line.state for line in again.lines} == {PlanState.KEPT}


def shift_of(start: Any, hours: int, person: uuid.UUID | None) -> Any:
    return ShiftIn(SQUAD, start, start + timedelta(hours=hours), person)


def leave(county: Session, person: uuid.UUID, since: str, until: str) -> None:
    head = actor_of(county, "juzhang")
    what = LeaveIn(LeaveKind.ANNUAL, moment(since), moment(until))
    asked = services.ask_leave(county, head, what, person_id=person)
    services.decide_leave(county, head, asked.id, approve=True)


def test_short_rest_leaves_a_slot_open_unless_it_is_accepted(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one = officers(county, squad)[0]
    rows = (RowIn(0, SQUAD, time(20), 600, one), RowIn(1, SQUAD, time(9), 480, one))
    template = saved(county, dadui, squad, *rows)
    plan = services.preview_week(county, dadui, template.id, MONDAY)
    assert [line.problems for line in plan.lines] == [(), (Problem.REST,)]
    assert [line.placed for line in plan.lines] == [one, None]
    services.publish_week(county, dadui, template.id, MONDAY, accept_short_rest=True)
    assert [row.shift.person_id for row in of_week(county, squad)] == [one, one]
    again = services.publish_week(county, dadui, template.id, MONDAY)
    assert {line.state for line in again.lines} == {PlanState.KEPT}


def test_two_halves_of_one_day_need_no_rest_between_them(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one = officers(county, squad)[0]
    halves = (RowIn(0, SQUAD, time(8, 30), 180, one), RowIn(0, SQUAD, time(13, 30), 210, one))
    template = saved(county, dadui, squad, *halves)
    assert services.preview_week(county, dadui, template.id, MONDAY).conflicts == []


def test_a_week_without_a_calendar_is_refused_by_name(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    working = RowIn(0, SQUAD, time(9), 480, days=DayRule.WORKING)
    template = saved(county, dadui, squad, working)
    before = counted(county)
    with pytest.raises(CalendarExhaustedError, match="2027"):
        services.publish_week(county, dadui, template.id, date(2027, 1, 4))
    assert counted(county) == before


@pytest.mark.parametrize(
    ("day", "weeks", "field"),
    [("2026-02-16", 1, "monday"), ("2028-01-03", 1, "monday"), ("2026-04-13", 0, "weeks"),
     ("2026-04-13", 13, "weeks")],
)  # fmt: skip
def test_weeks_that_make_no_sense_are_refused(
    county: Session, dadui: Actor, squad: uuid.UUID, day: str, weeks: int, field: str
) -> None:
    template = saved(county, dadui, squad, RowIn(0, SQUAD, time(9), 480))
    with pytest.raises(InvalidInputError) as caught:
        services.publish_week(county, dadui, template.id, date.fromisoformat(day), weeks)
    assert caught.value.field == field


def test_the_running_week_gets_only_what_is_still_to_come(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    set_clock(county, "2026-04-15 12:00")
    template = saved(county, dadui, squad, *[RowIn(n, SQUAD, time(9), 480) for n in range(5)])
    services.publish_week(county, dadui, template.id, MONDAY)
    assert [row.shift.starts_at.day for row in of_week(county, squad)] == [15, 16, 17]


def test_another_units_roster_cannot_be_published(county: Session, squad: uuid.UUID) -> None:
    set_clock(county, "2026-03-02 09:00")
    town = actor_of(county, "xiangzhen")
    template = saved(county, town, town.unit_id, RowIn(0, A, time(9), 480), name="乡镇")
    for username in ("dadui", "zhongdui"):
        with pytest.raises(NotPermittedError):
            services.preview_week(county, actor_of(county, username), template.id, MONDAY)
    with pytest.raises(NotPermittedError):
        saved(county, town, squad, RowIn(0, SQUAD, time(9), 480))
    assert services.preview_week(county, actor_of(county, "zhihui"), template.id, MONDAY).lines


# fmt: off
WRONG = (
    ({"name": " "},                                    "name"),
    ({"cycle_weeks": 0},                               "cycle_weeks"),
    ({"cycle_weeks": 13},                              "cycle_weeks"),
    ({"rows": (RowIn(7, SQUAD, time(9), 60),)},        "rows.0.weekday"),
    ({"rows": (RowIn(0, SQUAD, time(9), 1441),)},      "rows.0.minutes"),
    ({"rows": (RowIn(0, SQUAD, time(9), 0),)},         "rows.0.minutes"),
    ({"rows": (RowIn(0, SQUAD, time(9), 60, week=1),)}, "rows.0.week"),
    ({"rows": (RowIn(0, SQUAD, time(9), 60, uuid.UUID(int=1)),)}, "rows.0.person_id"),
    ({"rows": tuple(RowIn(0, SQUAD, time(9), 60) for _n in range(401))}, "rows"),
)
# fmt: on


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_wrong_template_is_refused_with_its_field(
    county: Session, dadui: Actor, squad: uuid.UUID, change: dict[str, Any], field: str
) -> None:
    what = TemplateIn(**({"name": "x", "rows": ()} | change))
    before = county.scalar(select(func.count()).select_from(DutyTemplate))
    with pytest.raises(InvalidInputError) as caught:
        services.save_template(county, dadui, squad, what)
    assert caught.value.field == field
    assert county.scalar(select(func.count()).select_from(DutyTemplate)) == before


def test_one_person_cannot_be_in_two_rows_at_once_even_around_the_cycles_end(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    one = officers(county, squad)[0]
    night, early = RowIn(6, SQUAD, time(20), 720, one), RowIn(0, SQUAD, time(7), 60, one)
    with pytest.raises(InvalidInputError, match="重叠") as caught:
        saved(county, dadui, squad, night, early)
    assert caught.value.field == "rows.1.person_id"
    assert saved(county, dadui, squad, night, RowIn(0, SQUAD, time(8), 60, one)).version == 1
    leader = DutyKind.LEADER
    both = saved(county, dadui, squad, RowIn(0, leader, time(8), 60, one), early, name="两职")
    assert len(rows_in(county, "220322", both.id)) == 2


def test_a_template_is_saved_once_per_key_and_a_stale_version_is_refused(
    county: Session, dadui: Actor, squad: uuid.UUID
) -> None:
    row = RowIn(0, SQUAD, time(9), 480)
    first = saved(county, dadui, squad, row, key="k1")
    assert saved(county, dadui, squad, row, key="k1").id == first.id
    saved(county, dadui, squad, row, template_id=first.id, version=1)
    with pytest.raises(StaleVersionError):
        saved(county, dadui, squad, template_id=first.id, version=1)
    assert len(rows_in(county, "220322", first.id)) == 1
    with pytest.raises(InvalidInputError, match="同名"):
        saved(county, dadui, squad, row)
