"""The register of points and the page of the two buttons."""

from __future__ import annotations

import hashlib
import hmac
import json

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from enforcement.config import PROJECT
from enforcement.db import transaction
from enforcement.points.models import VillagePoint
from tests.asking import Pages, actor_of
from tests.points.making import Device, made_point


def test_a_point_is_registered_and_its_key_shown_once(county: Session, page: Pages) -> None:
    browser, village = page("xitong"), actor_of(county, "fujing").area_codes[0]
    said = {"village_code": village, "name": "<script>alert(1)</script>", "place": "一楼"}
    made = browser.post("/points/new", data=said)
    assert made.status_code == 200
    assert "data:image/svg+xml" in made.text
    assert "<script>alert" not in made.text
    row = county.scalars(select(VillagePoint).where(VillagePoint.place == "一楼")).one()
    assert f"/point/{row.id}#" in made.text
    listed = browser.get("/points")
    assert "&lt;script&gt;" in listed.text
    again = browser.post("/points/new", data=said)
    assert again.status_code == 422
    assert "已有同名" in again.text


def test_a_new_key_shuts_the_old_device_out(demo_app: Flask, county: Session, page: Pages) -> None:
    point, secret = made_point(county)
    county.commit()
    device = Device(demo_app, point.id, secret)
    assert device.press(test=True).status_code == 200
    stale = page("xitong").post(f"/points/{point.id}/key", data={"version": "7"})
    assert (stale.status_code, device.press(test=True).status_code) == (409, 200)
    assert page("xitong").post(f"/points/{point.id}/key", data={"version": "1"}).status_code == 200
    assert device.press(test=True).status_code == 401


def test_the_register_takes_as_many_statements_for_forty_points_as_for_one(
    county: Session, page: Pages
) -> None:
    browser = page("xitong")

    def asked() -> int:
        seen: list[str] = []
        bind = county.get_bind().engine

        def note(*args: object) -> None:
            seen.append(str(args[2]))

        event.listen(bind, "before_cursor_execute", note)
        assert browser.get("/points").status_code == 200
        event.remove(bind, "before_cursor_execute", note)
        return len(seen)

    made_point(county)
    county.commit()
    one = asked()
    for number in range(40):
        made_point(county, f"服务点{number}")
    county.commit()
    assert asked() <= one


def test_the_tablet_signs_presses_and_keeps_its_key(
    live_app: Flask, server: str, browser: Browser
) -> None:
    with live_app.app_context(), transaction() as session:
        point, secret = made_point(session, "平板测试点")
        point_id = point.id
    context = browser.new_context(viewport={"width": 360, "height": 700})
    tab = context.new_page()
    tab.goto(f"{server}/point/{point_id}#{secret}")
    tab.locator("[data-part=line]", has_text="平板测试点").wait_for()
    assert secret not in tab.url
    tab.locator("[data-button=red]").click()
    tab.locator("[data-part=said]", has_text="正在通知值班人员").wait_for()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    tab.set_viewport_size({"width": 800, "height": 500})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 800
    context.close()
    with live_app.app_context(), transaction() as session:
        query = text("select count(*) from incident where point_id = :id")
        assert session.scalar(query, {"id": point_id}) == 1


def test_the_script_hashes_as_the_server_does(server: str, browser: Browser) -> None:
    tab = browser.new_page()
    tab.goto(f"{server}/healthz")
    script = (PROJECT / "enforcement/static/js/sha256.js").read_text().replace("export ", "")
    texts = ["", "a", "x" * 55, "x" * 56, "y" * 64, "中文" * 40]
    for key in ("k", "钥" * 40):
        found = tab.evaluate(
            f"([key, texts]) => {{ {script}; return texts.map((one) => hmac(key, one)); }}",
            [key, texts],
        )
        right = [hmac.new(key.encode(), one.encode(), hashlib.sha256).hexdigest() for one in texts]
        assert json.dumps(found) == json.dumps(right)
    tab.close()
