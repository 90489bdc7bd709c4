"""The report on patrols: figures by group, who sees what, and the files that it becomes."""

from __future__ import annotations

import io
import json
import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from geoalchemy2.shape import from_shape
from openpyxl import load_workbook
from shapely import LineString, MultiLineString
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.clock import ZONE
from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.ids import uuid7
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import Area, Division
from enforcement.overview import patrols, patrols_map, patrols_out
from enforcement.overview.patrols import Report, Row
from enforcement.overview.patrols_by import By
from enforcement.patrol import assigning, beats, services
from enforcement.patrol.assigning import Step
from enforcement.patrol.beats import Described
from enforcement.patrol.models import Patrol
from enforcement.patrol.services import Found
from enforcement.patrol.terms import BeatKind, FindingKind, Per
from enforcement.people.models import Person
from enforcement.positions.track_models import PresenceCell, Track, TrackVillage
from gis.tracks import CELL_DEG
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.web.test_query_counts import counted

COUNTY = "220322"
DAY = date(2026, 3, 2)
KM = 8.13
"""A tenth of a degree of longitude at 43.31 degrees north."""


def walked(session: Session, username: str, *, on: date = DAY) -> Track:
    """Make a track of 8 km and two hours of somebody, through the village of the auxiliary."""
    actor, home = actor_of(session, username), actor_of(session, "fujing").area_codes[0]
    west, lat = session.execute(
        select(Area.label_lon - 0.05, Area.label_lat).where(Area.code == home)
    ).one()
    line = MultiLineString([LineString([(west, lat), (west + 0.1, lat)])])
    at = datetime(on.year, on.month, on.day, 9, tzinfo=ZONE)
    track = Track(
        county_code=COUNTY, id=uuid7(), carrier_id=actor.person_id, person_id=actor.person_id,
        unit_code=actor.unit_code, on_day=on, geom=from_shape(line, 4490), km=KM, minutes=120,
        fixes=720, doubtful=0, mocked=0, first_at=at, last_at=at + timedelta(hours=2), stops=[],
        area_pct=None, built_at=at,
    )  # fmt: skip
    session.add(track)
    session.flush()
    session.add(TrackVillage(county_code=COUNTY, track_id=track.id, village_code=home,
                             minutes=45, first_at=at, last_at=at))  # fmt: skip
    for n in range(40):
        x = int(west / CELL_DEG[0]) + n
        session.add(PresenceCell(county_code=COUNTY, track_id=track.id, x=x,
                                 y=int(lat / CELL_DEG[1]), minutes=3))  # fmt: skip
    session.flush()
    return track


@pytest.fixture
def worked(county: Session) -> Session:
    """A day of the demonstration squad: three checkpoints, two visited, two findings."""
    set_clock(county, "2026-03-02 08:00")
    leader, officer = actor_of(county, "dadui"), actor_of(county, "zhifa1")
    refs = []
    for n in range(3):
        where = f"POINT ({124.33 + n * 0.004} 43.31)"
        made = beats.add(county, leader, Described(BeatKind.POINT, f"点{n}", officer.unit_code,
                                                   where, per=Per.DAY))  # fmt: skip
        refs.append(f"beat:{made.id}")
    assigning.change(county, leader, DAY, [Step(ref, officer.unit_code) for ref in refs])
    patrol = county.query(Patrol).filter_by(patrol_on=DAY, squad_code=officer.unit_code).one()
    patrol.state = "published"
    set_clock(county, "2026-03-02 10:00")
    found = [Found(FindingKind.LEAD, "占道"), Found(FindingKind.ORDER, "限期清理")]
    services.visit(county, officer, patrol.id, 1, outcome="正常", findings=found)
    services.visit(county, officer, patrol.id, 2, outcome="正常")
    walked(county, "zhifa1")
    county.flush()
    return county


def made(session: Session, username: str, by: By, first: date = DAY, last: date = DAY) -> Report:
    return patrols.make(session, actor_of(session, username), by, first, last)


def row_of(report: Report, key: str) -> Row:
    return next(row for row in report.rows if row.key == key)


def test_a_squads_day_is_counted(worked: Session) -> None:
    squad = actor_of(worked, "zhifa1").unit_code
    row = row_of(made(worked, "juzhang", By.SQUAD), squad)
    assert row.km == pytest.approx(KM, abs=0.01)
    assert (row.hours, row.tracks, row.people) == (2.0, 1, 1)
    assert (row.planned, row.visited, row.points_seen) == (3, 2, 2)
    in_use = worked.query(beats.Beat).filter_by(unit_code=squad, kind="point", state="active")
    assert row.points == in_use.count() >= 3
    assert (row.incidents, row.orders, row.leads, row.findings) == (0, 1, 1, 2)
    assert row.villages is not None
    assert 0 < row.villages_seen <= row.villages
    assert row.area_pct is not None
    assert 0 < row.area_pct < 100


def test_a_brigade_is_the_sum_of_its_squads(worked: Session) -> None:
    walked(worked, "dadui")
    report = made(worked, "juzhang", By.BRIGADE)
    brigade = actor_of(worked, "dadui").unit_code
    assert row_of(report, brigade).km == pytest.approx(2 * KM, abs=0.01)
    assert row_of(report, brigade).visited == 2
    assert report.total.km == pytest.approx(2 * KM, abs=0.01)


def test_a_township_counts_what_lies_within_it(worked: Session) -> None:
    report = made(worked, "juzhang", By.TOWNSHIP)
    assert 0 < sum(row.km for row in report.rows) <= KM + 0.1
    home = actor_of(worked, "fujing").area_codes[0][:9]
    assert row_of(report, home).hours == 0.75
    assert sum(row.visited for row in report.rows) == 2
    assert sum(row.villages or 0 for row in report.rows) == worked.query(Division).filter_by(
        county_code=COUNTY, level="village").count()  # fmt: skip


def test_people_are_counted_for_who_may_see_positions_and_that_is_logged(worked: Session) -> None:
    report = made(worked, "dadui", By.PERSON)
    officer = actor_of(worked, "zhifa1")
    row = row_of(report, str(officer.person_id))
    assert (row.name, row.visited, row.villages_seen) == (officer.name, 2, row.villages_seen)
    assert (row.planned, row.points, row.villages) == (None, None, None)
    logged = worked.scalars(select(AuditLog.act).where(AuditLog.act == "report:people"))
    assert len(logged.all()) == 1


def test_response_is_from_the_report_to_the_first_arrival(worked: Session) -> None:
    squad = actor_of(worked, "zhifa1").unit_code
    rows = worked.query(Incident).filter_by(county_code=COUNTY).limit(2).all()
    for minutes, one in zip((10, 30), rows, strict=True):
        one.handler_unit_code = squad
        one.received_at = datetime(2026, 3, 2, 9, tzinfo=ZONE)
        one.arrived_at = one.received_at + timedelta(minutes=minutes)
    worked.flush()
    row = row_of(made(worked, "juzhang", By.SQUAD), squad)
    assert (row.responses, row.median_min) == (2, 20.0)


@pytest.mark.parametrize("by", [By.SQUAD, By.BRIGADE, By.TOWNSHIP, By.PERSON], ids=str)
def test_another_days_work_is_not_counted(worked: Session, by: By) -> None:
    shown = made(worked, "juzhang", by, date(2026, 3, 1), date(2026, 3, 1))
    assert (shown.total.km, shown.total.visited, shown.total.findings) == (0, 0, 0)


def test_an_empty_period_is_said(worked: Session, page: Pages) -> None:
    answer = page("dadui").get("/report/patrols?first=2026-03-01&last=2026-03-01")
    assert answer.status_code == 200
    assert "这段时间没有巡查记录" in answer.text


def test_leaders_see_their_own_units_only(worked: Session) -> None:
    leader = actor_of(worked, "dadui")
    rows = made(worked, "dadui", By.SQUAD).rows
    assert rows
    assert all(row.key.startswith(leader.unit_code) for row in rows)
    assert len(made(worked, "juzhang", By.SQUAD).rows) > len(rows)


def test_a_township_leader_sees_his_township_only(worked: Session) -> None:
    actor = actor_of(worked, "xiangzhen")
    report = patrols.make(worked, actor)
    assert report.by is By.TOWNSHIP
    assert {row.key for row in report.rows} == set(actor.area_codes)
    with pytest.raises(InvalidInputError):
        patrols.make(worked, actor, By.PERSON)


@pytest.mark.parametrize("username", ["zhifa1", "fujing", "xitong"])
def test_others_see_none(worked: Session, username: str) -> None:
    with pytest.raises(NotPermittedError):
        patrols.make(worked, actor_of(worked, username))


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), "last"),
        (date(2026, 3, 3), date(2026, 3, 4), "first"),
        (date(2024, 3, 2), date(2026, 3, 1), "last"),
    ],
    ids=["reversed", "future", "long"],
)
def test_periods_that_cannot_be_meant_are_refused(
    worked: Session, first: date, last: date, field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        patrols.make(worked, actor_of(worked, "dadui"), By.SQUAD, first, last)
    assert refused.value.field == field


def test_the_workbook_holds_numbers_and_texts_that_are_no_formulas(worked: Session) -> None:
    person = worked.get_one(Person, (COUNTY, actor_of(worked, "zhifa1").person_id))
    person.name = "=1+1"
    worked.flush()
    book = load_workbook(io.BytesIO(patrols_out.as_book(made(worked, "dadui", By.PERSON))))
    rows = [list(row) for row in book.worksheets[0].iter_rows()]
    heads = [cell.value for cell in rows[1]]
    found = next(row for row in rows if row[0].value == "=1+1")
    assert found[0].data_type == "s"
    assert found[heads.index("公里")].value == pytest.approx(8.1)
    assert found[heads.index("到访")].value == 2


@pytest.mark.parametrize("by", list(By), ids=str)
def test_the_paper_is_a_pdf_with_all_groups(worked: Session, by: By) -> None:
    with_all = patrols_out.as_pdf(worked, made(worked, "juzhang", by))
    assert with_all.startswith(b"%PDF-")


def test_the_map_file_needs_nothing_else_and_no_name_becomes_markup(worked: Session) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    worked.execute(text("update area set name = :evil where level = 'village'"), {"evil": evil})
    html = patrols_map.as_html(worked, actor_of(worked, "dadui"), made(worked, "dadui", By.SQUAD))
    assert evil not in html
    assert "<img src=x" not in html
    assert html.count("<script") == 3
    ours = re.sub(r"<script[^>]*>.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"""(src|href)\s*=|https?:|["'(]//""", ours)
    assert "url(" not in html.split("</style>")[0]
    block = html.split('id="data">')[1].split("</script>")[0]
    data = json.loads(block)
    villages, tracks, stops = data["layers"]
    assert any(evil in one["properties"]["text"] for one in villages["collection"]["features"])
    assert len(tracks["collection"]["features"]) == 1
    assert len(stops["collection"]["features"]) == 3


def test_tracks_are_drawn_for_who_may_see_positions_only(worked: Session) -> None:
    leader = actor_of(worked, "xiangzhen")
    html = patrols_map.as_html(worked, leader, patrols.make(worked, leader))
    block = html.split('id="data">')[1].split("</script>")[0]
    assert len(json.loads(block)["layers"]) == 2


def test_the_pages_and_the_call_agree(worked: Session, page: Pages, call: Calls) -> None:
    browser, asked = page("dadui"), f"by=squad&first={DAY}&last={DAY}"
    shown = browser.get(f"/report/patrols?{asked}").text
    assert "8.1" in shown
    told = call("dadui", "GET", f"/report/patrols?{asked}").get_json()
    assert told["total"]["km"] == 8.1
    for suffix, start in (("xlsx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!DOCTYPE")):
        answer = browser.get(f"/report/patrols.{suffix}?{asked}")
        assert answer.data.startswith(start)
        assert "attachment" in answer.headers["Content-Disposition"]
    assert browser.get("/report/patrols?by=moon").status_code == 422
    assert browser.get("/report/patrols?first=x").status_code == 422
    assert page("zhifa1").get("/report/patrols").status_code == 403


@pytest.mark.parametrize("by", list(By), ids=str)
def test_a_report_needs_as_many_statements_however_many_rows(
    demo_app: Flask, worked: Session, page: Pages, by: By
) -> None:
    browser = page("juzhang")
    asked = f"/report/patrols?by={by}&first=2026-02-01&last={DAY}"
    browser.get(asked)
    counts = []
    for n in range(2):
        with counted(demo_app) as sent:
            assert browser.get(asked).status_code == 200
        counts.append(len(sent))
        for username in ("zhongdui", "zhifa2", "dadui"):
            walked(worked, username, on=DAY - timedelta(days=n + 1))
        worked.commit()
    assert counts[0] == counts[1] <= 16
