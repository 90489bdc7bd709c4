"""Open311 GeoReport v2 as another system meets it."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from enforcement import crypto
from enforcement.demo.photo import draw_photo
from enforcement.incident import services as incidents
from enforcement.incident.models import Incident, IncidentPhoto
from enforcement.law.terms import IncidentEvent
from enforcement.open311 import services
from enforcement.open311.models import Open311Client
from tests.asking import Browser, actor_of, set_clock
from tests.case.making import home_point, reported

BASE = "/open311/v2"


class System:
    """Another system with its key."""

    def __init__(self, app: Flask, session: Session, name: str = "热线", **more: Any) -> None:
        self.client, self.key = services.add_client(
            session, actor_of(session, "anquan"), name, **more
        )
        session.commit()
        self.browser = Browser(app, app.response_class)

    def get(self, path: str, **args: Any) -> TestResponse:
        return self.browser.get(BASE + path, query_string={"api_key": self.key, **args})

    def post(self, said: dict[str, Any], fmt: str = "json", **more: Any) -> TestResponse:
        data = {"api_key": self.key, **said}
        return self.browser.post(f"{BASE}/requests.{fmt}", data=data, **more)


@pytest.fixture
def system(demo_app: Flask, county: Session) -> System:
    set_clock(county, "2026-03-02 09:30")
    return System(demo_app, county)


@pytest.fixture
def said(county: Session) -> dict[str, Any]:
    lon, lat = home_point(county)
    return {"service_code": "V8", "lat": str(lat), "long": str(lon), "description": "路边堆垃圾"}


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Incident)) or 0


def refused(answer: TestResponse, status: int) -> str:
    assert answer.status_code == status, answer.text
    [error] = answer.get_json()
    assert set(error) == {"code", "description"}
    assert error["code"] == status
    return str(error["description"])


def test_the_endpoint_describes_itself_in_both_formats(system: System) -> None:
    found = system.browser.get(f"{BASE}/discovery.json").get_json()
    assert found["endpoints"][0]["url"].endswith("/open311/v2")
    answer = system.browser.get(f"{BASE}/discovery.xml")
    assert answer.content_type == "text/xml; charset=utf-8"
    assert answer.data.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    root = ET.fromstring(answer.data)
    assert root.tag == "discovery"
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == [
        "text/xml", "application/json"]  # fmt: skip


def test_services_are_listed_and_defined_as_the_specification_names_them(system: System) -> None:
    rows = system.browser.get(f"{BASE}/services.json").get_json()
    assert set(rows[0]) == {"service_code", "service_name", "description", "metadata", "type",
                            "keywords", "group"}  # fmt: skip
    assert {row["type"] for row in rows} == {"realtime"}
    with_form = {row["service_code"]: row["metadata"] for row in rows}
    assert with_form["V9"] is True
    assert with_form["V8"] is False
    root = ET.fromstring(system.browser.get(f"{BASE}/services.xml").data)
    assert [one.findtext("service_code") for one in root.findall("service")] == list(with_form)
    asked = ET.fromstring(system.browser.get(f"{BASE}/services/V9.xml").data)
    [attribute] = asked.findall("attributes/attribute")
    assert (attribute.findtext("code"), attribute.findtext("required")) == ("place", "true")
    assert refused(system.browser.get(f"{BASE}/services/V2.json"), 404)


def test_a_request_becomes_an_incident_with_a_protected_reporter(
    county: Session, system: System, said: dict[str, Any]
) -> None:
    person = {
        "first_name": "三",
        "last_name": "张",
        "phone": "138 0000 0000",
        "email": "a@example.cn",
        "device_id": "tablet-7",
        "media_url": "http://10.0.0.1/x",
    }
    answer = system.post(said | person)  # fmt: skip
    assert answer.status_code == 201
    [row] = answer.get_json()
    assert "media_url" in row["service_notice"]
    incident = county.scalars(
        select(Incident).where(Incident.number == row["service_request_id"])
    ).one()
    assert (incident.source, incident.routing_id is not None) == ("open311", True)
    assert crypto.unseal(incident.reporter_phone_encrypted) == "13800000000"
    assert crypto.unseal(incident.reporter_name_encrypted) == "张三 <a@example.cn>"
    read = system.get(f"/requests/{incident.number}.json").text
    assert "张三" not in read
    assert "13800000000" not in read


def test_the_same_key_sent_twice_is_one_incident_and_one_answer(
    county: Session, system: System, said: dict[str, Any]
) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    before = stored(county)
    first = system.post(said, headers=key)
    set_clock(county, "2026-03-02 09:45")
    second = system.post(said, headers=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    assert refused(system.post(said | {"description": "别的"}, headers=key), 409)
    assert stored(county) == before + 1
    token = system.get(f"/tokens/{key['Idempotency-Key']}.json").get_json()
    assert token[0]["service_request_id"] == first.get_json()[0]["service_request_id"]
    assert refused(system.get("/tokens/none.json"), 404)


def test_json_bodies_and_attached_photos_are_taken(
    county: Session, system: System, said: dict[str, Any]
) -> None:
    body = {**said, "service_code": "V9", "attribute": {"place": "村口"}, "api_key": system.key}
    answer = system.browser.post(f"{BASE}/requests.xml", json=body)
    assert answer.status_code == 201
    root = ET.fromstring(answer.data)
    number = root.findtext("request/service_request_id")
    photo = (BytesIO(draw_photo(1)), "a.jpg")
    with_photo = system.post(said | {"media": photo}, content_type="multipart/form-data")
    assert with_photo.status_code == 201
    kept = select(func.count()).select_from(IncidentPhoto).join(
        Incident, Incident.id == IncidentPhoto.incident_id)  # fmt: skip
    sent = with_photo.get_json()[0]["service_request_id"]
    assert county.scalar(kept.where(Incident.number == sent)) == 1
    row = county.scalars(select(Incident).where(Incident.number == number)).one()
    assert row.place == "村口"


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "nothing"}, 404, ""),
        ({"service_code": "V9"}, 400, "attribute[place]"),
        ({"service_code": "V1"}, 400, "attribute[occurred_at]"),
        ({"description": " "}, 400, ""),
        ({"description": "x" * 4001}, 400, ""),
        ({"lat": "0", "long": "0"}, 400, ""),
        ({"lat": "30", "long": "125"}, 400, ""),
        ({"lat": "nan"}, 400, ""),
        ({"lat": "91"}, 400, ""),
        ({"lat": "", "long": ""}, 400, "address_string"),
        ({"long": ""}, 400, ""),
        ({"phone": "123"}, 400, ""),
        ({"attribute[occurred_at]": "2026-03-02T12:00:00+08:00"}, 400, ""),
        ({"attribute[occurred_at]": "2026-03-02T12:00:00"}, 400, ""),
        ({"address_id": "220322999999", "lat": "", "long": ""}, 400, ""),
        ({"jurisdiction_id": "999999"}, 404, ""),
        ({"api_key": "wrong"}, 403, ""),
    ],
)
def test_a_bad_request_is_refused_with_the_reason_and_stores_nothing(
    county: Session, system: System, said: dict[str, Any], change: dict[str, str], status: int,
    field: str,
) -> None:  # fmt: skip
    before = stored(county)
    assert field in refused(system.post(said | change), status)
    assert stored(county) == before


def test_a_script_in_the_words_and_a_polyglot_photo_do_no_harm(
    county: Session, system: System, said: dict[str, Any]
) -> None:
    nasty = "<script>alert(1)</script>\x00\x07"
    answer = system.post(said | {"description": nasty})
    assert answer.status_code == 201
    row = county.scalars(
        select(Incident).where(Incident.number == answer.get_json()[0]["service_request_id"])
    ).one()
    assert row.description == "<script>alert(1)</script>"
    before = stored(county)
    fake = (BytesIO(b"GIF89a<script>alert(1)</script>"), "a.jpg")
    polyglot = system.post(said | {"media": fake}, content_type="multipart/form-data")
    assert refused(polyglot, 400)
    huge = (BytesIO(b"\xff\xd8" + b"0" * 40_000_000), "a.jpg")
    assert refused(system.post(said | {"media": huge}, content_type="multipart/form-data"), 413)
    assert stored(county) == before


def test_a_clock_a_day_behind_keeps_both_times(
    county: Session, system: System, said: dict[str, Any]
) -> None:
    late = said | {"attribute[occurred_at]": "2026-03-01T09:30:00+08:00"}
    number = system.post(late).get_json()[0]["service_request_id"]
    row = county.scalars(select(Incident).where(Incident.number == number)).one()
    assert (row.received_at - row.occurred_at).days == 1


def test_requests_are_read_by_time_state_code_and_page(
    county: Session, system: System, said: dict[str, Any]
) -> None:
    numbers = [system.post(said).get_json()[0]["service_request_id"] for _n in range(3)]
    rows = system.get("/requests.json", service_code="V8", page_size="2").get_json()
    assert [row["service_request_id"] for row in rows] == numbers[:0:-1]
    rest = system.get("/requests.json", service_code="V8", page_size="2", page="2").get_json()
    assert rest[0]["service_request_id"] == numbers[0]
    assert set(rows[0]) == {
        "service_request_id", "status", "status_notes", "service_name", "service_code",
        "description", "agency_responsible", "service_notice", "requested_datetime",
        "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat",
        "long", "media_url"}  # fmt: skip
    assert rows[0]["requested_datetime"] == "2026-03-02T09:30:00+08:00"
    asked = system.get("/requests.xml", service_request_id=",".join(numbers[:2]))
    assert len(ET.fromstring(asked.data).findall("request")) == 2
    row = county.scalars(select(Incident).where(Incident.number == numbers[0])).one()
    incidents.act(county, actor_of(county, "zhihui"), row.id, IncidentEvent.REJECT, note="重复")
    county.commit()
    closed = system.get("/requests.json", status="closed", service_code="V8").get_json()
    assert numbers[0] in [one["service_request_id"] for one in closed]
    assert {one["status"] for one in closed} == {"closed"}
    assert refused(
        system.get("/requests.json", start_date="2025-01-01T00:00:00Z",
                   end_date="2025-12-31T00:00:00Z"), 400)  # fmt: skip
    assert refused(system.get("/requests.json", start_date="yesterday"), 400)
    assert refused(system.get("/requests.json", status="maybe"), 400)
    assert refused(system.get("/requests.json", page="0"), 400)


def test_words_are_shown_to_clients_that_may_see_them_and_never_of_sensitive_matters(
    demo_app: Flask, county: Session, system: System, said: dict[str, Any]
) -> None:
    open_number = system.post(said).get_json()[0]["service_request_id"]
    quarrel = said | {"service_code": "V3", "description": "邻里纠纷"}
    hidden = system.post(quarrel).get_json()[0]["service_request_id"]
    other = System(demo_app, county, "另一系统", sees_description=True)
    assert other.get(f"/requests/{open_number}.json").get_json()[0]["description"] == "路边堆垃圾"
    assert system.get(f"/requests/{open_number}.json").get_json()[0]["description"] is None
    assert refused(other.get(f"/requests/{hidden}.json"), 404)
    assert hidden not in other.get("/requests.json").text
    assert system.get(f"/requests/{hidden}.json").status_code == 200


def test_every_reading_needs_a_key_that_still_holds(county: Session, system: System) -> None:
    incident = reported(county)
    county.commit()
    nobody = system.browser.get(f"{BASE}/requests.json")
    assert refused(nobody, 403)
    services.end_client(county, actor_of(county, "anquan"), system.client.id)
    county.commit()
    assert refused(system.get(f"/requests/{incident.number}.json"), 403)


def test_a_client_that_calls_too_often_must_wait(demo_app: Flask, county: Session) -> None:
    set_clock(county, "2026-03-02 09:30")
    eager = System(demo_app, county, "急性子", rate_per_minute=2)
    assert [eager.get("/requests.json").status_code for _n in range(2)] == [200, 200]
    late = eager.get("/requests.json")
    assert refused(late, 429)
    assert 1 <= int(late.headers["Retry-After"]) <= 60
    set_clock(county, "2026-03-02 09:31")
    assert eager.get("/requests.json").status_code == 200


def test_an_administrator_gives_and_ends_keys_on_the_page(county: Session, page: Any) -> None:
    browser = page("anquan")
    made = browser.post("/open311/clients", data={"name": "<b>热线</b>", "rate_per_minute": "5"})
    assert made.status_code == 200
    row = county.scalars(select(Open311Client)).one()
    assert "&lt;b&gt;热线" in made.text
    again = browser.post("/open311/clients", data={"name": "<b>热线</b>", "rate_per_minute": "5"})
    assert (again.status_code, "已有同名" in again.text) == (422, True)
    assert browser.post(f"/open311/clients/{row.id}/end").status_code == 302
    county.refresh(row)
    assert not row.active
