"""The editor of a plan in a real browser: choose, assign, undo, draw, by hand and by table."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, SignIn

pytestmark = pytest.mark.browser


def new_plan(page: Page, name: str) -> None:
    page.goto("/jurisdiction/plans")
    page.get_by_label("名称").fill(name)
    page.get_by_role("button", name="新建并打开").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator(".map-canvas path.leaflet-interactive").first).to_be_attached()
    expect(page.locator("[data-load]").first).not_to_have_text("—")


def middle(page: Page) -> tuple[float, float]:
    """Return the middle of the map on the screen."""
    box = page.locator("[data-part=map]").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def said(page: Page) -> Locator:
    return page.locator("[data-part=said]")


def chosen(page: Page) -> int:
    """Return how many villages are chosen."""
    found = re.search(r"选中(\d+)个村", page.locator("[data-part=chosen]").inner_text())
    return int(found[1]) if found else 0


def test_villages_are_chosen_assigned_and_taken_back_on_the_map(
    page: Page, sign_in: SignIn
) -> None:
    sign_in(page, "xitong")
    new_plan(page, "地图试验")
    x, y = middle(page)
    page.mouse.click(x, y)
    assert chosen(page) == 1
    page.keyboard.down("Shift")
    page.mouse.click(x + 45, y)
    assert chosen(page) == 2
    page.mouse.move(x - 70, y - 70)
    page.mouse.down()
    page.mouse.move(x + 70, y + 70, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    count = chosen(page)
    assert count > 5
    page.locator("[data-part=unit]").select_option("01.01.07.03")
    page.locator("[data-part=assign]").get_by_role("button", name="划给该单位").click()
    expect(said(page)).to_have_text("已保存（第2版）。")
    expect(page.locator("[data-panel=difference]")).to_contain_text("个村易手")
    moved = int(page.locator("[data-panel=difference] .state").inner_text().split("个")[0])
    assert 0 < moved <= count
    expect(page.locator("[data-panel=history]")).to_contain_text("划给孤家子分局第三中队")
    squad = page.locator('[data-unit="01.01.07.03"] td').first
    assert int(squad.inner_text()) == 10 + moved
    assert chosen(page) == 0
    page.get_by_role("button", name="撤销").click()
    expect(said(page)).to_have_text("已保存（第3版）。")
    expect(page.locator("[data-panel=difference]")).to_contain_text("与今天的责任分工完全一样")
    expect(squad).to_have_text("10")
    page.get_by_role("button", name="重做").click()
    expect(page.locator("[data-panel=difference] .state")).to_have_text(f"{moved}个村易手")
    page.reload()
    expect(page.locator("[data-panel=difference] .state")).to_have_text(f"{moved}个村易手")
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_an_exception_area_is_drawn_checked_reshaped_and_removed(
    page: Page, sign_in: SignIn
) -> None:
    sign_in(page, "xitong")
    new_plan(page, "例外试验")
    x, y = middle(page)
    corners = [(x - 60, y - 40), (x + 20, y - 40), (x + 20, y + 30), (x - 60, y + 30)]
    page.get_by_role("button", name="画例外区域").click()
    expect(page.locator("[data-part=hint]")).to_be_visible()
    for corner in [*corners, corners[0]]:
        page.mouse.move(*corner)
        page.mouse.click(*corner)
    form = page.locator("form[data-draw]")
    expect(form.get_by_label("图形（GeoJSON")).to_have_value(re.compile("Polygon"))
    form.get_by_label("名称").fill("农贸市场")
    form.get_by_label("单位").select_option("01.01.07.03")
    form.get_by_role("button", name="添加例外区域").click()
    expect(said(page)).to_contain_text("已保存（第2版）。")
    panel = page.locator("[data-panel=polygons]")
    expect(panel).to_contain_text("农贸市场")
    expect(page.locator("[data-panel=difference]")).to_contain_text("农贸市场")
    panel.get_by_text("更改").click()
    panel.get_by_role("button", name="在地图上改").click()
    corner = page.locator(".map-canvas .marker-icon:not(.marker-icon-middle)").first
    box = corner.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 45, box["y"] + 35, steps=5)
    page.mouse.up()
    panel.get_by_role("button", name="保存形状").click()
    expect(said(page)).to_contain_text("已保存（第3版）。")
    panel.get_by_text("更改").click()
    panel.get_by_role("button", name="删除").click()
    expect(panel).to_contain_text("没有例外区域")
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_a_shape_outside_the_county_is_refused_with_its_square_metres(
    page: Page, sign_in: SignIn
) -> None:
    sign_in(page, "xitong")
    new_plan(page, "界外试验")
    form = page.locator("form[data-draw]")
    page.get_by_text("例外区域的名称和单位").click()
    form.get_by_label("名称").fill("界外")
    form.get_by_label("图形（GeoJSON").fill(
        "POLYGON((124.3 43.0, 124.3 43.1, 124.2 43.1, 124.3 43.0))"
    )
    form.get_by_role("button", name="添加例外区域").click()
    expect(said(page)).to_contain_text("平方米在县界以外")
    assert "wrong" in (said(page).get_attribute("class") or "")
    expect(page.locator("[data-panel=polygons]")).to_contain_text("没有例外区域")
    told = [one for one in page.watch.take() if "422" not in one]  # type: ignore[attr-defined]
    assert told == []


def test_a_squad_is_found_looked_at_and_merged(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "xitong")
    new_plan(page, "合并试验")
    page.get_by_label("查找单位或者村").fill("孤家子")
    expect(page.locator("[data-unit]:visible")).to_have_count(3)
    page.get_by_label("查找单位或者村").fill("")
    page.locator('[data-unit="01.01.07.02"]').click()
    assert page.locator("[data-part=unit]").input_value() == "01.01.07.02"
    page.get_by_text("合并中队", exact=True).click()
    page.locator("select[name=source]").select_option("01.01.07.01")
    page.locator("select[name=into]").select_option("01.01.07.02")
    page.get_by_role("button", name="合并", exact=True).click()
    expect(page.locator("[data-panel=coverage]")).to_contain_text("没有任何责任区域")
    expect(page.locator('[data-unit="01.01.07.01"] td').first).to_have_text("0")
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_two_people_do_not_overwrite_each_other(
    new_page: NewPage, page: Page, sign_in: SignIn
) -> None:
    sign_in(page, "xitong")
    new_plan(page, "两人试验")
    other = sign_in(new_page(), "juzhang")
    other.goto(page.url)
    expect(other.locator(".map-canvas path.leaflet-interactive").first).to_be_attached()
    for one in (page, other):
        one.mouse.click(*middle(one))
        one.locator("[data-part=unit]").select_option("01.01.07.03")
        one.locator("[data-part=assign]").get_by_role("button", name="划给该单位").click()
        expect(said(one)).not_to_have_text("正在保存…")
    expect(said(page)).to_contain_text("已保存（第2版）")
    expect(said(other)).to_contain_text("刚被他人修改")


def test_everything_is_done_by_keyboard_and_without_scripts(
    new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(java_script_enabled=False), "xitong")
    page.goto("/jurisdiction/plans")
    page.get_by_label("名称").fill("表格试验")
    page.get_by_role("button", name="新建并打开").press("Enter")
    expect(page.locator("[data-part=map]")).to_be_hidden()
    first = page.locator(".village-list details").first
    first.locator("summary").click()
    boxes = first.locator("tbody input[name=areas]")
    for place in range(2):
        boxes.nth(place).press("Space")
    page.get_by_label("把勾选的村划给").select_option("01.01.07.03")
    page.locator("[data-part=table]").get_by_role("button", name="划给该单位").press("Enter")
    expect(page.get_by_text("已保存（第2版）。")).to_be_visible()
    expect(page.locator("[data-panel=difference] .state")).to_have_text("2个村易手")
    page.get_by_role("button", name="撤销").press("Enter")
    expect(page.locator("[data-panel=difference] .state")).to_have_text("0个村易手")


def test_on_a_phone_villages_are_tapped_one_after_another(
    new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "dadui")
    new_plan(page, "手机试验")
    page.locator("[data-part=map]").scroll_into_view_if_needed()
    x, y = middle(page)
    page.touchscreen.tap(x, y)
    page.touchscreen.tap(x + 30, y + 30)
    assert chosen(page) == 2
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert page.watch.take() == []  # type: ignore[attr-defined]
