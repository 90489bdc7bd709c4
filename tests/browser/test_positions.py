"""Positions in a real browser: a phone that sends, the county's live map, a track's slider."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import delete, select

from enforcement import clock
from enforcement.db import transaction
from enforcement.positions import queries, registry, tracking
from enforcement.positions.models import Fix, Protocol
from enforcement.positions.receiving import take
from enforcement.positions.track_models import PresenceCell, Track, TrackVillage
from enforcement.roster import presence
from enforcement.roster.presence import Presence
from tests.asking import actor_of
from tests.browser.conftest import AT_HOME, NewPage, SignIn
from tests.positions.test_tracks import walk

pytestmark = pytest.mark.browser


def on_duty(app: Flask, who: str, *, hours: int) -> None:
    with app.app_context(), transaction() as session:
        since = clock.now(session) - timedelta(hours=hours)
        presence.record(session, actor_of(session, who), Presence(True, since))


def test_a_phone_sends_where_it_is_while_on_duty_and_switched_on(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    on_duty(live_app, "zhifa2", hours=1)
    page = sign_in(new_page(width="phone"), "zhifa2")
    page.goto("/m/")
    with page.expect_response("**/m/send/positions") as sent:
        page.get_by_label("在岗时持续发送位置").check()
    assert sent.value.status == 201
    expect(page.locator("[data-module=tracker] [data-part=said]")).to_have_text("位置已经发送。")
    with live_app.app_context(), transaction() as session:
        officer = actor_of(session, "zhifa2")
        device = registry.phone_of(session, officer)
        [fix] = queries.list_fixes(session, officer.county_code, device.id)
        assert (fix.lon, fix.lat) == (AT_HOME["longitude"], AT_HOME["latitude"])
        assert (fix.person_id, fix.source) == (officer.person_id, "phone")
        session.execute(delete(Fix).where(Fix.device_id == device.id))
        presence.record(session, officer, Presence(False, clock.now(session)))
    page.reload()
    expect(page.locator("[data-module=tracker]")).to_have_count(0)


def test_units_on_the_live_map_and_a_track_with_its_slider(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    with live_app.app_context(), transaction() as session:
        admin, now = actor_of(session, "xitong"), clock.now(session)
        car, _key = registry.add(session, admin, "live-9", Protocol.JT808, label="吉C·00009")
        take(session, car, walk(since=now - timedelta(minutes=40), minutes=39))
        on = clock.today(session)
        tracking.refresh(session, admin.county_code, on)
        track = session.scalars(select(Track).where(Track.carrier_id == car.id)).one()
        track_id = track.id
    page = sign_in(new_page(), "zhihui")
    page.goto("/live")
    frame = page.frame_locator("iframe")
    expect(page.get_by_role("link", name="吉C·00009")).to_contain_text("前")
    page.get_by_role("link", name="吉C·00009").click()
    expect(frame.locator(".map-name", has_text="吉C·00009")).to_be_visible()
    page.goto(f"/tracks/{track_id}")
    expect(frame.locator("path[stroke='#b3261e']")).to_have_count(1)
    before = page.locator("[data-part=time]").inner_text()
    page.get_by_label("时间").press("End")
    expect(page.locator("[data-part=time]")).not_to_have_text(before)
    assert page.watch.take() == []  # type: ignore[attr-defined]
    with live_app.app_context(), transaction() as session:
        for table in (TrackVillage, PresenceCell):
            session.execute(delete(table).where(table.track_id == track_id))
        session.execute(delete(Track).where(Track.id == track_id))
        session.execute(delete(Fix).where(Fix.device_id == car.id))
        registry.retire(session, actor_of(session, "xitong"), car.id)
