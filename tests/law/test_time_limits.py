"""Every test vector of the specification, day for day (procedure.md 2.1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from enforcement.law import ledger
from enforcement.law.articles import APL
from enforcement.law.errors import CalendarExhaustedError, UnknownRuleError
from enforcement.law.limit_terms import Days, LimitKind, Whose
from enforcement.law.penalties import surcharge
from enforcement.law.time_limits import LIMITS, add_months, due_on, latest_start, limit
from enforcement.law.workdays import of_package, read_calendar, shipped
from enforcement.law.working_time import ZONE

VECTORS = (  # limit, event day, raw, due
    ("hearing_request", "2026-09-28", "2026-10-10", "2026-10-10"),
    ("preservation", "2026-02-12", "2026-02-28", "2026-02-28"),
    ("service", "2026-04-29", "2026-05-12", "2026-05-12"),
    ("cash_to_organ", "2026-02-13", "2026-02-24", "2026-02-24"),
    ("demand", "2026-04-27", "2026-05-13", "2026-05-13"),
    ("publication", "2026-09-24", "2026-10-12", "2026-10-12"),
    ("payment", "2026-09-18", "2026-10-03", "2026-10-08"),
    ("decision", "2026-01-05", "2026-04-05", "2026-04-07"),
    ("public_notice", "2026-06-01", "2026-07-01", "2026-07-01"),
    ("reconsideration", "2026-06-01", "2026-07-31", "2026-07-31"),
    # the worked case of 2.8
    ("decision", "2026-03-03", "2026-06-01", "2026-06-01"),
    ("payment", "2026-03-27", "2026-04-11", "2026-04-13"),
    ("reconsideration", "2026-03-27", "2026-05-26", "2026-05-26"),
    ("litigation", "2026-03-27", "2026-09-27", "2026-09-28"),
    ("publication", "2026-03-27", "2026-04-08", "2026-04-08"),
    ("demand", "2026-09-29", "2026-10-19", "2026-10-19"),
    ("court_application", "2026-09-28", "2026-12-28", "2026-12-28"),
)


@pytest.mark.parametrize(("limit", "start", "raw", "due"), VECTORS)
def test_a_limit_ends_on_the_day_of_the_specification(
    limit: str, start: str, raw: str, due: str
) -> None:
    found = due_on(limit, date.fromisoformat(start))
    assert (found.raw.isoformat(), found.last.isoformat()) == (raw, due)


def test_the_alarm_is_on_the_last_working_day_before() -> None:
    assert due_on("decision", date(2026, 1, 5)).alarm == date(2026, 4, 3)


def test_a_hearing_on_15_october_needs_a_notice_by_29_september() -> None:
    assert due_on("hearing_notice", date(2026, 9, 29)).raw < date(2026, 10, 15)
    assert due_on("hearing_notice", date(2026, 9, 30)).raw >= date(2026, 10, 15)
    assert latest_start("hearing_notice", date(2026, 10, 15)) == date(2026, 9, 29)


def test_working_days_beyond_the_calendar_are_never_guessed() -> None:
    with pytest.raises(CalendarExhaustedError, match="2027"):
        due_on("statement", date(2026, 12, 29))
    beyond = due_on("decision", date(2026, 11, 24))
    assert (beyond.raw, beyond.due, beyond.alarm) == (date(2027, 2, 22), None, None)


def test_an_unknown_limit_is_refused() -> None:
    with pytest.raises(UnknownRuleError, match="nothing"):
        due_on("nothing", date(2026, 1, 5))


def test_every_limit_names_its_article_and_who_fixed_its_figure() -> None:
    assert {"decision", "seizure_extension", "transfer_send", "licence", "petition_told"} <= {
        row.id for row in LIMITS
    }
    for row in LIMITS:
        assert row.article.zh.startswith("《"), row.id
        assert row.name, row.id
        assert row.name_en, row.id
        assert row.kind is LimitKind.LAW or row.note, row.id  # a figure of no law says so


def test_versions_of_a_limit_do_not_overlap() -> None:
    for one, other in combinations(LIMITS, 2):
        if one.id == other.id:
            assert one.valid_to is not None
            assert one.valid_to < other.valid_from


def test_the_day_of_the_event_picks_the_version_in_force() -> None:
    assert due_on("public_notice", date(2021, 12, 31)).raw == date(2022, 3, 1)  # 60 days
    assert due_on("public_notice", date(2022, 1, 1)).raw == date(2022, 1, 31)  # 30 days
    assert limit("public_notice").days == 30


def test_a_limit_is_not_known_before_its_law() -> None:
    with pytest.raises(UnknownRuleError, match="2021-07-14"):
        due_on("decision", date(2021, 7, 14))
    assert due_on("decision", date(2021, 7, 15)).raw == date(2021, 10, 13)


def test_months_end_on_the_same_day_number_or_the_last_day() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 3, 27), 6) == date(2026, 9, 27)


@given(st.dates(date(2026, 1, 1), date(2026, 10, 31)), st.integers(1, 15))
def test_n_working_days_contain_n_working_days(start: date, days: int) -> None:
    end = shipped().add(start, days)
    between = [date.fromordinal(n) for n in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(shipped().is_working(day) for day in between) == days
    assert shipped().is_working(end)


def test_a_calendar_reads_ranges_and_worked_saturdays() -> None:
    rows = ["year,day,kind,name,source", "2030,05-01..05-03,off,x,y", "2030,05-04,work,x,y"]
    known = read_calendar(rows)
    assert known.add(date(2030, 4, 30), 1) == date(2030, 5, 4)


def test_the_worked_case_runs_day_for_day() -> None:
    def day(text: str) -> date:
        return date.fromisoformat(f"2026-{text}")

    filed, served = day("03-03"), day("03-27")
    assert due_on("decision", filed).raw == day("06-01")
    assert due_on("statement", day("03-18")).raw == day("03-25")
    payment = due_on("payment", served)
    assert (payment.raw, payment.last) == (day("04-11"), day("04-13"))
    late_from = payment.last + timedelta(1)
    assert late_from == day("04-14")
    fine = Decimal(2000)
    assert surcharge(fine, payment.last, late_from) == 60
    assert surcharge(fine, payment.last, late_from + timedelta(32)) == 1980
    assert surcharge(fine, payment.last, late_from + timedelta(33)) == 2000  # day 34: the cap
    assert due_on("reconsideration", served).last == day("05-26")
    assert due_on("publication", served).raw == day("04-08")
    sue = due_on("litigation", served)
    assert (sue.raw, sue.last) == (day("09-27"), day("09-28"))
    demanded = day("09-29")
    assert due_on("demand", demanded).raw == day("10-19")
    assert due_on("court_application", sue.last).last == day("12-28")


def test_the_package_and_the_notices_that_we_read_agree() -> None:
    known, package = shipped(), of_package()
    assert {2004, 2021, 2025, 2026} <= known.years
    for year in (2025, 2026):
        for day in (date(year, 1, 1) + timedelta(n) for n in range(365)):
            assert known.is_working(day) == package.is_working(day), day
    assert known.sources[2025].startswith("国办发明电")


def test_the_ledger_counts_petitions_as_the_table_of_limits_does() -> None:
    for limit_id in ("petition_told", "petition_objection", "petition_done", "mediation_confirmed"):
        for start in (date(2026, 3, 2), date(2026, 9, 28)):
            assert ledger.due_on(limit_id, start) == due_on(limit_id, start).raw
    longer = limit("petition_done").days + limit("petition_extension").days
    assert ledger.limits()["petition_extended"].amount == longer


def test_the_count_says_which_days_were_passed_over_and_why() -> None:
    said = [(step.rule, step.zh) for step in due_on("preservation", date(2026, 2, 12)).how]
    assert ("C6", "2026-02-12当日不计入，自次日起算。") in said
    assert ("C8", "跳过2026-02-15至2026-02-23（春节）。") in said
    assert ("C8", "2026-02-28调休上班，计入。") in said
    assert ("C8", f"依照{APL[85].zh}按工作日计算7日，至2026-02-28。") in said
    moved = [step.zh for step in due_on("payment", date(2026, 9, 18)).how]
    assert "2026-10-03是国庆节，顺延至其后第一个工作日2026-10-08。" in moved
    beyond = [step.zh for step in due_on("decision", date(2026, 11, 24)).how]
    assert beyond[-1].startswith("没有2027年的工作日历")


def test_an_organ_is_told_not_to_rest_on_the_moved_day() -> None:
    organ, citizen = due_on("decision", date(2026, 1, 5)), due_on("payment", date(2026, 3, 27))
    assert (organ.limit.whose, organ.binding) == (Whose.ORGAN, organ.raw)
    assert "不靠顺延" in organ.how[-1].zh
    assert (citizen.limit.whose, citizen.binding) == (Whose.CITIZEN, citizen.due)


def test_hours_run_day_and_night_from_the_moment() -> None:
    at = datetime(2026, 10, 1, 22, 15, tzinfo=ZONE)
    found = due_on("measure_report", at)
    assert found.raw_at == at + timedelta(hours=24)
    assert (found.raw, found.due, found.alarm) == (date(2026, 10, 2),) * 2 + (date(2026, 10, 1),)
    strictest = due_on("transfer_send", date(2026, 10, 1))
    assert strictest.raw_at == datetime(2026, 10, 2, tzinfo=ZONE)


def test_the_year_that_is_missing_is_named() -> None:
    with pytest.raises(CalendarExhaustedError) as caught:
        due_on("service", date(2026, 12, 28))
    assert caught.value.year == 2027


STARTS = st.dates(date(2022, 1, 1), date(2026, 5, 31))
IDS = st.sampled_from(sorted({row.id for row in LIMITS if row.days < 100}))


@given(IDS, STARTS)
def test_a_period_never_ends_before_it_starts_nor_earlier_by_moving(name: str, start: date) -> None:
    assume(any(row.id == name and row.in_force(start) for row in LIMITS))
    try:
        found = due_on(name, start)
    except CalendarExhaustedError as error:
        assert error.year > 2026  # noqa: PT017
        return
    assert found.raw > start
    if found.due is None or found.alarm is None:
        assert found.raw.year > 2026 or (found.raw + timedelta(7)).year > 2026
        return
    if found.limit.counting is Days.HOURS:
        assert found.due == found.raw
        return
    assert found.alarm < found.raw <= found.due
    assert shipped().is_working(found.due)
    assert shipped().is_working(found.alarm)
    if found.limit.counting is Days.WORKING:
        assert found.raw == found.due


@given(IDS, STARTS, st.integers(0, 40))
def test_a_later_event_never_ends_earlier(name: str, start: date, later: int) -> None:
    second = start + timedelta(later)
    assume(limit(name).in_force(start))
    try:
        first_due, second_due = due_on(name, start), due_on(name, second)
    except CalendarExhaustedError as error:
        assert error.year > 2026  # noqa: PT017
        return
    assert first_due.raw <= second_due.raw
    if first_due.due and second_due.due:
        assert first_due.due <= second_due.due


@given(st.dates(date(2025, 1, 10), date(2026, 12, 20)))
def test_the_latest_start_is_the_last_that_runs_out_in_time(event: date) -> None:
    found = latest_start("hearing_notice", event)
    assert due_on("hearing_notice", found).raw < event
    try:
        assert due_on("hearing_notice", found + timedelta(1)).raw >= event
    except CalendarExhaustedError as error:
        assert error.year > event.year  # noqa: PT017
