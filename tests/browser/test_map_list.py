"""The list beside the operations map: what is chosen there is shown, also among many."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import text

from enforcement import clock
from enforcement.db import transaction
from enforcement.incident import services
from enforcement.incident.intake import Report
from enforcement.law.terms import IncidentSource
from tests.asking import actor_of
from tests.browser.conftest import NewPage, SignIn
from tests.case.making import home_point

pytestmark = pytest.mark.browser
MANY = 14


def test_one_of_many_at_a_place_is_named_and_opened_from_the_map(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    with live_app.app_context(), transaction() as session:
        lon, lat = home_point(session)
        who, now = actor_of(session, "fujing"), clock.now(session)
        made = [
            services.report(session, who, Report("04", f"同一地点{n}。", now, lon, lat + 0.0012,
                                                 source=IncidentSource.PHONE_APP))
            for n in range(MANY)
        ]  # fmt: skip
        number, incident_id = made[0].number, made[0].id
    page = sign_in(new_page(), "dadui")
    page.goto("/map")
    page.locator(".map-canvas canvas").first.wait_for()
    page.locator(f"a[data-id='{incident_id}']").click()
    panel = page.locator("[data-part=panel]")
    expect(panel.get_by_role("heading", name=number)).to_be_visible()
    panel.get_by_role("button", name="返回列表").click()
    expect(page.locator(".map-canvas .map-name")).to_contain_text("街面秩序")
    page.evaluate("document.dispatchEvent(new CustomEvent('incident-changed'))")
    page.wait_for_timeout(1500)  # drawn anew after a moment of calm
    expect(page.locator(".map-canvas .map-name")).to_have_count(1)  # the one before fades away
    expect(page.locator(".map-canvas .map-name")).to_be_visible()
    assert page.watch.take() == []  # type: ignore[attr-defined]
    with live_app.app_context(), transaction() as session:  # no other test finds them in its list
        closed = text("update incident set state = 'closed' where description like '同一地点%'")
        session.execute(closed)
