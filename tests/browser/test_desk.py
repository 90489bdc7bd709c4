"""The desk in a browser: a report comes by itself, is answered, and rings no more."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from enforcement.db import transaction
from enforcement.incident import services
from enforcement.law.terms import Urgency
from tests.asking import actor_of
from tests.browser.conftest import NewPage, SignIn
from tests.case.making import report_of

pytestmark = pytest.mark.browser


@pytest.fixture
def telling(live_app: Flask, events_port: int) -> Iterator[Flask]:
    """The live application whose pages know the events process."""
    config = live_app.extensions["enforcement.config"]
    changed = dataclasses.replace(config, events_port=events_port)
    live_app.extensions["enforcement.config"] = changed
    yield live_app
    live_app.extensions["enforcement.config"] = config


def red(app: Flask) -> str:
    with app.app_context(), transaction() as session:
        what = report_of(session, urgency=Urgency.RED, category="V7")
        return str(services.report(session, actor_of(session, "fujing"), what).id)


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_red_report_comes_to_the_open_desk_and_is_answered(
    telling: Flask, new_page: NewPage, sign_in: SignIn, width: str
) -> None:
    page = sign_in(new_page(width), "jiexian")
    with page.expect_response("**/notices/unheard"):  # asked once the stream has begun
        page.goto("/desk")
    made = red(telling)
    row = page.locator(f"[data-group=unanswered] a[data-id='{made}']")
    expect(row).to_be_visible()
    expect(row.locator(".clock")).to_contain_text(":")
    row.click()
    page.get_by_role("button", name="应答", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("应答已办理")
    assert page.url.endswith(f"/desk?show={made}")
    expect(page.locator(f"[data-part=queue] a[data-id='{made}']")).to_be_visible()
    expect(row).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_form_under_way_is_not_taken_away_by_another_report(
    telling: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    first = red(telling)
    page = sign_in(new_page("desk"), "jiexian")
    with page.expect_response("**/notices/unheard"):
        page.goto(f"/desk?show={first}")
    page.locator("details.act summary", has_text="不予受理").click()
    page.locator("#note-reject").fill("写到一半")
    second = red(telling)
    expect(page.locator(f"[data-part=queue] a[data-id='{second}']")).to_be_visible()
    expect(page.locator("#note-reject")).to_have_value("写到一半")
