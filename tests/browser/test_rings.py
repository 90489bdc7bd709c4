"""A screen that rings: told by the event stream, kept over pages, silenced when heard."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from enforcement import clock, notices
from enforcement.db import transaction
from enforcement.incident import sos
from enforcement.incident.models import Incident
from enforcement.incident.sos import Help
from enforcement.law.escalation import Does
from tests.asking import actor_of
from tests.browser.conftest import AT_HOME, NewPage, SignIn

pytestmark = pytest.mark.browser


@pytest.fixture
def ringing(live_app: Flask, events_port: int) -> Iterator[Flask]:
    """The live application whose pages know the events process."""
    config = live_app.extensions["enforcement.config"]
    changed = dataclasses.replace(config, events_port=events_port)
    live_app.extensions["enforcement.config"] = changed
    yield live_app
    live_app.extensions["enforcement.config"] = config


def call(app: Flask, username: str, does: Does = Does.RING, place: int = 0) -> str:
    """Tell a person of an incident, of the first one by number; return its number."""
    with app.app_context(), transaction() as session:
        who = actor_of(session, username)
        query = select(Incident).order_by(Incident.number).offset(place).limit(1)
        incident = session.scalars(query).one()
        notices.send(
            session, who.county_code, who.person_id, "incident", incident.id,
            does=does, rule="R1", number=incident.number,
        )  # fmt: skip
        return str(incident.number)


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_call_rings_on_every_page_until_it_is_heard(
    ringing: Flask, new_page: NewPage, sign_in: SignIn, width: str
) -> None:
    page = sign_in(new_page(width), "dadui")
    page.goto("/")
    expect(page.locator(".rings")).to_be_attached()
    card = page.locator(".ring-loud")
    expect(card).to_have_count(0)
    number = call(ringing, "dadui")
    expect(card).to_contain_text(f"紧急呼叫 {number}")
    page.goto("/incidents")
    expect(card).to_contain_text(number)  # not heard yet, so it rings on the next page, too
    card.get_by_role("button", name="听到了").click()
    expect(card).to_have_count(0)
    page.goto("/notices")
    expect(page.locator("main")).to_contain_text(number)
    expect(card).to_have_count(0)
    elsewhere = [one for one in page.watch.take() if "asked elsewhere" not in one]  # type: ignore[attr-defined]
    assert elsewhere == []


def test_one_reminder_stands_on_a_page_and_says_how_many_wait(
    ringing: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page("phone"), "xiangzhen")
    page.goto("/report")
    before = page.locator(".ring-quiet").count()
    numbers = [call(ringing, "xiangzhen", Does.NOTIFY, place) for place in range(3)]
    quiet = page.locator(".ring-quiet")
    expect(quiet).to_have_count(before + 3)
    expect(quiet.locator("visible=true")).to_have_count(1)
    expect(quiet.locator("visible=true")).to_contain_text(numbers[-1])
    more = page.get_by_role("link", name=f"另有{before + 2}条提醒")
    expect(more).to_be_visible()
    loud = call(ringing, "xiangzhen", place=3)
    expect(page.locator(".ring-loud")).to_contain_text(loud)  # what rings is never folded away
    more.click()
    expect(page).to_have_url(re.compile("/notices"))


def test_a_call_for_help_appears_on_the_live_page_and_is_answered(
    ringing: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page("desk"), "dadui")
    page.goto("/live")
    card = page.locator(".live-call")
    expect(page.locator("[data-module=live-units]")).to_be_visible()
    with ringing.app_context(), transaction() as session:
        here = (AT_HOME["longitude"], AT_HOME["latitude"])
        made = sos.press(session, actor_of(session, "fujing"), Help(clock.now(session), *here))
        number = str(made.number)
    mine = card.filter(has_text=number)
    expect(mine).to_have_class(re.compile("call-rings"))
    mine.get_by_role("button", name="应答").click()
    expect(card.filter(has_text=number).get_by_role("button", name="应答")).to_have_count(0)
    elsewhere = [one for one in page.watch.take() if "asked elsewhere" not in one]  # type: ignore[attr-defined]
    assert elsewhere == []
