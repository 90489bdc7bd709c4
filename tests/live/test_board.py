"""The live board: who is on duty and where, each within his reach, each look logged."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.audit import AuditLog
from enforcement.incident import sos
from enforcement.incident.sos import Help
from enforcement.law.terms import Role
from enforcement.live import board
from enforcement.people.models import Account, Person, Post, Unit
from enforcement.positions import registry
from enforcement.positions.models import Device, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.queries import in_reach
from enforcement.positions.receiving import take
from enforcement.roster import presence
from enforcement.roster.presence import Presence
from enforcement.streams.units import sees
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.web.test_query_counts import counted

HOME = (124.335, 43.308)


def phone_at(session: Session, who: str, lon: float, lat: float, **more: Any) -> Device:
    """Put somebody on duty with his phone at a place, now; return the phone."""
    actor = actor_of(session, who)
    now = set_clock(session, "2026-03-02 09:00")
    presence.record(session, actor, Presence(True, now))
    device = registry.phone_of(session, actor)
    take(session, device, [Reading(lon, lat, now, **more)])
    return device


def seen(session: Session, who: str, where: str | None = "test") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        board.look(session, actor_of(session, who), where).units
    )
    return found


def names(session: Session, who: str) -> set[str]:
    return {one["name"] for one in seen(session, who)}


@pytest.fixture
def units(county: Session) -> Session:
    """An officer and an auxiliary on duty with phones, and a car."""
    phone_at(county, "zhifa1", *HOME, accuracy_m=12, speed_mps=1.5)
    phone_at(county, "fujing", HOME[0] + 0.01, HOME[1])
    car, _key = registry.add(
        county, actor_of(county, "xitong"), "10", Protocol.JT808, label="吉C·00001")  # fmt: skip
    take(county, car, [Reading(HOME[0], HOME[1] + 0.01, set_clock(county, "2026-03-02 09:01"))])
    county.commit()
    return county


def test_each_sees_his_own_units_and_each_look_is_logged(units: Session) -> None:
    officer, helper = actor_of(units, "zhifa1").name, actor_of(units, "fujing").name
    assert names(units, "zhihui") == {officer, helper, "吉C·00001"}
    assert names(units, "dadui") >= {officer}
    assert names(units, "zhongdui") == {officer}
    with pytest.raises(Exception, match="不能执行"):
        seen(units, "zhifa2")
    looks = units.scalars(select(AuditLog).where(AuditLog.act == "positions:look")).all()
    assert len(looks) == 3
    seen(units, "zhihui", None)
    assert len(units.scalars(select(AuditLog).where(AuditLog.act == "positions:look")).all()) == 3


def test_a_unit_tells_age_accuracy_unit_and_task(units: Session) -> None:
    [one] = seen(units, "zhongdui")
    own = actor_of(units, "zhifa1")
    assert (one["lon"], one["lat"], one["accuracy_m"], one["speed_kmh"]) == (*HOME, 12, 5)
    assert (one["unit"], one["duty"], one["person"]) == (own.unit_name, "shift", True)
    assert (one["task"]["kind"], one["sos"]) == ("incident", False)
    at = set_clock(units, "2026-03-02 09:10")
    assert at.timestamp() - one["at"] == pytest.approx(600, abs=5)
    sos.press(units, own, Help(at, *HOME))
    [one] = seen(units, "zhongdui")
    assert one["sos"] is True


def test_who_ended_work_is_not_shown_though_his_last_place_is_known(units: Session) -> None:
    at = set_clock(units, "2026-03-02 09:20")
    presence.record(units, actor_of(units, "zhifa1"), Presence(False, at))
    assert seen(units, "zhongdui") == []


def test_the_reach_of_the_stream_is_that_of_the_page(units: Session) -> None:
    """The same devices, whether SQL chooses them or Python."""
    listed = units.execute(select(Account.username).where(Account.active)).scalars().all()
    devices = units.scalars(select(Device).where(Device.retired_at.is_(None))).all()
    for name in listed:
        actor = actor_of(units, name)
        query = select(Device.id).outerjoin(Person, Person.id == Device.person_id)
        inside = set(units.scalars(query.where(in_reach(actor))))
        for one in devices:
            assert sees(actor, _row(units, one)) is (one.id in inside), (name, one.ident)


def _row(session: Session, device: Device) -> dict[str, Any]:
    posts = session.execute(
        select(Unit.code, Unit.home_code)
        .join(Post, Post.unit_id == Unit.id)
        .where(Post.person_id == device.person_id, Post.valid_to.is_(None))
    ).all()
    return {"person_id": device.person_id, "unit_codes": [row.code for row in posts],
            "area_codes": [row.home_code for row in posts if row.home_code]}  # fmt: skip


def test_a_township_leader_sees_the_people_of_his_township() -> None:
    actor = Actor("220322", uuid.uuid4(), uuid.uuid4(), "x", "x", Role.TOWNSHIP_LEADER,
                  uuid.uuid4(), "02.01", "x", ("220322100",))  # fmt: skip
    row = {"person_id": uuid.uuid4(), "unit_codes": ["01.01"], "area_codes": ["220322100"]}
    assert sees(actor, row)
    assert not sees(actor, row | {"area_codes": ["220322101"]})
    assert not sees(actor, row | {"person_id": None})


def test_page_json_and_call(demo_app: Flask, units: Session, call: Calls) -> None:
    chief = Pages(demo_app)("zhihui")
    page = chief.get("/live")
    assert page.status_code == 200
    assert "吉C·00001" in page.text
    with counted(demo_app) as first:
        found = chief.get("/live/now").json
    assert found is not None
    assert {one["name"] for one in found["units"]} >= {"吉C·00001"}
    for n in range(5):
        car, _key = registry.add(units, actor_of(units, "xitong"), f"n{n}", Protocol.JT808)
        take(units, car, [Reading(*HOME, set_clock(units, "2026-03-02 09:02"))])
    units.commit()
    with counted(demo_app) as then:
        assert len((chief.get("/live/now").json or {})["units"]) == len(found["units"]) + 5
    assert len(then) == len(first)
    assert (call("zhihui", "GET", "/live").json or {})["units"]
    assert call("zhifa1", "GET", "/live").status_code == 403
    assert Pages(demo_app)("zhifa1").get("/live").status_code == 403


def test_a_call_for_help_shows_with_the_nearest_until_it_is_taken_up(
    demo_app: Flask, units: Session
) -> None:
    at = set_clock(units, "2026-03-02 09:03")
    incident = sos.press(units, actor_of(units, "zhifa1"), Help(at, *HOME))
    units.commit()
    chief = Pages(demo_app)("zhihui")
    [one] = (chief.get("/live/calls").json or {})["sos"]
    assert (one["number"], one["rings"], one["lon"]) == (incident.number, True, HOME[0])
    helper = actor_of(units, "fujing").name
    assert [(near["name"], near["minutes"]) for near in one["nearest"]] == [(helper, 2)]
    incident.answered_at = at
    units.commit()
    [later] = (chief.get("/live/calls").json or {})["sos"]
    assert later["rings"] is False
