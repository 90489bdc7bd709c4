"""What is laid over the map, what lies under it, and the list that says the same."""

from __future__ import annotations

import dataclasses
import gzip
import math
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import basemaps, clock
from enforcement.patrol.models import PatrolStop
from tests.asking import Pages
from tests.case.making import filed_case, reported

AMAP = "https://webrd01.is.autonavi.com"


def test_the_list_says_what_the_map_shows_with_clocks(county: Session, page: Pages) -> None:
    case, incident = filed_case(county), reported(county)
    browser = page("zhongdui")
    whole = browser.get("/map/list").text
    assert f"/incidents/{incident.id}" in whole
    assert f"/cases/{case.id}" in whole
    assert "data-due=" in whole
    lon, lat = incident.lon or 0, incident.lat or 0
    near = browser.get(f"/map/list?bbox={lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}").text
    assert f"/incidents/{incident.id}" in near
    far = browser.get("/map/list?bbox=170,10,-170,20").text
    assert f"/incidents/{incident.id}" not in far
    assert browser.get("/map/list?bbox=1,2,3").status_code == 422
    assert case.number in browser.get(f"/map/cases/{case.id}").text
    assert page("xiangzhen").get(f"/map/cases/{case.id}").status_code == 403
    county.execute(text("update incident set lon = null, lat = null, point = null where id = :id"),
                   {"id": incident.id})  # fmt: skip
    assert "没有坐标" in browser.get("/map/list").text


def test_patrols_hot_spots_and_blank_spots_are_of_the_persons_own(
    county: Session, page: Pages
) -> None:
    incident = reported(county)
    patrols = page("zhongdui").get("/map/patrols").get_json()["patrols"]
    stops = [stop for one in patrols for stop in one["stops"]]
    assert [round(incident.lon or 0, 6), round(incident.lat or 0, 6)] in [one[:2] for one in stops]
    hot = page("juzhang").get("/map/hot-spots?days=365").get_json()
    assert (hot["within_m"], hot["least"], hot["days"]) == (300, 3, 365)
    assert all(one["n"] >= 3 for one in hot["spots"])
    before = page("juzhang").get("/map/blank-spots?days=30").get_json()["spots"]
    village = incident.village_code
    assert village in {one["id"] for one in before}
    county.execute(text("update patrol_stop set visited_at = app_now() where village_code = :code"),
                   {"code": village})  # fmt: skip
    if not county.scalar(text("select count(*) from patrol_stop where village_code = :code"),
                         {"code": village}):  # fmt: skip
        stop = county.query(PatrolStop).filter_by(incident_id=incident.id).one()
        stop.village_code, stop.visited_at = village, clock.now(county) - timedelta(hours=1)
        county.flush()
    after = page("juzhang").get("/map/blank-spots?days=30").get_json()["spots"]
    assert village not in {one["id"] for one in after}
    own = {one["id"] for one in page("fujing").get("/map/blank-spots?days=1").get_json()["spots"]
           if one["kind"] == "village"}  # fmt: skip
    assert own <= {village}
    assert page("shenji").get("/map/hot-spots").status_code == 403


def test_looking_at_people_is_logged_once_in_half_an_hour(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    for _look in range(3):
        assert browser.get("/map/people").status_code == 200
    count = text("select count(*) from audit_log where act = 'positions:look'")
    assert county.scalar(count) == 1
    assert page("fujing").get("/map/people").status_code == 403


def test_the_ground_is_vector_tiles_kept_by_version(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    version = browser.get("/map").text.partition('data-version="')[2].partition('"')[0]
    lon, lat = county.execute(text("select label_lon, label_lat from area limit 1")).one()
    row = (1 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / math.pi) / 2
    path = f"/map/ground/11/{int((lon + 180) / 360 * 2048)}/{int(row * 2048)}"
    tile = browser.get(f"{path}?v={version}")
    assert tile.mimetype == "application/vnd.mapbox-vector-tile"
    assert all(name in tile.data for name in (b"village", b"township", b"brigade"))
    assert "immutable" in tile.headers["Cache-Control"]
    assert "private, no-cache" in browser.get(f"{path}?v=old").headers["Cache-Control"]
    assert browser.get("/map/ground/16/1/1").status_code == 404
    assert browser.get("/map/ground/3/0/0").data == b""  # the other side of the earth


def test_a_tile_service_may_be_asked_only_where_one_is_set_up(
    demo_app: Flask, county: Session, page: Pages
) -> None:
    browser = page("zhongdui")
    plain = browser.get("/map")
    assert "http" not in plain.headers["Content-Security-Policy"].partition("img-src")[2][:40]
    own = demo_app.extensions["enforcement.config"]
    services = basemaps.read("tianditu:KEY amap")
    demo_app.extensions["enforcement.config"] = dataclasses.replace(own, base_maps=services)
    try:
        shown = browser.get("/map")
        other = browser.get("/incidents")
    finally:
        demo_app.extensions["enforcement.config"] = own
    assert AMAP in shown.headers["Content-Security-Policy"]
    assert "https://t7.tianditu.gov.cn" in shown.headers["Content-Security-Policy"]
    assert "gcj02" in shown.text
    assert AMAP not in other.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "said", ["osm", "tianditu:", "no.json", "amap baidu"],
)  # fmt: skip
def test_a_wrong_tile_service_stops_the_start(said: str) -> None:
    with pytest.raises(ValueError, match=r"no such service|no\.json"):
        basemaps.read(said)


def test_a_service_in_a_file_is_checked() -> None:
    wrong = ("/t/{z}/{x}/{y}", "https://a b/{z}/{x}/{y}", "https://x;script-src */{z}/{x}/{y}")
    for url in (*wrong, "https://x/{z}"):
        with pytest.raises(ValueError, match="x"):
            basemaps.BaseMap("x", url)
    made = basemaps.BaseMap("内网", "http://10.1.2.3:8080/{z}/{x}/{y}.png", "wgs84")
    assert made.origins() == ["http://10.1.2.3:8080"]


def test_scripts_are_packed_for_who_takes_it(county: Session, page: Pages) -> None:
    browser, packs = page("zhongdui"), {"Accept-Encoding": "gzip"}
    plain = browser.get("/static/vendor/leaflet/leaflet.js")
    packed = browser.get("/static/vendor/leaflet/leaflet.js", headers=packs)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    again = {**packs, "If-None-Match": packed.headers["ETag"]}
    assert browser.get("/static/vendor/leaflet/leaflet.js", headers=again).status_code == 304
