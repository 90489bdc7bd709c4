"""The pages of plans and duties: plain forms do everything, scripts get JSON from the same ones."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from large_county import load_large, load_lishu
from planning import change, planner, row_named
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.jurisdiction import duty_acts, plan_activation, plan_queries, plans
from enforcement.jurisdiction.models import Responsibility
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.jurisdiction.routing import route
from tests.asking import Browser, Pages, actor_of, set_clock
from tests.jurisdiction.test_maps import sign_in
from tests.web.test_query_counts import counted

COUNTY = "220322"
SECOND = "01.01.01.02"  # the second squad of the first brigade
NASTY = "</script><img src=x onerror=alert(1)>\"'"


@pytest.fixture
def plan(county: Session) -> DutyPlan:
    """A plan that the system administrator started on a day in March."""
    set_clock(county, "2026-03-02 09:00")
    made = plans.start(county, actor_of(county, "xitong"), "三月调整")
    county.commit()
    return made


def village(session: Session, unit: str) -> tuple[str, float, float]:
    """Return a village that a unit answers for by its township: code and label point."""
    row = session.execute(
        text("select a.code, a.label_lon, a.label_lat from area a join responsibility r"
             " on r.area_code = left(a.code, 9) join unit u on u.id = r.unit_id"
             " where a.level = 'village' and u.code = :unit order by a.code limit 1"),
        {"unit": unit},
    ).one()  # fmt: skip
    return row.code, row.label_lon, row.label_lat


def ops(browser: Browser, plan: DutyPlan, version: int, **form: Any) -> Any:
    said = {"version": version, **form}
    return browser.post(f"/jurisdiction/plans/{plan.id}/ops", data=said)


def fresh(session: Session, plan: DutyPlan) -> DutyPlan:
    session.expire_all()
    return plan_queries.get(session, COUNTY, plan.id)


def test_a_plan_is_started_by_a_form_and_opens(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:00")
    browser = page("xitong")
    shown = browser.get("/jurisdiction/plans").text
    key = re.search(r'name="key" type="hidden" value="([^"]+)"', shown)
    assert key is not None
    said = {"name": "三月", "on": "", "note": NASTY, "key": key[1]}
    answers = [browser.post("/jurisdiction/plans", data=said) for _click in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0].location == answers[1].location
    opened = browser.get(answers[0].location)
    assert opened.status_code == 200
    assert "<img src=x" not in opened.text
    assert opened.text.count('name="areas"') == 346 + 24
    assert "三月" in browser.get("/jurisdiction/plans?status=draft").text
    assert "三月" not in browser.get("/jurisdiction/plans?status=active").text


@pytest.mark.parametrize("name", ["", "长" * 101])
def test_a_plan_without_a_sound_name_is_refused(county: Session, page: Pages, name: str) -> None:
    answer = page("dadui").post("/jurisdiction/plans", data={"name": name})
    assert answer.status_code == 422
    assert county.query(DutyPlan).count() == 0


def test_without_scripts_villages_change_hands_by_the_table(
    county: Session, page: Pages, plan: DutyPlan
) -> None:
    code, _lon, _lat = village(county, "01.01.01.01")
    browser = page("xitong")
    answer = ops(browser, plan, 1, op="assign", areas=[code], unit="01.01.01.02")
    assert answer.status_code == 302
    shown = browser.get(answer.location).text
    assert "已保存（第2版）" in shown
    assert "1个村易手" in shown
    undone = browser.post(f"/jurisdiction/plans/{plan.id}/undo", data={"version": 2})
    assert undone.status_code == 302
    assert "0个村易手" in browser.get(answer.location).text
    assert (
        browser.post(f"/jurisdiction/plans/{plan.id}/redo", data={"version": 3}).status_code == 302
    )
    assert fresh(county, plan).version == 4


def test_without_scripts_an_area_is_pasted_changed_and_removed(
    county: Session, page: Pages, plan: DutyPlan
) -> None:
    _code, lon, lat = village(county, "01.01.01.01")
    browser, wkt = page("xitong"), box(lon - 0.004, lat - 0.004, lon + 0.004, lat + 0.004).wkt
    assert ops(browser, plan, 1, op="draw", name=NASTY, unit="01.01.01.02", geometry=wkt,
               priority="2").status_code == 302  # fmt: skip
    shown = browser.get(f"/jurisdiction/plans/{plan.id}").text
    assert "<img src=x" not in shown
    row = row_named(county, plan, NASTY)
    assert ops(browser, plan, 2, op="change", row=row, name="市场", unit="01.01.02.01",
               priority="5").status_code == 302  # fmt: skip
    smaller = box(lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002).wkt
    assert ops(browser, plan, 3, op="reshape", row=row, geometry=smaller).status_code == 302
    assert "优先级5" in browser.get(f"/jurisdiction/plans/{plan.id}").text
    assert ops(browser, plan, 4, op="remove", row=row).status_code == 302
    assert ops(browser, plan, 5, op="merge", source="01.01.01.01",
               into="01.01.01.02").status_code == 302  # fmt: skip
    assert (
        "第一执法大队第一中队没有任何责任区域" in browser.get(f"/jurisdiction/plans/{plan.id}").text
    )


def test_scripts_get_the_state_and_the_panels(county: Session, page: Pages, plan: DutyPlan) -> None:
    code, _lon, _lat = village(county, "01.01.01.01")
    answer = page("xitong").post(
        f"/jurisdiction/plans/{plan.id}/ops", headers={"Accept": "application/json"},
        data={"version": 1, "op": "assign", "areas": [code], "unit": "01.01.01.02"},
    )  # fmt: skip
    body = answer.get_json()
    assert (answer.status_code, body["drawn"]["version"]) == (200, 2)
    assert body["drawn"]["owners"][code] == "01.01.01.02"
    assert body["drawn"]["changed"] == [code]
    assert set(body["panels"]) == {
        "squads", "polygons", "coverage", "difference", "history", "steps",
    }  # fmt: skip
    assert "1个村易手" in body["panels"]["difference"]


# fmt: off
REFUSED = (  # what the form says, status, words
    ({"op": "assign", "unit": SECOND},                                  422, "至少选择一个村"),
    ({"op": "assign", "areas": ["1"], "unit": SECOND},                  422, "长度"),
    ({"op": "draw", "name": "甲", "unit": SECOND, "geometry": "x"},     422, "WKT"),
    ({"op": "draw", "name": "甲", "unit": SECOND, "priority": "x"},     422, "整数"),
    ({"op": "remove", "row": str(uuid.UUID(int=7))},                    422, "例外区域"),
    ({"op": "none"},                                                    422, "应当是下列之一"),
    ({"op": "assign", "areas": ["220322001"], "unit": SECOND, "version": 7},  409, "他人修改"),
    ({"op": "assign", "areas": ["220322001"], "unit": SECOND, "version": ""}, 422, "整数"),
)
# fmt: on


@pytest.mark.parametrize(("form", "status", "words"), REFUSED)
def test_what_is_refused_is_told_on_the_page_and_to_scripts(
    county: Session, page: Pages, plan: DutyPlan, form: dict[str, Any], status: int, words: str
) -> None:
    browser, path = page("xitong"), f"/jurisdiction/plans/{plan.id}/ops"
    said = {"version": 1, **form}
    shown = browser.post(path, data=said)
    assert (shown.status_code, words in shown.text) == (status, True)
    told = browser.post(path, data=said, headers={"Accept": "application/json"})
    assert (told.status_code, words in told.get_json()["error"]) == (status, True)
    assert fresh(county, plan).version == 1


def test_a_brigade_leader_is_told_where_his_brigade_ends(
    county: Session, page: Pages, plan: DutyPlan
) -> None:
    leader = actor_of(county, "dadui")
    elsewhere = "01.01.01.01" if leader.unit_code != "01.01.01" else "01.01.02.01"
    code, _lon, _lat = village(county, elsewhere)
    answer = ops(page("dadui"), plan, 1, op="assign", areas=[code], unit=f"{leader.unit_code}.01")
    assert (answer.status_code, "不属于本大队" in answer.text) == (403, True)
    assert fresh(county, plan).version == 1


def test_a_plan_is_put_in_force_by_the_page_after_the_changes_were_accepted(
    county: Session, page: Pages, plan: DutyPlan
) -> None:
    code, lon, lat = village(county, "01.01.01.01")
    who, browser = actor_of(county, "xitong"), page("xitong")
    change(county, who, plan, {"op": "assign", "areas": [code], "unit": "01.01.01.02"})
    duty_acts.add(county, who, "01.01.02.01", area_code=code)
    county.commit()
    path, said = f"/jurisdiction/plans/{plan.id}/activate", {"version": 2, "from_day": "2026-03-09"}
    shown = browser.get(f"/jurisdiction/plans/{plan.id}").text
    assert "拟订以后，责任分工又有变化" in shown
    assert "第二执法大队第一中队" in shown
    refused = browser.post(path, data=said)
    assert (refused.status_code, "请核对变化" in refused.text) == (409, True)
    assert fresh(county, plan).status == "draft"
    done = browser.post(path, data={**said, "accept_changes": "y"})
    assert done.status_code == 302
    assert "方案自2026-03-09起启用" in browser.get(done.location).text
    assert route(county, COUNTY, lon, lat, date(2026, 3, 9)).unit_code == "01.01.01.02"
    assert route(county, COUNTY, lon, lat, date(2026, 3, 8)).unit_code == "01.01.02.01"
    late = ops(browser, plan, 3, op="assign", areas=[code], unit="01.01.01.01")
    assert late.status_code == 409


def test_a_plan_is_given_up_by_the_page(county: Session, page: Pages, plan: DutyPlan) -> None:
    answer = page("xitong").post(f"/jurisdiction/plans/{plan.id}/discard", data={"version": 1})
    assert answer.status_code == 302
    assert fresh(county, plan).status == "discarded"
    assert page("xitong").post(f"/jurisdiction/plans/{plan.id}/explode").status_code == 404


@pytest.mark.parametrize(("load", "villages"), [(load_lishu, 346), (load_large, 462)])
def test_the_editors_borders_stay_below_400_kilobytes_and_are_sent_once(
    session: Session, client: FlaskClient, load: Callable[[Session], str], villages: int
) -> None:
    county_code = load(session)
    sign_in(session, client, county_code)
    plan = plans.start(session, planner(county=county_code), "大县")
    session.commit()
    shown = client.get(f"/jurisdiction/plans/{plan.id}")
    assert shown.status_code == 200
    path = re.search(r'data-areas="([^"]+)"', shown.text)
    assert path is not None
    address = path[1].replace("&amp;", "&")
    answer = client.get(address)
    assert len(answer.get_json()["villages"]["features"]) == villages
    assert len(answer.data) < 400_000
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_editor_needs_the_same_statements_however_much_a_plan_holds(
    county: Session, page: Pages, demo_app: Flask, plan: DutyPlan
) -> None:
    who, browser = actor_of(county, "xitong"), page("xitong")
    _code, lon, lat = village(county, "01.01.01.01")
    counts = []
    for size in (0, 3, 9):
        for n in range(size):
            shape = box(lon + n / 1000, lat, lon + n / 1000 + 0.0005, lat + 0.0005).wkt
            change(county, who, plan, {"op": "draw", "name": f"区{n}", "unit": "01.01.02.01",
                                       "geometry": shape})  # fmt: skip
        county.commit()
        with counted(demo_app) as sent:
            assert browser.get(f"/jurisdiction/plans/{plan.id}").status_code == 200
        counts.append(len(sent))
    assert counts[1] == counts[2] <= 30
    assert counts[0] <= counts[1]


# --- duties -----------------------------------------------------------------------------------


def test_duties_are_listed_by_unit_and_day(county: Session, page: Pages) -> None:
    browser = page("zhifa1")
    everything = browser.get("/jurisdiction/duties").text
    assert everything.count('<th scope="row"') == 24
    mine = browser.get("/jurisdiction/duties?unit=01.01.01").text
    assert 0 < mine.count('<th scope="row"') < 24
    assert browser.get("/jurisdiction/duties?on=2020-01-01").text.count('<th scope="row"') == 0
    assert browser.get("/jurisdiction/duties?on=x").status_code == 422
    assert browser.get("/jurisdiction/duties?after=x").status_code == 422
    assert "添加责任" not in everything


def test_pages_of_duties_follow_each_other_without_a_gap(county: Session, page: Pages) -> None:
    who, today = actor_of(county, "xitong"), date(2026, 11, 24)
    set_clock(county, f"{today} 09:00")
    codes = county.scalars(text("select code from division where level = 'village' limit 60"))
    for code in codes.all():
        duty_acts.add(county, who, "01.01.01.01", area_code=code)
    county.commit()
    browser, path, seen = page("xitong"), "/jurisdiction/duties", 0
    for _page in range(2):
        shown = browser.get(path).text
        seen += shown.count('<th scope="row"')
        more = re.search(r'href="(/jurisdiction/duties\?after=[^"]+)"', shown)
        path = more[1].replace("&amp;", "&") if more else ""
    assert (seen, path) == (84, "")


def test_a_duty_is_added_and_ended_by_forms(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:00")
    code, lon, lat = village(county, "01.01.01.01")
    browser = page("xitong")
    said = {"unit": "01.01.02.01", "area_code": code, "valid_from": "2026-03-09", "priority": "0"}
    assert browser.post("/jurisdiction/duties", data=said).status_code == 302
    assert route(county, COUNTY, lon, lat, date(2026, 3, 8)).unit_code == "01.01.01.01"
    assert route(county, COUNTY, lon, lat, date(2026, 3, 9)).unit_code == "01.01.02.01"
    again = browser.post("/jurisdiction/duties", data=said)
    assert (again.status_code, "已经有效" in again.text) == (409, True)
    duty = county.query(Responsibility).filter_by(area_code=code).one()
    assert duty.created_by == "xitong"
    path = f"/jurisdiction/duties/{duty.id}/end"
    early = browser.post(path, data={"on": "2026-03-01"})
    assert (early.status_code, "不能早于今天" in early.text) == (422, True)
    assert browser.post(path, data={"on": "2026-03-20"}).status_code == 302
    assert route(county, COUNTY, lon, lat, date(2026, 3, 19)).unit_code == "01.01.02.01"
    assert route(county, COUNTY, lon, lat, date(2026, 3, 20)).unit_code == "01.01.01.01"
    county.expire_all()
    assert (duty.valid_to, duty.ended_at is not None) == (date(2026, 3, 20), True)
    assert browser.post(path, data={"on": "2026-03-02"}).status_code == 302  # called off
    assert route(county, COUNTY, lon, lat, date(2026, 3, 9)).unit_code == "01.01.01.01"
    assert browser.post(path, data={}).status_code == 409


# fmt: off
WRONG_DUTIES = (
    ({"area_code": ""},                                          "选且只选一项"),
    ({"area_code": "220322999"},                                 "没有代码为"),
    ({"unit": "09"},                                             "没有代码为"),
    ({"valid_from": "2026-03-01"},                               "不能早于今天"),
    ({"geometry": "POINT(1 1)"},                                 "选且只选一项"),
    ({"area_code": "", "geometry": "POINT(1 1)"},                "须有名称"),
    ({"area_code": "", "geometry": "POINT(1 1)", "name": "甲"},  "不是面"),
    ({"priority": "x"},                                          "没有提交成功"),
    ({"category": "Z"},                                          "没有这个事件类别"),
)
# fmt: on


@pytest.mark.parametrize(("change_of", "words"), WRONG_DUTIES)
def test_a_wrong_duty_is_shown_again_with_the_reason(
    county: Session, page: Pages, change_of: dict[str, str], words: str
) -> None:
    set_clock(county, "2026-03-02 09:00")
    before = county.query(Responsibility).count()
    said = {"unit": "01.01.02.01", "area_code": "220322001", **change_of}
    answer = page("xitong").post("/jurisdiction/duties", data=said)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert county.query(Responsibility).count() == before


# --- balance ----------------------------------------------------------------------------------


def test_the_balance_shows_bars_and_spread_and_a_proposal_is_saved(
    county: Session, page: Pages
) -> None:
    browser = page("dadui")
    shown = browser.get("/jurisdiction/balance").text
    assert shown.count('class="bar"') > 60
    assert "变异系数" in shown
    path = "/jurisdiction/balance/proposal?area=1&scope=brigades"
    proposed = browser.get(path)
    assert proposed.status_code == 200
    assert proposed.text.count("<svg") > 2
    assert county.query(DutyPlan).count() == 0
    saved = browser.post(path, data={"name": "均衡", "key": "k"})
    assert saved.status_code == 302
    plan = county.query(DutyPlan).one()
    assert (plan.name, plan.status, plan.created_by) == ("均衡", "draft", "dadui")
    assert browser.post(path, data={"name": ""}).status_code == 422


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "至少一项"), ("area=-1", "计算建议"), ("population=1", "没有人口数据")],
)
def test_a_wrong_question_for_a_proposal_is_told(
    county: Session, page: Pages, query: str, words: str
) -> None:
    answer = page("xitong").get(f"/jurisdiction/balance/proposal?{query}")
    assert (answer.status_code, words in answer.text) == (422, True)


def test_how_much_happened_in_each_village_is_told_to_the_editor(
    county: Session, page: Pages
) -> None:
    found = page("dadui").get("/jurisdiction/balance/places").get_json()["places"]
    assert len(found) == 346
    total = county.scalar(text("select count(*) from incident where village_code is not null"))
    assert sum(one["incidents"] for one in found.values()) == total


def test_a_plan_that_is_in_force_is_shown_without_forms(
    county: Session, page: Pages, plan: DutyPlan
) -> None:
    plan_activation.activate(county, actor_of(county, "xitong"), plan.id)
    county.commit()
    shown = page("xitong").get(f"/jurisdiction/plans/{plan.id}").text
    assert 'name="areas"' not in shown
    assert "leaflet-geoman" not in shown
