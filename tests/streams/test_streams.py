"""Events: numbered in the order of commits, told to whom they concern, none missed."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from enforcement import clock, events
from enforcement.access import sessions
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.events import Event
from enforcement.law.terms import Role
from enforcement.people.models import Account
from enforcement.positions import registry
from enforcement.positions.models import Fix, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from enforcement.roster import presence
from enforcement.roster.presence import Presence
from enforcement.streams.hub import concerns
from tests.asking import actor_of
from tests.streams.conftest import Stream

COUNTY = "220322"
Listen = Callable[..., Stream]


def publish(app: Flask, act: str = "report", **more: Any) -> uuid.UUID:
    """Commit an event of the county's first squad; return its subject."""
    subject = uuid.uuid4()
    said: dict[str, Any] = {"units": ["01.01.01.01"], "areas": ["220322100"]} | more
    with app.app_context(), transaction() as session:
        events.publish(session, COUNTY, "incident", act, subject, **said)
    return subject


def test_an_event_reaches_an_open_stream(live_app: Flask, listen: Listen) -> None:
    stream = listen("juzhang")
    assert stream.answer.status == 200
    assert stream.next()[1] == "hello"
    subject = publish(live_app, urgency="red")
    number, kind, data = stream.next()
    assert (kind, data["subject"], data["urgency"]) == ("incident", str(subject), "red")
    assert number > 0


def test_a_stream_that_comes_back_gets_what_it_missed_once_and_in_order(
    live_app: Flask, listen: Listen
) -> None:
    stream = listen("juzhang")
    seen = stream.next()[0]
    stream.close()
    missed = [publish(live_app, act=f"n{n}") for n in range(5)]
    again = listen("juzhang", **{"Last-Event-ID": str(seen)})
    got = [again.next() for _ in missed]
    assert [data["subject"] for _id, _kind, data in got] == [str(one) for one in missed]
    assert [number for number, _kind, _data in got] == sorted(number for number, _k, _d in got)
    assert again.next()[1] == "hello"
    last = publish(live_app)
    assert again.next()[2]["subject"] == str(last)


def test_nobody_hears_what_does_not_concern_him(live_app: Flask, listen: Listen) -> None:
    squad = listen("zhifa1")
    squad.next()
    publish(live_app, units=["01.01.99.01"], areas=[])
    with live_app.app_context(), transaction() as session:
        own = actor_of(session, "zhifa1")
    publish(live_app, units=["01.01.99.01"], areas=[], account_id=uuid.uuid4())
    wanted = publish(live_app, units=[own.unit_code], areas=[])
    assert squad.next()[2]["subject"] == str(wanted)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer 220322.forged"}])
def test_a_stranger_is_turned_away(listen: Listen, headers: dict[str, str]) -> None:
    assert listen("", **headers).answer.status == 401


def test_a_wrong_number_is_named(listen: Listen) -> None:
    assert listen("juzhang", **{"Last-Event-ID": "x; drop"}).answer.status == 422


def test_the_browsers_cookie_opens_the_stream(
    live_app: Flask, server: str, events_port: int
) -> None:
    client = live_app.test_client()
    page = client.get("/sign-in").text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    sent = {"username": "juzhang", "password": "Lishu-2026", "csrf_token": token}
    assert client.post("/sign-in", data=sent).status_code == 302
    cookie = client.get_cookie("session")
    assert cookie is not None
    for value, status in ((cookie.value, 200), (cookie.value[:-3] + "abc", 401)):
        stream = Stream(events_port, "", Cookie=f"session={value}", Origin=server)
        assert stream.answer.status == status
        allowed = stream.answer.headers.get("Access-Control-Allow-Origin")
        assert allowed == server
        stream.close()
    other = Stream(events_port, "", Origin="http://evil.example:80")
    assert other.answer.headers.get("Access-Control-Allow-Origin") is None
    other.close()


def signed_in_cookie(app: Flask, username: str) -> str:
    """Sign in as a browser does; return its cookie."""
    client = app.test_client()
    page = client.get("/sign-in").text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    sent = {"username": username, "password": "Lishu-2026", "csrf_token": token}
    assert client.post("/sign-in", data=sent).status_code == 302
    cookie = client.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"


def test_a_stream_ends_with_the_session_or_the_account_that_opened_it(
    live_app: Flask, events_port: int, listen: Listen
) -> None:
    """Streams of events and of units alike; those of others go on."""
    opened = [
        Stream(events_port, "", path, Cookie=signed_in_cookie(live_app, "zhongdui"))
        for path in ("/events", "/events/units")
    ]
    other = listen("juzhang")
    for stream in (*opened, other):
        assert stream.next()[1] == "hello"
    with live_app.app_context(), transaction() as session:
        own = actor_of(session, "zhongdui")
        sessions.end(session, own.county_code, own.account_id, "ended")
    for stream in opened:
        assert stream.ended()
        stream.close()
    by_token = listen("shenji")
    by_token.next()
    with live_app.app_context(), transaction() as session:
        account = session.scalars(select(Account).where(Account.username == "shenji")).one()
        account.active = False
    assert by_token.ended()
    with live_app.app_context(), transaction() as session:
        session.merge(account).active = True
    subject = publish(live_app)
    assert other.next()[2]["subject"] == str(subject)


def test_units_that_move_are_told_within_reach(
    live_app: Flask, events_port: int, listen: Listen
) -> None:
    assert listen("zhifa1", path="/events/units").answer.status == 403
    chief, squad = (listen(who, path="/events/units") for who in ("zhihui", "zhongdui"))
    for stream in (chief, squad):
        assert stream.next()[1] == "hello"
    with live_app.app_context(), transaction() as session:
        now = clock.now(session)
        officer = actor_of(session, "zhifa1")
        presence.record(session, officer, Presence(True, now))
        car, _key = registry.add(session, actor_of(session, "xitong"), "moves", Protocol.JT808)
        phone = registry.phone_of(session, officer)
        take(session, car, [Reading(124.3, 43.3, now)])
        take(session, phone, [Reading(124.31, 43.3, now, accuracy_m=8)])
    _id, kind, told = chief.next()
    assert (kind, {one["id"] for one in told}) == ("units", {str(car.id), str(phone.id)})
    [mine] = squad.next()[2]
    assert (mine["id"], mine["lon"], mine["accuracy_m"]) == (str(phone.id), 124.31, 8)
    with live_app.app_context(), transaction() as session:
        take(session, car, [Reading(124.3, 43.301, now + timedelta(seconds=5))])
    [again] = chief.next()[2]
    assert (again["id"], again["lat"]) == (str(car.id), 43.301)
    with live_app.app_context(), transaction() as session:
        session.execute(delete(Fix).where(Fix.device_id.in_([car.id, phone.id])))
        presence.record(session, officer, Presence(False, clock.now(session)))
        registry.retire(session, actor_of(session, "xitong"), car.id)


def test_numbers_follow_the_order_of_commits(live_app: Flask) -> None:
    """A reader that asks for all after the last number never misses a slower transaction."""
    seen: list[int] = []
    missed: list[int] = []
    stop = threading.Event()

    def read() -> None:
        last = 0
        with live_app.app_context():
            while not stop.is_set():
                with transaction() as session:
                    found = session.scalars(
                        select(Event.seq).where(Event.county_code == COUNTY, Event.seq > last)
                        .order_by(Event.seq)
                    ).all()  # fmt: skip
                seen.extend(found)
                last = max([last, *found])

    def write() -> None:
        for _ in range(40):
            publish(live_app)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write) for _ in range(4)]
    reader.start()
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    with live_app.app_context(), transaction() as session:
        every = session.scalars(select(Event.seq).where(Event.county_code == COUNTY)).all()
    while set(every) - set(seen) and not stop.wait(0.05) and len(missed) < 100:
        missed.append(0)
    stop.set()
    reader.join()
    assert sorted(seen) == sorted(every)


def test_what_is_undone_is_never_told(session: Session) -> None:
    session.execute(text("select 1"))
    events.publish(session, COUNTY, "incident", "first", uuid.uuid4())
    trial = session.begin_nested()
    events.publish(session, COUNTY, "incident", "second", uuid.uuid4())
    trial.rollback()
    with session.begin_nested():
        events.publish(session, COUNTY, "incident", "third", uuid.uuid4())
    session.commit()
    acts = session.scalars(select(Event.act).order_by(Event.seq)).all()
    assert acts == ["first", "third"]
    events.publish(session, COUNTY, "incident", "fourth", uuid.uuid4())
    session.rollback()
    session.commit()
    assert session.scalars(select(Event.act).order_by(Event.seq)).all() == acts


# fmt: off
SCOPES = (  # role, unit, areas, event's units, event's areas, hears
    (Role.HEAD,           "01.01",    (),                ["01.01.02"],    [],               True),
    (Role.SYSTEM_ADMIN,   "01.01",    (),                ["01.01.02"],    [],               False),
    (Role.BRIGADE_LEADER, "01.01.02", (),                ["01.01.02.01"], [],               True),
    (Role.BRIGADE_LEADER, "01.01.02", (),                ["01.01.03.01"], ["220322100"],    False),
    (Role.DISPATCHER,     "01.11",    ("220322100",),    [],              ["220322100201"], True),
    (Role.DISPATCHER,     "01.11",    ("220322100",),    ["01.11"],       ["220322101"],    False),
    (Role.AUXILIARY,      "01.03.01", ("220322100201",), [],              ["220322100201"], True),
    (Role.AUXILIARY,      "01.03.01", ("220322100201",), [],              ["220322100"],    False),
)
# fmt: on


@pytest.mark.parametrize(("role", "unit", "areas", "units", "places", "hears"), SCOPES)
def test_scope_of_streams_is_that_of_pages(
    role: Role, unit: str, areas: tuple[str, ...], units: list[str], places: list[str], hears: bool
) -> None:
    actor = Actor(
        COUNTY, uuid.uuid4(), uuid.uuid4(), "x", "x", role, uuid.uuid4(), unit, "x", areas
    )
    row = {"county_code": COUNTY, "account_id": None, "unit_codes": units, "area_codes": places}
    assert concerns(actor, row) is hears
    assert concerns(actor, row | {"account_id": actor.account_id})
    assert not concerns(actor, row | {"account_id": uuid.uuid4()})
    assert not concerns(actor, row | {"county_code": "361025"})
