"""OGC API - Features: pages' row rights, filters, paging; read by GDAL as by any GIS."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyogrio
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.features.collections import COLLECTIONS
from enforcement.people import services as people
from tests.asking import Calls
from tests.case.making import filed_case

BASE = "/ogc/collections"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG4490 = "http://www.opengis.net/def/crs/EPSG/0/4490"


def items(call: Calls, who: str, name: str, query: str = "") -> Any:
    answer = call(who, "GET", f"{BASE}/{name}/items{query}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def ids(found: Any) -> list[str]:
    return [one["id"] for one in found["features"]]


def test_everybody_sees_the_collections_and_rows_of_his_pages(county: Session, call: Calls) -> None:
    case = filed_case(county)
    assert call("juzhang", "GET", "/ogc/").get_json()["links"]
    assert len(call("juzhang", "GET", "/ogc/conformance").get_json()["conformsTo"]) > 5
    shown = {who: [one["id"] for one in call(who, "GET", BASE).get_json()["collections"]]
             for who in ("juzhang", "xiangzhen", "shenji")}  # fmt: skip
    assert shown["juzhang"] == ["jurisdictions", "villages", "incidents", "cases", "patrols"]
    assert "cases" not in shown["xiangzhen"]
    assert shown["shenji"] == []
    assert str(case.id) in ids(items(call, "juzhang", "cases"))
    assert call("xiangzhen", "GET", f"{BASE}/cases/items").status_code == 404
    one = call("zhifa1", "GET", f"{BASE}/cases/items/{case.id}").get_json()
    assert one["properties"]["number"] == case.number
    assert not {"party", "cause", "place", "act"} & set(one["properties"])
    case.unit_code, case.officer_a_id, case.officer_b_id = "01.01.99.01", None, None
    county.flush()
    hidden = call("zhifa1", "GET", f"{BASE}/cases/items/{case.id}")
    assert (hidden.status_code, str(case.id) in ids(items(call, "zhifa1", "cases"))) == (404, False)


@pytest.mark.parametrize("name", COLLECTIONS)
@pytest.mark.parametrize("crs", ["", f"?crs={EPSG4490}"])
def test_every_collection_gives_its_features(
    county: Session, call: Calls, name: str, crs: str
) -> None:
    filed_case(county)
    found = items(call, "juzhang", name, crs)["features"]
    assert found
    one = call("juzhang", "GET", f"{BASE}/{name}/items/{found[0]['id']}{crs}").get_json()
    placed = next(one for one in found if one["geometry"])
    kind, points = placed["geometry"]["type"], re.findall(r"[\d.]+", str(placed["geometry"]))
    assert (one["id"], kind) == (found[0]["id"], COLLECTIONS[name].geometry)
    assert (float(points[0]) > 90) is (crs == "")  # EPSG:4490 says the latitude first
    sent = call("juzhang", "GET", f"{BASE}/{name}/queryables").get_json()["properties"]
    assert {"geometry", *COLLECTIONS[name].columns} == set(sent)


def test_pages_follow_each_other_without_a_gap(county: Session, call: Calls) -> None:
    whole = ids(items(call, "juzhang", "incidents", "?limit=2000"))
    found, query = [], "?limit=7"
    for _page in range(len(whole)):
        page = items(call, "juzhang", "incidents", query)
        assert page["numberMatched"] == len(whole)
        found += ids(page)
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        if not following:
            break
        query = "?" + following[0].partition("?")[2]
    assert found == whole == sorted(set(whole))


def test_boxes_times_and_filters_narrow(county: Session, call: Calls) -> None:
    county.execute(
        text(
            "update incident set state = 'closed' where id in "
            "(select id from incident order by id limit 3)"
        )
    )
    every = items(call, "juzhang", "incidents", "?limit=2000")["features"]
    lon, lat = every[0]["geometry"]["coordinates"]

    def count(query: str) -> int:
        return len(items(call, "juzhang", "incidents", f"?limit=2000&{query}")["features"])

    assert count(f"bbox={lon - 1e-4},{lat - 1e-4},{lon + 1e-4},{lat + 1e-4}") >= 1
    assert (
        count(f"bbox={lat - 1e-4},{lon - 1e-4},{lat + 1e-4},{lon + 1e-4}&bbox-crs={EPSG4490}") >= 1
    )
    placed = count("bbox=-180,-90,180,90")
    assert count("bbox=100,20,-170,60") == placed  # across the antimeridian
    assert count("bbox=170,-90,-170,90") == 0
    closed = sum(one["properties"]["state"] == "closed" for one in every)
    assert count("state=closed") == count("filter=" + quote("state = 'closed'")) == closed
    assert count("filter=" + quote("NOT (state IN ('closed')) AND number LIKE 'SJ%'")) == (
        len(every) - closed)  # fmt: skip
    inside = f"S_INTERSECTS(geometry, POLYGON(({lon - 1} {lat - 1},{lon + 1} {lat - 1},{lon} {lat + 1},{lon - 1} {lat - 1})))"  # noqa: E501
    assert 1 <= count("filter=" + quote(inside)) <= placed
    moment = every[0]["properties"]["received_at"]
    assert count("datetime=" + quote(f"{moment}/..")) >= 1
    day = moment[:10]
    assert count(f"filter=received_at < DATE('{day}')") == count(
        f"datetime=../{day}T00:00:00%2B08:00"
    )
    flipped = items(call, "juzhang", "incidents", f"?limit=1&crs={EPSG4490}")["features"][0]
    plain = items(call, "juzhang", "incidents", "?limit=1")["features"][0]
    assert flipped["geometry"]["coordinates"] == plain["geometry"]["coordinates"][::-1]


@pytest.mark.parametrize(
    "query",
    [
        "filter=state = 'x' OR 1=1",
        "filter=state = 'x'; DROP TABLE incident",
        "filter=state = 'x' UNION SELECT 1",
        "filter=pg_sleep(5) = 1",
        "filter=reporter_phone_hash IS NOT NULL",
        "filter=state = 1",
        "filter=state = state",
        "filter=received_at = 'yesterday'",
        "filter=S_INTERSECTS(geometry, 'x')",
        "filter=S_INTERSECTS(geometry, POLYGON((0 0,1 1)))",
        "filter=" + "(" * 400 + "state = 'x'" + ")" * 400,
        "filter=state = 'x'&filter-lang=cql2-json",
        "bbox=1,2,3", "bbox=a,b,c,d", "bbox=1,9,2,3", "bbox=1,2,3,nan", "limit=0", "limit=-1",
        "datetime=tomorrow", "crs=EPSG:3857", "reporter_name=x",
    ],
)  # fmt: skip
def test_what_is_not_a_question_is_refused(county: Session, call: Calls, query: str) -> None:
    answer = call("juzhang", "GET", f"{BASE}/incidents/items?{query}")
    assert answer.status_code == 422, answer.text[:200]


def test_text_that_looks_like_sql_is_a_value(county: Session, call: Calls) -> None:
    said = quote("state = 'x'' OR ''1''=''1'")
    answer = call("juzhang", "GET", f"{BASE}/incidents/items?filter={said}")
    assert answer.status_code == 422 or answer.get_json()["features"] == []
    assert items(call, "juzhang", "incidents", "?state=x' OR 1=1--")["features"] == []


def test_files_hold_what_the_pages_show_and_are_logged(
    county: Session, call: Calls, tmp_path: Path
) -> None:
    packed = call("juzhang", "GET", f"{BASE}/villages/export?f=gpkg")
    file = tmp_path / "villages.gpkg"
    file.write_bytes(packed.data)
    about, table = pyogrio.read_info(file), pyogrio.raw.read(file)
    named = dict(zip(about["fields"], table[3], strict=True))
    assert about["crs"] == "EPSG:4490"
    assert about["features"] == len(items(call, "juzhang", "villages", "?limit=2000")["features"])
    with sqlite3.connect(file) as base:
        assert base.execute("pragma application_id").fetchone()[0] == 0x47504B47
    zipped = call("juzhang", "GET", f"{BASE}/villages/export?f=shp&encoding=GBK")
    parts = zipfile.ZipFile(io.BytesIO(zipped.data))
    assert parts.read("villages.cpg") == b"936"
    name = min(named["name"])
    assert name.encode("gbk") in parts.read("villages.dbf")
    assert name.encode() not in parts.read("villages.dbf")
    logged = county.scalar(text("select count(*) from audit_log where act = 'features:export'"))
    assert logged == 2
    for name in ("incidents", "cases", "patrols", "jurisdictions"):
        for form in ("gpkg", "shp"):
            answer = call("zhihui" if name == "incidents" else "juzhang", "GET",
                          f"{BASE}/{name}/export?f={form}")  # fmt: skip
            assert answer.status_code == 200, (name, form, answer.text[:200])
    assert call("juzhang", "GET", f"{BASE}/cases/export?f=exe").status_code == 422
    assert call("xiangzhen", "GET", f"{BASE}/cases/export").status_code == 404


def test_gdal_reads_and_copies_what_the_api_gives(
    live_app: Flask, server: str, tmp_path: Path
) -> None:
    with live_app.extensions["enforcement.sessions"].begin() as session:
        token = people.create_token(session, "juzhang")
        expected = session.scalar(text("select count(*) from incident where point is not null"))
        state = session.scalar(text("select state from incident limit 1"))
        of_state = session.scalar(text(f"select count(*) from incident where state = '{state}'"))

    def gdal(*command: str) -> str:
        return subprocess.run(
            [*command, "--config", "GDAL_HTTP_HEADERS", f"Authorization: Bearer {token}"],
            check=True, capture_output=True, text=True, timeout=120,
        ).stdout  # fmt: skip

    source = f"OAPIF:{server}/api/v1/ogc"
    layers = gdal("ogrinfo", source)
    assert all(name in layers for name in ("jurisdictions", "villages", "incidents", "cases"))
    about = gdal("ogrinfo", "-so", source, "incidents")
    assert "received_at: DateTime" in about
    for name in COLLECTIONS:
        said = json.loads(
            gdal("ogr2ogr", "-f", "GeoJSON", "-limit", "20", "/vsistdout/", source, name)
        )
        assert said["features"], name
    copy = tmp_path / "incidents.geojson"
    gdal("ogr2ogr", "-oo", "PAGE_SIZE=50", str(copy), source, "incidents")
    features = json.loads(copy.read_text())["features"]
    assert sum(one["geometry"] is not None for one in features) == expected
    some = tmp_path / "some.gpkg"
    gdal("ogr2ogr", "-where", f"state = '{state}'", str(some), source, "incidents")
    assert pyogrio.read_info(some)["features"] == of_state
    lon, lat = features[0]["geometry"]["coordinates"]
    box = [str(one) for one in (lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)]
    near = tmp_path / "near.geojson"
    gdal("ogr2ogr", "-spat", *box, str(near), source, "incidents")
    assert 1 <= len(json.loads(near.read_text())["features"]) < len(features)
