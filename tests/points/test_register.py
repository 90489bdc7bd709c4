"""The register of village points by API and page: listed, added, changed, closed."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.demo import points as demo_points
from enforcement.points.models import VillagePoint
from tests.asking import Calls, Pages, actor_of
from tests.case.making import home_point
from tests.points.making import Device, made_point

NASTY = "<script>alert(1)</script>"


def said_of(session: Session, **change: object) -> dict[str, object]:
    lon, lat = home_point(session)
    village = actor_of(session, "fujing").area_codes[0]
    return {"village_code": village, "name": "东门", "place": "一楼", "lon": lon, "lat": lat,
            "owner": "村文书", "phone": "0434-5222222"} | change  # fmt: skip


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(VillagePoint)) or 0


def test_a_point_is_added_once_with_a_key_that_its_device_can_use(
    demo_app: Flask, county: Session, call: Calls
) -> None:
    body, before = said_of(county, key="p-1"), stored(county)
    made, again = (call("xitong", "POST", "/points", json=body) for _n in range(2))
    assert (made.status_code, made.get_json()) == (201, again.get_json())
    assert stored(county) == before + 1
    found = made.get_json()
    device = Device(demo_app, uuid.UUID(found["id"]), found["device_key"])
    assert device.press(test=True).status_code == 200
    assert "0434" not in made.text


def test_the_list_names_the_keeper_and_pages_on(county: Session, call: Calls) -> None:
    rows = call("xitong", "GET", "/points").get_json()
    assert len(rows["points"]) <= 50
    assert rows["points"][0]["keeper"] == "村文书"
    if rows["next"]:
        more = call("xitong", "GET", f"/points?after={rows['next']}").get_json()
        assert {one["id"] for one in more["points"]}.isdisjoint(
            {one["id"] for one in rows["points"]}
        )
    assert call("xitong", "GET", "/points?after=x").status_code == 422
    assert call("jiexian", "GET", "/points").status_code == 403


def test_a_change_needs_the_version_that_was_read(county: Session, call: Calls) -> None:
    point, _secret = made_point(county)
    county.commit()
    person = actor_of(county, "fujing").person_id
    body = said_of(county, owner=None, owner_id=str(person), version=1)
    changed = call("xitong", "PUT", f"/points/{point.id}", json=body)
    assert (changed.status_code, changed.get_json()["version"]) == (200, 2)
    assert call("xitong", "PUT", f"/points/{point.id}", json=body).status_code == 409
    same = call("xitong", "PUT", f"/points/{point.id}", json=body | {"version": 2})
    assert same.get_json()["version"] == 2
    county.refresh(point)
    assert crypto.unseal(point.phone_encrypted) == "0434-5222222"
    assert call("xitong", "PUT", f"/points/{uuid.uuid4()}", json=body).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "}, {"name": "x" * 61}, {"village_code": "220322999999"}, {"lon": 0, "lat": 0},
        {"lon": 125.0, "lat": 30.0}, {"lat": None}, {"lon": 200},
        {"owner_id": str(uuid.UUID(int=0))}, {"phone": "12"}, {"name": "党群服务点"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_description_changes_nothing(
    county: Session, call: Calls, change: dict[str, object]
) -> None:
    made_point(county)
    other, _secret = made_point(county, "别的点")
    county.commit()
    before = stored(county)
    assert call("xitong", "POST", "/points", json=said_of(county) | change).status_code == 422
    body = said_of(county, version=1) | change
    assert call("xitong", "PUT", f"/points/{other.id}", json=body).status_code == 422
    county.refresh(other)
    assert (stored(county), other.name, other.version) == (before, "别的点", 1)


def test_keys_and_closing_by_api(demo_app: Flask, county: Session, call: Calls) -> None:
    point, secret = made_point(county)
    county.commit()
    new = call("xitong", "POST", f"/points/{point.id}/key", json={"version": 1}).get_json()
    assert Device(demo_app, point.id, secret).press(test=True).status_code == 401
    device = Device(demo_app, point.id, new["device_key"])
    assert device.press(test=True).status_code == 200
    closed = call("xitong", "POST", f"/points/{point.id}/active", json={"active": False})
    assert closed.get_json()["active"] is False
    assert device.press(test=True).status_code == 401


def test_the_page_changes_a_point_and_shows_words_as_words(county: Session, page: Pages) -> None:
    point, _secret = made_point(county)
    county.commit()
    browser, person = page("xitong"), actor_of(county, "fujing").person_id
    assert str(person) in browser.get(f"/points/{point.id}/edit").text
    body = said_of(county, name=NASTY, owner=NASTY, place=NASTY, owner_id=str(person), version="1")
    assert browser.post(f"/points/{point.id}/edit", data=body).status_code == 302
    listed = browser.get("/points").text + browser.get(f"/points/{point.id}/edit").text
    assert NASTY not in listed
    assert browser.post(f"/points/{point.id}/edit", data=body).status_code == 409
    wrong = browser.post(f"/points/{point.id}/edit", data=body | {"version": "2", "lon": "x"})
    assert (wrong.status_code, "不是数字" in wrong.text) == (422, True)


def test_the_demonstration_has_points_in_two_townships_once(county: Session) -> None:
    codes = county.scalars(
        select(VillagePoint.village_code).where(VillagePoint.name == demo_points.NAME)
    ).all()
    assert len({code[:9] for code in codes}) == 2
    assert len(codes) == len(set(codes)) > 10
    assert demo_points.load(county, "220322") == 0
