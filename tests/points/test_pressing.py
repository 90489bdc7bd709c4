"""Buttons of village points: one incident for many presses, no press lost, no forged one taken."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import clock, notices
from enforcement.due import DueStep
from enforcement.events import PENDING
from enforcement.incident import queries, services
from enforcement.incident.models import Incident
from enforcement.law.terms import IncidentEvent, Urgency
from enforcement.notices import Notice
from enforcement.points import pressing
from enforcement.points import services as registry
from enforcement.points.models import PointPress
from enforcement.points.pressing import Press
from tests.asking import actor_of, as_owner, set_clock
from tests.points.making import Device, made_point

START = "2026-03-02 09:30"
PRESSES = pressing.TOLD_AT[-1] + 100  # beyond the last count that is told


@pytest.fixture
def device(demo_app: Flask, county: Session) -> Device:
    set_clock(county, START)
    point, secret = made_point(county)
    county.commit()
    return Device(demo_app, point.id, secret)


def incidents(session: Session) -> list[Incident]:
    session.expire_all()
    query = select(Incident).where(Incident.point_id.is_not(None)).order_by(Incident.id)
    return list(session.scalars(query))


def presses(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PointPress)) or 0


def test_a_red_press_makes_an_urgent_incident_of_the_village(
    county: Session, device: Device
) -> None:
    answer = device.press(at=clock.now(county).isoformat())
    assert answer.status_code == 200, answer.text
    [made] = incidents(county)
    assert (made.urgency, made.category, made.source) == ("red", "V7", "button")
    assert made.village_code == actor_of(county, "fujing").area_codes[0]
    assert made.responsible_unit_code is not None
    assert (made.lon, made.presses, made.number) == (None, 1, answer.get_json()["number"])
    waiting = select(func.count()).where(DueStep.subject_id == made.id)
    assert (county.scalar(waiting) or 0) > 3


def test_a_stuck_button_makes_one_incident_that_counts(county: Session) -> None:
    set_clock(county, START)
    point, _secret = made_point(county)
    began = time.monotonic()
    for number in range(PRESSES):
        pressing.press(county, point, Press(Urgency.RED, f"n{number}"))
    took_s = time.monotonic() - began
    [made] = incidents(county)
    assert made.presses == PRESSES
    history = queries.history(county, made.county_code, made.id)
    assert [row.event for row in history] == ["report"] + ["press_again"] * 4
    assert [row.detail["presses"] for row in history[1:]] == [2, 10, 100, 1000]
    assert len(county.info[PENDING]) == 5
    assert presses(county) == PRESSES
    assert took_s < PRESSES * 0.06


def test_the_other_button_and_a_later_press_are_incidents_of_their_own(
    county: Session, device: Device
) -> None:
    device.press()
    device.press(button="green")
    assert [row.urgency for row in incidents(county)] == ["red", "green"]
    set_clock(county, "2026-03-02 09:41")
    device.press()
    assert [row.urgency for row in incidents(county)] == ["red", "green", "red"]


def test_a_press_after_the_incident_ended_rings_anew(county: Session, device: Device) -> None:
    device.press()
    [made] = incidents(county)
    services.act(county, actor_of(county, "zhihui"), made.id, IncidentEvent.REJECT, note="误报")
    county.commit()
    device.press()
    assert [row.presses for row in incidents(county)] == [1, 1]


def test_a_nonce_that_comes_again_has_the_same_answer_and_counts_once(
    county: Session, device: Device
) -> None:
    first = device.press(nonce="a")
    device.press(nonce="b")
    again = device.press(nonce="a")
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert incidents(county)[0].presses == 2
    assert presses(county) == 2


def test_wrong_key_unknown_point_and_closed_point_look_the_same(
    demo_app: Flask, county: Session, device: Device
) -> None:
    body = json.dumps({"button": "red", "nonce": "x"}).encode()
    wrong = device.post("press", body, sign="sha256=" + "0" * 64)
    unsigned = device.post("press", body, sign="")
    other = Device(demo_app, uuid.uuid4(), device.secret).post("press", body)
    registry.set_active(county, actor_of(county, "xitong"), uuid.UUID(device.base[-36:]), False)
    county.commit()
    closed = device.post("press", body)
    answers = {(one.status_code, one.text) for one in (wrong, unsigned, other, closed)}
    assert len(answers) == 1
    assert answers.pop()[0] == 401
    assert (incidents(county), presses(county)) == ([], 0)


def test_a_changed_body_is_refused(county: Session, device: Device) -> None:
    said = b'{"button": "green", "nonce": "x"}'
    good = device.post("press", said)
    assert good.status_code == 200
    sign = good.request.headers["X-Signature"]
    assert device.post("press", said.replace(b"green", b"red"), sign=sign).status_code == 401
    assert presses(county) == 1


@pytest.mark.parametrize("off", [timedelta(days=-1), timedelta(days=1), timedelta(days=-20_000)])
def test_a_clock_that_is_wrong_is_noted_and_the_receipt_counts(
    county: Session, device: Device, off: timedelta
) -> None:
    now = clock.now(county)
    answer = device.press(at=(now + off).isoformat())
    assert answer.get_json()["clock_off"] is True
    [made] = incidents(county)
    assert abs(made.occurred_at - now) < timedelta(minutes=1)
    assert "不准" in made.description


def test_a_test_press_is_kept_and_alarms_nobody(county: Session, device: Device) -> None:
    answer = device.press(test=True)
    assert (answer.status_code, answer.get_json()["number"]) == (200, None)
    assert (incidents(county), presses(county)) == ([], 1)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"no json", b'{"button": "blue", "nonce": "x"}', b'{"button": "red"}',
     b'{"button": "red", "nonce": ""}', b'{"button": "red", "nonce": "\\u0000"}',
     b'{"button": "red", "nonce": "x", "at": "yesterday"}', b"[" * 3000],
)  # fmt: skip
def test_a_signed_body_that_says_nothing_useful_changes_nothing(
    county: Session, device: Device, body: bytes
) -> None:
    assert device.post("press", body).status_code == 422
    assert (incidents(county), presses(county)) == ([], 0)


def test_the_device_learns_who_was_told_and_who_heard(county: Session, device: Device) -> None:
    assert device.status().get_json()["red"] is None
    device.press()
    [made] = incidents(county)
    assert device.status().get_json()["red"]["acknowledged"] is False
    desk = actor_of(county, "jiexian")
    sent = notices.send(
        county, made.county_code, desk.person_id, "incident", made.id, does="ring", rule="red_a"
    )
    county.commit()
    told = device.status().get_json()["red"]
    assert (told["told"], told["heard_by"], told["acknowledged"]) == ([desk.name], [], False)
    notices.hear(county, desk, sent.id)
    county.commit()
    heard = device.status().get_json()["red"]
    assert (heard["heard_by"], heard["acknowledged"]) == ([desk.name], True)
    assert desk.name in heard["words"]


def test_the_status_is_told_to_the_key_only(county: Session, device: Device) -> None:
    device.secret = "another"
    assert device.status().status_code == 401


def test_presses_only_grow(county: Session, device: Device) -> None:
    device.press()
    with pytest.raises(IntegrityError, match="only grows"), as_owner(county):
        county.execute(text("delete from point_press"))


def test_silence_is_told_once_to_the_desk_and_ends_with_a_heartbeat(
    county: Session, device: Device
) -> None:
    from enforcement.db import sessions
    from enforcement.worker import loop

    county.execute(text("update due_step set state = 'cancelled' where task <> 'points:silent'"))
    county.execute(text("update due_step set next_at = app_now() where task = 'points:silent'"))
    county.commit()
    query = select(Notice).where(Notice.rule == "point_silent")

    def told(moment: str) -> int:
        set_clock(county, moment)
        county.commit()
        assert loop.run_due(sessions(), most=3) >= 1
        county.expire_all()
        return len({row.at for row in county.scalars(query)})

    assert told("2026-03-02 09:50") == 0
    assert told("2026-03-02 10:05") == 1
    assert told("2026-03-02 10:30") == 1
    assert device.post("heartbeat", b"{}").status_code == 200
    assert told("2026-03-02 10:50") == 1
    assert told("2026-03-02 11:05") == 2
