"""Inspections through the pages, the sign at the gate, the API, and in public."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from enforcement.inspection import making
from enforcement.inspection.models import Inspection
from enforcement.law.inspection_terms import InspectionEvent as E
from tests.asking import Calls, Pages, set_clock
from tests.inspection.making import act, no_demo, noticed, proposal, proposed, recorded
from tests.measure.test_pages import form_of
from tests.web.test_query_counts import counted


def test_officers_propose_and_enter_by_the_sign_through_pages(county: Session, page: Pages) -> None:
    no_demo(county)
    set_clock(county, "2026-03-03 09:30")
    officer = page("zhifa1")
    said = {name: str(value) for name, value in proposal(county).items()}
    refused = officer.post(
        "/inspections/new",
        data=form_of(officer.get("/inspections/new").text, **(said | {"matter_code": "M12"})),
    )
    assert refused.status_code == 409
    assert "检查权限" in refused.text
    form = officer.get("/inspections/new").text
    answer = officer.post("/inspections/new", data=form_of(form, **said))
    assert answer.status_code == 302, answer.text
    row = county.query(Inspection).one()
    assert row.number in officer.get("/inspections").text
    assert row.number not in officer.get("/inspections?state=published").text
    head = page("juzhang")
    form = head.get(f"/inspections/{row.id}/approve").text
    sent = form_of(form, opinion="同意。")
    assert head.post(f"/inspections/{row.id}/approve", data=sent).status_code == 302
    at = set_clock(county, "2026-03-04 09:00")
    act(county, row, E.NOTIFY, at=at, receiver="王示例")
    gate = making.known_enterprise(county, row).gate_code
    assert "data:image/svg+xml" in officer.get(f"/inspections/{row.id}/sign").text
    door = officer.get(f"/inspections/gate/{gate}").text
    assert f"/inspections/{row.id}/enter?gate={gate}" in door
    form = officer.get(f"/inspections/{row.id}/enter?gate={gate}").text
    sent = form_of(form, shown="y") | {"gate": gate}
    assert officer.post(f"/inspections/{row.id}/enter", data=sent).status_code == 302
    shown = officer.get(f"/inspections/{row.id}").text
    assert "已扫描企业码" in shown
    assert officer.get("/inspections/gate/unknown").status_code == 404


def test_a_published_result_is_public_and_others_are_not(county: Session, page: Pages) -> None:
    no_demo(county)
    row = recorded(county)
    act(county, row, E.CONCLUDE, result="no_problem", findings="未发现问题。", receiver="王示例")
    visitor = page.app.test_client()
    address = f"/public/inspections?county={row.county_code}"
    assert "示例餐饮有限公司" not in visitor.get(address).text
    act(county, row, E.PUBLISH, "fazhi", secrets=True)
    assert "示例餐饮有限公司" in visitor.get(address).text
    pdf = page("zhifa1").get(f"/inspections/{row.id}").text
    assert "D65" in pdf


def test_the_api_does_the_same(demo_app: Flask, county: Session, call: Calls) -> None:
    no_demo(county)
    set_clock(county, "2026-03-03 09:30")
    body = {
        name: value if isinstance(value, str) else str(value)
        for name, value in proposal(county).items()
    }
    made = call("zhifa1", "POST", "/inspections", json=body)
    assert made.status_code == 201, made.text
    found = made.get_json()
    assert {step["event"] for step in found["next"]} == {"join", "approve", "refuse", "cancel"}
    path = f"/inspections/{found['id']}"
    assert call("zhifa1", "POST", f"{path}/approve", json={"opinion": "x"}).status_code == 403
    assert call("juzhang", "POST", f"{path}/approve", json={"opinion": "同意。"}).status_code == 200
    assert call("zhifa1", "POST", f"{path}/record", json={}).status_code == 422


def test_one_elsewhere_is_answered_like_none_once_it_is_over(county: Session, call: Calls) -> None:
    no_demo(county)
    row = noticed(county)
    row.unit_code = "01.01.99.01"
    county.flush()
    assert call("zhifa1", "GET", f"/inspections/{row.id}").status_code == 200  # to be joined
    row.state = "published"
    county.flush()
    assert call("zhifa1", "GET", f"/inspections/{row.id}").status_code == 404
    assert call("juzhang", "GET", f"/inspections/{row.id}").status_code == 200


def test_a_list_costs_the_same_however_long(demo_app: Flask, county: Session, call: Calls) -> None:
    no_demo(county)
    call("juzhang", "GET", "/me")
    counts = []
    for _n in range(2):
        row = proposed(county)
        row.state = "published"
        county.flush()
        with counted(demo_app) as sent:
            assert call("juzhang", "GET", "/inspections").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
