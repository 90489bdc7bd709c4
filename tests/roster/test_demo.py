"""The demonstration county's rosters: covered but for one gap, rested, loaded once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.demo import roster
from enforcement.law.terms import UnitKind
from enforcement.people.models import Unit
from enforcement.roster import gaps, problems
from enforcement.roster.models import DutyLeave, DutyShift
from enforcement.roster.pattern import WEEK, monday_of, week_span
from enforcement.roster.problems import Ask
from enforcement.roster.terms import DutyKind, LeaveState
from tests.asking import actor_of

COUNTY = "220322"


def test_the_storys_week_is_covered_but_for_one_officer(county: Session) -> None:
    found = gaps.between(
        county, COUNTY, Unit.county_code == COUNTY, *week_span(monday_of(date(2026, 3, 2)))
    )
    assert [(gap.unit.id, gap.kind, gap.missing) for gap in found.gaps] == [
        (actor_of(county, "zhifa1").unit_id, DutyKind.SQUAD, 1)
    ] * 2
    assert all(gap.slot_id for gap in found.gaps)


def test_nothing_speaks_against_any_planned_shift(county: Session) -> None:
    since, until = week_span(monday_of(date(2026, 3, 2)))
    rows = county.scalars(
        select(DutyShift).where(
            DutyShift.person_id.is_not(None), DutyShift.starts_at.between(since, until)
        )
    ).all()
    asks = [
        Ask(row.person_id, row.unit_id, row.kind, row.starts_at, row.ends_at, row.id)
        for row in rows
        if row.person_id is not None
    ]
    assert len(asks) > 700
    assert set(problems.judge(county, COUNTY, asks)) == {()}


def test_the_coming_week_has_an_approved_leave_whose_shift_is_open(county: Session) -> None:
    leave = county.scalars(select(DutyLeave).where(DutyLeave.state == LeaveState.APPROVED)).one()
    coming = monday_of(clock.today(county)) + WEEK
    since, until = week_span(coming)
    assert since <= leave.starts_at < leave.ends_at <= until
    town = actor_of(county, "xiangzhen")
    found = gaps.between(county, COUNTY, Unit.id == town.unit_id, since, until)
    assert [(gap.kind, gap.missing) for gap in found.gaps] == [(DutyKind.B_POST, 1)]
    assert found.gaps[0].candidates != ()


def test_every_government_and_squad_has_a_template_and_loading_again_adds_nothing(
    county: Session,
) -> None:
    kinds = (UnitKind.TOWNSHIP_GOVERNMENT, UnitKind.SQUAD)
    units = county.scalar(select(func.count()).select_from(Unit).where(Unit.kind.in_(kinds)))
    planned = county.scalar(
        select(func.count(DutyShift.unit_id.distinct()))
        .join(Unit, Unit.id == DutyShift.unit_id)
        .where(Unit.kind.in_(kinds))
    )
    assert (units, planned) == (45, 45)
    assert roster.load(county, COUNTY) == 0
