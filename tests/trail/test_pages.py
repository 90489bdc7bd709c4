"""The pages and calls of the audit log: filters, pages of rows, the chain."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import audit
from enforcement.trail import checkpoints, saying
from tests.asking import Calls, Pages, actor_of, as_owner, set_clock
from tests.web.test_query_counts import counted

COUNTY = "220322"


@pytest.fixture
def rows(county: Session) -> Session:
    """Five rows of one officer upon one setting, on five days of 2027."""
    who = actor_of(county, "xitong")
    for day in range(1, 6):
        set_clock(county, f"2027-03-0{day} 09:00")
        audit.record(county, COUNTY, "setting:change", "setting", "probe", actor=who, day=day)
        county.flush()
    return county


def days(answer: object) -> list[int]:
    return [one["detail"]["day"] for one in answer.get_json()["rows"]]  # type: ignore[attr-defined]


def test_rows_are_found_by_person_record_and_day(rows: Session, call: Calls) -> None:
    asked = "/audit?username=xitong&kind=setting&subject=probe"
    assert days(call("shenji", "GET", asked)) == [5, 4, 3, 2, 1]
    assert days(call("shenji", "GET", asked + "&first=2027-03-02&last=2027-03-04")) == [4, 3, 2]
    assert call("shenji", "GET", "/audit?username=nobody").get_json() == {"rows": [], "next": None}


def test_pages_of_rows_join_without_a_gap(rows: Session, call: Calls) -> None:
    asked, after, seen = "/audit?subject=probe&limit=2", "", []
    for _page in range(3):
        answer = call("shenji", "GET", asked + after)
        seen += days(answer)
        after = f"&after={answer.get_json()['next']}".replace("+", "%2B")
    assert seen == [5, 4, 3, 2, 1]
    assert answer.get_json()["next"] is None
    assert call("shenji", "GET", asked + "&after=x").status_code == 422


def test_a_list_costs_the_same_however_long(demo_app: Flask, rows: Session, call: Calls) -> None:
    call("shenji", "GET", "/me")
    costs = []
    for limit in (1, 5):
        with counted(demo_app) as sent:
            assert call("shenji", "GET", f"/audit?limit={limit}").status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_the_pages_speak_in_words_and_keep_the_filter(rows: Session, page: Pages) -> None:
    browser = page("shenji")
    html = browser.get("/audit?kind=setting&username=xitong").text
    assert "更改参数" in html
    assert 'value="setting" selected' in html
    assert "没有符合条件的记录" in browser.get("/audit?username=nobody").text
    assert browser.get("/audit?first=tomorrow").status_code == 422


def test_what_was_said_with_an_act_is_told_in_words(county: Session, page: Pages) -> None:
    who = actor_of(county, "xitong")
    audit.record(county, COUNTY, "ledger:call_back", "ask", "MQ1", actor=who, state="closed")
    audit.record(county, COUNTY, "positions:look", "track", "live", actor=who,
                 at="2027-03-01T01:30:00+00:00", count=3)  # fmt: skip
    county.flush()
    browser = page("shenji")
    words = browser.get("/audit?username=xitong").text
    for told in (
        "民情诉求 · 回访",
        "状态</span> closed",
        "时间</span> 2027-03-01 09:30",
        "数量</span> 3",
    ):
        assert told in words
    browser.post("/language", data={"language": "en", "next": "/"})
    assert "Call back" in browser.get("/audit?username=xitong").text


def test_acts_and_kinds_without_words_are_told_as_they_are() -> None:
    assert (saying.act("x:y"), saying.act("ledger:z"), saying.kind("x")) == ("x:y", "ledger:z", "x")
    for words in ("2027-03-01", "2027-03-01T09:30之前已改正", "2027-13-41T29:70"):
        assert [*saying.details({"x": words})] == [("x", words)]


def test_the_chain_is_shown_checked_and_its_faults_are_listed(rows: Session, page: Pages) -> None:
    rows.execute(text("set constraints all immediate"))
    signed = checkpoints.make(rows, COUNTY)
    browser = page("shenji")
    html = browser.get("/audit/chain").text
    assert signed.public_key.hex() in html
    assert "完好" in html
    assert "日志链完好" in browser.post("/audit/chain", follow_redirects=True).text
    with as_owner(rows):
        rows.execute(text("alter table audit_log disable trigger linked"))
    audit.record(rows, COUNTY, "setting:change", "setting", "past the chain")
    rows.flush()
    found = browser.post("/audit/chain").text
    assert "绕过日志链插入" in found


def test_the_calls_give_chain_checkpoints_and_the_verdict(rows: Session, call: Calls) -> None:
    call("shenji", "GET", "/me")
    rows.execute(text("set constraints all immediate"))
    signed = checkpoints.make(rows, COUNTY)
    told = call("shenji", "GET", "/audit/chain").get_json()
    assert (told["head"], told["checkpoints"][0]["seq"]) == (signed.seq, signed.seq)
    verdict = call("shenji", "POST", "/audit/chain/check?whole=true").get_json()
    assert (verdict["well"], verdict["last"], verdict["found"]) == (True, signed.seq, [])
    assert call("xitong", "POST", "/audit/chain/check").status_code == 403
