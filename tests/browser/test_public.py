"""The map of published decisions in a browser: at a desk and on a phone, usable by everybody."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from enforcement.db import transaction
from enforcement.law.redaction import Outcome
from enforcement.publication import queries, services
from tests.asking import actor_of
from tests.browser.conftest import NewPage
from tests.browser.test_pages import axe_problems, problems_of

pytestmark = pytest.mark.browser


@pytest.fixture
def number(live_app: Flask) -> str:
    """The number of a decision of the demonstration that is published as a summary."""
    with live_app.test_request_context(), transaction() as session:
        reviewer = actor_of(session, "fazhi")
        shown = queries.public_page(session, reviewer.county_code)
        if not shown:
            case = queries.waiting(session, reviewer)[0].case
            said = {"outcome": Outcome.PARTLY, "reason": "具有一定社会影响"}
            shown = [services.review(session, reviewer, case.id, **said)]
        return str(shown[0].shown["number"])


def test_anybody_finds_a_decision_on_the_map_and_in_the_list(
    new_page: NewPage, number: str
) -> None:
    page = new_page()
    assert problems_of(page, "/public/map") == []
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.get_by_role("link", name=number)).to_be_visible()
    mark = page.locator(".leaflet-overlay-pane path.leaflet-interactive, .public-sum").first
    mark.click()
    popup = page.locator(".leaflet-popup-content")
    expect(popup).to_contain_text(number)
    expect(page.locator(".leaflet-popup")).to_have_css("opacity", "1")  # it fades in
    assert axe_problems(page, "/public/map with a decision open", 1440) == []
    popup.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(number)
    assert page.watch.take() == []  # type: ignore[attr-defined]
    assert page.context.cookies() == []
    for path in ("/public/decisions", "/public/officers", "/public/powers", "/public/procedures"):
        assert problems_of(page, path) == []
