"""The dispatcher's form for calls, by page and API."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.audit import AuditLog
from enforcement.incident.models import Incident
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import home_point

HERE = "/desk/call"


@pytest.fixture
def said(county: Session) -> dict[str, Any]:
    set_clock(county, "2026-03-02 09:30")
    lon, lat = home_point(county)
    return {"reporter_phone": "138 0000 0001", "reporter_name": "王某", "urgency": "red",
            "category": "V7", "description": "老人走失", "lon": str(lon), "lat": str(lat),
            "occurred_at": "2026-03-02T09:20", "key": "call-1"}  # fmt: skip


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Incident)) or 0


def newest(session: Session) -> Incident:
    query = select(Incident).order_by(Incident.id.desc()).limit(1)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def test_a_call_becomes_an_incident_of_the_desk_and_opens_its_page(
    county: Session, page: Pages, said: dict[str, Any]
) -> None:
    browser, before = page("jiexian"), stored(county)
    assert "autofocus" in browser.get(HERE).text
    saved = browser.post(HERE, data=said)
    row = newest(county)
    assert saved.headers["Location"] == f"/incidents/{row.id}"
    assert (row.source, row.urgency, row.reported_by) == (
        "desk", "red", actor_of(county, "jiexian").account_id)  # fmt: skip
    assert crypto.unseal(row.reporter_phone_encrypted) == "13800000001"
    assert row.routing_id is not None
    again = browser.post(HERE, data=said)
    assert again.headers["Location"] == saved.headers["Location"]
    assert stored(county) == before + 1


def test_the_number_brings_what_it_reported_before_and_keeps_what_was_typed(
    county: Session, page: Pages, call: Calls, said: dict[str, Any]
) -> None:
    browser = page("jiexian")
    browser.post(HERE, data=said)
    number = newest(county).number
    looked = browser.post(
        HERE, data={"act": "look", "reporter_phone": "0086 13800000001", "description": "打了一半"}
    )
    assert (looked.status_code, number in looked.text) == (200, True)
    assert "打了一半" in looked.text
    piece = browser.post(f"{HERE}/history", data={"reporter_phone": "13800000001"})
    assert number in piece.text
    asked = call("jiexian", "POST", "/calls/history", json={"reporter_phone": "13800000001"})
    assert [one["number"] for one in asked.get_json()["incidents"]] == [number]
    kept = county.scalars(select(AuditLog).where(AuditLog.act == "incident:caller")).all()
    assert len(kept) == 3
    assert "13800000001" not in repr([row.detail for row in kept])


def test_history_shows_only_what_the_dispatcher_may_see(
    county: Session, page: Pages, said: dict[str, Any]
) -> None:
    page("zhihui").post(HERE, data=said)
    row = newest(county)
    row.village_code, row.township_code = None, None
    county.commit()
    hidden = page("jiexian").post(f"{HERE}/history", data={"reporter_phone": "13800000001"})
    seen = page("zhihui").post(f"{HERE}/history", data={"reporter_phone": "13800000001"})
    assert row.number not in hidden.text
    assert row.number in seen.text


def test_history_is_one_statement_however_much_there_is(
    demo_app: Any, county: Session, said: dict[str, Any]
) -> None:
    from enforcement.calls import queries

    actor, sent = actor_of(county, "zhihui"), []
    bind = county.get_bind().engine

    def note(*args: object) -> None:
        sent.append(str(args[2]))

    event.listen(bind, "before_cursor_execute", note)
    queries.history(county, actor, "13800000001")
    event.remove(bind, "before_cursor_execute", note)
    assert len([one for one in sent if one.startswith("SELECT")]) == 1


def test_a_village_alone_is_place_enough(
    county: Session, page: Pages, said: dict[str, Any]
) -> None:
    village = actor_of(county, "fujing").area_codes[0]
    page("jiexian").post(HERE, data=said | {"lon": "", "lat": "", "village_code": village})
    row = newest(county)
    assert (row.village_code, row.lon) == (village, None)
    assert row.responsible_unit_code is not None


@pytest.mark.parametrize(
    "change",
    [
        {"reporter_phone": "12345"}, {"category": ""}, {"category": "zzz"}, {"urgency": "blue"},
        {"description": " "}, {"lon": "0", "lat": "0"}, {"lon": "125", "lat": "30"}, {"lat": ""},
        {"lon": "x"}, {"occurred_at": "2026-03-02T12:00"}, {"occurred_at": ""},
        {"lon": "", "lat": "", "village_code": "220322999999"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_entry_is_named_and_stores_nothing(
    county: Session, page: Pages, said: dict[str, Any], change: dict[str, str]
) -> None:
    before = stored(county)
    answer = page("jiexian").post(HERE, data=said | change)
    assert (answer.status_code, stored(county)) == (422, before)
    assert "没有提交成功" in answer.text


def test_scripts_stay_words_and_a_clock_a_day_behind_keeps_both_times(
    county: Session, page: Pages, said: dict[str, Any]
) -> None:
    nasty = "<script>alert(1)</script>"
    late = {"description": nasty, "place": nasty, "reporter_name": nasty,
            "occurred_at": "2026-03-01T09:30"}  # fmt: skip
    browser = page("jiexian")
    shown = browser.get(browser.post(HERE, data=said | late).headers["Location"]).text
    assert "<script>alert" not in shown
    row = newest(county)
    assert (row.received_at - row.occurred_at).days == 1


def test_programs_take_calls_too_and_others_may_not(
    county: Session, call: Calls, said: dict[str, Any]
) -> None:
    body = said | {"lon": float(said["lon"]), "lat": float(said["lat"]),
                   "occurred_at": "2026-03-02T09:20:00+08:00"}  # fmt: skip
    made = call("jiexian", "POST", "/calls", json=body)
    again = call("jiexian", "POST", "/calls", json=body)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.get_json()["id"] == again.get_json()["id"]
    assert call("zhifa1", "POST", "/calls", json=body).status_code == 403
    assert call("jiexian", "POST", "/calls", json=body | {"key": "b", "reporter_phone": "1"}
                ).status_code == 422  # fmt: skip
