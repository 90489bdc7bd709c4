"""What scripts add to the pages: asking first, sending once, the map's panel, the phone's form."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from gis.datum import wgs84_to_gcj02
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
    heading = page.get_by_role("heading", level=1)
    for _try in range(50):  # the browser tells its worker of the network a moment later
        page.goto("/m/")
        if heading.inner_text() == "现在没有网络":
            break
    expect(heading).to_have_text("现在没有网络")
    kept = page.evaluate(
        "caches.keys().then((all) => caches.open(all.find((one) => one.startsWith('shell-'))))"
        ".then((cache) => cache.keys())"
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


SHIFT = """async ([lng, lat]) => {
  const { toGcj, fromGcj } = await import("/static/js/atlas-datum.js");
  const there = toGcj(L.latLng(lat, lng));
  const back = fromGcj(there);
  return [there.lng, there.lat, back.lng, back.lat];
}"""


def test_the_map_filters_counts_and_shows_layers(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "juzhang")
    page.goto("/map")
    expect(page.locator(".map-many").first).to_be_visible()
    every = page.locator("[data-kind=incident] .pick li")
    before = every.count()
    with page.expect_response("**/map/tiles/**"):
        page.get_by_label("状态", exact=True).select_option("incident.handling")
    expect(page.locator("[data-kind=incident] .pick .state").first).to_have_text("处置")
    assert every.count() <= before
    assert "state=incident.handling" in page.url
    page.get_by_text("图层和图例").click()
    for name in ("大队辖区", "高发点位", "久未到访"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    expect(page.get_by_text(re.compile("最近90天，300米内不少于3件"))).to_be_visible()
    page.get_by_role("checkbox", name="案件", exact=True).uncheck()
    expect(page.locator("section[data-kind=case]")).to_have_count(0)
    expect(page.get_by_text(re.compile("无坐标：")).first).to_be_visible()
    place = [124.33, 43.31]
    shifted = page.evaluate(SHIFT, place)
    expected = wgs84_to_gcj02(np.array([place]))[0]
    assert shifted[:2] == pytest.approx(list(expected), abs=1e-9)
    assert shifted[2:] == pytest.approx(place, abs=1e-8)
    assert page.watch.take() == []  # type: ignore[attr-defined]


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
