"""The map of a report opens from a file, without a server, and asks for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser


def test_the_map_opens_from_a_stick(
    page: Page, sign_in: SignIn, browser: Browser, tmp_path: Path
) -> None:
    sign_in(page, "dadui")
    page.goto("/report/patrols")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="地图文件").click()
    file = tmp_path / "map.html"
    waiting.value.save_as(file)
    context = browser.new_context(offline=True)
    bare, asked, wrong = context.new_page(), [], []
    bare.on("request", lambda request: asked.append(request.url))
    bare.on("console", lambda message: wrong.append(message.text))
    bare.on("pageerror", lambda error: wrong.append(str(error)))
    bare.goto(file.as_uri())
    expect(bare.get_by_role("heading", name="巡查统计地图")).to_be_visible()
    expect(bare.locator("#map canvas").first).to_be_attached()
    box = bare.locator("#map").bounding_box()
    assert box is not None
    bare.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(bare.locator(".leaflet-popup")).to_contain_text("分钟")
    assert (asked, wrong) == ([file.as_uri()], [])
    context.close()
