"""A list of incidents from another system: looked at, stored once, each row like any other."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotPermittedError, StaleVersionError
from enforcement.incident import importing, intake
from enforcement.incident.import_columns import COLUMNS, TABLE
from enforcement.incident.intake import Report, Sender
from enforcement.incident.models import Incident, IncidentEntry, IncidentText
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.sheets.writing import template, write
from gis.datum import wgs84_to_bd09, wgs84_to_gcj02
from tests.asking import Pages, actor_of, set_clock
from tests.case.making import home_point

import numpy as np  # isort: skip


@pytest.fixture
def row(county: Session) -> dict[str, Any]:
    set_clock(county, "2026-03-02 09:30")
    lon, lat = home_point(county)
    return {"external": "H-1", "category": "V8", "description": "路边堆垃圾", "lon": lon,
            "lat": lat, "occurred_at": "2026-03-02 08:15", "reporter_name": "赵某",
            "reporter_phone": "13800000002"}  # fmt: skip


def file_of(*rows: dict[str, Any], suffix: str = "csv") -> bytes:
    return write(TABLE, rows, suffix)


def bring(session: Session, data: bytes, name: str = "a.csv", who: str = "zhihui") -> Any:
    return importing.apply(session, actor_of(session, who), data, name)


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Incident)) or 0


def imported(session: Session) -> list[Incident]:
    query = select(Incident).where(Incident.source == "file").order_by(Incident.number)
    return list(session.scalars(query))


def test_a_row_becomes_the_same_as_a_report_that_came_alone(
    county: Session, row: dict[str, Any]
) -> None:
    done = bring(county, file_of(row))
    assert (done.applied, len(done.added), done.problems) == (True, 1, [])
    [mine] = imported(county)
    actor = actor_of(county, "zhihui")
    what = Report(
        row["category"], row["description"], mine.occurred_at, row["lon"], row["lat"],
        reporter_name="赵某", reporter_phone="13800000002",
    )  # fmt: skip
    alone = intake.take(county, Sender.of(actor), what).incident
    county.flush()
    county.refresh(alone)
    same = ("category", "village_code", "township_code", "responsible_unit_code", "state",
            "reported_by", "urgency", "stage_no", "version", "presses", "reporter_phone_hash",
            "stage_due_at", "lon", "lat", "received_at", "closed_at", "returns")  # fmt: skip
    for name in set(same) - {"stage_due_at", "received_at"}:
        assert getattr(mine, name) == getattr(alone, name), name
    assert int(alone.number[-4:]) == int(mine.number[-4:]) + 1
    ours, theirs = (county.get_one(RoutingDecision, ("220322", one.routing_id))
                    for one in (mine, alone))  # fmt: skip
    for name in ("edition_id", "village_code", "unit_id", "brigade_id", "rule", "confirm", "basis",
                 "on_day", "category"):  # fmt: skip
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.border_m == pytest.approx(theirs.border_m, abs=0.01)
    steps = select(func.count()).select_from(DueStep)
    assert county.scalar(steps.where(DueStep.subject_id == mine.id)) == county.scalar(
        steps.where(DueStep.subject_id == alone.id))  # fmt: skip
    entry = select(IncidentEntry.event).where(IncidentEntry.incident_id == mine.id)
    assert county.scalars(entry).all() == ["report"]
    words = select(IncidentText.body).where(IncidentText.incident_id == mine.id)
    assert "路边堆垃圾" in county.scalars(words).one()
    assert crypto.unseal(mine.reporter_name_encrypted) == "赵某"
    shape = "select ST_X(point), ST_Y(point) from incident where id = :id"
    assert county.execute(text(shape), {"id": mine.id}).one() == (mine.lon, mine.lat)


def test_the_same_file_twice_brings_nothing_new(county: Session, row: dict[str, Any]) -> None:
    data = file_of(row, row | {"external": "H-2"})
    bring(county, data)
    count = stored(county)
    again = bring(county, data, who="jiexian")
    assert (again.same, len(again.added), stored(county)) == (2, 0, count)
    more = bring(county, file_of(row, row | {"external": "H-3"}))
    assert (more.same, len(more.added), stored(county)) == (1, 1, count + 1)


def test_positions_of_other_datums_land_on_the_same_spot(
    county: Session, row: dict[str, Any]
) -> None:
    spot = np.array([[row["lon"], row["lat"]]])
    rows = [row]
    for name, moved in (("GCJ-02", wgs84_to_gcj02(spot)), ("bd09", wgs84_to_bd09(spot))):
        lon, lat = map(float, moved[0])
        rows.append(row | {"external": name, "lon": lon, "lat": lat, "datum": name})
    bring(county, file_of(*rows))
    found = imported(county)
    assert [one.datum for one in found] == ["wgs84", "gcj02", "bd09"]
    for one in found:
        assert one.lon == pytest.approx(row["lon"], abs=1e-7)
        assert one.lat == pytest.approx(row["lat"], abs=1e-7)
    assert found[1].raw_lon != pytest.approx(row["lon"], abs=1e-4)


def test_a_village_is_found_by_code_and_by_name_and_no_place_waits(
    county: Session, row: dict[str, Any]
) -> None:
    code = actor_of(county, "fujing").area_codes[0]
    name = county.execute(
        text("select t.name || v.name from division v join division t on t.code = v.parent_code"
             " where v.code = :code"), {"code": code}).scalar_one()  # fmt: skip
    bare = {k: v for k, v in row.items() if k not in ("lon", "lat")}
    bring(county, file_of(bare | {"village": code}, bare | {"external": "2", "village": name},
                          bare | {"external": "3"}))  # fmt: skip
    by_code, by_name, nowhere = imported(county)
    assert by_code.village_code == by_name.village_code == code
    assert by_code.responsible_unit_code == by_name.responsible_unit_code is not None
    assert (nowhere.village_code, nowhere.routing_id) == (None, None)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"external": ""}, "外部编号"), ({"category": "没有"}, "类别"), ({"category": ""}, "类别"),
        ({"description": ""}, "情况说明"), ({"description": "x" * 2001}, "情况说明"),
        ({"occurred_at": "2026-03-02 12:00"}, "发生时间"), ({"occurred_at": "昨天"}, "发生时间"),
        ({"occurred_at": "2026-03-02"}, "发生时间"), ({"lon": 0, "lat": 0}, "经度"),
        ({"lon": 125, "lat": 30}, "经度"), ({"lon": "abc"}, "经度"), ({"lat": 91}, "纬度"),
        ({"lat": ""}, "经度"), ({"datum": "beijing54"}, "坐标系"),
        ({"village": "没有村"}, "村（社区）"),
        ({"reporter_phone": "123"}, "上报人电话"), ({"urgency": "蓝"}, "紧急程度"),
        ({"description": "=1+1"}, "情况说明"),
    ],
    ids=str,
)  # fmt: skip
def test_one_wrong_row_is_named_and_nothing_is_stored(
    county: Session, row: dict[str, Any], change: dict[str, Any], column: str
) -> None:
    before = stored(county)
    book = file_of(row, row | {"external": "H-2"} | change)
    if "=1+1" in change.values():
        book = book.replace(b"'=1+1", b"=1+1")
    done = bring(county, book)
    assert (done.applied, stored(county)) == (False, before)
    assert (done.problems[0].row, done.problems[0].column) == (3, column)


def test_a_number_that_stands_twice_in_a_file_is_refused(
    county: Session, row: dict[str, Any]
) -> None:
    done = bring(county, file_of(row, row))
    assert [(one.row, one.column) for one in done.problems] == [(2, "外部编号"), (3, "外部编号")]


def test_files_that_are_none_and_people_who_may_not_are_refused(
    county: Session, row: dict[str, Any]
) -> None:
    for data, name in ((b"%PDF-1.4", "a.xlsx"), (b"", "a.csv"), (file_of(row), "a.exe"),
                       (b"0" * 9_000_000, "a.csv")):  # fmt: skip
        with pytest.raises(InvalidInputError, match="文件"):
            bring(county, data, name)
    with pytest.raises(NotPermittedError):
        bring(county, file_of(row), who="zhifa1")


def test_what_changed_since_it_was_seen_is_not_applied(
    county: Session, row: dict[str, Any]
) -> None:
    actor, data = actor_of(county, "zhihui"), file_of(row, row | {"external": "H-2"})
    seen = importing.preview(county, actor, data, "a.csv")
    bring(county, file_of(row))
    with pytest.raises(StaleVersionError):
        importing.apply(county, actor, data, "a.csv", digest=seen.digest)


def test_the_page_shows_first_and_stores_what_was_seen(
    county: Session, page: Pages, row: dict[str, Any]
) -> None:
    browser, before = page("jiexian"), stored(county)
    data = file_of(row | {"description": "<script>alert(1)</script>"}, suffix="xlsx")
    looked = browser.post("/incidents/import", data={"file": (BytesIO(data), "a.xlsx")})
    assert (looked.status_code, stored(county)) == (200, before)
    hidden = dict(re.findall(r'name="(upload|digest)" type="hidden" value="([^"]+)"', looked.text))
    sent = browser.post("/incidents/import", data=hidden)
    assert (sent.status_code, stored(county)) == (302, before + 1)
    assert browser.post("/incidents/import", data=hidden).status_code == 422
    wrong = browser.post("/incidents/import", data={"file": (BytesIO(b"x"), "a.xlsx")})
    assert wrong.status_code == 422
    assert browser.get("/incidents/import/template.xlsx").data[:2] == b"PK"


def test_an_empty_template_holds_every_column_and_brings_nothing(county: Session) -> None:
    seen = importing.preview(county, actor_of(county, "zhihui"), template(TABLE, "xlsx"), "t.xlsx")
    assert (seen.rows, seen.examples, seen.problems) == (0, 1, [])
    assert len(COLUMNS) == 12
