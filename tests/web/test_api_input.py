"""Bad input to the API: an answer that names the field and the reason, and nothing changed."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.demo.photo import draw_photo
from enforcement.incident.models import Incident
from tests.asking import Calls, set_clock
from tests.case.making import filed_case, home_point

GOOD: dict[str, Any] = {
    "category": "04", "description": "占道", "occurred_at": "2026-03-02T09:15:00+08:00",
}  # fmt: skip
# fmt: off
WRONG = (  # field, change
    ("category",    {"category": "V77"}),
    ("category",    {"category": None}),
    ("description", {"description": ""}),
    ("description", {"description": "长" * 2001}),
    ("occurred_at", {"occurred_at": "yesterday"}),
    ("occurred_at", {"occurred_at": "2026-03-02T09:15:00"}),
    ("lon",         {"lon": 181.0, "lat": 43.0}),
    ("lat",         {"lon": 124.0, "lat": "north"}),
    ("lon",         {"lon": 116.4, "lat": 39.9}),
    ("photos",      {"photos": [{"name": "a.jpg", "content": "###"}]}),
    ("photos",      {"photos": [{"name": "a.jpg", "content": base64.b64encode(b"text").decode()}]}),
    ("surprise",    {"surprise": 1}),
)
# fmt: on


@pytest.mark.parametrize(("field", "change"), WRONG)
def test_a_wrong_report_is_answered_422_with_the_field(
    county: Session, call: Calls, field: str, change: dict[str, Any]
) -> None:
    set_clock(county, "2026-03-02 09:30")
    before = county.query(Incident).count()
    answer = call("fujing", "POST", "/incidents", json=GOOD | change)
    body = answer.get_json()
    assert answer.status_code == 422, body
    assert field in str(body.get("field")) or field in str(body.get("fields"))
    assert county.query(Incident).count() == before


def test_a_report_sent_twice_is_stored_once(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:30")
    lon, lat = home_point(county)
    body = GOOD | {"lon": lon, "lat": lat, "key": "k1", "photos": [
        {"name": "a.jpg", "content": base64.b64encode(draw_photo(1)).decode()}]}  # fmt: skip
    first = call("fujing", "POST", "/incidents", json=body).get_json()
    second = call("fujing", "POST", "/incidents", json=body).get_json()
    assert (first["id"], first["number"]) == (second["id"], second["number"])
    other = call("fujing", "POST", "/incidents", json=body | {"description": "别的"})
    assert other.status_code == 409


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_a_body_that_is_no_object_is_refused(county: Session, call: Calls, body: bytes) -> None:
    answer = call("fujing", "POST", "/incidents", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert "error" in answer.get_json()


def test_a_closed_gate_is_answered_409_with_rule_and_article(county: Session, call: Calls) -> None:
    case = filed_case(county)
    answer = call("zhifa1", "POST", f"/cases/{case.id}/close-investigation",
                  json={"circumstances": "x"})  # fmt: skip
    body = answer.get_json()
    assert answer.status_code == 409
    assert body["gates"][0]["rule"] == "P10"
    assert "行政处罚法" in body["gates"][0]["article"]


def test_a_stale_version_is_answered_409_with_both_versions(county: Session, call: Calls) -> None:
    case = filed_case(county)
    answer = call("zhifa1", "POST", f"/cases/{case.id}/order-correction", json={
        "demand": "清除", "until_on": "2026-03-20", "version": case.version - 1})  # fmt: skip
    body = answer.get_json()
    assert answer.status_code == 409
    assert (body["your_version"], body["current"]["version"]) == (case.version - 1, case.version)


def test_pages_of_a_list_follow_each_other_without_a_gap(county: Session, call: Calls) -> None:
    seen: list[str] = []
    after = ""
    while after is not None:
        body = call("juzhang", "GET", f"/incidents?limit=17&after={after}").get_json()
        seen += [row["id"] for row in body["incidents"]]
        after = body["next"]
    assert len(seen) == len(set(seen)) == county.query(Incident).count()
    assert call("juzhang", "GET", "/incidents?after=x").status_code == 422


def test_the_openapi_document_names_every_call(demo_app: Any, call: Calls) -> None:
    document = demo_app.test_client().get("/api/v1/openapi.json").get_json()
    own = [
        rule
        for rule in demo_app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1") and not rule.endpoint.startswith("api-docs")
    ]
    rules = {re.sub("<[^:]+:([^>]+)>", r"{\1}", rule.rule) for rule in own}
    assert rules == set(document["paths"])
    assert document["openapi"].startswith("3.")


def test_a_place_is_located_and_one_outside_is_not_found(county: Session, call: Calls) -> None:
    lon, lat = home_point(county)
    found = call("zhifa1", "GET", f"/locate?lon={lon}&lat={lat}").get_json()
    assert found["village"]
    assert found["squad_name"].endswith("中队")
    assert call("zhifa1", "GET", "/locate?lon=116&lat=39").status_code == 404
    assert call("zhifa1", "GET", "/locate?lon=x&lat=39").status_code == 422


POINT = (
    "/points/{point}",
    {"name": "甲", "owner": None, "village_code": "220322100001", "version": 1},
)
UNIT = "/people/units/{unit}/rename", {"name": "甲", "on": "2026-12-01", "reason": "更名"}
KEPT = "village_point", "unit", "unit_entry", "audit_log"


@pytest.mark.parametrize("bad", ["\x00", "\ud800"])
@pytest.mark.parametrize(
    ("method", "call_of", "field"),
    [("PUT", POINT, "village_code"), ("POST", UNIT, "name"), ("POST", UNIT, "reason")],
)
def test_text_that_cannot_be_kept_is_refused_by_its_field(
    county: Session, call: Calls, method: str, call_of: tuple[str, dict[str, Any]], field: str,
    bad: str,
) -> None:  # fmt: skip
    def kept() -> list[Any]:
        return [county.scalar(text(f"select count(*) from {name}")) for name in KEPT]

    path, body = call_of
    where = {
        "point": county.scalar(text("select id from village_point order by id limit 1")),
        "unit": county.scalar(text("select id from unit where kind = 'squad' limit 1")),
    }
    call("xitong", "GET", "/me")
    before, said = kept(), json.dumps(body | {field: f"22032210000{bad}"})
    answer = call("xitong", method, path.format(**where), data=said,
                  content_type="application/json")  # fmt: skip
    assert (answer.status_code, answer.get_json().get("field")) == (422, field), answer.text
    assert kept() == before


@pytest.mark.parametrize("path", ["/incidents?state=%00", "/indicators/%00", "/audit?kind=%00"])
def test_an_address_with_text_that_cannot_be_kept_is_no_fault_of_ours(
    county: Session, call: Calls, path: str
) -> None:
    found = {call(who, "GET", path).status_code for who in ("juzhang", "shenji")}
    assert found <= {403, 404, 422}


def test_a_refusal_keeps_its_status_beside_what_else_it_tells(county: Session, call: Calls) -> None:
    case = filed_case(county)
    answer = call("zhifa1", "GET", f"/cases/{case.id}/papers/D38")
    body = answer.get_json()
    assert (answer.status_code, body["code"], body["paper"]) == (404, 404, "D38")
