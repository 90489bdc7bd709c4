"""Positions through their doors: registered devices, on duty only, each once, marked not lost."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.positions import queries, registry
from enforcement.positions.models import Device, DeviceState, Fix, Protocol
from enforcement.roster import presence
from enforcement.roster.presence import Presence
from tests.asking import Browser, actor_of, as_owner, set_clock
from tests.positions import samples

START = "2026-03-02 09:30"


def added(session: Session, ident: str, protocol: Protocol, **more: Any) -> tuple[Device, str]:
    made = registry.add(session, actor_of(session, "xitong"), ident, protocol, **more)
    session.commit()
    return made


def ask(app: Flask, *args: Any, **more: Any) -> Any:
    return Browser(app, app.response_class).open(*args, **more)


def stored(session: Session, device: Device) -> list[Fix]:
    session.expire_all()
    return queries.list_fixes(session, device.county_code, device.id)


@pytest.mark.parametrize("name", ["Q4", "Q6", "Q7", "Q8", "Q10"])
def test_a_query_is_stored_as_it_says(demo_app: Flask, county: Session, name: str) -> None:
    ident = "902064" if name == "Q4" else "123456"
    device, _key = added(county, ident, Protocol.OSMAND)
    for method in ("GET", "POST"):
        answer = ask(demo_app, f"/gps/osmand?{samples.QUERIES[name]}", method=method)
        assert (answer.status_code, answer.text) == (200, "OK")
    form = ask(demo_app, "/gps/osmand", method="POST", data=samples.QUERIES[name],
               content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert form.status_code == 200
    found = stored(county, device)
    assert len(found) == (3 if name == "Q8" else 1)  # without a moment each is of now
    expected = (42.06288, -88.23412) if name == "Q4" else (60.0, 30.0)
    assert (found[0].lat, found[0].lon) == expected
    assert (found[0].raw_lat, found[0].datum, found[0].source) == (expected[0], "wgs84", "osmand")
    assert found[0].marks == (None if name == "Q8" else ["old"])


@pytest.mark.parametrize("body", [samples.J1, samples.J4], ids=["J1", "J4"])
def test_json_is_stored(demo_app: Flask, county: Session, body: dict[str, Any]) -> None:
    device, _key = added(county, body["device_id"], Protocol.OSMAND)
    assert ask(demo_app, "/gps/osmand", method="POST", json=body).status_code == 200
    [fix] = stored(county, device)
    coords = body["location"]["coords"]
    assert (fix.lat, fix.lon) == (coords["latitude"], coords["longitude"])
    assert fix.speed_mps == pytest.approx(coords["speed"], rel=1e-6)


@pytest.mark.parametrize("row", samples.OWNTRACKS, ids=[f"O{n}" for n in range(7)])
def test_owntracks_is_stored(demo_app: Flask, county: Session, row: Any) -> None:
    body, ident, lat, lon, *_more = row
    device, _key = added(county, ident, Protocol.OWNTRACKS)
    answer = ask(demo_app, "/gps/owntracks", method="POST", json=body)
    assert (answer.status_code, answer.json) == (200, [])
    [fix] = stored(county, device)
    assert (fix.lat, fix.lon, fix.source) == (lat, lon, "owntracks")
    assert fix.marks == ["old"]


def test_owntracks_names_its_device_in_several_ways(demo_app: Flask, county: Session) -> None:
    device, _key = added(county, "zhang/phone", Protocol.OWNTRACKS)
    body = {"_type": "location", "lat": 43.3, "lon": 124.3, "tst": 1772415000, "tid": "zz"}
    for n, more in enumerate([
        {"headers": {"X-Limit-U": "zhang", "X-Limit-D": "phone"}},
        {"query_string": {"u": "zhang", "d": "phone"}},
    ]):  # fmt: skip
        said = body | {"tst": body["tst"] + n}  # type: ignore[operator]
        assert ask(demo_app, "/gps/owntracks", method="POST", json=said, **more).status_code == 200
    said = body | {"topic": "owntracks/zhang/phone", "tst": 1772415009}
    assert ask(demo_app, "/gps/owntracks", method="POST", json=said).status_code == 200
    assert len(stored(county, device)) == 3


def test_owntracks_that_is_no_position_is_answered_and_forgotten(
    demo_app: Flask, county: Session
) -> None:
    for body in (b"", b'{"_type":"lwt","tst":"1440363922"}'):
        answer = ask(demo_app, "/gps/owntracks", method="POST", data=body)
        assert (answer.status_code, answer.json) == (200, [])


def test_who_is_not_registered_is_refused(demo_app: Flask, county: Session) -> None:
    assert ask(demo_app, "/gps/osmand?" + samples.QUERIES["Q7"]).status_code == 400
    assert ask(demo_app, "/gps/osmand", method="POST", json=samples.J1).status_code == 404
    body = samples.OWNTRACKS[0][0]
    assert ask(demo_app, "/gps/owntracks", method="POST", json=body).status_code == 404
    assert county.scalars(select(Fix)).all() == []


def test_a_strict_device_shows_its_key(demo_app: Flask, county: Session) -> None:
    device, key = added(county, "123456", Protocol.OSMAND, strict=True)
    query = samples.QUERIES["Q7"]
    assert ask(demo_app, f"/gps/osmand?{query}").status_code == 401
    assert ask(demo_app, f"/gps/osmand?{query}&key=no").status_code == 401
    assert ask(demo_app, f"/gps/osmand?{query}&key={key}").status_code == 200
    track, secret = added(county, "JJ", Protocol.OWNTRACKS, strict=True)
    login = base64.b64encode(f"any:{secret}".encode()).decode()
    answer = ask(demo_app, "/gps/owntracks", method="POST", json=samples.OWNTRACKS[1][0],
                 headers={"Authorization": f"Basic {login}"})  # fmt: skip
    assert answer.status_code == 200
    assert len(stored(county, device)) == len(stored(county, track)) == 1


@pytest.mark.parametrize("query", [
    "id=123456&lat=91&lon=3", "id=123456&lat=x&lon=3", "id=123456&lat=nan&lon=3",
    "id=123456&lat=1&lon=2&timestamp=yesterday", "id=123456&location=1;2",
])  # fmt: skip
def test_what_cannot_be_read_is_refused_and_says_which_field(
    demo_app: Flask, county: Session, query: str
) -> None:
    device, _key = added(county, "123456", Protocol.OSMAND)
    answer = ask(demo_app, f"/gps/osmand?{query}")
    assert answer.status_code == 400
    assert answer.text.partition(":")[0] in {"lat", "timestamp", "location"}
    assert stored(county, device) == []


def test_no_position_only_says_that_the_device_is_there(demo_app: Flask, county: Session) -> None:
    device, _key = added(county, "7", Protocol.OSMAND)
    answer = ask(demo_app, "/gps/osmand", method="POST", data={"id": "7", "notificationToken": "x"})
    assert answer.status_code == 200
    assert stored(county, device) == []
    assert county.get(DeviceState, (device.county_code, device.id)) is not None


def at(county: Session, clock: str) -> int:
    return int(set_clock(county, f"2026-03-02 {clock}").timestamp())


def said(app: Flask, moment: int | str, lon: float, lat: float, **more: Any) -> Any:
    query = {"id": "9", "lat": lat, "lon": lon, "timestamp": moment, **more}
    return ask(app, "/gps/osmand", query_string=query)


def test_what_is_not_believed_is_kept_with_its_mark(demo_app: Flask, county: Session) -> None:
    device, _key = added(county, "9", Protocol.OSMAND)
    now = at(county, "09:30")
    for moment, lon, lat, more in [
        (now, 124.30, 43.30, {}), (now + 10, 124.40, 43.30, {}), (now + 20, 124.301, 43.30, {}),
        (now + 30, 0, 0, {}), (now + 40, 124.302, 43.30, {"accuracy": 3000}),
        (now + 50, 124.302, 43.30, {"valid": "false"}), (now + 7200, 124.3, 43.3, {}),
        (0, 124.3, 43.3, {}), ("2099-01-01T00:00:00Z", 124.3, 43.3, {}),
    ]:  # fmt: skip
        assert said(demo_app, moment, lon, lat, **more).status_code == 200
    marks = {fix.fixed_at.timestamp() - now: fix.marks for fix in stored(county, device)}
    assert marks == {
        0: None, 10: ["jump"], 20: None, 30: ["zero"], 40: ["inaccurate"], 50: ["invalid"],
        7200: ["future"], -now: ["old"], 4_070_908_800 - now: ["future"],
    }  # fmt: skip
    state = county.get(DeviceState, (device.county_code, device.id))
    assert state is not None
    assert state.lon == 124.301


def test_a_thousand_repeated_positions_are_one(demo_app: Flask, county: Session) -> None:
    device, _key = added(county, "9", Protocol.OSMAND)
    now = at(county, "09:30")
    row = {"id": 9, "lat": 43.3, "lon": 124.3, "timestamp": now}
    assert ask(demo_app, "/gps/osmand", method="POST", json=[row] * 1000).status_code == 200
    assert len(stored(county, device)) == 1


def test_positions_of_a_person_are_kept_while_he_is_on_duty_only(
    demo_app: Flask, county: Session
) -> None:
    officer = actor_of(county, "zhifa1")
    with as_owner(county):
        county.execute(text("delete from duty_presence"))
    county.execute(text("update duty_shift set state = 'cancelled' where person_id = :p"),
                   {"p": officer.person_id})  # fmt: skip
    device, _key = added(county, "9", Protocol.OSMAND, person_id=officer.person_id)

    def switch(clock: str, present: bool) -> None:
        moment = set_clock(county, f"2026-03-02 {clock}").astimezone(ZONE)
        presence.record(county, officer, Presence(present, moment))
        county.commit()

    switch("09:00", True)
    switch("11:00", False)
    for clock in ("08:59", "09:01", "10:59", "11:01"):
        assert said(demo_app, at(county, clock), 124.3, 43.3).status_code == 200
    kept = [f"{fix.fixed_at.astimezone(ZONE):%H:%M}" for fix in stored(county, device)]
    assert kept == ["09:01", "10:59"]
    assert {fix.person_id for fix in stored(county, device)} == {officer.person_id}


def test_a_device_is_registered_once_over_all_and_free_again_when_retired(
    demo_app: Flask, county: Session
) -> None:
    device, _key = added(county, "9", Protocol.OSMAND)
    with pytest.raises(Exception, match="已经登记"):
        added(county, "9", Protocol.OSMAND)
    registry.retire(county, actor_of(county, "xitong"), device.id)
    county.commit()
    assert said(demo_app, at(county, "09:30"), 124.3, 43.3).status_code == 400
    again, _key = added(county, "9", Protocol.OSMAND)
    assert again.id != device.id


def test_only_who_manages_devices_registers_them(county: Session) -> None:
    with pytest.raises(Exception, match="不能执行"):
        registry.add(county, actor_of(county, "dadui"), "9", Protocol.OSMAND)


def test_a_large_or_broken_body_is_refused(demo_app: Flask, county: Session) -> None:
    big = ask(demo_app, "/gps/osmand", method="POST", data=b"{" + b" " * 2_000_000)
    assert big.status_code == 413
    for body in (b"{", b"[[]]", json.dumps({"device_id": True}).encode()):
        assert ask(demo_app, "/gps/osmand", method="POST", data=body).status_code == 400
