"""Lone working: asked after by the database's clock, warned, rung for, handed to the county."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement import due
from enforcement.clock import now
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.incident.models import Incident
from enforcement.notices import Notice
from enforcement.safety import alone, queries, ringing
from enforcement.safety.alone import Word
from enforcement.safety.models import AloneEntry, AloneWatch
from tests.asking import Browser, Calls, Pages, actor_of, set_clock
from tests.case.making import home_point

COUNTY = "220322"


def began(session: Session, **more: Any) -> AloneWatch:
    """zhifa1 is alone from 9 o'clock, to be asked at half past."""
    set_clock(session, "2026-03-02 09:00")
    lon, lat = home_point(session)
    said: dict[str, Any] = {"place": "北河砂场", "lon": lon, "lat": lat} | more
    return alone.start(session, actor_of(session, "zhifa1"), Word(**said))


def works(session: Session) -> list[str]:
    """Do what is due of timers, as the worker does; return what that was."""
    done: list[str] = []
    while True:
        query = select(DueStep).where(
            DueStep.task == alone.TASK, DueStep.state == "waiting", DueStep.next_at <= now(session)
        )
        step = session.scalars(query.order_by(DueStep.next_at, DueStep.id).limit(1)).first()
        if step is None:
            return done
        ringing.work(session, step)
        due.finish(session, step, now(session))
        session.flush()
        done.append(step.data["does"])


def rung(session: Session, row: AloneWatch, rule: str) -> set[Any]:
    query = select(Notice.person_id).where(Notice.subject_id == row.id, Notice.rule == rule)
    return set(session.scalars(query))


def events(session: Session, row: AloneWatch) -> list[str]:
    query = select(AloneEntry.event).where(AloneEntry.watch_id == row.id).order_by(AloneEntry.seq)
    return list(session.scalars(query))


def test_he_is_warned_then_rung_for_then_the_county_is_called(county: Session) -> None:
    row = began(county)
    own, leader = actor_of(county, "zhifa1"), actor_of(county, "zhongdui")
    assert works(county) == []
    set_clock(county, "2026-03-02 09:26")
    assert works(county) == ["warn"]
    assert rung(county, row, "warn") == {own.person_id}
    set_clock(county, "2026-03-02 09:31")
    assert works(county) == ["alarm"]
    called = rung(county, row, "alarm")
    assert leader.person_id in called
    assert own.person_id not in called
    assert len(called) > 1  # the desk of the township, too
    assert row.alarmed_at is not None
    set_clock(county, "2026-03-02 09:42")
    assert works(county) == ["escalate"]
    assert rung(county, row, "escalate")
    made = county.get_one(Incident, (COUNTY, row.incident_id))
    assert made.urgency == "red"
    assert made.lon == pytest.approx(row.lon)
    assert "北河砂场" in made.description
    assert events(county, row) == ["start", "warn", "alarm", "escalate"]
    with pytest.raises(DBAPIError, match="alone_entry"), county.begin_nested():
        county.execute(text("update alone_entry set event = 'x'"))


def test_a_word_begins_anew_and_silences(county: Session) -> None:
    row = began(county)
    own = actor_of(county, "zhifa1")
    set_clock(county, "2026-03-02 09:31")
    assert works(county) == ["warn", "alarm"]
    alone.well(county, own, Word(), key="w")
    alone.well(county, own, Word(), key="w")
    assert (row.alarmed_at, row.turn) == (None, 2)
    unheard = select(Notice).where(Notice.subject_id == row.id, Notice.heard_at.is_(None))
    assert county.scalars(unheard).all() == []
    set_clock(county, "2026-03-02 09:45")
    assert works(county) == []
    alone.end(county, own, Word())
    set_clock(county, "2026-03-02 11:00")
    assert works(county) == []
    assert row.state == "ended"
    with pytest.raises(StepNotAllowedError):
        alone.well(county, own, Word())


def test_a_leader_takes_it_upon_himself(county: Session) -> None:
    row = began(county)
    leader = actor_of(county, "zhongdui")
    with pytest.raises(StepNotAllowedError):
        alone.answer(county, leader, row.id, "已联系")
    set_clock(county, "2026-03-02 09:31")
    works(county)
    with pytest.raises(InvalidInputError):
        alone.answer(county, leader, row.id, " ")
    with pytest.raises(NotPermittedError):
        alone.answer(county, actor_of(county, "zhifa2"), row.id, "已联系")
    alone.answer(county, leader, row.id, "已电话联系")
    set_clock(county, "2026-03-02 10:00")
    assert works(county) == []
    assert (row.answered_by_name, row.escalated_at) == (leader.name, None)


@pytest.mark.parametrize(("waited_min", "rings"), [(20, False), (45, True)])
def test_a_word_that_waited_on_the_phone_counts_from_when_it_was_said(
    county: Session, waited_min: int, rings: bool
) -> None:
    row = began(county)
    set_clock(county, "2026-03-02 09:35")
    works(county)
    at = set_clock(county, "2026-03-02 09:50")
    works(county)
    alone.well(county, actor_of(county, "zhifa1"), Word(waited_s=waited_min * 60))
    wanted = at + timedelta(minutes=30 - waited_min)
    assert abs(row.ask_at - wanted) < timedelta(seconds=20)
    assert (row.alarmed_at is not None) is rings
    assert events(county, row)[-1] == ("late_word" if rings else "well")


def test_what_came_together_from_a_phone_rings_nobody(county: Session) -> None:
    """Start, well and end were said without a network, and come an hour later, one by one."""
    row = began(county, waited_s=3600.0)
    assert works(county) in ([], ["warn"])
    own = actor_of(county, "zhifa1")
    alone.well(county, own, Word(waited_s=1700.0))
    alone.end(county, own, Word(waited_s=60.0))
    set_clock(county, "2026-03-02 09:10")
    assert works(county) == []
    assert row.state == "ended"


@pytest.mark.parametrize("said", [{"place": " "}, {"place": "x" * 101}, {"minutes": 999}])
def test_what_is_wrong_is_refused(county: Session, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        began(county, **said)


def test_the_phone_and_the_leader_by_pages(demo_app: Flask, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    phone: Browser = Pages(demo_app)("zhifa1")
    assert "我一个人在" in phone.get("/m/alone").text
    assert phone.post("/m/alone", data={"act": "start", "place": ""}).status_code == 422
    assert phone.post("/m/alone", data={"act": "start", "place": "北河砂场", "key": "1"}).location
    assert "北河砂场" in phone.get("/m/alone").text
    sent = {"act": "well", "key": "2", "waited_s": 3.5}
    for _n in range(2):
        assert phone.post("/m/send/alone", json=sent).status_code == 201
    told = phone.get("/m/send/alone").json
    assert told is not None
    assert told["watch"]["place"] == "北河砂场"
    leader = Pages(demo_app)("zhongdui")
    assert "北河砂场" in leader.get("/alone").text
    set_clock(county, "2026-03-02 09:40")
    works(county)
    county.commit()
    [row] = queries.list_open(county, actor_of(county, "zhongdui"))
    assert "由我处理" in leader.get("/alone").text
    assert leader.post(f"/alone/{row.watch.id}/answer", data={"words": "已联系"}).location
    assert "已联系" in leader.get(f"/alone/{row.watch.id}").text
    assert Pages(demo_app)("zhifa2").get("/alone").status_code == 403


def test_by_calls(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    body = {"act": "start", "place": "北河", "minutes": 20, "key": "a"}
    made = call("zhifa1", "POST", "/alone", json=body).json
    assert made is not None
    assert call("zhifa1", "POST", "/alone", json=body).json == made
    assert (call("zhifa1", "GET", "/alone/mine").json or {})["watch"]["id"] == made["id"]
    rows = (call("zhongdui", "GET", "/alone").json or {})["watches"]
    assert [row["id"] for row in rows] == [made["id"]]
    early = call("zhongdui", "POST", f"/alone/{made['id']}/answer", json={"words": "好"})
    assert early.status_code == 409
