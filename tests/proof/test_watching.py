"""The worker's minute: late and missed stops told once, coverage at the end of a shift."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.notices import Notice
from enforcement.patrol import services
from enforcement.patrol.models import Patrol
from enforcement.positions.protocols.reading import Reading
from enforcement.proof import covering, lateness, visiting
from enforcement.proof.result_models import PatrolCoverage, StopAlarm
from enforcement.worker import standing
from enforcement.worker.loop import run_due
from tests.asking import Calls, actor_of, set_clock
from tests.proof.making import COUNTY, LAT, LON, at, on_duty, patrol, phone, points, send, stay


@pytest.fixture
def walked(county: Session) -> Patrol:
    """A patrol of three checkpoints, walked for an hour by one of its squad."""
    set_clock(county, "2026-03-02 12:00")
    made = patrol(county, points(county))
    on_duty(county, "zhifa1", at(500))
    send(county, phone(county, "zhifa1"), walk())
    visiting.look(county, COUNTY)
    return made


def walk() -> list[Reading]:
    """Return an hour from the first checkpoint to the second, with a stay at each."""
    way = [Reading(LON + n / 240 * 0.01, LAT, at(550) + timedelta(seconds=10 * n))
           for n in range(240)]  # fmt: skip
    return [*stay(0, at(540), 10), *way, *stay(1, at(590), 10)]


def alarms(session: Session) -> list[tuple[str, object]]:
    rows = session.query(StopAlarm).order_by(StopAlarm.due_at).all()
    return [(one.kind, one.due_at) for one in rows]


def test_a_late_stop_is_told_once_and_a_missed_one_again(county: Session) -> None:
    set_clock(county, "2026-03-02 09:14")
    patrol(county, points(county, 2, to_minute=660))
    assert lateness.raise_alarms(county, COUNTY) == 0
    set_clock(county, "2026-03-02 09:16")
    assert [lateness.raise_alarms(county, COUNTY) for _n in range(2)] == [1, 0]
    told = county.query(Notice).filter_by(rule="stop_late").all()
    assert actor_of(county, "zhongdui").person_id in {one.person_id for one in told}
    set_clock(county, "2026-03-02 11:01")  # the hours of the checkpoints are over, the shift is not
    assert lateness.raise_alarms(county, COUNTY) == 2
    assert alarms(county) == [("late", at(540)), ("missed", at(660)), ("missed", at(660))]
    county.query(Patrol).update({"state": "finished"})


def test_who_was_there_is_not_late(walked: Patrol, county: Session) -> None:
    lateness.raise_alarms(county, COUNTY)
    assert alarms(county) == [("late", at(660))]


def test_the_end_of_a_shift_brings_its_coverage(walked: Patrol, county: Session) -> None:
    assert covering.cover_due(county, COUNTY) == 0
    set_clock(county, "2026-03-02 17:11")
    assert [covering.cover_due(county, COUNTY) for _n in range(2)] == [1, 0]
    row = county.query(PatrolCoverage).one()
    found = covering.as_json(row)
    assert found["km"] == pytest.approx(0.81, abs=0.1)
    assert (found["points"], found["points_seen"], found["points_pct"]) == (3, 2, 66.67)
    assert 60 <= found["minutes"] <= 62
    assert found["params"]["reach_m"] == 100
    assert (found["area_of"], found["area_pct"] is not None) == ("unit", True)
    assert 0 <= found["villages_seen"] <= found["villages"] > 0
    assert found["road_pct"] is None
    # what comes afterwards makes it anew
    since = clock.now(county)
    send(county, phone(county, "zhifa1"), stay(2, at(700), 10))
    visiting.look(county, COUNTY)
    covering.mark_stale(county, COUNTY, since)
    assert covering.cover_due(county, COUNTY) == 1
    county.expire_all()
    assert county.query(PatrolCoverage).one().points_seen == 3


def test_area_beats_roads_and_hot_cells_are_measured(walked: Patrol, county: Session) -> None:
    file = text("""
      insert into road_file (county_code, id, name, sha256, driver, source, dated_on, roads, edges,
        nodes, km, pieces, main_pct, skipped, taken_at)
      values ('220322', gen_random_uuid(), 'x', decode(repeat('00', 32), 'hex'), 'x', 'x',
        '2026-01-01', 1, 1, 2, 1, 1, 100, '{}', app_now()) returning id""")
    ident = county.scalar(file)
    road = text("""
      insert into road (county_code, id, file_id, kind, geom, length_m, from_node, to_node, piece)
      select '220322', gen_random_uuid(), :file, 'village', ST_GeomFromText(w, 4490),
        ST_Length(geography(ST_GeomFromText(w, 4490))), 1, 2, 0
      from unnest(ARRAY[:near, :far]) w""")
    ways = {"near": f"LINESTRING({LON} {LAT}, {LON + 0.01} {LAT})",
            "far": f"LINESTRING({LON} {LAT + 0.004}, {LON + 0.01} {LAT + 0.004})"}  # fmt: skip
    county.execute(road, {"file": ident, **ways})
    box = (f"POLYGON(({LON} {LAT - 0.005}, {LON + 0.01} {LAT - 0.005}, {LON + 0.01} {LAT + 0.005},"
           f" {LON} {LAT + 0.005}, {LON} {LAT - 0.005}))")  # fmt: skip
    county.execute(text("""
      update beat set kind = 'area', tag = null, radius_m = null, place_kind = null,
        geom = ST_GeomFromText(:box, 4490) where name = '点2'"""), {"box": box})  # fmt: skip
    county.execute(text("update beat set place_kind = 'hot_spot' where name = '点1'"))
    found = covering.as_json(covering.make(county, actor_of(county, "dadui"), walked.id))
    assert found["area_of"] == "beats"
    assert found["area_pct"] == pytest.approx(100 * 200 / 1111, abs=1)
    assert found["road_pct"] == pytest.approx(50, abs=0.5)
    assert (found["points"], found["points_seen"]) == (2, 2)
    [cell] = [one for one in found["hot_cells"] if one["incidents"] == 0]
    assert cell["minutes"] >= 10


def test_the_worker_looks_each_minute(demo_app: Flask, walked: Patrol, county: Session) -> None:
    county.execute(text("delete from due_step"))
    standing.ensure(county)
    county.execute(text("delete from due_step where task not like 'proof:%'"))
    for moment in ("2026-03-02 12:00", "2026-03-02 12:02", "2026-03-02 17:40"):
        set_clock(county, moment)
        run_due(demo_app.extensions["enforcement.sessions"], most=4)
    assert county.query(PatrolCoverage).count() == 1
    assert not county.scalar(text("select count(*) from due_step where tries > 0"))


def test_coverage_is_for_those_who_may_see_positions(walked: Patrol, call: Calls) -> None:
    path = f"/patrols/{walked.id}/coverage"
    assert call("zhifa1", "POST", path).status_code == 403
    answer = call("zhongdui", "POST", path)
    assert (answer.status_code, answer.get_json()["points_seen"]) == (200, 2)


def test_a_finished_patrol_is_covered_at_once(walked: Patrol, county: Session) -> None:
    services.move(county, actor_of(county, "zhifa1"), walked.id, "finish")
    assert covering.cover_due(county, COUNTY) == 1
