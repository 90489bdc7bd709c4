"""Rules are added, changed, moved and switched off by administrators, each act kept."""

from __future__ import annotations

import uuid
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.rules import queries, services
from enforcement.rules.models import RoutingRule, RoutingRuleEntry
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.rules.making import COUNTY, add, draft, report, squads
from tests.web.test_query_counts import counted


def count(session: Session) -> tuple[int, int]:
    """Return how many rules and how many acts upon them there are."""
    return tuple(  # type: ignore[return-value]
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (RoutingRule, RoutingRuleEntry)
    )


BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "name"),
    ({"categories": ()}, "categories"),
    ({"categories": ("77",)}, "categories"),
    ({"categories": ("0'1",)}, "categories"),
    ({"areas": ("220322999",)}, "areas"),
    ({"areas": ("22",)}, "areas"),
    ({"weekdays": (8,)}, "weekdays"),
    ({"from_time": time(9)}, "to_time"),
    ({"from_time": time(9), "to_time": time(9)}, "to_time"),
    ({"sources": ("letter",)}, "sources"),
    ({"urgencies": ("blue",)}, "urgencies"),
    ({"valid_to": date(2026, 1, 1)}, "valid_to"),
    ({"note": "x" * 501}, "note"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_what_is_wrong_is_told_by_field_and_nothing_changes(
    county: Session, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused, county.begin_nested():
        add(county, **change)
    assert refused.value.field == field
    assert count(county) == (0, 0)


def test_a_unit_must_exist_and_be_open(county: Session) -> None:
    actor = actor_of(county, "xitong")
    wrong = draft(county).__class__(**{**vars(draft(county)), "unit_id": uuid.uuid4()})
    with pytest.raises(InvalidInputError) as refused, county.begin_nested():
        services.add(county, actor, wrong)
    assert refused.value.field == "unit"
    county.execute(
        text("update unit set valid_to = '2026-03-01' where id = :id"),
        {"id": squads(county)[-1][0]},
    )
    with pytest.raises(InvalidInputError, match="撤销") as refused, county.begin_nested():
        add(county)
    assert refused.value.field == "unit"


@pytest.mark.parametrize("who", ["zhihui", "juzhang", "dadui", "anquan"])
def test_only_system_administrators_change_rules(county: Session, who: str) -> None:
    actor = actor_of(county, who)
    rule = add(county)
    for act in (
        lambda: services.add(county, actor, draft(county)),
        lambda: services.change(county, actor, rule.id, draft(county)),
        lambda: services.move(county, actor, rule.id, services.Way.UP),
        lambda: services.switch_off(county, actor, rule.id, "x"),
    ):
        with pytest.raises(NotPermittedError):
            act()
    assert count(county) == (1, 1)


def test_every_act_is_kept_whole_and_audited(county: Session) -> None:
    actor = actor_of(county, "xitong")
    first, second = add(county), add(county, -2, name="第二条")
    services.change(county, actor, first.id, draft(county, -3, name="改名"), version=1)
    assert services.change(county, actor, first.id, draft(county, -3, name="改名")).version == 2
    services.move(county, actor, second.id, services.Way.UP)
    services.move(county, actor, second.id, services.Way.UP)
    services.switch_off(county, actor, first.id, "不再需要")
    entries = queries.history(county, COUNTY, first.id)
    assert [one.event for one in entries] == ["off", "move", "change", "add"]
    assert [one.seq for one in entries] == [4, 3, 2, 1]
    assert entries[0].note == "不再需要"
    assert entries[-1].rule["unit_id"] == str(squads(county)[-1][0])
    assert entries[2].rule["name"] == "改名"
    audited = county.scalars(select(AuditLog.act).where(AuditLog.act.startswith("rule:"))).all()
    assert sorted(audited) == ["rule:add", "rule:add", "rule:change", "rule:move", "rule:move",
                               "rule:off"]  # fmt: skip


def test_a_rule_may_be_put_before_others(county: Session) -> None:
    first, second = add(county), add(county, -2)
    third = add(county, -3, position=1)
    listed = [one.rule.id for one in queries.list_active(county, COUNTY)]
    assert listed == [third.id, first.id, second.id]
    assert [one.position for one in (third, first, second)] == [1, 2, 3]


def test_who_saw_an_older_version_is_refused(county: Session) -> None:
    actor = actor_of(county, "xitong")
    rule = add(county)
    services.change(county, actor, rule.id, draft(county, -2), version=1)
    for act in (
        lambda: services.change(county, actor, rule.id, draft(county, -3), version=1),
        lambda: services.move(county, actor, rule.id, services.Way.UP, version=1),
        lambda: services.switch_off(county, actor, rule.id, "x", version=1),
    ):
        with pytest.raises(StaleVersionError), county.begin_nested():
            act()
    assert count(county) == (1, 2)


def test_a_rule_that_is_off_or_unknown_stays_so(county: Session) -> None:
    actor = actor_of(county, "xitong")
    rule = add(county)
    with pytest.raises(InvalidInputError, match="理由"), county.begin_nested():
        services.switch_off(county, actor, rule.id, " ")
    services.switch_off(county, actor, rule.id, "x")
    with pytest.raises(StepNotAllowedError):
        services.change(county, actor, rule.id, draft(county))
    with pytest.raises(NotFoundError):
        services.move(county, actor, uuid.uuid4(), services.Way.UP)


def test_the_list_needs_the_same_statements_for_one_rule_and_twenty(
    county: Session, page: Pages, demo_app: Flask
) -> None:
    add(county)
    browser = page("zhihui")
    browser.get("/rules")  # what the process keeps is kept now, whichever test came before
    with counted(demo_app) as one:
        assert browser.get("/rules").status_code == 200
    for n in range(19):
        add(county, -2, name=f"第{n}条")
    with counted(demo_app) as twenty:
        assert browser.get("/rules").status_code == 200
    assert len(one) == len(twenty) <= 10


FORM = {"name": "夜间统一派单", "categories": ["04"], "weekdays": ["1", "7"], "from_time": "22:00",
        "to_time": "06:00", "valid_from": "2026-01-01", "months": "3"}  # fmt: skip


def test_a_rule_is_tried_and_then_saved_on_the_page(county: Session, page: Pages) -> None:
    incident = report(county, "2026-03-02 23:00")
    browser, code = page("xitong"), squads(county)[-1][1]
    assert "由界线和责任区决定" in browser.get("/rules").text
    tried = browser.post("/rules/new", data=FORM | {"unit": code, "do": "try"})
    assert tried.status_code == 200
    assert incident.number in tried.text
    assert count(county) == (0, 0)
    saved = browser.post("/rules/new", data=FORM | {"unit": code, "do": "save"})
    assert saved.status_code == 302
    shown = browser.get("/rules").text
    for words in ("夜间统一派单", "22:00–次日06:00", "周一", squads(county)[-1][2]):
        assert words in shown, words
    [listed] = queries.list_active(county, COUNTY)
    rule = listed.rule
    again = browser.get(f"/rules/{rule.id}").text
    assert 'value="22:00"' in again
    refused = browser.post(f"/rules/{rule.id}", data=FORM | {"unit": code, "areas": "999999999"})
    assert refused.status_code == 422
    assert "区划代码不存在" in refused.text
    changed = FORM | {"unit": code, "categories": ["V8"], "version": "1"}
    assert browser.post(f"/rules/{rule.id}", data=changed).status_code == 302
    assert browser.post(f"/rules/{rule.id}", data=FORM | {"unit": code, "version": "1"}
                        ).status_code == 409  # fmt: skip
    add(county, -2)
    assert browser.post(f"/rules/{rule.id}/move/down").status_code == 302
    assert browser.post(f"/rules/{rule.id}/move/sideways").status_code == 404
    county.expire_all()
    assert county.get_one(RoutingRule, (COUNTY, rule.id)).position == 2
    assert browser.post(f"/rules/{rule.id}/off", data={"reason": "试过了"}).status_code == 302
    assert "试过了" in browser.get(f"/rules/{rule.id}").text
    assert "夜间统一派单" not in browser.get("/rules").text.split("更改记录")[0].split("<main")[1]


def test_a_failed_rule_is_marked_red_and_the_administrator_is_told(
    county: Session, page: Pages
) -> None:
    add(county, name="旧中队")
    county.execute(
        text("update unit set valid_to = '2026-03-02' where id = :id"),
        {"id": squads(county)[-1][0]},
    )
    report(county)
    shown = page("zhihui").get("/rules").text
    assert "失效" in shown
    assert "2026-03-02已通知管理员" in shown
    assert "旧中队" in page("xitong").get("/notices").text


def test_the_command_centre_reads_and_does_not_change(county: Session, page: Pages) -> None:
    rule = add(county)
    browser = page("zhihui")
    assert browser.get("/rules").status_code == 200
    assert browser.get(f"/rules/{rule.id}").status_code == 403
    assert "新增规则" not in browser.get("/rules").text


def test_calls_do_what_the_page_does(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    unit = squads(county)[-1][1]
    body = {"name": "接口", "unit": unit, "categories": ["04"], "from_time": "22:00",
            "to_time": "06:00"}  # fmt: skip
    made = call("xitong", "POST", "/rules", json=body)
    assert made.status_code == 201
    rule = made.json
    assert rule is not None
    assert (rule["position"], rule["valid_from"], rule["unit"]) == (1, "2026-03-02", unit)
    put = call("xitong", "PUT", f"/rules/{rule['id']}", json=body | {"name": "改", "version": 1})
    assert put.json["version"] == 2  # type: ignore[index]
    stale = call("xitong", "PUT", f"/rules/{rule['id']}", json=body | {"version": 1})
    assert stale.status_code == 409
    assert call("zhihui", "POST", "/rules", json=body).status_code == 403
    listed = call("zhihui", "GET", "/rules").json
    assert listed is not None
    assert [(one["name"], one["broken"]) for one in listed["rules"]] == [("改", [])]
    tried = call("zhihui", "POST", "/rules/dry-run", json=body | {"months": 2})
    assert (tried.status_code, tried.json["months"]) == (200, 2)  # type: ignore[index]
    moved = call("xitong", "POST", f"/rules/{rule['id']}/move", json={"way": "down"})
    assert moved.json["position"] == 1  # type: ignore[index]
    off = call("xitong", "POST", f"/rules/{rule['id']}/off", json={"reason": "试过了"})
    assert off.json["active"] is False  # type: ignore[index]
    wrong = call("xitong", "POST", "/rules", json=body | {"unit": "99.99"})
    assert (wrong.status_code, wrong.json["field"]) == (422, "unit")  # type: ignore[index]
