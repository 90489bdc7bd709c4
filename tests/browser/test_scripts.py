"""What scripts add to the pages: asking first, sending once, the map's panel, the phone's form."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, SignIn

pytestmark = pytest.mark.browser


def photo(name: str) -> dict[str, object]:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "#336699").save(buffer, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def fill_report(page: Page, words: str) -> None:
    page.goto("/m/report")
    expect(page.locator("[data-part=position]")).to_contain_text("已定位")
    page.get_by_label("街面秩序").check()
    page.get_by_label("情况说明").fill(words)


def test_a_report_with_photos_is_sent_and_says_who_is_responsible(
    new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "fujing")
    fill_report(page, "路口占道卖菜。")
    page.locator("input[capture]").set_input_files(photo("一.jpg"))
    page.get_by_label("从相册选择").set_input_files([photo("二.jpg"), photo("三.jpg")])
    page.get_by_role("button", name="删除照片 2").click()
    expect(page.get_by_role("list", name="已选照片").get_by_role("img")).to_have_count(2)
    page.get_by_role("button", name="上报").click()
    page.wait_for_url("**/m/done/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("已上报")
    for words in ("村（社区）", "责任中队", "责任大队", "距村界"):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="现场照片")).to_have_count(2)
    page.goto("/m/report")
    expect(page.get_by_label("情况说明")).to_have_value("")
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_a_page_asked_for_without_a_network_says_so(new_page: NewPage, sign_in: SignIn) -> None:
    page = sign_in(new_page(width="phone"), "fujing")
    page.goto("/m/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)
    page.goto("/m/")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    kept = page.evaluate(
        "caches.open('shell-5').then((cache) => cache.keys())"
        ".then((keys) => keys.map((key) => new URL(key.url).pathname))"
    )
    pages = {path for path in kept if not path.startswith("/static/")}
    assert pages == {"/m/offline", "/m/state"}


def test_the_map_panel_dispatches_a_squad_without_leaving_the_map(
    page: Page, sign_in: SignIn
) -> None:
    sign_in(page, "juzhang")
    page.goto("/map")
    page.locator("[data-part=list] a", has_text="受理").first.click()
    panel = page.locator("[data-part=panel]")
    expect(panel.get_by_role("heading", name="位置与责任")).to_be_visible()
    panel.get_by_label("工作要求").fill("现场核查。")
    panel.get_by_role("button", name="派遣").click()
    expect(panel.get_by_text("列入巡查任务")).to_be_visible()
    expect(panel.locator("h2 .state")).to_have_text("派遣")
    assert page.url.endswith("/map")
    panel.get_by_role("button", name="返回列表").click()
    expect(page.locator("[data-part=list]")).to_be_visible()
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_what_the_map_says_is_shown_in_the_panel(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "juzhang")
    page.goto("/map")
    first = page.locator("[data-part=list] a").first.get_attribute("data-id")
    frame = page.frame(url="**/map/frame")
    assert frame is not None
    frame.evaluate("(id) => parent.postMessage({type: 'incident', id}, location.origin)", first)
    expect(page.get_by_role("link", name="打开事件页面")).to_have_attribute(
        "href", f"/incidents/{first}"
    )


def test_what_cannot_be_undone_asks_first(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "juzhang")
    page.goto("/incidents?state=received")
    page.locator("main table tbody a").first.click()
    page.get_by_role("button", name="不予受理").click()
    expect(page.get_by_role("dialog")).to_have_count(0)  # a reason is missing
    page.get_by_label("说明", exact=True).fill("不属于本部门职责。")
    page.get_by_role("button", name="不予受理").click()
    page.get_by_role("button", name="再想想").click()
    expect(page.locator("h1 .state")).to_have_text("受理")
    page.get_by_role("button", name="不予受理").click()
    page.get_by_role("button", name="确认办理").click()
    expect(page.locator("h1 .state")).to_have_text("不予受理")
    expect(page.get_by_role("status").get_by_text("不予受理")).to_be_visible()
