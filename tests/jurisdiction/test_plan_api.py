"""The calls of duties and plans: the same acts as the pages, with the same refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from planning import duty_rows
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.jurisdiction.routing import route
from tests.asking import Calls, set_clock
from tests.web.test_query_counts import counted

COUNTY = "220322"


@pytest.fixture
def plan(county: Session, call: Calls) -> str:
    """The id of a plan made from the duties of a day in March."""
    set_clock(county, "2026-03-02 09:00")
    made = call("xitong", "POST", "/duty-plans", json={"name": "接口"})
    assert made.status_code == 201
    plan_id: str = made.get_json()["id"]
    return plan_id


def first_village(session: Session) -> tuple[str, float, float]:
    row = session.execute(
        text("select code, label_lon, label_lat from area where level = 'village' order by code")
    ).first()
    assert row is not None
    return row.code, row.label_lon, row.label_lat


def test_a_plan_goes_from_start_to_force_by_calls(county: Session, call: Calls, plan: str) -> None:
    code, lon, lat = first_village(county)
    day = date(2026, 3, 9)
    old = route(county, COUNTY, lon, lat, day).unit_code
    new = next(f"01.01.07.0{n}" for n in (1, 2) if f"01.01.07.0{n}" != old)
    shape = box(lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001).wkt
    ops = [
        {"op": "assign", "areas": [code], "unit": new},
        {"op": "draw", "unit": "01.01.07.03", "name": "市场", "geometry": shape},
    ]
    changed = call("xitong", "POST", f"/duty-plans/{plan}/ops", json={"ops": ops, "version": 1})
    body = changed.get_json()
    assert (changed.status_code, body["version"]) == (200, 2)
    assert body["drawn"][0]["moved_m"] == 0
    seen = call("xitong", "GET", f"/duty-plans/{plan}").get_json()
    assert seen["owners"][code] == new
    assert [one["code"] for one in seen["difference"]["areas"]] == [code]
    assert seen["difference"]["polygons_added"] == ["市场"]
    assert (seen["undo"], seen["redo"]) == (True, False)
    checked = call("xitong", "GET", f"/duty-plans/{plan}/check?on={day}").get_json()
    assert (checked["clean"], checked["drift"]["came"]) == (True, [])
    done = call("xitong", "POST", f"/duty-plans/{plan}/activate", json={"from": str(day)})
    assert done.get_json() == {
        "plan": plan, "status": "active", "activated_from": "2026-03-09",
        "ended": 0, "added": 2, "kept": 24,
    }  # fmt: skip
    assert route(county, COUNTY, lon, lat, day).unit_code == "01.01.07.03"
    assert route(county, COUNTY, lon, lat, date(2026, 3, 8)).unit_code == old


def test_undo_redo_and_discard_have_their_calls(county: Session, call: Calls, plan: str) -> None:
    code, _lon, _lat = first_village(county)
    ops = [{"op": "assign", "areas": [code], "unit": "01.01.07.03"}]
    call("xitong", "POST", f"/duty-plans/{plan}/ops", json={"ops": ops, "version": 1})
    for act, seen in (("undo", 2), ("redo", 3), ("discard", 4)):
        answer = call("xitong", "POST", f"/duty-plans/{plan}/{act}", json={"version": seen})
        assert (answer.status_code, answer.get_json()["version"]) == (200, seen + 1)
    assert answer.get_json()["status"] == "discarded"
    [listed] = call("xitong", "GET", "/duty-plans?status=discarded").get_json()["plans"]
    assert listed["id"] == plan


# fmt: off
REFUSED = (  # call, body, status, what the answer holds
    ("ops",      {"ops": [], "version": 1},                                422, "field"),
    ("ops",      {"ops": [{"op": "assign"}], "version": 1},                422, "field"),
    ("ops",      {"ops": "x", "version": 1},                               422, "fields"),
    ("ops",      {"ops": [{"op": "remove", "row": "x"}]},                  422, "fields"),
    ("ops",      {"ops": [{"op": "merge", "source": "01.01.01.01", "into": "01.01.01.02"}],
                  "version": 9},                                           409, "your_version"),
    ("undo",     {"version": 1},                                           409, "error"),
    ("redo",     {"version": 9},                                           409, "current"),
    ("activate", {"from": "2026-03-01"},                                   422, "field"),
    ("activate", {"from": "soon"},                                         422, "fields"),
    ("activate", {"version": 5},                                           409, "your_version"),
)
# fmt: on


@pytest.mark.parametrize(("act", "body", "status", "holds"), REFUSED)
def test_a_refused_call_says_why_and_changes_nothing(
    county: Session, call: Calls, plan: str, act: str, body: dict[str, Any], status: int,
    holds: str,
) -> None:  # fmt: skip
    before = duty_rows(county, COUNTY)
    answer = call("xitong", "POST", f"/duty-plans/{plan}/{act}", json=body)
    assert (answer.status_code, holds in answer.get_json()) == (status, True)
    assert call("xitong", "GET", f"/duty-plans/{plan}").get_json()["plan"]["version"] == 1
    assert duty_rows(county, COUNTY) == before


def test_what_must_be_accepted_is_told_by_the_call(county: Session, call: Calls, plan: str) -> None:
    code, _lon, _lat = first_village(county)
    body = {"unit": "01.01.07.03", "area_code": code}
    assert call("xitong", "POST", "/duties", json=body).status_code == 201
    refused = call("xitong", "POST", f"/duty-plans/{plan}/activate", json={})
    assert refused.status_code == 409
    [came] = refused.get_json()["drift"]["came"]
    assert (came["area"], came["unit"]) == (code, "01.01.07.03")
    done = call("xitong", "POST", f"/duty-plans/{plan}/activate", json={"accept_changes": True})
    assert (done.status_code, done.get_json()["ended"]) == (200, 1)


def test_duties_are_listed_added_and_ended_by_calls(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    code, lon, lat = first_village(county)
    body = {"unit": "01.01.07.03", "area_code": code, "valid_from": "2026-03-05"}
    made = call("xitong", "POST", "/duties", json=body)
    assert made.status_code == 201
    listed = call("zhifa1", "GET", "/duties?unit=01.01.07.03&on=2026-03-05").get_json()["duties"]
    assert code in {one["area"] for one in listed}
    ended = call(
        "xitong", "POST", f"/duties/{made.get_json()['id']}/end", json={"on": "2026-03-08"}
    )
    assert ended.get_json()["valid_to"] == "2026-03-08"
    assert route(county, COUNTY, lon, lat, date(2026, 3, 7)).unit_code == "01.01.07.03"
    assert route(county, COUNTY, lon, lat, date(2026, 3, 8)).unit_code != "01.01.07.03"
    wrong = call("xitong", "POST", "/duties", json=body | {"area_code": "1"})
    assert (wrong.status_code, wrong.get_json()["field"]) == (422, "area_code")
    assert call("zhifa1", "POST", "/duties", json=body).status_code == 403
    checked = call("zhifa1", "GET", "/duties/check").get_json()
    assert checked["clean"]


@pytest.mark.parametrize("path", ["/duties", "/duty-plans"])
def test_a_list_needs_the_same_statements_however_long_it_is(
    demo_app: Flask, county: Session, call: Calls, path: str
) -> None:
    counts = []
    for size in (1, 6):
        for n in range(size):
            call("xitong", "POST", "/duty-plans", json={"name": f"{size}-{n}"})
        with counted(demo_app) as sent:
            assert call("xitong", "GET", path).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 10


def test_areas_and_balance_have_their_calls(county: Session, call: Calls, plan: str) -> None:
    near, far = (call("xitong", "GET", f"/duty-plans/{plan}/areas?zoom={zoom}") for zoom in (12, 8))
    assert len(near.get_json()["features"]) == len(far.get_json()["features"]) == 346
    assert len(far.data) < len(near.data) < 400_000
    assert call("xitong", "GET", f"/duty-plans/{plan}/areas?zoom=x").status_code == 422
    found = call("dadui", "GET", "/balance?on=2026-03-02").get_json()
    assert (len(found["squads"]), found["since"]) == (21, "2025-03-03")
    asked = {"weights": {"area": 1}, "save": "接口均衡"}
    proposed = call("xitong", "POST", "/balance/proposals", json=asked).get_json()
    assert proposed["plan"]["status"] == "draft"
    assert proposed["moved"] == sum(len(group["moved"]) for group in proposed["groups"]) > 0
    assert call("xitong", "POST", "/balance/proposals", json={"weights": {}}).status_code == 422
    assert call("zhifa1", "POST", "/balance/proposals", json=asked).status_code == 403
