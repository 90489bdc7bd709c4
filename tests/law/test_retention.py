"""Terms of keeping in calendar months: month ends, leap days; rules agree with settings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.law import retention
from enforcement.law.errors import UnknownRuleError
from enforcement.law.retention import RULES, Deed, Way
from enforcement.retention.kinds import KINDS
from enforcement.settings.terms import BY_KEY

DAYS = st.dates(date(2020, 1, 1), date(2049, 12, 31))
MONTHS = st.integers(1, 120)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-12-31", 2, "2027-02-28"),
    ],
)
def test_a_term_ends_on_the_same_day_number_or_the_months_last_day(
    start: str, months: int, last: str
) -> None:
    assert retention.kept_until(date.fromisoformat(start), months) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        ("2027-03-01", 6, "2026-08-31"),  # the 28th to the 31st end together on 28 February
        ("2027-02-28", 6, "2026-08-27"),
        ("2028-03-01", 6, "2027-08-31"),
        ("2028-02-29", 6, "2027-08-28"),
        ("2029-03-01", 12, "2028-02-29"),
        ("2026-12-01", 6, "2026-05-31"),
    ],
)
def test_the_latest_day_that_is_over(today: str, months: int, day: str) -> None:
    found = retention.last_day_due(date.fromisoformat(today), months)
    assert found == date.fromisoformat(day)


@given(DAYS, MONTHS, st.integers(-45, 45))
def test_a_day_is_due_exactly_when_its_last_day_lies_before_today(
    today: date, months: int, shift: int
) -> None:
    last = retention.last_day_due(today, months)
    day = last + timedelta(days=shift)
    assert (day <= last) == (retention.kept_until(day, months) < today)


@given(DAYS, MONTHS)
def test_the_latest_due_day_never_goes_back(today: date, months: int) -> None:
    tomorrow = today + timedelta(days=1)
    assert retention.last_day_due(today, months) <= retention.last_day_due(tomorrow, months)
    assert retention.last_day_due(today, months + 1) <= retention.last_day_due(today, months)


def test_rules_name_their_basis_and_agree_with_settings_and_tables() -> None:
    for row in RULES:
        assert row.basis, row
        assert (row.deed is Deed.KEEP) == (row.months is None) == (row.way is Way.NONE), row
        assert (row.kind in KINDS) == (row.months is not None), row
        if row.setting:
            setting = BY_KEY[row.setting]
            assert (setting.default, setting.unit) == (row.months, "个月"), row
    assert {row.kind for row in RULES} >= set(KINDS)


def test_a_rule_holds_from_its_day_on() -> None:
    assert retention.rule("fix", date(2026, 3, 2)).months == 6
    with pytest.raises(UnknownRuleError):
        retention.rule("fix", date(2020, 1, 1))
    with pytest.raises(UnknownRuleError):
        retention.rule("nothing", date(2026, 3, 2))
