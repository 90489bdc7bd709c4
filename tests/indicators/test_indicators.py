"""Indicators: each defined once, counted in small steps, and the same as the full queries."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import services as cases
from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.indicators import asking, queries, reading, services
from enforcement.indicators.asking import By
from enforcement.indicators.sources import SOURCES
from enforcement.law.indicators import Shape, Topic, indicators, measures
from enforcement.law.terms import CaseEvent as E
from enforcement.periods import Period, read_period
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import reported, to_case
from tests.case.saying import say

EVER = Period(date(2025, 1, 1), date(2028, 12, 31))


def test_every_measure_is_counted_by_one_statement_and_used_by_an_indicator() -> None:
    told = [
        name
        for source in SOURCES.values()
        for name in set(re.findall(r"'((?:incident|case|course|spot|measure|inspection|patrol|ask"
                                   r"|duty|money)\.[a-z_0-9]+)'", source.rows))
    ]  # fmt: skip
    assert sorted(told) == sorted(measures())
    used = {one.part.code for one in indicators().values()}
    used |= {one.whole.code for one in indicators().values() if one.whole}
    assert set(measures()) - used <= {"patrol.tracks"}
    assert len(indicators()) >= 60


def test_every_formula_names_its_measures_in_both_languages() -> None:
    for one in indicators().values():
        zh, en = one.formula
        assert one.part.zh in zh
        assert one.part.en in en
        assert (one.whole is not None) == (one.shape in (Shape.SHARE, Shape.STOCK)), one.code
        assert one.source


def test_sums_are_those_of_the_full_queries(county: Session) -> None:
    found = services.check(county, actor_of(county, "juzhang"))
    assert found.rows > 500
    assert found.right, found


def test_an_act_changes_just_what_it_touches(county: Session) -> None:
    services.refresh(county, "220322")
    before = _value(county, "case_registered"), _value(county, "incident_to_case")
    now = clock.now(county)
    case = to_case(county, "zhifa1", reported(county))  # on a day of March
    assert _value(county, "case_registered") == before[0]  # not counted yet
    again = services.refresh(county, "220322")
    assert again["case"] >= 1
    assert _value(county, "case_registered") == before[0] + 1
    assert _value(county, "incident_to_case") == before[1] + 1
    said = say(county, case, E.CHECK, yuan=2000, choice="first")
    cases.carry_out(county, actor_of(county, "zhifa1"), case.id, E.CHECK, said)
    set_clock(county, f"{now.astimezone(clock.ZONE):%Y-%m-%d %H:%M}")
    assert services.check(county, actor_of(county, "juzhang")).right


def test_a_second_count_of_the_same_changes_nothing(county: Session) -> None:
    services.refresh(county, "220322")
    before = _everything(county)
    services.refresh(county, "220322")
    services.refresh(county, "220322")
    assert _everything(county) == before


def test_a_wrong_sum_is_found_and_counting_anew_mends_it(county: Session) -> None:
    head, admin = actor_of(county, "juzhang"), actor_of(county, "xitong")
    services.refresh(county, "220322")
    county.execute(text("update indicator_mark set upto = upto + interval '1 hour'"))
    county.execute(text("update indicator_day set n = n + 1 where measure = 'case.filed'"))
    county.execute(
        text("""
        delete from indicator_row where (measure, row_id) = (select measure, row_id
          from indicator_row where measure = 'incident.ended' order by row_id limit 1)
    """)
    )
    found = services.check(county, head)
    assert found.wrong["incident"] == 1
    assert found.days >= 2
    services.rebuild(county, admin)
    assert services.check(county, head).right
    with pytest.raises(NotPermittedError):
        services.rebuild(county, head)


def test_groups_add_up_to_the_whole(county: Session) -> None:
    services.refresh(county, "220322")
    actor = actor_of(county, "juzhang")
    asked = _asked(county)
    counts = [one for one in indicators().values() if one.shape is Shape.COUNT]
    words = asking.reach(actor)
    whole = queries.figures(county, counts, words, asked.span, None)[""]
    for by in (By.TOWNSHIP, By.SQUAD, By.BRIGADE, By.MATTER, By.MONTH):
        parts = queries.figures(county, counts, words, asked.span, by)
        for one in counts:
            assert sum(row[one.code] or 0 for row in parts.values()) == whole[one.code], one.code


def test_the_rows_behind_a_count_are_as_many(county: Session) -> None:
    services.refresh(county, "220322")
    actor, asked = actor_of(county, "juzhang"), _asked(county)
    for line in reading.table(county, actor, asked):
        if line.indicator.shape is Shape.COUNT and line.indicator.code != "patrol_found":
            seen, after = 0, None
            while True:
                page = reading.rows(county, actor, line.indicator, asked, after, limit=40)
                seen, after = seen + len(page.rows), page.after
                if after is None:
                    break
            assert seen == line.now, line.indicator.code


def test_medians_are_those_of_the_rows(county: Session) -> None:
    services.refresh(county, "220322")
    actor, asked = actor_of(county, "juzhang"), _asked(county)
    one = indicators()["close_p50"]
    page = reading.rows(county, actor, one, asked, limit=500)
    values = sorted(row.value for row in page.rows)
    middle = len(values) // 2
    wanted = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    line = next(row for row in reading.table(county, actor, asked) if row.indicator == one)
    assert line.now == pytest.approx(wanted)


def test_money_is_never_set_against_units_or_townships(county: Session) -> None:
    actor, asked = actor_of(county, "juzhang"), _asked(county)
    money = [one for one in indicators().values() if one.topic is Topic.MONEY]
    assert money
    for one in money:
        assert one.informs_only
        assert not one.better
        for by in (By.TOWNSHIP, By.BRIGADE, By.SQUAD):
            with pytest.raises(InvalidInputError):
                reading.groups(county, actor, one, asked, by)


def test_a_leader_counts_only_what_lies_in_his_reach(county: Session) -> None:
    services.refresh(county, "220322")
    township = actor_of(county, "xiangzhen")
    asked = _asked(county)
    own = reading.rows(county, township, indicators()["incident_received"], asked, limit=500)
    assert own.rows
    assert {row.township_code for row in own.rows} <= {code[:9] for code in township.area_codes}
    squad = actor_of(county, "zhongdui")
    mine = reading.rows(county, squad, indicators()["incident_received"], asked, limit=500)
    assert all(row.unit_code.startswith(squad.unit_code) for row in mine.rows)
    with pytest.raises(NotPermittedError):
        reading.read(county, actor_of(county, "fujing"), None, None)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("2026-03-10", "2026-03-19", ("2026-02-28", "2026-03-09")),
    ],
)
def test_the_period_before_is_as_long(first: str, last: str, before: tuple[str, str]) -> None:
    span = Period(date.fromisoformat(first), date.fromisoformat(last)).before()
    assert (span.first.isoformat(), span.last.isoformat()) == before


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("2026-03-10", "2026-03-09", "last"), ("2019-01-01", "2026-03-09", "last"),
     ("2026-03-11", None, "first")],
)  # fmt: skip
def test_a_period_that_cannot_be_is_refused(first: str, last: str | None, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_period(
            date.fromisoformat(first),
            date.fromisoformat(last) if last else None,
            date(2026, 3, 10),
            most_days=asking.MOST_DAYS,
        )
    assert caught.value.field == field


def test_the_plan_of_a_months_figures_reads_an_index(county: Session) -> None:
    services.refresh(county, "220322")
    county.execute(text("set local enable_seqscan = off"))
    plan = county.execute(text("""
        explain select sum(n) from indicator_day where county_code = '220322'
        and measure = any(array['case.filed']) and on_day >= '2026-03-01' and on_day <= '2026-03-31'
    """)).scalars().all()  # fmt: skip
    assert "pk_indicator_day" in "\n".join(plan)


def test_pages_show_figures_and_lead_to_the_rows(page: Pages, county: Session) -> None:
    services.refresh(county, "220322")
    first = clock.today(county) - timedelta(days=50)
    county.commit()
    head = page("juzhang")
    shown = head.get(f"/indicators?first={first}").text
    assert "按期处置率" in shown
    assert "第七十四条" in shown
    assert "/cases/" in head.get(f"/indicators/case_registered?first={first}").text
    assert head.get(f"/indicators.xlsx?first={first}").data[:2] == b"PK"
    assert head.get("/indicators/nothing").status_code == 404
    assert head.get("/indicators?first=2026-13-01").status_code == 422
    assert head.get("/indicators/money_fined?by=squad").status_code == 422
    assert head.get("/indicators/case_filed?after=x").status_code == 422


def test_calls_answer_with_figures(call: Calls, county: Session) -> None:
    services.refresh(county, "220322")
    first = clock.today(county) - timedelta(days=50)
    county.commit()
    listed = call("juzhang", "GET", f"/indicators?first={first}").json
    values = {row["code"]: row["value"] for row in listed["items"]}
    assert values["case_registered"] == 6
    one = call("juzhang", "GET", f"/indicators/case_registered?first={first}&by=month").json
    assert sum(group["value"] for group in one["groups"]) == 6
    assert len(one["rows"]) == 6


def _asked(_county: Session) -> reading.Asked:
    return reading.Asked(EVER, {})


def _value(county: Session, code: str) -> float:
    found = queries.figures(
        county, [indicators()[code]], asking.reach(actor_of(county, "juzhang")),
        EVER, None,
    )  # fmt: skip
    return found.get("", {}).get(code) or 0.0


def _everything(county: Session) -> list[tuple[object, ...]]:
    sql = "select measure, on_day, township_code, unit_code, matter, n, total from indicator_day order by 1, 2, 3, 4, 5"  # noqa: E501
    return [tuple(row) for row in county.execute(text(sql))]
