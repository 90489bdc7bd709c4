"""The map report in figures: what counts, for whom, compared with what."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.briefing import counting_sql as sql
from enforcement.briefing import drawn, queries, told, wording
from enforcement.briefing.asking import Kind
from enforcement.briefing.counting_sql import Shape
from enforcement.briefing.figures import Method
from enforcement.errors import InvalidInputError, NotFoundError, NotPermittedError
from enforcement.indicators import services as indicators
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction.models import Division
from enforcement.people.models import Unit
from gis.adjacency import shared_borders
from tests.asking import Calls, Pages, actor_of, as_owner, set_clock
from tests.briefing.making import COUNTY, FIRST, LAST, happened, made, of_township, village_of
from tests.case.making import reported, to_case
from tests.web.test_query_counts import counted


def test_a_township_counts_what_happened_there(busy: Session) -> None:
    report = of_township(busy)
    assert (report.now.received, report.before.received) == (5, 2)
    assert (report.now.closed, report.now.closed_pct, report.now.responses) == (1, 20.0, 3)
    assert (report.now.median_min, report.now.slow_min) == (20.0, pytest.approx(28))
    first = report.places[0]
    assert (first.code, first.now, first.before) == (village_of(busy), 5, 2)
    assert (first.closed, first.median_min) == (1, 20.0)
    villages = busy.query(Division).filter_by(
        county_code=COUNTY, level="village", parent_code=village_of(busy)[:9])  # fmt: skip
    assert {one.code for one in report.places} >= {row.code for row in villages}
    assert [(one.code, one.now, one.before) for one in report.kinds] == [("04", 4, 2), ("V8", 1, 0)]


def test_hours_are_those_of_china_and_weekdays_begin_on_monday(busy: Session) -> None:
    profile = of_township(busy).profile
    assert sum(map(sum, profile)) == 5
    assert (profile[0][9], profile[1][16]) == (1, 1)  # 2 and 10 March 2026
    happened(busy, FIRST, hour=0)
    assert of_township(busy).profile[6][0] == 1  # a Sunday, in UTC still Saturday


def test_repeat_places_and_near_repeats_are_found(busy: Session) -> None:
    report = of_township(busy)
    assert report.repeats is not None
    [place] = report.repeats
    name = busy.get_one(Division, (COUNTY, village_of(busy))).name
    assert (place.count, place.area) == (4, name)
    assert report.near is not None
    assert (report.near.events, report.near.near, report.near.pairs) == (5, 6, 3)
    assert report.near.expected == pytest.approx(3.0)
    assert not wording.warns(report)


def test_a_series_in_one_place_is_more_than_chance(county: Session) -> None:
    set_clock(county, "2026-04-02 09:00")
    for north, days in ((0, (1, 2, 3, 4)), (2000, (25, 26, 27, 28))):
        for day in days:
            happened(county, date(2026, 3, day), north_m=north)
    report = of_township(county)
    assert report.near is not None
    assert (report.near.near, report.near.pairs) == (12, 12)
    assert report.near.expected == pytest.approx(12 * 3 / 7)
    assert wording.warns(report)
    assert any("12对" in line for line in wording.findings(report))


def test_near_repeats_measure_metres_and_days(busy: Session) -> None:
    asked = of_township(busy).asked

    def pairs(metres: float, days: int) -> int:
        return queries.near(busy, asked, Method(50, 3, metres, days)).pairs

    assert [pairs(50, 1), pairs(50, 2), pairs(1.5, 30), pairs(50, 30)] == [2, 3, 2, 6]


def test_a_township_stands_beside_those_it_borders_on(busy: Session) -> None:
    report = of_township(busy)
    edition = jurisdiction.find_edition(busy, COUNTY, LAST)
    assert edition is not None
    code = village_of(busy)[:9]
    pairs = shared_borders(busy, queries.areas(edition, "township"))
    touching = {one for pair in pairs for one in pair if code in pair} - {code}
    assert {one.code for one in report.peers} == touching != set()
    assert all(one.counts.received == 0 for one in report.peers)


def test_a_squad_stands_beside_its_sisters(busy: Session) -> None:
    report, actor = made(busy, "zhongdui"), actor_of(busy, "zhongdui")
    assert (report.asked.subject.kind, report.asked.subject.code) == (Kind.SQUAD, actor.unit_code)
    assert report.now.received == 5
    own = busy.get_one(Unit, (COUNTY, actor.unit_id))
    sisters = busy.query(Unit).filter_by(county_code=COUNTY, parent_id=own.parent_id, kind="squad")
    assert [one.code for one in report.peers] == sorted(
        row.code for row in sisters if row.valid_to is None and row.code != own.code
    )


def test_a_brigade_is_all_its_squads_and_counts_by_township(busy: Session) -> None:
    report = made(busy, "dadui")
    assert report.asked.subject.kind is Kind.BRIGADE
    assert report.now.received == 5
    assert [(one.code, one.now) for one in report.places] == [(village_of(busy)[:9], 5)]


def test_the_county_has_every_township_and_no_neighbours(busy: Session) -> None:
    report = made(busy, "zhihui")
    assert report.asked.subject.kind is Kind.COUNTY
    assert (report.now.received, report.peers) == (5, [])
    towns = busy.query(Division).filter_by(county_code=COUNTY, level="township").count()
    assert len([one for one in report.places if one.code]) == towns


def test_handled_in_time_is_what_the_indicators_count(busy: Session) -> None:
    row = happened(busy, date(2026, 3, 5), state="closed")
    row.closed_at = row.received_at
    busy.flush()
    indicators.rebuild(busy, actor_of(busy, "xitong"))
    report = of_township(busy)
    assert (report.now.ended, report.now.on_time) == (2, 2)
    assert report.now.on_time_pct == 100.0


def test_a_report_is_narrowed_to_a_category_or_to_a_matters_cases(busy: Session) -> None:
    by_category = of_township(busy, category="04")
    assert (by_category.now.received, by_category.now.cases, by_category.now.stops) == (
        4,
        None,
        None,
    )
    case = to_case(busy, "zhifa1", reported(busy))
    set_clock(busy, "2026-04-02 09:00")
    of_cases = of_township(busy, matter=case.matter_code)
    assert (of_cases.now.cases, of_cases.now.received) == (1, None)
    assert [one.code for one in of_cases.kinds] == [case.matter_code]
    assert of_township(busy, matter="M01").empty
    with pytest.raises(InvalidInputError):
        of_township(busy, matter="M12", category="04")


@pytest.mark.parametrize("said", [{"matter": "X"}, {"category": "99"}, {"unit": "01"}], ids=str)
def test_what_does_not_exist_is_refused(busy: Session, said: dict[str, str]) -> None:
    with pytest.raises((InvalidInputError, NotFoundError)):
        made(busy, "juzhang", **said)


def test_leaders_reach_their_own_area_or_units_only(busy: Session) -> None:
    home, squad = village_of(busy)[:9], actor_of(busy, "zhongdui").unit_code
    other = busy.query(Division).filter(
        Division.county_code == COUNTY, Division.level == "township", Division.code != home
    ).first()  # fmt: skip
    assert other is not None
    assert made(busy, "xiangzhen").asked.subject.kind is Kind.TOWNSHIP
    assert made(busy, "dadui", unit=squad).now.received == 5
    brigade = squad.rpartition(".")[0]
    for username, said in (
        ("xiangzhen", {"township": other.code}), ("xiangzhen", {"unit": squad}),
        ("dadui", {"township": home}), ("zhongdui", {"unit": brigade}),
        ("zhongdui", {"unit": "01.01"}),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            made(busy, username, **said)
    for username in ("zhifa1", "fujing", "fazhi", "xitong"):
        with pytest.raises(NotPermittedError):
            made(busy, username)


def test_a_change_of_boundaries_is_said_and_each_event_keeps_its_own(busy: Session) -> None:
    assert not any("界线版本" in line for line in wording.notes(of_township(busy)))
    busy.execute(
        text("""
        INSERT INTO edition (county_code, id, kind, level, source_name, source_sha256, valid_from,
          valid_to, status, schematic, findings, created_at, created_by, origin)
        SELECT county_code, gen_random_uuid(), kind, level, '旧界线', source_sha256, '2024-01-01',
          '2026-03-10', 'retired', schematic, '{}', created_at, created_by, '{}'
        FROM edition WHERE kind = 'boundaries' AND status = 'active' LIMIT 1
    """)
    )
    busy.execute(text("UPDATE edition SET valid_from = '2026-03-10' WHERE kind = 'boundaries'"
                      " AND status = 'active'"))  # fmt: skip
    report = of_township(busy)
    assert len(report.editions) == 2
    assert any("2个界线版本" in line for line in wording.notes(report))
    assert report.places[0].now == 5


def test_days_without_anything_give_an_empty_report(busy: Session, page: Pages) -> None:
    answer = page("xiangzhen").get("/briefing?first=2026-02-01&last=2026-02-02")
    assert answer.status_code == 200
    assert "这段时间没有可以报告的事项" in answer.text


def test_the_page_and_the_call_agree(busy: Session, page: Pages, call: Calls) -> None:
    busy.commit()
    asked = f"township={village_of(busy)[:9]}&first={FIRST}&last={LAST}"
    shown = page("juzhang").get(f"/briefing?{asked}")
    assert "本期受理事件5件，比上期增加3件" in shown.text
    found = call("juzhang", "GET", f"/briefing?{asked}").get_json()
    assert found == told.as_json(of_township(busy))
    assert (found["now"]["received"], found["near"]["pairs"]) == (5, 3)
    assert page("juzhang").get(f"/briefing/frame?{asked}").status_code == 200
    assert page("juzhang").get("/briefing?about=unit:77").status_code == 404
    assert page("juzhang").get("/briefing?first=x").status_code == 422
    assert page("zhifa1").get("/briefing").status_code == 403


def test_a_report_needs_as_many_statements_however_many_rows(
    demo_app: Flask, busy: Session, page: Pages
) -> None:
    browser = page("juzhang")
    asked = f"/briefing?township={village_of(busy)[:9]}&first={FIRST}&last={LAST}"
    browser.get(asked)
    counts = []
    for day in (12, 13):
        with counted(demo_app) as sent:
            assert browser.get(asked).status_code == 200
        counts.append(len(sent))
        for hour in range(20):
            happened(busy, date(2026, 3, day), hour=hour, category="01")
        busy.commit()
    assert counts[0] == counts[1] <= 30


@pytest.mark.parametrize("username", ["juzhang", "xiangzhen"])
def test_the_map_counts_what_the_table_says_and_nothing_else(
    demo_app: Flask, busy: Session, page: Pages, username: str
) -> None:
    report = made(busy, username, township=actor_of(busy, "xiangzhen").area_codes[0][:9])
    drawn_on = drawn.ground(busy, report)
    table = {one.code: one.now for one in report.places if one.code}
    assert drawn_on.values == {code: table.get(code, 0) for code in drawn_on.values}
    browser, costs = page(username), []
    for path in ("/briefing", "/briefing/frame"):
        asked = f"{path}?township={report.asked.subject.code}&first={FIRST}&last={LAST}"
        browser.get(asked)
        with counted(demo_app) as sent:
            assert browser.get(asked).status_code == 200
        costs.append(sum("incident_entry" in one or "FROM incident" in one for one in sent))
    assert costs[1] <= 1 < costs[0]  # the frame counts the villages once more, and that is all


@pytest.mark.parametrize(
    ("by", "index"), [("township", "ix_incident_township"), ("unit", "ix_incident_responsible")]
)
def test_figures_of_an_area_or_unit_come_from_its_own_index(
    busy: Session, by: str, index: str
) -> None:
    asked = (of_township(busy) if by == "township" else made(busy, "dadui")).asked
    busy.execute(
        text("""
        INSERT INTO incident (county_code, id, number, category, description, state, source,
          occurred_at, received_at, datum, version, township_code, responsible_unit_code,
          village_code)
        SELECT '220322', gen_random_uuid(), 'U' || n, '04', '占道', 'closed', 'desk', app_now(),
          app_now() - n * interval '5 hours', 'wgs84', 1, '22032230' || n % 8, '01.01.9' || n % 9,
          '220322301' || 200 + n % 50
        FROM generate_series(1, 4000) n
    """)
    )
    with as_owner(busy):
        busy.execute(text("ANALYZE incident"))
    member = queries.members(busy, asked, [])
    statements = [(sql.counts(Shape(by)), asked.values | member)]
    statements += [(statement(Shape(by)), asked.values | {"most": 10})
                   for statement in (sql.kinds, sql.profile, sql.villages, sql.points)]  # fmt: skip
    for statement, values in statements:
        plan = "\n".join(busy.scalars(text(f"EXPLAIN {statement.text}"), values))
        assert index in plan, plan
        assert "Seq Scan on incident" not in plan


def test_in_the_first_week_of_a_month_the_month_before_is_told(county: Session) -> None:
    from enforcement.briefing import services
    from enforcement.briefing.asking import Wanted

    days = []
    for now in ("2026-03-07 09:00", "2026-03-08 09:00"):
        set_clock(county, now)
        period = services.make(county, actor_of(county, "juzhang"), Wanted()).asked.period
        days.append((period.first, period.last))
    assert days == [(date(2026, 2, 1), date(2026, 2, 28)), (date(2026, 3, 1), date(2026, 3, 8))]
