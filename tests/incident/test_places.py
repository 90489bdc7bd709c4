"""The place of an incident: confirmed near a border, corrected with a reason, all kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.incident import places, queries, services
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.jurisdiction.reproducing import verify_decisions
from enforcement.law.terms import IncidentEvent as E
from enforcement.settings import services as settings
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import report_of

BETWEEN = text("""
SELECT ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat, a.code, b.code AS other
FROM area a JOIN edition e ON e.county_code = a.county_code AND e.id = a.edition_id
  AND e.status = 'active'
JOIN area b ON b.county_code = a.county_code AND b.edition_id = a.edition_id
  AND b.level = 'village' AND b.code > a.code AND ST_Touches(a.geom, b.geom)
CROSS JOIN LATERAL ST_LineInterpolatePoint(
  ST_GeometryN(ST_LineMerge(ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 2)), 1), 0.5
) AS p(geom)
WHERE a.level = 'village' AND a.code LIKE :town || '%'
  AND (left(b.code, 9) <> left(a.code, 9)) = :elsewhere
  AND ST_Length(geography(ST_Intersection(a.geom, b.geom))) > 500
ORDER BY a.code, b.code LIMIT 1
""")


def border_point(session: Session, *, elsewhere: bool) -> Any:
    """Return a point on the border of two villages, of one township or of two."""
    village = actor_of(session, "fujing").area_codes[0]
    return session.execute(BETWEEN, {"town": village[:9], "elsewhere": elsewhere}).one()


def reported(session: Session, **change: Any) -> Incident:
    set_clock(session, "2026-03-02 09:30")
    return services.report(session, actor_of(session, "fujing"), report_of(session, **change))


def decision_of(session: Session, incident: Incident) -> RoutingDecision:
    return session.get_one(RoutingDecision, (incident.county_code, incident.routing_id))


def test_a_person_chooses_between_the_villages_of_a_border(county: Session) -> None:
    spot = border_point(county, elsewhere=True)
    incident = reported(county, lon=spot.lon, lat=spot.lat)
    first = decision_of(county, incident)
    assert first.confirm
    near = places.choices(county, incident)
    assert {spot.code, spot.other} <= {one.code for one in near}
    assert all(one.distance_m <= 30 and one.unit_name for one in near)
    other = spot.other if incident.village_code == spot.code else spot.code
    places.confirm(county, actor_of(county, "fujing"), incident.id, other, version=1)
    second = decision_of(county, incident)
    assert (second.village_code, incident.village_code) == (other, other)
    assert (second.basis, second.confirm, second.replaces_id) == ("confirmed", False, first.id)
    assert second.decided_by == actor_of(county, "fujing").account_id
    assert incident.township_code == other[:9]
    last = queries.history(county, incident.county_code, incident.id)[-1]
    assert (last.event, incident.version) == (E.CONFIRM_PLACE, 2)


def test_a_village_out_of_reach_is_refused_and_changes_nothing(county: Session) -> None:
    spot = border_point(county, elsewhere=False)
    incident = reported(county, lon=spot.lon, lat=spot.lat)
    before = (incident.routing_id, incident.version)
    far = county.scalar(text("select max(code) from division where level = 'village'"))
    with pytest.raises(InvalidInputError, match="附近") as refused:
        places.confirm(county, actor_of(county, "fujing"), incident.id, str(far))
    assert refused.value.field == "village_code"
    assert (incident.routing_id, incident.version) == before


def test_the_confirming_distance_is_the_countys_setting(county: Session) -> None:
    spot = border_point(county, elsewhere=False)
    near = {"lon": spot.lon, "lat": spot.lat}
    settings.change(county, actor_of(county, "xitong"), "border_confirm_m", 0, "不需要")
    assert not decision_of(county, reported(county, **near)).confirm
    settings.change(county, actor_of(county, "xitong"), "border_confirm_m", 1000, "从严")
    incident = reported(county)
    assert decision_of(county, incident).confirm
    assert len(places.choices(county, incident)) >= 2


def test_moving_the_pin_shows_first_and_keeps_both_decisions(county: Session) -> None:
    incident, desk = reported(county), actor_of(county, "zhihui")
    first, raw = incident.routing_id, (incident.raw_lon, incident.raw_lat)
    spot = border_point(county, elsewhere=True)
    seen = places.preview_move(county, desk, incident.id, spot.lon, spot.lat)
    assert incident.routing_id == first
    assert [one.word for one in seen.changes][:1] == ["村（社区）"]
    places.move(county, desk, incident.id, spot.lon, spot.lat, "位置漂移", version=1)
    assert (incident.lon, incident.lat) == (spot.lon, spot.lat)
    assert (incident.raw_lon, incident.raw_lat) == raw
    now = decision_of(county, incident)
    assert (now.basis, now.reason, now.replaces_id) == ("moved", "位置漂移", first)
    entry = queries.history(county, incident.county_code, incident.id)[-1]
    assert entry.event == E.MOVE_PLACE
    assert len(entry.detail["changes"]) == len(seen.changes)


def test_a_report_without_a_place_gets_one_later(county: Session) -> None:
    incident = reported(county, lon=None, lat=None)
    assert incident.routing_id is None
    lon, lat = report_of(county).lon, report_of(county).lat
    assert lon is not None
    assert lat is not None
    places.move(county, actor_of(county, "zhihui"), incident.id, lon, lat, "电话核实")
    assert incident.responsible_unit_code == actor_of(county, "zhifa1").unit_code


# fmt: off
REFUSED = (  # who, lon, lat, reason, version, error
    ("zhihui", 116.40, 39.90, "x",  None, InvalidInputError),
    ("zhihui", 0.0,    0.0,   "x",  None, InvalidInputError),
    ("zhihui", None,   None,  "  ", None, InvalidInputError),
    ("zhihui", None,   None,  "x",  7,    StaleVersionError),
    ("xiangzhen", None, None, "x",  None, NotPermittedError),
    ("shenji", None,   None,  "x",  None, NotFoundError),
)
# fmt: on


@pytest.mark.parametrize(("who", "lon", "lat", "reason", "version", "error"), REFUSED)
def test_a_wrong_move_is_refused_and_changes_nothing(
    county: Session,
    who: str,
    lon: float | None,
    lat: float | None,
    reason: str,
    version: int | None,
    error: type[Exception],
) -> None:
    incident = reported(county)
    before = (incident.lon, incident.lat, incident.routing_id, incident.version)
    with pytest.raises(error), county.begin_nested():
        places.move(
            county,
            actor_of(county, who),
            incident.id,
            (incident.lon or 0) if lon is None else lon,
            (incident.lat or 0) if lat is None else lat,
            reason,
            version=version,
        )
    county.refresh(incident)
    assert (incident.lon, incident.lat, incident.routing_id, incident.version) == before


def test_the_place_of_an_ended_incident_stays(county: Session) -> None:
    incident, desk = reported(county), actor_of(county, "zhihui")
    services.act(county, desk, incident.id, E.REJECT, note="重复")
    with pytest.raises(StepNotAllowedError, match="结束"):
        places.move(county, desk, incident.id, 124.3, 43.3, "x")
    assert not places.may_correct(desk, incident)


def test_every_decision_comes_out_the_same_when_asked_again(county: Session) -> None:
    spot = border_point(county, elsewhere=True)
    incident = reported(county, lon=spot.lon, lat=spot.lat)
    other = spot.other if incident.village_code == spot.code else spot.code
    places.confirm(county, actor_of(county, "fujing"), incident.id, other)
    lon, lat = report_of(county).lon or 0, report_of(county).lat or 0
    places.move(county, actor_of(county, "zhihui"), incident.id, lon, lat, "更正")
    found = verify_decisions(county, incident.county_code)
    assert found.different == ()
    assert found.checked == county.query(RoutingDecision).count() > 90


def test_history_altered_in_place_is_found(county: Session) -> None:
    incident = reported(county)
    county.execute(
        text("update responsibility set unit_id = (select id from unit where code = '01.01.01.01')"
             " where area_code = :town"),
        {"town": incident.township_code},
    )  # fmt: skip
    found = verify_decisions(county, incident.county_code)
    assert str(incident.routing_id) in found.different


def test_the_page_asks_for_the_village_and_keeps_the_choice(county: Session, page: Pages) -> None:
    spot = border_point(county, elsewhere=True)
    incident = reported(county, lon=spot.lon, lat=spot.lat)
    browser = page("fujing")
    for path in (f"/m/done/{incident.id}", f"/incidents/{incident.id}"):
        assert set(re.findall(r'name="village_code" value="(\d+)"', browser.get(path).text)) >= {
            spot.code, spot.other}  # fmt: skip
    sent = {"village_code": spot.other, "version": "1", "back": "phone"}
    answer = browser.post(f"/incidents/{incident.id}/confirm-place", data=sent)
    assert answer.headers["Location"] == f"/m/done/{incident.id}"
    assert "所属村已经人工核实" in browser.get(f"/m/done/{incident.id}").text
    stale = browser.post(f"/incidents/{incident.id}/confirm-place", data=sent)
    assert stale.status_code == 409


def test_the_page_shows_what_a_move_changes_before_it_is_kept(county: Session, page: Pages) -> None:
    incident, browser = reported(county), page("zhihui")
    spot = border_point(county, elsewhere=True)
    path = f"/incidents/{incident.id}/move"
    assert "看会改变什么" in browser.get(path).text
    shown = browser.get(path, query_string={"lon": spot.lon, "lat": spot.lat}).text
    assert "确认更正" in shown
    assert "村（社区）" in shown
    sent = {"lon": spot.lon, "lat": spot.lat, "reason": "", "version": "1"}
    wrong = browser.post(path, data=sent)
    assert wrong.status_code == 422
    assert "更正理由" in wrong.text
    outside = browser.get(path, query_string={"lon": "116.4", "lat": "39.9"})
    assert outside.status_code == 422
    assert browser.get(path, query_string={"lon": "abc", "lat": "1"}).status_code == 422
    done = browser.post(path, data=sent | {"reason": "<script>漂移"})
    assert done.status_code == 302
    assert "&lt;script&gt;漂移" in browser.get(f"/incidents/{incident.id}").text
    assert browser.get(f"{path}/map").status_code == 200


def test_the_calls_preview_confirm_and_move(county: Session, call: Calls) -> None:
    spot = border_point(county, elsewhere=True)
    incident = reported(county, lon=spot.lon, lat=spot.lat)
    near = call("fujing", "GET", f"/incidents/{incident.id}/place-choices").get_json()["choices"]
    assert {one["code"] for one in near} >= {spot.code, spot.other}
    body = {"village_code": spot.other, "version": 1}
    path = f"/incidents/{incident.id}"
    assert call("fujing", "POST", f"{path}/confirm-place", json=body).get_json()["version"] == 2
    lon, lat = report_of(county).lon, report_of(county).lat
    seen = call("zhihui", "GET", f"{path}/move", query_string={"lon": lon, "lat": lat}).get_json()
    assert seen["changes"]
    moved = call("zhihui", "POST", f"{path}/move", json={"lon": lon, "lat": lat, "reason": "更正"})
    assert moved.get_json()["village_code"] == seen["village_code"]
