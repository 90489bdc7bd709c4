"""The map report opens from a file, without a server: its slider and its heat work."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from enforcement.clock import ZONE
from tests.browser.conftest import NewPage, SignIn

pytestmark = pytest.mark.browser


def test_the_report_opens_from_a_stick_and_the_slider_works(
    new_page: NewPage, sign_in: SignIn, browser: Browser, tmp_path: Path
) -> None:
    page = sign_in(new_page("phone"), "juzhang")
    today = datetime.now(ZONE).date()  # on the first of a month, the month so far holds nothing
    page.goto(f"/briefing?first={today - timedelta(days=29)}&last={today}")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.evaluate("document.querySelector('.page-actions').scrollIntoView()")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="One web page file").click()
    file = tmp_path / "report.html"
    waiting.value.save_as(file)
    assert file.stat().st_size < 3_000_000
    context = browser.new_context(offline=True, viewport={"width": 360, "height": 740})
    bare, asked, wrong = context.new_page(), [], []
    bare.on("request", lambda request: asked.append(request.url))
    bare.on("console", lambda message: wrong.append(message.text))
    bare.on("pageerror", lambda error: wrong.append(str(error)))
    bare.goto(file.as_uri())
    expect(bare.get_by_role("heading", name="Map report")).to_be_visible()
    said = bare.locator("#time output")
    expect(said).to_contain_text("Whole period")
    bare.get_by_label("One day").check()
    bare.get_by_role("slider").press("Home")
    expect(said).not_to_contain_text("Whole period")
    bare.get_by_label("Up to the day").check()
    bare.get_by_role("slider").press("End")
    bare.get_by_label("Heat").check()
    expect(bare.locator("canvas.leaflet-heatmap-layer")).to_be_attached()
    assert bare.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert (asked, wrong) == ([file.as_uri()], [])
    context.close()
    assert page.watch.take() == []  # type: ignore[attr-defined]
