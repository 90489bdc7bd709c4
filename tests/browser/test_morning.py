"""The leader's morning in a real browser: drag, click, keys, circle, undo, two leaders, publish."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, SignIn

pytestmark = pytest.mark.browser
SQUAD = "01.01.04.02"


def register(page: Page, name: str, lon: float, lat: float) -> None:
    """Register a checkpoint that is due every day, by a form filled without the map."""
    page.goto("/patrols/beats/new")
    page.get_by_label("名称").fill(name)
    page.locator("[name=unit_code]").select_option(SQUAD)
    page.locator("[name=geometry]").fill(f"POINT ({lon} {lat})")
    page.locator("[name=per]").select_option("day")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def open_day(page: Page, day: str) -> None:
    page.goto(f"/patrols/morning?day={day}")
    expect(page.locator(".lane").first).to_be_visible()
    expect(page.locator(".map-canvas path.leaflet-interactive").first).to_be_attached()


def lane(page: Page) -> Locator:
    return page.locator(f'.lane[data-squad="{SQUAD}"]')


def row(page: Page, name: str) -> Locator:
    return page.locator("[data-ref]").filter(has_text=name)


def said(page: Page) -> Locator:
    return page.locator("[data-part=said]")


def names() -> list[str]:
    """Return names that no other test uses."""
    return [f"晨{uuid.uuid4().hex[:6]}" for _n in range(3)]


def test_a_leader_draws_on_the_map_and_sees_the_beat(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "dadui")
    page.goto("/patrols/beats/new")
    expect(page.locator(".leaflet-borders-pane path").first).to_be_attached()
    page.get_by_label("名称").fill("图上点位")
    page.locator("[name=unit_code]").select_option(SQUAD)
    box = page.locator("[data-part=map]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[name=geometry]")).to_have_value(re.compile('"Point"'))
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("图上点位")
    expect(page.locator(".qr svg")).to_be_visible()


def test_stops_are_moved_by_mouse_and_keys_and_taken_back(page: Page, sign_in: SignIn) -> None:
    one, two, _three = names()
    sign_in(page, "dadui")
    register(page, one, 124.331, 43.309)
    register(page, two, 124.341, 43.312)
    open_day(page, "2027-03-01")
    lane(page).locator(".lane-head").click()
    row(page, one).drag_to(lane(page).locator(".lane-head"))
    expect(lane(page)).to_contain_text(one)
    row(page, two).focus()
    page.keyboard.press("Enter")
    expect(lane(page)).to_contain_text(two)
    row(page, two).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(lane(page).locator(".lane-stop").first).to_contain_text(two)
    page.keyboard.press("l")
    expect(row(page, two)).to_contain_text("已锁定")
    page.get_by_role("button", name="撤销").click()
    expect(row(page, two)).not_to_contain_text("已锁定")
    page.get_by_role("button", name="重做").click()
    expect(row(page, two)).to_contain_text("已锁定")
    row(page, one).focus()
    page.keyboard.press("Delete")
    expect(lane(page)).not_to_contain_text(one)
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_of_two_leaders_the_second_is_shown_both(new_page: NewPage, sign_in: SignIn) -> None:
    one, two, _three = names()
    first, second = new_page(), new_page()
    sign_in(first, "dadui")
    register(first, one, 124.332, 43.313)
    register(first, two, 124.336, 43.314)
    sign_in(second, "juzhang")
    for page in (first, second):
        open_day(page, "2027-03-02")
        lane(page).locator(".lane-head").click()
    row(first, one).focus()
    first.keyboard.press("Enter")
    expect(lane(first)).to_contain_text(one)
    row(second, two).focus()
    second.keyboard.press("Enter")
    box = second.locator("[data-part=conflict]")
    expect(box).to_be_visible()
    expect(box).to_contain_text(two)
    expect(box).to_contain_text(one)
    expect(lane(second)).to_contain_text(one)
    expect(lane(second)).not_to_contain_text(two)


def test_a_day_is_planned_circled_and_published(page: Page, sign_in: SignIn) -> None:
    found = names()
    sign_in(page, "dadui")
    for n, name in enumerate(found):
        register(page, name, 124.33 + n * 0.002, 43.31)
    open_day(page, "2027-03-03")
    lane(page).locator(".lane-head").click()
    page.get_by_role("button", name="圈选").click()
    box = page.locator("[data-part=map]").bounding_box()
    assert box is not None
    left, top = box["x"] + 6, box["y"] + 6
    right, bottom = box["x"] + box["width"] - 6, box["y"] + box["height"] - 6
    page.mouse.move(left + 60, top + 60)
    page.mouse.down()
    for x, y in ((right - 60, top + 60), (right - 60, bottom - 60), (left + 60, bottom - 60)):
        page.mouse.move(x, y, steps=3)
    page.mouse.up()
    for name in found:
        expect(lane(page)).to_contain_text(name)
    page.get_by_role("button", name="自动排班").click()
    expect(said(page)).to_contain_text("已排好")
    page.get_by_role("button", name="下达", exact=True).click()
    page.get_by_role("button", name="确认办理").click()
    expect(said(page)).to_contain_text("已下达")
    expect(page.locator(".lane-head .state-green").first).to_be_visible()
