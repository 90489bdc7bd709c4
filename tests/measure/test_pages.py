"""Measures through the pages, the API and the list: what people see and what is refused."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy.orm import Session

from enforcement.measure.models import Measure
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import filed_case
from tests.measure.making import THINGS, animal_case, in_force, proposed
from tests.web.test_query_counts import counted


def form_of(page: str, **said: str) -> dict[str, str]:
    """Return what a browser sends: the hidden fields of a page's last form, and what is said."""
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = [(re.search('name="([^"]*)"', one), re.search('value="([^"]*)"', one))
             for one in hidden]  # fmt: skip
    return {name[1]: value[1] for name, value in pairs if name and value} | said


def test_an_officer_proposes_and_the_head_approves_through_pages(
    county: Session, page: Pages
) -> None:
    case = animal_case(county)
    officer, head = page("zhifa1"), page("juzhang")
    assert "报请采取" in officer.get(f"/cases/{case.id}").text
    form = officer.get(f"/cases/{case.id}/measures/propose").text
    said = {name: str(value) if value is not True else "y" for name, value in THINGS.items()}
    sent = form_of(form, kind="seize", **said)
    answer = officer.post(f"/cases/{case.id}/measures/propose", data=sent)
    assert answer.status_code == 302, answer.text
    measure = county.query(Measure).filter_by(case_id=case.id).one()
    assert "冷藏车" in officer.get(f"/measures/{measure.id}").text
    assert measure.number in officer.get("/measures?state=open&kind=seize").text
    assert measure.number not in officer.get("/measures?kind=preserve").text
    form = head.get(f"/measures/{measure.id}/approve").text
    answer = head.post(f"/measures/{measure.id}/approve", data=form_of(form, opinion="同意"))
    assert answer.status_code == 302
    county.refresh(measure)
    assert measure.state == "approved"
    again = head.post(f"/measures/{measure.id}/approve", data=form_of(form, opinion="同意", key=""))
    assert again.status_code == 409
    assert "刷新" in again.text


def test_a_refused_proposal_says_why_and_keeps_what_was_typed(county: Session, page: Pages) -> None:
    case = filed_case(county)
    officer = page("zhifa1")
    form = officer.get(f"/cases/{case.id}/measures/propose").text
    said = {name: str(value) if value is not True else "y" for name, value in THINGS.items()}
    answer = officer.post(
        f"/cases/{case.id}/measures/propose", data=form_of(form, kind="seize", **said)
    )
    assert answer.status_code == 409
    assert "没有登记法律、法规授予事项M12“扣押”的依据" in answer.text
    assert "冷藏车" in answer.text
    assert county.query(Measure).filter_by(case_id=case.id).count() == 0


def test_the_api_tells_gates_and_refuses_with_the_article(county: Session, call: Calls) -> None:
    measure = in_force(county)
    found = call("juzhang", "GET", f"/measures/{measure.id}").get_json()
    assert {one["event"] for one in found["next"]} == {
        "extend", "exclude", "dispose", "hand_out", "keep"
    }  # fmt: skip
    assert found["due_on"] == "2026-04-03"
    wrong = call("juzhang", "POST", f"/measures/{measure.id}/approve", json={"opinion": "同意"})
    assert wrong.status_code == 409
    assert wrong.get_json()["article"].startswith("《")
    case_id = found["case_id"]
    said = THINGS | {"kind": "seize", "milder": False}
    closed = call("zhifa1", "POST", f"/cases/{case_id}/measures/propose", json=said)
    assert closed.status_code == 409
    assert closed.get_json()["gates"][0]["rule"] == "R15"
    empty = call("zhifa1", "POST", f"/cases/{case_id}/measures/propose", json={})
    assert empty.status_code == 422


def test_a_list_of_measures_costs_the_same_however_long(
    demo_app: Flask, county: Session, call: Calls
) -> None:
    case = animal_case(county)
    call("juzhang", "GET", "/me")
    counts = []
    for _n in range(2):
        proposed(county, case)
        county.flush()
        with counted(demo_app) as sent:
            assert call("juzhang", "GET", "/measures").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_pages_go_on_to_the_next_page(county: Session, call: Calls) -> None:
    case = animal_case(county)
    made = []
    for minute in range(3):
        set_clock(county, f"2026-03-03 10:0{minute}")
        made.append(proposed(county, case).number)
    assert actor_of(county, "zhifa1")
    seen, after = [], ""
    for _n in range(10):
        found = call("zhifa1", "GET", f"/measures?limit=2{after}").get_json()
        seen += [one["number"] for one in found["measures"]]
        if found["next"] is None:
            break
        after = f"&after={found['next']}"
    assert len(seen) == len(set(seen))
    assert [number for number in seen if number in made] == made[::-1]
