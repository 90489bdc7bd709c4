"""Penalties on the spot through the pages and the API."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from enforcement.spot.models import SpotPenalty
from tests.asking import Calls, Pages, set_clock
from tests.measure.test_pages import form_of
from tests.spot.making import decided, decision
from tests.web.test_query_counts import counted


def typed(session: Session, **change: str) -> dict[str, str]:
    """Return the decision as a form sends it."""
    said = decision(session)
    words = {name: str(value) for name, value in said.items() if value not in (True, False, None)}
    ticked = {name: "y" for name, value in said.items() if value is True}
    return words | ticked | {"acted_at": "2026-03-03T09:00"} | change


def test_officers_decide_and_collect_through_pages(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-03 09:30")
    officer = page("zhifa1")
    form = officer.get("/spot/new").text
    refused = officer.post("/spot/new", data=form_of(form, **typed(county, amount="201")))
    assert refused.status_code == 409
    assert "当场罚款不超过200元" in refused.text
    assert "占用人行道摆摊。" in refused.text
    answer = officer.post("/spot/new", data=form_of(form, **typed(county)))
    assert answer.status_code == 302, answer.text
    spot = county.query(SpotPenalty).filter_by(place="示例大街12号").one()
    shown = officer.get(f"/spot/{spot.id}").text
    assert spot.number in shown
    assert "复议前置" in shown
    assert spot.number in officer.get("/spot").text
    assert spot.number not in officer.get("/spot?state=archived").text
    form = officer.get(f"/spot/{spot.id}/collect").text
    sent = form_of(form, ground="small", receipt="示例0001")
    assert officer.post(f"/spot/{spot.id}/collect", data=sent).status_code == 302
    county.refresh(spot)
    assert spot.collected_on is not None
    assert page("juzhang").get(f"/spot/{spot.id}").status_code == 200
    assert page("juzhang").get("/spot/new").status_code == 403


def test_the_api_decides_and_tells_what_is_missing(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-03 09:30")
    said = decision(county)
    body = said | {"acted_at": said["acted_at"].isoformat(), "amount": "50.00"}
    made = call("zhifa1", "POST", "/spot", json=body)
    assert made.status_code == 201, made.text
    found = made.get_json()
    gates = {one["event"]: {gate["id"] for gate in one["gates"] if not gate["open"]}
             for one in found["next"]}  # fmt: skip
    assert gates["close"] == {"paid", "reported"}
    refused = call("zhifa1", "POST", f"/spot/{found['id']}/archive", json={"pages": 1})
    assert refused.status_code == 409
    assert refused.get_json()["article"].startswith("《")
    assert call("zhifa1", "POST", "/spot", json={}).status_code == 422


def test_a_penalty_elsewhere_is_answered_like_none(county: Session, call: Calls) -> None:
    spot = decided(county)
    spot.unit_code = "01.01.99.01"
    spot.officer_a_id, spot.officer_b_id = _others(county)
    county.flush()
    assert call("zhifa1", "GET", f"/spot/{spot.id}").status_code == 404
    assert call("juzhang", "GET", f"/spot/{spot.id}").status_code == 200


def _others(session: Session) -> tuple[object, object]:
    from tests.asking import actor_of

    return actor_of(session, "dadui").person_id, actor_of(session, "zhongdui").person_id


def test_a_list_costs_the_same_however_long(demo_app: Flask, county: Session, call: Calls) -> None:
    call("juzhang", "GET", "/me")
    counts = []
    for n in range(2):
        decided(county, place=f"示例大街{n}号")
        with counted(demo_app) as sent:
            assert call("juzhang", "GET", "/spot").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
