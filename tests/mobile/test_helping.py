"""A call for help and the on-duty switch: at once, once, and never lost or refused by trifles."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from enforcement import notices
from enforcement.due import DueStep
from enforcement.incident.models import Incident, IncidentEntry, SosPress
from enforcement.notices import Notice
from enforcement.roster.models import DutyPresence
from enforcement.worker import loop
from tests.asking import Pages, actor_of, set_clock
from tests.case.making import home_point


def call(county: Session, **change: Any) -> dict[str, Any]:
    set_clock(county, "2026-03-02 09:30")
    lon, lat = home_point(county)
    plain = {"key": str(uuid.uuid4()), "occurred_at": "2026-03-02T09:30:00+08:00"}
    return plain | {"lon": lon, "lat": lat, "accuracy_m": 12.0} | change


def incident_of(county: Session, answer: Any) -> Incident:
    assert answer.status_code == 201, answer.text
    key = (actor_of(county, "fujing").county_code, uuid.UUID(answer.get_json()["id"]))
    return county.get_one(Incident, key)


def test_a_call_is_a_red_incident_and_rings(county: Session, page: Pages) -> None:
    county.query(DueStep).delete()
    incident = incident_of(county, page("fujing").post("/m/send/sos", json=call(county)))
    assert (incident.category, incident.urgency, incident.source) == ("V7", "red", "phone_app")
    assert incident.description.startswith("人员紧急求助：")
    assert incident.village_code == actor_of(county, "fujing").area_codes[0]
    county.commit()
    set_clock(county, "2026-03-02 09:32")
    factory: sessionmaker[Session] = page.app.extensions["enforcement.sessions"]
    assert loop.run_due(factory) >= 4
    told = county.scalar(
        select(func.count()).select_from(Notice).where(Notice.subject_id == incident.id)
    )
    assert told
    status = page("fujing").get("/m/send/sos").get_json()["help"]
    assert (status["number"], status["acknowledged"]) == (incident.number, False)
    assert status["told"]
    row = county.query(Notice).filter_by(subject_id=incident.id).first()
    assert row is not None
    row.heard_at = row.at
    county.commit()
    assert page("fujing").get("/m/send/sos").get_json()["help"]["acknowledged"]


def test_the_same_call_and_those_that_follow_at_once_are_one(county: Session, page: Pages) -> None:
    browser, first, before = page("fujing"), call(county), county.query(Incident).count()
    answers = [browser.post("/m/send/sos", json=one) for one in (first, first, call(county))]
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert county.query(Incident).count() == before + 1
    assert incident_of(county, answers[0]).presses == 2
    assert county.query(SosPress).count() == 2
    body = call(county)
    set_clock(county, "2026-03-02 09:41")
    assert browser.post("/m/send/sos", json=body).get_json()["id"] != answers[0].get_json()["id"]


def test_a_place_that_comes_later_is_given_to_the_call(county: Session, page: Pages) -> None:
    browser, placed = page("fujing"), call(county)
    bare = incident_of(county, browser.post("/m/send/sos", json=call(county, lon=None, lat=None)))
    assert (bare.lon, bare.village_code) == (None, actor_of(county, "fujing").area_codes[0])
    incident_of(county, browser.post("/m/send/sos", json=placed))
    county.refresh(bare)
    assert bare.lon == pytest.approx(placed["lon"])


@pytest.mark.parametrize(
    "change",
    [{"lon": 116.4, "lat": 39.9}, {"lon": 0.0, "lat": 0.0}, {"lon": None}, {"lat": None},
     {"occurred_at": "2026-03-09T09:30:00+08:00"}, {"occurred_at": "2025-03-09T09:30:00+08:00"}],
)  # fmt: skip
def test_nothing_the_phone_is_wrong_about_stops_a_call(
    county: Session, page: Pages, change: dict[str, Any]
) -> None:
    incident = incident_of(county, page("fujing").post("/m/send/sos", json=call(county, **change)))
    assert incident.urgency == "red"
    assert incident.occurred_at <= incident.received_at


@pytest.mark.parametrize("username", ["zhifa1", "zhongdui", "xieguan", "jiexian", "juzhang"])
def test_whoever_calls_without_a_place_is_heard_of(
    county: Session, page: Pages, username: str
) -> None:
    county.query(DueStep).delete()
    body = call(county, lon=None, lat=None)
    incident = incident_of(county, page(username).post("/m/send/sos", json=body))
    county.commit()
    set_clock(county, "2026-03-02 09:32")
    loop.run_due(page.app.extensions["enforcement.sessions"])
    assert county.query(Notice).filter_by(subject_id=incident.id).count() > 0


def test_a_call_is_taken_back_with_a_word_and_stays(county: Session, page: Pages) -> None:
    browser = page("fujing")
    incident = incident_of(county, browser.post("/m/send/sos", json=call(county)))
    path = f"/m/sos/{incident.id}/withdraw"
    assert browser.post(path, data={"words": " "}).status_code == 422
    assert page("zhifa1").post(path, data={"words": "误按"}).status_code == 404
    assert county.query(SosPress).filter_by(act="withdraw").count() == 0
    assert browser.post(path, data={"words": "误按"}).status_code == 302
    assert browser.post(path, data={"words": "误按"}).status_code == 409
    county.refresh(incident)
    assert incident.state == "received"
    last = county.scalars(
        select(IncidentEntry).where(IncidentEntry.incident_id == incident.id)
        .order_by(IncidentEntry.seq.desc())
    ).first()  # fmt: skip
    assert last is not None
    assert (last.event, last.detail["note"]) == ("withdraw_help", "误按")
    assert last.seq == incident.version
    again = incident_of(county, browser.post("/m/send/sos", json=call(county)))
    assert again.id != incident.id


def test_a_call_without_scripts_takes_two_steps(county: Session, page: Pages) -> None:
    browser, before = page("fujing"), county.query(Incident).count()
    assert "确认求助" in browser.get("/m/sos").text
    assert county.query(Incident).count() == before
    assert browser.post("/m/sos").status_code == 302
    assert county.query(Incident).count() == before + 1
    assert "撤回求助" in browser.get("/m/sos").text


def test_presence_is_kept_once_and_told_by_the_moment_it_was_said(
    county: Session, page: Pages
) -> None:
    browser = page("fujing")
    body = call(county) | {"present": True}
    for _twice in range(2):
        assert browser.post("/m/send/presence", json=body).status_code == 201
    assert county.query(DutyPresence).count() == 1
    assert "下岗</button>" in browser.get("/m/").text
    late = call(county) | {"present": False, "occurred_at": "2026-03-02T08:00:00+08:00"}
    browser.post("/m/send/presence", json=late)  # waited longer in the queue, was earlier
    assert "下岗</button>" in browser.get("/m/").text
    set_clock(county, "2026-03-02 18:00")
    assert browser.post("/m/presence", data={"present": "no", "key": "x"}).status_code == 302
    assert "上岗</button>" in browser.get("/m/").text


@pytest.mark.parametrize(
    "change", [{"occurred_at": "2026-03-03T09:30:00+08:00"}, {"lon": None}, {"present": "maybe"}]
)
def test_presence_that_cannot_be_is_refused(
    county: Session, page: Pages, change: dict[str, Any]
) -> None:
    body = call(county) | {"present": True} | change
    assert page("fujing").post("/m/send/presence", json=body).status_code == 422
    assert county.query(DutyPresence).count() == 0


def test_who_is_on_duty_is_shown_to_the_desk(county: Session, page: Pages) -> None:
    village = actor_of(county, "fujing").area_codes[0]
    asked = f"/roster/now?place={village}"
    page("fujing").post("/m/send/presence", json=call(county) | {"present": True})
    assert "在岗（2026-03-02 09:30起）" in page("jiexian").get(asked).text


def test_notices_are_heard_on_the_phone_page(county: Session, page: Pages) -> None:
    who = actor_of(county, "xieguan")
    incident = county.scalars(select(Incident).limit(1)).one()
    set_clock(county, "2026-03-02 09:30")

    row = notices.send(county, who.county_code, who.person_id, "incident", incident.id,
                       does="ring", rule="r", number=incident.number)  # fmt: skip
    county.commit()
    browser = page("xieguan")
    assert "条提醒还没有确认听到" in browser.get("/m/").text
    assert incident.number in browser.get("/m/notices").text
    answer = browser.post(f"/notices/{row.id}/hear", data={"back": "phone"})
    assert answer.headers["Location"].endswith("/m/notices")
    assert "09:30听到" in browser.get("/m/notices").text
