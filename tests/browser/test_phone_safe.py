"""The phone of who works alone, and of who checks in at a checkpoint, without a network too."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.ids import uuid7
from enforcement.patrol import beats
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.beats import Described
from enforcement.patrol.terms import BeatKind, Per, PlaceKind
from enforcement.proof.models import CheckIn
from enforcement.roster.models import DutyPresence
from enforcement.safety.models import AloneWatch
from tests.asking import actor_of
from tests.browser.conftest import AT_HOME, NewPage, SignIn
from tests.browser.test_phone_queue import all_sent, ready, waiting

pytestmark = pytest.mark.browser


def watch_of(app: Flask, username: str) -> tuple[str, str] | None:
    """Return place and state of somebody's newest timer."""
    with app.app_context(), transaction() as session:
        query = select(AloneWatch.place, AloneWatch.state).where(
            AloneWatch.person_id == actor_of(session, username).person_id
        )
        found = session.execute(query.order_by(AloneWatch.began_at.desc()).limit(1)).first()
        return (found.place, found.state) if found else None


def on_duty(session: Session, username: str) -> None:
    who, now = actor_of(session, username), clock.now(session)
    session.add(DutyPresence(
        county_code=who.county_code, id=uuid7(), person_id=who.person_id,
        account_id=who.account_id, present=True, occurred_at=now, received_at=now,
    ))  # fmt: skip


def checkpoint(app: Flask, name: str) -> tuple[str, str]:
    """Register a checkpoint where the phone is; return its id and the text of its code."""
    with app.app_context(), transaction() as session:
        on_duty(session, "zhifa1")
        place = f"POINT ({AT_HOME['longitude']} {AT_HOME['latitude']})"
        made: Beat = beats.add(session, actor_of(session, "dadui"), Described(
            BeatKind.POINT, name, actor_of(session, "zhifa1").unit_code, place,
            PlaceKind.OTHER, per=Per.DAY, radius_m=100))  # fmt: skip
        assert made.tag
        return str(made.id), made.tag


def check_ins(app: Flask, beat_id: str) -> list[tuple[str, bool]]:
    with app.app_context(), transaction() as session:
        query = select(CheckIn.way, CheckIn.within).where(CheckIn.beat_id == beat_id)
        return [(str(row.way), bool(row.within)) for row in session.execute(query)]


def test_who_works_alone_says_so_and_that_he_is_well_without_a_network(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "zhifa2")
    ready(page)
    page.goto("/m/alone")
    page.get_by_label("我一个人在").fill("北河村砂场")
    page.get_by_role("button", name="开始计时").click()
    expect(page.get_by_role("heading", name="北河村砂场")).to_be_visible()
    expect(page.locator("[data-part=left]")).to_contain_text("还有")
    assert watch_of(live_app, "zhifa2") == ("北河村砂场", "open")
    page.context.set_offline(True)
    page.get_by_role("button", name="已离开，结束计时").click()
    expect(page.locator("[data-module=alone] [data-part=said]").first).to_contain_text("已存入本机")
    assert watch_of(live_app, "zhifa2") == ("北河村砂场", "open")
    page.context.set_offline(False)
    page.goto("/m/")
    all_sent(page)
    assert watch_of(live_app, "zhifa2") == ("北河村砂场", "ended")


def test_a_check_in_by_code_is_kept_without_a_network_and_sent_once(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    beat_id, tag = checkpoint(live_app, "离线签到的点")
    page = sign_in(new_page(width="phone"), "zhifa1")
    ready(page)
    page.goto(f"/m/checkin?code={tag}")
    expect(page.locator("[data-part=position]")).to_contain_text("已定位")
    expect(page.get_by_label("巡查码")).to_have_value(tag)
    page.context.set_offline(True)
    page.get_by_role("button", name="签到", exact=True).click()
    expect(waiting(page)).to_contain_text("签到")  # type: ignore[arg-type]
    assert check_ins(live_app, beat_id) == []
    page.context.set_offline(False)
    page.goto("/m/")
    all_sent(page)
    assert check_ins(live_app, beat_id) == [("qr", True)]
