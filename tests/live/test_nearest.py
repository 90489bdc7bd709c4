"""Who is nearest to an incident: by travel time, with what speaks for and against each."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.clock import ZONE
from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.ids import uuid7
from enforcement.incident import services
from enforcement.incident.models import Incident
from enforcement.incident.said import Said
from enforcement.law.terms import IncidentEvent, IncidentState
from enforcement.live import nearest
from enforcement.patrol.road_models import RoadFile
from enforcement.people.models import Certificate
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import home_point, report_of
from tests.live.test_board import phone_at

COUNTY = "220322"
KM_DEG = 1 / 111.0


@pytest.fixture
def incident(county: Session) -> Incident:
    """An incident at the auxiliary's village; zhifa1 is 1 km from it, zhifa2 2 km."""
    set_clock(county, "2026-03-02 08:59")
    occurred = datetime(2026, 3, 2, 8, 50, tzinfo=ZONE)
    made = services.report(
        county, actor_of(county, "fujing"), report_of(county, occurred_at=occurred))  # fmt: skip
    lon, lat = home_point(county)
    phone_at(county, "zhifa2", lon, lat + 2 * KM_DEG)
    phone_at(county, "zhifa1", lon, lat + 1 * KM_DEG)
    return made


def test_the_fastest_comes_first_with_reasons(county: Session, incident: Incident) -> None:
    first, second = nearest.find(county, actor_of(county, "dadui"), incident.id)
    own = actor_of(county, "zhifa1")
    assert (first.person_id, second.person_id) == (
        own.person_id, actor_of(county, "zhifa2").person_id)  # fmt: skip
    assert first.metres == pytest.approx(1000, rel=0.02)
    assert first.travel_s == pytest.approx(1000 * 1.35 / (40 / 3.6), rel=0.03)
    assert not first.by_road
    assert first.certified_to is not None
    assert first.send == "assign"
    looks = county.scalars(select(AuditLog).where(AuditLog.act == "positions:look")).all()
    assert [one.subject for one in looks] == ["nearest"]


def test_what_speaks_against_somebody_is_said(county: Session, incident: Incident) -> None:
    own = actor_of(county, "zhifa1")
    leader = actor_of(county, "dadui")
    before = {one.person_id: one.tasks for one in nearest.find(county, leader, incident.id)}
    county.execute(text("update certificate set valid_to = '2026-03-01' where person_id = :p"),
                   {"p": own.person_id})  # fmt: skip
    other = services.report(county, actor_of(county, "fujing"), report_of(
        county, occurred_at=datetime(2026, 3, 2, 8, 55, tzinfo=ZONE)))  # fmt: skip
    other.state, other.handler_id = str(IncidentState.HANDLING), own.account_id
    other.handler_unit_code = own.unit_code
    county.execute(
        text("update duty_shift set starts_at = '2026-03-01 20:00+08',"
             " ends_at = '2026-03-02 07:00+08' where id = (select id from duty_shift"
             " where person_id = :p and state = 'planned' and kind = 'squad'"
             " and ends_at <= '2026-03-02 08:00+08' order by ends_at desc limit 1)"),
        {"p": own.person_id},
    )  # fmt: skip
    county.flush()
    found = {one.person_id: one for one in
             nearest.find(county, actor_of(county, "dadui"), incident.id)}  # fmt: skip
    one = found[own.person_id]
    assert (one.certified_to, one.tasks) == (None, before[own.person_id] + 1)
    assert any("执法证" in words for words in one.doubts)
    assert county.scalars(select(Certificate.id)).first()


def test_roads_decide_where_they_are_loaded(county: Session, incident: Incident) -> None:
    before = nearest.find(county, actor_of(county, "dadui"), incident.id)
    assert incident.lon is not None
    assert incident.lat is not None
    street(county, incident.lon, incident.lat)
    found = nearest.find(county, actor_of(county, "dadui"), incident.id)
    assert [one.by_road for one in found] == [True, True]
    assert found[0].travel_s != before[0].travel_s


def street(session: Session, lon: float, lat: float) -> None:
    """Lay one road from 3 km north of a place to it, at 60 km/h."""
    file = RoadFile(
        county_code=COUNTY, id=uuid7(), name="r", sha256=b"0" * 32, driver="OSM", source="r",
        dated_on=date(2026, 3, 1), roads=1, edges=1, nodes=2, km=3.3, pieces=1, main_pct=100,
        skipped={}, taken_at=datetime(2026, 3, 1, tzinfo=ZONE),
    )  # fmt: skip
    session.add(file)
    session.flush()
    session.execute(
        text("""
        INSERT INTO road (county_code, id, file_id, kind, geom, length_m, forward_s, backward_s,
          from_node, to_node, piece)
        VALUES (:county, gen_random_uuid(), :file, 'primary', ST_SetSRID(ST_MakeLine(
          ST_MakePoint(:lon, :lat), ST_MakePoint(:lon, :lat + 0.03)), 4490),
          3330, 200, 200, 0, 1, 0)
        """),
        {"county": COUNTY, "file": file.id, "lon": lon, "lat": lat},
    )


def test_only_with_a_place_and_a_right(county: Session, incident: Incident) -> None:
    with pytest.raises(NotPermittedError):
        nearest.find(county, actor_of(county, "zhifa1"), incident.id)
    bare = services.report(county, actor_of(county, "fujing"), report_of(
        county, occurred_at=datetime(2026, 3, 2, 8, 55, tzinfo=ZONE), lon=None, lat=None,
        village_code=actor_of(county, "fujing").area_codes[0]))  # fmt: skip
    with pytest.raises(InvalidInputError, match="坐标"):
        nearest.find(county, actor_of(county, "dadui"), bare.id)


def test_page_and_call_lead_to_the_act_of_sending(
    demo_app: Flask, county: Session, incident: Incident, call: Calls
) -> None:
    own = actor_of(county, "zhifa1")
    services.act(county, actor_of(county, "jiexian"), incident.id, IncidentEvent.OPEN, Said())
    county.commit()
    page = Pages(demo_app)("zhihui")
    shown = page.get(f"/live/nearest/{incident.id}").text
    assert own.name in shown
    assert "直线×1.35" in shown
    assert f'value="{own.unit_code}"' in shown
    rows = (call("zhihui", "GET", f"/incidents/{incident.id}/nearest").json or {})["candidates"]
    assert [row["by"] for row in rows] == ["straight", "straight"]
    assert "lon" not in rows[0]
    sent = page.post(f"/incidents/{incident.id}/assign", data={
        "handler": own.unit_code, "note": "最近", "key": "k", "back": "desk",
        "version": county.get_one(Incident, (incident.county_code, incident.id)).version,
    })  # fmt: skip
    assert sent.status_code == 302
    county.expire_all()
    assert county.get_one(Incident, (incident.county_code, incident.id)).handler_unit_code == (
        own.unit_code)  # fmt: skip
