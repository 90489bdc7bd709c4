"""Fines, instalments and surcharges as rules: they add up, are capped, and stand still."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.law.money import (
    Instalment,
    Pause,
    PauseGround,
    PlanError,
    Receipt,
    count,
    next_due,
    read_plan,
    total_surcharge,
    trimmed,
)

START = date(2026, 3, 1)
CENTS = st.integers(1, 500_000).map(lambda n: Decimal(n) / 100)
DAYS = st.integers(0, 400).map(lambda n: START + timedelta(days=n))


@st.composite
def plans(draw: st.DrawFn) -> list[Instalment]:
    days = sorted(draw(st.sets(DAYS, min_size=1, max_size=6)))
    return [Instalment(n, day, draw(CENTS)) for n, day in enumerate(days, 1)]


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    found = []
    for _n in range(draw(st.integers(0, 3))):
        first = draw(DAYS)
        last = draw(st.none() | st.integers(0, 90).map(lambda n, f=first: f + timedelta(days=n)))
        found.append(Pause(first, last, PauseGround.LITIGATION))
    return found


receipts = st.lists(st.builds(Receipt, DAYS, CENTS, st.just("1")), max_size=5)


@given(plans(), receipts, pauses(), DAYS)
def test_a_surcharge_never_exceeds_the_fine_and_a_pause_never_makes_it_dearer(
    plan: list[Instalment], paid: list[Receipt], stops: list[Pause], today: date
) -> None:
    fine = sum(one.amount_yuan for one in plan)
    rows = count(plan, paid, stops, today)
    assert 0 <= total_surcharge(rows) <= fine
    assert total_surcharge(rows) <= total_surcharge(count(plan, paid, [], today))
    assert sum(one.paid_yuan for one in rows) == min(fine, sum(one.amount_yuan for one in paid))
    assert all(0 <= one.paid_yuan <= one.amount_yuan for one in rows)
    unpaid = [one for one in rows if one.unpaid_yuan > 0]
    assert next_due(rows) == (unpaid[0].due_on if unpaid else None)


@given(plans(), receipts, DAYS, st.integers(0, 60))
def test_a_surcharge_only_grows_with_time(
    plan: list[Instalment], paid: list[Receipt], today: date, more: int
) -> None:
    early = [one for one in paid if one.paid_on <= today]
    later = count(plan, early, [], today + timedelta(days=more))
    assert total_surcharge(count(plan, early, [], today)) <= total_surcharge(later)


def test_the_cap_is_reached_on_the_34th_day() -> None:
    fine = [Instalment(1, date(2026, 4, 13), Decimal(2000))]
    for days, yuan in ((0, 0), (1, 60), (33, 1980), (34, 2000), (300, 2000)):
        rows = count(fine, [], [], date(2026, 4, 13) + timedelta(days=days))
        assert total_surcharge(rows) == yuan


@given(plans())
def test_a_plan_that_is_written_down_is_read_as_it_was(plan: list[Instalment]) -> None:
    said = "\n".join(f"{one.due_on} {one.amount_yuan}" for one in plan)
    total = sum((one.amount_yuan for one in plan), Decimal(0))
    assert read_plan(said, total, START - timedelta(days=1)) == tuple(plan)
    with pytest.raises(PlanError) as refused:
        read_plan(said, total + Decimal("0.01"), START - timedelta(days=1))
    assert (refused.value.line, refused.value.why) == (0, "sum")


@given(plans(), CENTS)
def test_a_lighter_decision_cuts_the_plan_from_its_end(
    plan: list[Instalment], total: Decimal
) -> None:
    cut = trimmed(plan, total)
    assert sum(one.amount_yuan for one in cut) == min(total, sum(one.amount_yuan for one in plan))
    assert [one.due_on for one in cut] == [one.due_on for one in plan][: len(cut)]


@pytest.mark.parametrize(
    ("said", "line", "why"),
    [("2026-05-29 1000\n2026-05-29 1000", 2, "day"), ("2026-03-01 2000", 1, "day"),
     ("2026-05-29 nan", 1, "amount"), ("2026-05-29 0.001", 1, "amount"), ("x 1", 1, "words"),
     ("2026-05-29\n2026-06-29 1", 1, "words"), ("", 0, "lines")],
)  # fmt: skip
def test_a_plan_that_cannot_be_names_its_line(said: str, line: int, why: str) -> None:
    with pytest.raises(PlanError) as refused:
        read_plan(said, Decimal(2000), START)
    assert (refused.value.line, refused.value.why) == (line, why)
