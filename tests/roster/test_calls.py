"""The calls of the roster: the same acts as the pages, the same refusals."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.roster import gaps
from tests.asking import Calls, Pages, actor_of, set_clock


def test_a_leader_sees_the_gaps_ahead_of_his_own_units_only(
    county: Session, call: Calls, page: Pages
) -> None:
    set_clock(county, "2026-03-02 09:00")
    for username, seen in (("dadui", 2), ("xiangzhen", 0), ("zhihui", 2)):
        body = call(username, "GET", "/roster/gaps?days=6").get_json()
        assert len(body["gaps"]) == seen, username
    own = gaps.ahead(county, actor_of(county, "dadui"))
    assert all(gap.unit.code.startswith("01.01.04") for gap in own.gaps)
    first = own.gaps[0]
    assert (first.missing, str(first.kind)) == (1, "squad")
    assert "缺1人" in page("dadui").get("/").text
    assert call("zhifa1", "GET", "/roster/gaps").status_code == 403


def test_the_call_gives_the_order(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    village = actor_of(county, "fujing").area_codes[0]
    steps = call("fujing", "GET", f"/roster/now?place={village}").get_json()["steps"]
    assert [step["number"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["level"] == "auxiliary"
    assert steps[0]["shift"] is False
    later = call(
        "zhihui", "GET", f"/roster/now?place={village}&at=2026-03-01T03:00:00%2B08:00"
    ).get_json()["steps"]
    assert [step["level"] for step in later if step["nobody"]] == [
        "squad",
        "brigade_a",
        "brigade_b",
    ]


def test_a_village_outside_ones_reach_is_not_found(county: Session, call: Calls) -> None:
    other = county.execute(
        text("select code from division where county_code = '220322' and level = 'village'"
             " and left(code, 9) <> :home order by code limit 1"),
        {"home": actor_of(county, "fujing").area_codes[0][:9]},
    ).scalar_one()  # fmt: skip
    for username, status in (("fujing", 404), ("xiangzhen", 404), ("jiexian", 404), ("dadui", 200)):
        assert call(username, "GET", f"/roster/now?place={other}").status_code == status, username
    assert call("fazhi", "GET", f"/roster/now?place={other}").status_code == 403


def test_a_week_is_read_by_unit_and_day(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    body = call("dadui", "GET", "/roster/week?unit=01.01.04.02&day=2026-03-05").get_json()
    assert (body["monday"], len(body["days"])) == ("2026-03-02", 7)
    assert sum(len(day["shifts"]) for day in body["days"]) == 10
    assert sum(len(day["gaps"]) for day in body["days"]) == 2
    units = call("dadui", "GET", "/roster/units").get_json()["units"]
    assert {row["code"] for row in units if row["change"]} == {
        "01.01.04", "01.01.04.01", "01.01.04.02", "01.01.04.03"}  # fmt: skip
    assert call("xiangzhen", "GET", "/roster/week?unit=01.01.04").status_code == 404
    assert len(call("zhifa1", "GET", "/roster/mine").get_json()["shifts"]) == 10
    book = call("dadui", "GET", "/roster/export.xlsx?unit=01.01.04")
    assert book.data.startswith(b"PK")
    assert call("dadui", "GET", "/roster/export.pdf").status_code == 404


def test_a_template_is_saved_planned_and_published(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    officer = str(actor_of(county, "zhifa1").person_id)
    row = {"weekday": 1, "kind": "squad", "start": "20:00", "minutes": 600, "person_id": officer}
    body = {"unit": "01.01.04.02", "name": "夜查", "rows": [row], "key": "k"}
    made = call("zhongdui", "POST", "/roster/templates", json=body)
    assert made.status_code == 201, made.get_json()
    again = call("zhongdui", "POST", "/roster/templates", json=body).get_json()
    assert again["id"] == made.get_json()["id"]
    asked = {"template_id": again["id"], "day": "2026-04-15"}
    plan = call("zhongdui", "POST", "/roster/plan", json=asked).get_json()
    assert (plan["counts"]["new"], plan["applied"]) == (1, False)
    done = call("zhongdui", "POST", "/roster/publish", json=asked | {"digest": plan["digest"]})
    assert done.get_json()["applied"] is True
    stale = call("zhongdui", "POST", "/roster/publish", json=asked | {"digest": plan["digest"]})
    assert stale.status_code == 409
    assert call("zhongdui", "POST", "/roster/publish", json=asked).get_json()["counts"]["kept"] == 1
    wrong = body | {"rows": [row | {"minutes": 2000}], "key": None, "name": "y"}
    refused = call("zhongdui", "POST", "/roster/templates", json=wrong)
    assert (refused.status_code, refused.get_json()["field"]) == (422, "rows.0.minutes")
    assert call("xiangzhen", "POST", "/roster/plan", json=asked).status_code == 403
    far = call("zhongdui", "POST", "/roster/plan", json=asked | {"weeks": 13})
    assert far.status_code == 422


def test_shifts_leave_and_swaps_by_calls(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    one, two = (str(actor_of(county, name).person_id) for name in ("zhifa1", "zhifa2"))
    body = {
        "unit": "01.01.04.02", "kind": "squad", "starts_at": "2026-04-14T09:00:00+08:00",
        "ends_at": "2026-04-14T17:00:00+08:00", "person_id": one,
    }  # fmt: skip
    made = call("dadui", "POST", "/roster/shifts", json=body).get_json()
    path = f"/roster/shifts/{made['id']}"
    swap = call("zhifa1", "POST", f"{path}/swap", json={"to_person_id": two}).get_json()
    assert call("zhifa2", "POST", f"/roster/swaps/{swap['id']}/answer",
                json={"agree": True}).get_json()["state"] == "agreed"  # fmt: skip
    assert call("zhongdui", "POST", f"/roster/swaps/{swap['id']}/decide",
                json={"agree": True}).get_json()["state"] == "approved"  # fmt: skip
    assert call("zhifa1", "GET", "/roster/swaps").get_json()["swaps"][0]["to"]
    asked = {"kind": "annual", "starts_at": "2026-04-14T00:00:00+08:00",
             "ends_at": "2026-04-15T00:00:00+08:00"}  # fmt: skip
    leave = call("zhifa2", "POST", "/roster/leave", json=asked).get_json()
    seen = call("zhongdui", "GET", f"/roster/leave/{leave['id']}").get_json()["would_free"]
    assert [part["shift_id"] for part in seen] == [made["id"]]
    decided = call("zhongdui", "POST", f"/roster/leave/{leave['id']}/decide",
                   json={"approve": True, "freed": 1})  # fmt: skip
    assert decided.get_json()["state"] == "approved"
    back = call("zhongdui", "POST", f"{path}/person", json={"person_id": one, "reason": "顶班"})
    assert back.get_json()["person_id"] == one
    gone = call("zhongdui", "POST", f"{path}/cancel", json={"reason": "改期"}).get_json()
    assert gone["state"] == "cancelled"
    listed = call("zhifa2", "GET", "/roster/leave").get_json()["leave"]
    assert listed[0]["decides"] is False
    assert call("zhifa2", "POST", f"/roster/leave/{leave['id']}/cancel").status_code == 200
    assert call("zhifa1", "POST", f"{path}/swap", json={"to_person_id": two}).status_code == 409


def test_wrong_bodies_name_their_field(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    good = {
        "unit": "01.01.04.02", "kind": "squad", "starts_at": "2026-04-14T09:00:00+08:00",
        "ends_at": "2026-04-14T17:00:00+08:00",
    }  # fmt: skip
    for field, change in (
        ("kind", {"kind": "z"}),
        ("starts_at", {"starts_at": "2026-04-14T09:00:00"}),
        ("ends_at", {"ends_at": "2026-04-15T10:00:00+08:00"}),
        ("ends_at", {"ends_at": "2026-04-14T09:00:00+08:00"}),
        ("person_id", {"person_id": "00000000-0000-7000-8000-000000000000"}),
        ("surprise", {"surprise": 1}),
    ):
        answer = call("dadui", "POST", "/roster/shifts", json=good | change)
        said = answer.get_json()
        assert answer.status_code == 422, said
        assert field in str(said.get("field")) or field in str(said.get("fields")), said
    outside = call("dadui", "POST", "/roster/shifts", json=good | {"unit": "01.01.01"})
    assert outside.status_code == 404
    need = {"unit": "01.01.04", "kind": "a", "pattern": "always", "at_least": 0}
    refused = call("dadui", "POST", "/roster/requirements", json=need)
    assert (refused.status_code, refused.get_json()["field"]) == (422, "at_least")
    made = call("dadui", "POST", "/roster/requirements", json=need | {"at_least": 2}).get_json()
    ended = call("dadui", "POST", f"/roster/requirements/{made['id']}/end", json={})
    assert ended.get_json()["valid_to"] == "2026-03-03"


def test_years_that_cannot_be_meant_are_refused_and_nothing_breaks(
    county: Session, call: Calls, page: Pages
) -> None:
    set_clock(county, "2026-03-02 09:00")
    village = actor_of(county, "fujing").area_codes[0]
    [template] = call("zhongdui", "GET", "/roster/templates").get_json()["templates"]
    far = {"starts_at": "9999-12-31T23:00:00+08:00", "ends_at": "9999-12-31T23:30:00+08:00"}
    early = {"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "0001-01-01T01:00:00+14:00"}
    need = {"unit": "01.01.04.02", "kind": "a", "pattern": "always"}
    for method, path, body in (
        ("GET", "/roster/week?day=9999-12-31", None),
        ("GET", "/roster/week?day=0001-01-01", None),
        ("GET", f"/roster/now?place={village}&at=0001-01-01T00:00:00%2B14:00", None),
        ("GET", f"/roster/now?place={village}&at=9999-12-31T23:59:59-12:00", None),
        ("POST", "/roster/plan", {"template_id": template["id"], "day": "9999-12-31"}),
        ("POST", "/roster/leave", {"kind": "sick", "reason": "x"} | far),
        ("POST", "/roster/leave", {"kind": "sick", "reason": "x"} | early),
        ("POST", "/roster/shifts", {"unit": "01.01.04.02", "kind": "squad"} | far),
        ("POST", "/roster/shifts", {"unit": "01.01.04.02", "kind": "squad"} | early),
        ("POST", "/roster/requirements", need | {"valid_from": "9999-12-31"}),
        ("POST", "/roster/requirements", need | {"valid_to": "9999-12-31"}),
        ("POST", "/roster/templates", {"unit": "01.01.04.02", "name": "x", "rows": [],
                                       "anchor_on": "9999-12-31"}),
    ):  # fmt: skip
        answer = call("zhongdui", method, path, json=body)
        assert answer.status_code == 422, (path, answer.get_json())
        assert "年份" in answer.get_json()["error"], path
    browser = page("zhongdui")
    for path in ("?day=9999-12-31", "?day=0001-01-01", "/export.xlsx?day=9999-12-31&span=month",
                 "/shifts/new?from=9999-12-31T23:00&to=0001-01-01T00:00",
                 "/publish?day=9999-12-31", "/now?at=9999-12-31T23:00"):  # fmt: skip
        assert browser.get(f"/roster{path}").status_code in (200, 422), path
    data = {"kind": "squad", "starts_at": "9999-12-31T23:59", "ends_at": "9999-12-31T23:59"}
    assert browser.post("/roster/shifts/new", data=data).status_code == 422
