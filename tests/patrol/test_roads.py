"""Roads: files of every kind, files that are none, times that stand over straight lines."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from shapely import LineString, Point
from sqlalchemy.orm import Session

from enforcement import due
from enforcement.cli import main
from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.ids import uuid7
from enforcement.patrol import beats, board, road_queries, road_times, roads, runs
from enforcement.patrol.beats import Described
from enforcement.patrol.plan_models import RoadTime
from enforcement.patrol.road_kinds import kind_of, seconds_of
from enforcement.patrol.road_models import Road, RoadFile
from enforcement.patrol.roads import Said, Taken
from enforcement.patrol.terms import BeatKind, Per, RoadKind, RunKind
from enforcement.worker.loop import run_due
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.patrol import road_files as make
from tests.web.test_query_counts import counted

DAY = date(2026, 3, 2)
MAIN = LineString([(124.30, 43.31), (124.36, 43.31)])
CROSS = LineString([(124.33, 43.30), (124.33, 43.34)])


@pytest.fixture
def morning(county: Session) -> Session:
    """Eight in the morning; two checkpoints on the street, one on the island, one in the fields."""
    set_clock(county, "2026-03-02 08:00")
    leader, squad = actor_of(county, "dadui"), actor_of(county, "zhifa1").unit_code
    for n, at in enumerate(((124.31, 43.31), (124.33, 43.33), (124.41, 43.401), (124.2, 43.2))):
        where = f"POINT ({at[0]} {at[1]})"
        beats.add(county, leader, Described(BeatKind.POINT, f"点{n}", squad, where, per=Per.DAY))
    return county


def take(session: Session, path: Path, data: bytes | None = None, **said: object) -> Taken:
    """Import a file as the administrator."""
    if data is not None:
        path.write_bytes(data)
    actor = actor_of(session, "xitong")
    return roads.take(session, actor.county_code, actor, path, path.name, Said(**said))  # type: ignore[arg-type]


def test_the_extract_is_the_same_as_xml_and_as_protocol_buffers(
    morning: Session, tmp_path: Path
) -> None:
    shown = []
    for name, data in (("a.osm", make.osm()), ("a.osm.pbf", make.pbf())):
        taken = take(morning, tmp_path / name, data, source="OpenStreetMap")
        rows = morning.query(Road).order_by(Road.length_m, Road.id).all()
        shown.append([(one.kind, one.name, round(one.length_m, 1)) for one in rows])
        assert (taken.file.roads, taken.file.edges, taken.file.pieces) == (3, 4, 2)
        assert taken.file.skipped == {"不通车": 1}
    assert shown[0] == shown[1]
    assert [one[0] for one in shown[0]] == ["village", "primary", "primary", "street"]


def test_a_new_file_replaces_the_roads_and_the_same_one_changes_nothing(
    morning: Session, tmp_path: Path
) -> None:
    first = take(morning, tmp_path / "a.osm", make.osm())
    again = take(morning, tmp_path / "b.osm", make.osm())
    assert again.again
    assert again.file.id == first.file.id
    second = take(morning, tmp_path / "c.osm", make.osm((make.STREET,)), dated_on=date(2026, 1, 1))
    assert morning.query(Road).count() == 1 == second.file.edges
    files = road_queries.files(morning, first.file.county_code)
    assert [one.replaced_at is None for one in files] == [True, False]


def as_gpkg(folder: Path) -> Path:
    return make.layer(folder / "roads.gpkg", [MAIN, CROSS], ["县道", "村道"])


def as_shapefile(folder: Path) -> Path:
    inner = folder / "inner"
    inner.mkdir()
    make.layer(inner / "roads.shp", [MAIN, CROSS], ["X215", "C003"], field="kind",
               driver="ESRI Shapefile")  # fmt: skip
    path = folder / "roads.zip"
    path.write_bytes(make.zipped(inner))
    return path


def as_geojson(folder: Path) -> Path:
    path = folder / "roads.geojson"
    features = [{"type": "Feature", "properties": {"等级": kind},
                 "geometry": json.loads(json.dumps(one.__geo_interface__))}
                for one, kind in ((MAIN, "县道"), (CROSS, "村道"))]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize("write", [as_gpkg, as_shapefile, as_geojson])
def test_lines_that_cross_meet(
    morning: Session, tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    taken = take(morning, write(tmp_path))
    assert (taken.file.roads, taken.file.edges, taken.file.pieces) == (2, 4, 1)
    assert {one.kind for one in morning.query(Road)} == {RoadKind.SECONDARY, RoadKind.VILLAGE}


def points(folder: Path) -> Path:
    return make.layer(folder / "roads.gpkg", [Point(124.3, 43.3)], ["县道"])


def far(folder: Path) -> Path:
    there = LineString([(104.0, 30.0), (104.1, 30.0)])
    return make.layer(folder / "roads.gpkg", [there], ["县道"])


def said(data: bytes, name: str = "a.osm") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return write


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (said(b""), "空的"),
        (said(b"hello"), "不是 .osm"),
        (said(make.osm()[:-80]), "不完整"),
        (said(make.pbf()[:-5]), "不完整"),
        (said(make.pbf()[:9] + b"\xff" * 40), "文件不是|不完整"),
        (said(b"<kml></kml>"), "OpenStreetMap"),
        (said(b"<!DOCTYPE x [<!ENTITY a 'b'>]><osm></osm>"), "DOCTYPE"),
        (said(make.osm((make.RIVER,))), "没有可以行车"),
        (said(make.osm((make.PATH,))), "不通车 1"),
        (said(make.osm()[:300] + b"<<<" + make.osm()[300:]), "损坏|没有可以行车"),
        (points, "没有道路线"),
        (far, "都不在本县范围内"),
        (said(b"\x00\x00\x27\x0a" + b"\0" * 200, "a.shp"), "压缩成 zip"),
        (said(b"PK\x03\x04" + b"\0" * 50, "a.zip"), "损坏"),
        (said(b'{"type": "FeatureCollection", "features": []}', "a.geojson"), "道路|图层|读取"),
    ],
    ids=["empty", "text", "cut-xml", "cut-pbf", "broken-pbf", "kml", "entity", "river", "footway",
         "broken-xml", "points", "far", "shp", "zip", "none"],
)  # fmt: skip
def test_what_holds_no_roads_of_the_county_is_refused_and_changes_nothing(
    morning: Session, tmp_path: Path, write: Callable[[Path], Path], why: str
) -> None:
    before = take(morning, tmp_path / "before.osm", make.osm((make.STREET,))).file.id
    path = write(tmp_path)
    with pytest.raises(InvalidInputError, match=why) as refused, morning.begin_nested():
        take(morning, path)
    assert refused.value.field == "file"
    morning.expire_all()
    assert morning.query(RoadFile).filter_by(replaced_at=None).one().id == before
    assert morning.query(Road).count() == 1


def test_an_unknown_reference_system_is_asked_for(morning: Session, tmp_path: Path) -> None:
    path = make.layer(tmp_path / "a.gpkg", [MAIN], ["县道"], crs=None)
    with pytest.raises(InvalidInputError) as refused:
        take(morning, path)
    assert refused.value.field == "crs"
    assert take(morning, path, crs="EPSG:4490").file.edges == 1


def test_a_day_to_come_and_an_officer_are_refused(morning: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    with pytest.raises(InvalidInputError, match="今天"):
        take(morning, path, make.osm(), dated_on=DAY + timedelta(days=1))
    officer = actor_of(morning, "zhifa1")
    with pytest.raises(NotPermittedError):
        roads.take(morning, officer.county_code, officer, path, "a.osm", Said())


def test_times_are_by_road_where_one_leads_and_said_so(morning: Session, tmp_path: Path) -> None:
    leader = actor_of(morning, "dadui")
    assert board.board(morning, leader, DAY).basis.source == "straight"
    runs.plan_now(morning, leader, DAY, RunKind.BRIGADE)
    before = board.board(morning, leader, DAY)
    take(morning, tmp_path / "a.osm", make.osm(), source="OSM样例")
    filled = road_times.fill(morning, leader.county_code)
    assert filled is not None
    assert filled.off_road > 0
    assert filled.unreached > 0
    after = board.board(morning, leader, DAY)
    assert after.basis.source == "OSM样例"
    assert 0 < after.basis.by_road < after.basis.legs
    refs = {one.ref for one in before.pool} | {
        board.ref_of(stop) for lane in after.lanes for stop in lane.stops
    }
    [one, two, island, field] = [
        f"beat:{beat.id}" for beat in sorted(morning.query(beats.Beat), key=lambda row: row.name)
        if f"beat:{beat.id}" in refs
    ]  # fmt: skip
    known = {(row.from_place, row.to_place): row.seconds for row in morning.query(RoadTime)}
    street, side = 1622 / (50 / 3.6), 2222 / (25 / 3.6)
    assert known[one, two] == pytest.approx(street + side, abs=8)
    assert (one, island) not in known
    assert (one, field) not in known


def test_a_checkpoint_that_is_moved_falls_back_to_the_straight_line(
    morning: Session, tmp_path: Path
) -> None:
    leader = actor_of(morning, "dadui")
    take(morning, tmp_path / "a.osm", make.osm())
    road_times.fill(morning, leader.county_code)
    runs.plan_now(morning, leader, DAY, RunKind.BRIGADE)
    by_road = board.board(morning, leader, DAY).basis.by_road
    row = morning.query(beats.Beat).filter_by(name="点0").one()
    row.lon += 0.01
    stop = next(one for lane in board.board(morning, leader, DAY).lanes for one in lane.stops
                if one.beat_id == row.id)  # fmt: skip
    stop.lon += 0.01
    morning.flush()
    assert board.board(morning, leader, DAY).basis.by_road < by_road


def test_the_worker_computes_times_of_new_roads_and_of_new_places(
    demo_app: Flask, morning: Session, tmp_path: Path
) -> None:
    taken = take(morning, tmp_path / "a.osm", make.osm())
    run_due(demo_app.extensions["enforcement.sessions"])
    morning.expire_all()
    file = morning.get_one(RoadFile, (taken.file.county_code, taken.file.id))
    assert file.times_at is not None
    places, leader = file.places, actor_of(morning, "dadui")
    where = "POINT (124.335 43.31)"
    beats.add(morning, leader, Described(BeatKind.POINT, "新点", leader.unit_code, where))
    now = set_clock(morning, "2026-03-02 09:30")
    due.schedule(morning, file.county_code, roads.TASK, uuid7(), "watch", now)
    run_due(demo_app.extensions["enforcement.sessions"])
    morning.expire_all()
    assert morning.get_one(RoadFile, (file.county_code, file.id)).places == (places or 0) + 1


def test_the_pages_say_what_times_come_from(
    demo_app: Flask, morning: Session, page: Pages, tmp_path: Path
) -> None:
    browser, admin = page("dadui"), page("xitong")
    assert "直线距离估算" in browser.get(f"/patrols/morning?day={DAY}").text
    assert "还没有导入路网" in browser.get("/patrols/roads").text
    assert browser.post("/patrols/roads").status_code == 403
    assert admin.get("/jurisdiction").status_code == 200
    data = {"file": (io.BytesIO(make.osm()), "全县.osm"), "source": "OSM<b>", "datum": "cgcs2000"}
    answer = admin.post("/patrols/roads", data=data, follow_redirects=True)
    assert "等待后台计算" in answer.text
    assert "OSM&lt;b&gt;" in answer.text
    run_due(demo_app.extensions["enforcement.sessions"])
    shown = admin.get("/patrols/roads").text
    assert "分成2片互不连通" in shown
    assert "没有道路相通" in shown
    assert "按路网计算（OSM&lt;b&gt;）" in browser.get(f"/patrols/morning?day={DAY}").text
    broken = admin.post("/patrols/roads", data={"file": (io.BytesIO(b"x"), "x.osm"),
                                                "datum": "cgcs2000"})  # fmt: skip
    assert broken.status_code == 422
    assert "文件不是" in broken.text
    assert admin.post("/patrols/roads", data={"datum": "cgcs2000"}).status_code == 422


def test_the_page_needs_few_statements(
    demo_app: Flask, morning: Session, page: Pages, tmp_path: Path
) -> None:
    browser = page("dadui")
    browser.get("/patrols/roads")
    counts = []
    for n in range(3):
        with counted(demo_app) as sent:
            assert browser.get("/patrols/roads").status_code == 200
        counts.append(len(sent))
        ways = (make.STREET, make.SIDE, make.ISLAND)[: n + 1]
        take(morning, tmp_path / f"{n}.osm", make.osm(ways))
        morning.commit()
    assert counts[0] == counts[1] == counts[2] <= 10


def test_the_calls_take_and_show_roads(morning: Session, call: Calls) -> None:
    assert call("dadui", "GET", "/roads").get_json() == {"in_use": None, "files": []}
    answer = call("xitong", "POST", "/roads?name=a.osm&source=OSM", data=make.osm())
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["pieces"] == 2
    assert call("dadui", "GET", "/roads").get_json()["in_use"]["source"] == "OSM"
    assert call("xitong", "POST", "/roads", data=b"").status_code == 422
    assert call("zhifa1", "POST", "/roads", data=make.osm()).status_code == 403


def test_words_of_files_are_kinds_here() -> None:
    said = {"motorway_link": RoadKind.MOTORWAY, "unclassified": RoadKind.VILLAGE,
            "四级公路": RoadKind.TERTIARY, "g102": RoadKind.TRUNK, "": RoadKind.OTHER,
            "乡道": RoadKind.TERTIARY, "service": RoadKind.OTHER}  # fmt: skip
    assert {word: kind_of(word) for word in said} == said
    assert seconds_of(RoadKind.TRUNK, 1000, 1, None) == (pytest.approx(60), None)
    assert seconds_of(RoadKind.TRUNK, 1000, -1, 30) == (None, pytest.approx(120))


def test_help_names_the_command() -> None:
    assert "osm.pbf" in CliRunner().invoke(main, ["import", "roads", "--help"]).output
