"""Boundaries through pages, API and commands: fields chosen, checks shown, editions activated."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from small_county import data_file
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.jurisdiction.models import Edition
from tests.asking import Calls, Pages

ZIP = "lishu_villages_gbk_epsg4529.zip"
ADMIN = "xitong"


def newest(session: Session) -> Edition:
    found = select(Edition).where(Edition.kind == "boundaries").order_by(Edition.id.desc())
    return session.scalars(found).first()  # type: ignore[return-value]


def test_fields_are_shown_before_a_shapefile_is_imported(page: Pages, county: Session) -> None:
    browser = page(ADMIN)
    where = "/jurisdiction/import/boundaries"
    assert browser.get(where).status_code == 200
    said = {"level": "village", "datum": "cgcs2000", "decree": "县政〔2026〕1号"}
    answer = browser.post(where, data={**said, "file": (BytesIO(data_file(ZIP)), "村界.zip")})
    assert answer.status_code == 200
    assert re.search(r'<option selected[^>]*value="村代码"', answer.text)
    assert re.search(r'<option selected[^>]*value="村名称"', answer.text)
    assert "EPSG:4529" in answer.text
    assert "八里庙子村" in answer.text or "树文社区" in answer.text
    [sha256] = re.findall(r'name="sha256"[^>]*value="([0-9a-f]{64})"', answer.text)
    chosen = {**said, "sha256": sha256, "code_field": "村代码", "name_field": "村名称"}
    answer = browser.post(where, data=chosen)
    assert answer.status_code == 200
    edition = newest(county)
    assert (edition.decree, edition.source_name) == ("县政〔2026〕1号", "村界.zip")
    assert (edition.status, edition.origin["mapping"]["code"]) == ("draft", "村代码")
    assert f"/jurisdiction/editions/{edition.id}/check" in answer.text


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"PK\x03\x04broken", "压缩包不完整"), (b"", "请选择文件"), (b"Rar!\x1a\x07", "RAR")],
)
def test_a_bad_file_is_refused_on_the_page(page: Pages, data: bytes, words: str) -> None:
    said = {"level": "village", "datum": "cgcs2000"}
    sent = {**said, "file": (BytesIO(data), "x.zip")} if data else said
    answer = page(ADMIN).post("/jurisdiction/import/boundaries", data=sent)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_file_of_another_county_or_none_cannot_be_named(page: Pages) -> None:
    said = {"level": "village", "datum": "cgcs2000", "code_field": "code"}
    for sha256 in ("0" * 64, "../../etc/passwd"):
        answer = page(ADMIN).post(
            "/jurisdiction/import/boundaries", data={**said, "sha256": sha256}
        )
        assert answer.status_code == 422
        assert "没有找到上传的文件" in answer.text


def imported(call: Calls, **options: str) -> dict[str, str]:
    answer = call(
        ADMIN, "POST", "/imports/boundaries", data=data_file("lishu_villages.geojson"),
        query_string=options,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def test_the_check_is_a_page_json_and_geojson(page: Pages, call: Calls) -> None:
    edition = imported(call, decree="县政〔2026〕2号")["edition"]
    told = call(ADMIN, "GET", f"/editions/{edition}/check").json
    assert told is not None
    assert (told["clean"], told["decree"]) == (True, "县政〔2026〕2号")
    assert told["change"]["villages"] == 346
    shapes = call(ADMIN, "GET", f"/editions/{edition}/check", query_string={"format": "geojson"})
    assert shapes.json is not None
    assert len(shapes.json["features"]) == len(told["findings"])
    answer = page(ADMIN).get(f"/jurisdiction/editions/{edition}/check")
    assert answer.status_code == 200
    assert "<svg" in answer.text
    assert "县政〔2026〕2号" in answer.text
    asked = page(ADMIN).get(f"/jurisdiction/editions/{edition}/check?format=geojson")
    assert asked.json == shapes.json


def test_an_overlap_has_a_small_map_and_is_accepted_by_a_person(
    page: Pages, call: Calls, county: Session
) -> None:
    data = json.loads(data_file("lishu_villages.geojson"))
    one, other = data["features"][40], data["features"][41]
    one["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [one["geometry"]["coordinates"], _inside(other)],
    }
    answer = call(ADMIN, "POST", "/imports/boundaries", data=json.dumps(data).encode())
    assert answer.json is not None
    edition, browser = answer.json["edition"], page(ADMIN)
    shown = browser.get(f"/jurisdiction/editions/{edition}/check").text
    assert shown.count("<svg") == 2
    where = f"/jurisdiction/editions/{edition}/activate"
    assert browser.post(where).status_code == 409
    assert browser.post(where, data={"accept_problems": "y"}).status_code == 302
    county.expire_all()
    assert (newest(county).status, newest(county).activated_by) == ("active", ADMIN)


def _inside(feature: dict[str, object]) -> object:
    """Return a small square inside a village."""
    from shapely.geometry import box, mapping, shape

    at = shape(feature["geometry"]).representative_point()
    square = mapping(box(at.x - 1e-3, at.y - 1e-3, at.x + 1e-3, at.y + 1e-3))
    return square["coordinates"]


def test_the_api_takes_what_the_command_takes(call: Calls) -> None:
    answer = call(
        ADMIN, "POST", "/imports/boundaries", data=data_file(ZIP),
        query_string={"map": ["code=村代码", "name=村名称"], "crs": "EPSG:4529", "name": "村.zip"},
    )  # fmt: skip
    assert answer.json is not None
    assert answer.json["mapping"] == {"code": "村代码", "name": "村名称"}
    wrong = call(
        ADMIN, "POST", "/imports/boundaries", data=data_file(ZIP), query_string={"map": "村代码"}
    )
    assert wrong.status_code == 422


def test_who_may_not_change_may_not_import_but_may_read_the_check(call: Calls) -> None:
    edition = imported(call)["edition"]
    assert call("zhongdui", "POST", "/imports/boundaries", data=b"{}").status_code == 403
    assert call("zhongdui", "GET", f"/editions/{edition}/check").status_code == 200
