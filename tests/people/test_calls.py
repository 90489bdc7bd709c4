"""Calls: the same acts as the pages, refused with the field, done once for a key."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from enforcement.demo.numbers import id_number
from enforcement.people.imports.lists import Kind
from enforcement.people.models import Person
from tests.asking import Calls, actor_of, set_clock
from tests.people.making import state, unit
from tests.people.test_imports import SOUND, as_csv
from tests.web.test_query_counts import MOST, counted


def ok(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_units_are_opened_renamed_merged_by_calls(call: Calls, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    body = {"name": "直属中队", "kind": "squad", "parent": "01.01.01", "valid_from": "2026-03-01",
            "key": "k1"}  # fmt: skip
    made = ok(call("xitong", "POST", "/people/units", json=body), 201)
    again = ok(call("xitong", "POST", "/people/units", json=body), 201)
    assert (made["code"], again["id"]) == ("01.01.01.04", made["id"])
    path = f"/people/units/{made['id']}"
    renamed = ok(call("xitong", "POST", f"{path}/rename",
                      json={"name": "机动中队", "reason": "批复", "version": 1}))  # fmt: skip
    assert (renamed["name"], renamed["version"]) == ("机动中队", 2)
    stale = call("xitong", "POST", f"{path}/rename",
                 json={"name": "别名", "reason": "x", "version": 1})  # fmt: skip
    assert (stale.status_code, stale.get_json()["current"]["version"]) == (409, 2)
    plan = ok(call("xitong", "GET", f"{path}/merger?target=01.01.01.01&on=2026-03-02"))
    assert (plan["people"], len(plan["units"])) == ([], 1)
    merge = {"target": "01.01.01.01", "on": "2026-03-02", "reason": "合并"}
    wrong = call("xitong", "POST", f"{path}/merge", json=merge | {"digest": "x"})
    assert wrong.status_code == 409
    target = ok(call("xitong", "POST", f"{path}/merge", json=merge | {"digest": plan["digest"]}))
    assert target["code"] == "01.01.01.01"
    closed = ok(call("zhifa1", "GET", path))
    assert (closed["valid_to"], closed["merged_into_id"]) == ("2026-03-02", target["id"])
    assert [one["event"] for one in closed["history"]] == ["merge", "rename", "open"]
    tree = ok(call("zhifa1", "GET", "/people/units?which=closed&on=2026-03-02"))
    assert [row["code"] for row in tree["units"]] == ["01.01.01.04"]


def test_a_wrong_body_is_answered_with_the_field_and_changes_nothing(
    call: Calls, county: Session
) -> None:
    call("xitong", "GET", "/me")
    before = state(county)
    good = {"name": "直属中队", "kind": "squad", "parent": "01.01.01", "valid_from": "2026-03-01"}
    for change, field in (
        ({"parent": "99"}, "parent"), ({"kind": "team"}, "kind"), ({"name": None}, "name"),
        ({"valid_from": "soon"}, "valid_from"), ({"surprise": 1}, "surprise"),
        ({"kind": "police_station"}, "parent"),
    ):  # fmt: skip
        answer = call("xitong", "POST", "/people/units", json=good | change)
        body = answer.get_json()
        assert answer.status_code == 422, (change, body)
        assert body.get("field") == field or field in str(body.get("fields")), (change, body)
    assert state(county) == before


def test_a_person_is_entered_found_and_changed_by_calls(call: Calls, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    body = {"name": "新来人", "employment": "civil_servant", "id_number": id_number(7200),
            "phone": "13900002222", "unit": "01.01.01.01", "role": "officer",
            "valid_from": "2026-03-01", "key": "p1"}  # fmt: skip
    made = ok(call("xitong", "POST", "/people", json=body), 201)
    again = ok(call("xitong", "POST", "/people", json=body), 201)
    assert again["id"] == made["id"]
    assert (made["id_number"], made["phone"]) == (
        f"{id_number(7200)[:6]}********{id_number(7200)[-4:]}", "139****2222")  # fmt: skip
    twice = call("xitong", "POST", "/people", json=body | {"key": "p2"})
    assert (twice.status_code, twice.get_json()["person_id"]) == (422, made["id"])
    found = ok(call("zhifa1", "POST", "/people/find", json={"number": id_number(7200)}))
    assert [one["id"] for one in found["people"]] == [made["id"]]
    path = f"/people/{made['id']}"
    said = {"name": "新来人", "employment": "institution", "version": 1}
    changed = ok(call("xitong", "POST", f"{path}/change", json=said))
    assert (changed["employment"], changed["id_number"]) == ("institution", made["id_number"])
    reveal = {"number": "phone", "reason": "联系"}
    assert ok(call("juzhang", "POST", f"{path}/reveal", json=reveal)) == {"phone": "13900002222"}
    assert call("zhifa1", "POST", f"{path}/reveal", json=reveal).status_code == 403
    assert (
        call("juzhang", "POST", f"{path}/reveal", json=reveal | {"reason": ""}).status_code == 422
    )
    post = made["posts"][0]["id"]
    ended = ok(call("xitong", "POST", f"/people/posts/{post}/end",
                    json={"on": "2026-03-02", "reason": "调离"}))  # fmt: skip
    assert ended["posts"][0]["valid_to"] == "2026-03-02"
    given = {"unit": "01.01.01.02", "role": "officer", "valid_from": "2026-03-02"}
    assert len(ok(call("xitong", "POST", f"{path}/posts", json=given), 201)["posts"]) == 2


def test_certificates_are_issued_and_listed_by_calls(call: Calls, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    officer = actor_of(county, "zhifa1")
    body = {"number": "0799000900", "organ": "01.01", "valid_from": "2026-01-01",
            "valid_to": "2026-03-06"}  # fmt: skip
    path = f"/people/{officer.person_id}/certificates"
    made = ok(call("xitong", "POST", path, json=body), 201)
    one = f"/people/certificates/{made['id']}"
    suspended = ok(call("xitong", "POST", f"{one}/suspend", json={"reason": "考核"}))
    assert (suspended["state"], suspended["status_on"]) == ("suspended", "2026-03-02")
    ok(call("xitong", "POST", f"{one}/restore", json={"reason": "合格"}))
    renewed = ok(call("xitong", "POST", f"{one}/renew", json={"valid_to": "2030-01-01"}))
    assert [entry["event"] for entry in renewed["history"]] == [
        "renew", "restore", "suspend", "issue"]  # fmt: skip
    assert call("xitong", "POST", f"{one}/shred", json={"reason": "x"}).status_code == 404
    seen: list[str] = []
    after = ""
    while after is not None:
        page = ok(call("zhifa1", "GET", f"/people/certificates?limit=30&after={after}"))
        seen += [row["id"] for row in page["certificates"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) > 60
    alarms = ok(call("zhifa1", "GET", "/people/certificates?which=alarms"))["certificates"]
    assert {row["level"] for row in alarms} <= {
        "expired", "suspended", "alarm", "warning", "notice"}  # fmt: skip
    assert call("zhifa1", "GET", "/people/certificates?after=x").status_code == 422


def test_accounts_are_managed_by_calls(call: Calls, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    officer = actor_of(county, "zhifa2")
    person = ok(call("anquan", "GET", f"/people/{officer.person_id}"))
    [post] = person["posts"]
    body = {"post_id": post["id"], "username": "dierge", "password": "Neues-Wort-1"}
    made = ok(call("anquan", "POST", f"/people/{officer.person_id}/accounts", json=body), 201)
    path = f"/accounts/{made['id']}"
    assert not ok(call("anquan", "POST", f"{path}/close", json={"reason": "x"}))["active"]
    assert ok(call("anquan", "POST", f"{path}/reopen", json={}))["active"]
    assert call("anquan", "POST", f"{path}/move", json={}).status_code == 422
    assert call("anquan", "POST", f"{path}/password", json={"password": "x"}).status_code == 422
    ok(call("anquan", "POST", f"{path}/password", json={"password": "Neues-Wort-2"}))
    other = actor_of(county, "zhifa1").person_id
    wrong = call("anquan", "POST", f"/people/{other}/accounts",
                 json=body | {"username": "x2"})  # fmt: skip
    assert wrong.status_code == 422


def test_lists_are_imported_and_exported_by_calls(call: Calls, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    data, path = as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE]), "/people/imports/people?name=x.csv"
    seen = ok(call("xitong", "POST", path, data=data))
    assert ([one["name"] for one in seen["added"]], seen["applied"]) == (["王新来"], False)
    assert county.query(Person).filter_by(name="王新来").count() == 0
    stale = call("xitong", "POST", f"{path}&apply=true&digest=x", data=data)
    assert stale.status_code == 409
    assert ok(call("xitong", "POST", f"{path}&apply=true&digest={seen['digest']}",
                   data=data))["applied"]  # fmt: skip
    bad = call("xitong", "POST", path, data=as_csv(Kind.PEOPLE, {"姓名": "无号"}))
    assert (bad.status_code, bad.get_json()["problems"][0]["row"]) == (422, 2)
    out = call("zhifa1", "GET", "/people/exports/people.csv").data
    again = ok(call("xitong", "POST", path, data=out))
    assert (again["added"], again["changed"], again["same"] > 100) == ([], [], True)
    whole = call("juzhang", "POST", "/people/exports/people.csv", json={"reason": "上报"})
    assert id_number(1) in whole.text
    assert call("zhifa1", "GET", "/people/imports/units/template.xlsx").status_code == 200
    assert call("zhifa1", "GET", "/people/imports/cars/template.xlsx").status_code == 404


def test_a_list_of_people_costs_the_same_however_long(
    demo_app: Flask, county: Session, call: Calls
) -> None:
    counts = []
    call("juzhang", "GET", "/me")
    for limit in (2, 150):
        with counted(demo_app) as sent:
            found = ok(call("juzhang", "GET", f"/people?limit={limit}"))
        assert len(found["people"]) == limit
        counts.append(len(sent))
    assert counts[0] == counts[1] <= MOST
    narrow = ok(call("juzhang", "GET", "/people?unit=01.01.01.01&certificate=valid"))
    assert {post["unit"] for row in narrow["people"] for post in row["posts"]} == {"01.01.01.01"}
    assert unit(county, "01.01.01.01").code == "01.01.01.01"
