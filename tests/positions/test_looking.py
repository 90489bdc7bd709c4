"""Who sees where others are: his own units only, each look logged, a constant number of queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.positions import queries, registry, tracking
from enforcement.positions.models import Protocol
from enforcement.positions.receiving import take
from enforcement.positions.track_models import Track
from enforcement.roster import presence
from enforcement.roster.presence import Presence
from tests.asking import Browser, Calls, Pages, actor_of, set_clock
from tests.positions.test_tracks import START, walk
from tests.web.test_query_counts import counted

ON = date(2026, 3, 2)


@pytest.fixture
def walked(county: Session) -> Track:
    """zhifa1 walks for an hour on duty; a car of no person stands by."""
    officer = actor_of(county, "zhifa1")
    set_clock(county, "2026-03-02 08:00")
    presence.record(county, officer, Presence(True, START - timedelta(minutes=5)))
    set_clock(county, "2026-03-02 09:00")
    admin = actor_of(county, "xitong")
    device, _key = registry.add(
        county, admin, "9", Protocol.OSMAND, person_id=officer.person_id)  # fmt: skip
    car, _key = registry.add(county, admin, "10", Protocol.JT808, label="吉C·00001")
    take(county, device, walk())
    take(county, car, walk(minutes=5, seed=2))
    tracking.refresh(county, officer.county_code, ON)
    county.commit()
    return county.scalars(select(Track).where(Track.person_id == officer.person_id)).one()


@pytest.mark.parametrize(("who", "sees"), [
    ("zhifa1", True), ("zhongdui", True), ("dadui", True), ("juzhang", True), ("zhifa2", False),
    ("xieguan", False), ("fujing", False), ("xitong", False), ("fazhi", False), ("shenji", False),
])  # fmt: skip
def test_a_track_is_seen_by_who_leads_and_by_himself(
    demo_app: Flask, county: Session, walked: Track, who: str, sees: bool
) -> None:
    page = Pages(demo_app)(who).get(f"/tracks/{walked.id}")
    assert page.status_code == (200 if sees else 404)
    listed = Pages(demo_app)(who).get("/tracks?on=2026-03-02")
    assert (f"/tracks/{walked.id}" in listed.text) is sees
    looks = county.scalars(select(AuditLog).where(AuditLog.act == "track:look")).all()
    assert len(looks) == (1 if sees and who != "zhifa1" else 0)


def test_a_person_sees_all_that_is_kept_of_him(
    demo_app: Flask, county: Session, walked: Track
) -> None:
    page = Pages(demo_app)("zhifa1").get("/positions/mine?on=2026-03-02")
    assert page.status_code == 200
    assert "osmand" in page.text
    rows = queries.own_fixes(county, actor_of(county, "zhifa1"), START, START + timedelta(days=1))
    assert len(rows) == 360


def test_lists_ask_a_constant_number_of_queries(
    demo_app: Flask, county: Session, walked: Track
) -> None:
    chief: Browser = Pages(demo_app)("zhihui")
    for path in ("/tracks?on=2026-03-02",):
        chief.get(path)
        with counted(demo_app) as first:
            chief.get(path)
        admin = actor_of(county, "xitong")
        for n in range(5):
            car, _key = registry.add(county, admin, f"{path}{n}", Protocol.JT808)
            take(county, car, walk(minutes=5, seed=n))
        tracking.refresh(county, admin.county_code, ON)
        county.commit()
        with counted(demo_app) as then:
            answer = chief.get(path)
        assert answer.status_code == 200
        assert len(then) == len(first)


def test_the_register_by_page_and_by_call(demo_app: Flask, county: Session, call: Calls) -> None:
    admin = Pages(demo_app)("xitong")
    page = admin.get("/devices")
    assert page.status_code == 200
    made = call("xitong", "POST", "/devices", json={"ident": "77", "protocol": "jt808"})
    assert made.status_code == 201
    assert made.json is not None
    assert len(made.json["key"]) > 20
    again = call("xitong", "POST", "/devices", json={"ident": "77", "protocol": "jt808"})
    assert again.status_code == 422
    assert again.json is not None
    assert "已经登记" in again.json["error"]
    assert "77" in admin.get("/devices").text
    ended = call("xitong", "POST", f"/devices/{made.json['id']}/retire", json={})
    assert ended.json is not None
    assert ended.json["retired_at"]
    assert call("dadui", "GET", "/devices").status_code == 403
