"""Menus and notices work at the first touch, whose script is fetched by it; the map asks once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, SignIn

pytestmark = pytest.mark.browser
THERE = "typeof window.bootstrap"


def test_the_menu_opens_by_its_first_touch(new_page: NewPage, sign_in: SignIn) -> None:
    page = sign_in(new_page(width="phone"), "zhongdui")
    page.goto("/cases")
    assert page.evaluate(THERE) == "undefined"
    page.get_by_role("button", name="打开菜单").tap()
    link = page.get_by_role("navigation", name="主导航").get_by_role("link", name="执法文书")
    expect(link).to_be_visible()
    page.get_by_role("button", name="关闭菜单").click()
    expect(link).to_be_hidden()
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_the_menu_of_the_account_opens_by_the_keyboard(new_page: NewPage, sign_in: SignIn) -> None:
    page = sign_in(new_page(), "zhongdui")
    page.goto("/cases")
    button = page.locator(".topbar [data-bs-toggle=dropdown]")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出")).to_be_hidden()
    assert page.watch.take() == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_the_map_fetches_its_first_tiles_once(
    new_page: NewPage, sign_in: SignIn, width: str
) -> None:
    page = sign_in(new_page(width=width), "zhongdui")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/map/tiles/" in one.url else None)
    page.goto("/map?state=all")
    page.locator(".map-many, .map-canvas canvas").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1, asked
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_the_units_to_filter_by_are_there_when_wanted(new_page: NewPage, sign_in: SignIn) -> None:
    page = sign_in(new_page(), "juzhang")
    page.goto("/map?unit=01.01")
    unit = page.get_by_label("单位", exact=True)
    expect(unit).to_have_value("01.01")
    unit.focus()
    assert unit.locator("option").count() > 30
    expect(unit).to_have_value("01.01")
    with page.expect_response("**/map/tiles/**"):
        unit.select_option("01.02")
    assert "unit=01.02" in page.url
    assert page.watch.take() == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("scripts", ["at once", "never", "off"])
def test_the_list_beside_the_map_is_seen_whatever_becomes_of_the_scripts(
    new_page: NewPage, sign_in: SignIn, scripts: str
) -> None:
    page = sign_in(new_page(java_script_enabled=scripts != "off"), "juzhang")
    if scripts == "never":
        page = page.context.new_page()  # one that does not wait for them
        page.route("**/static/js/**", lambda route: route.abort())
    page.goto("/map")
    expect(page.locator("[data-part=list] .pick a").first).to_be_visible()
    seen = "(one) => one.checkVisibility({ contentVisibilityAuto: true })"
    for _try in range(50):
        if page.locator("[data-part=list] .pick a").first.evaluate(seen):
            return
        page.wait_for_timeout(200)
    raise AssertionError("the list stays hidden")
