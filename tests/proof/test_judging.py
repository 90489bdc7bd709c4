"""Doubts: found by figures, judged by a leader only, every word kept; the page that shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.errors import InvalidInputError, NotFoundError, StaleVersionError
from enforcement.patrol.models import Patrol
from enforcement.positions import tracking
from enforcement.positions.protocols.reading import Reading
from enforcement.proof import checking, covering, doubting, judging, visiting
from enforcement.proof.result_models import ProofFlag
from enforcement.proof.terms import Ruling
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.proof.making import COUNTY, LAT, LON, ON, at, on_duty, patrol, phone, points, send, stay
from tests.proof.test_checking import HERE
from tests.web.test_query_counts import counted


@pytest.fixture
def doubtful(county: Session) -> Patrol:
    """A day with a phone that lay still, said that it invents, jumped, and had a twin."""
    set_clock(county, "2026-03-02 16:00")
    rows = points(county)
    made = patrol(county, rows)
    for name in ("zhifa1", "zhifa2"):
        on_duty(county, name, at(500))
    device = phone(county, "zhifa1")
    jumps = [Reading(LON + (0.5 if n % 2 else 0), LAT, at(740) + timedelta(seconds=10 * n))
             for n in range(12)]  # fmt: skip
    send(county, device, [*stay(0, at(510), 185, every_s=60), *stay(1, at(720), 2, mock=True)])
    send(county, device, jumps)
    send(county, phone(county, "zhifa2"), stay(0, at(510), 8, every_s=60))
    visiting.look(county, COUNTY)
    tracking.make(county, COUNTY, ON)
    far = replace(HERE, code=rows[0].tag, lat=LAT + 0.01)
    checking.check_in(county, actor_of(county, "zhifa1"), far, key="k")
    return made


def flags(session: Session) -> dict[str, ProofFlag]:
    session.expire_all()
    mine = actor_of(session, "zhifa1").person_id
    return {one.kind: one for one in session.query(ProofFlag).filter_by(carrier_id=mine)}


def test_each_doubt_is_listed_once_with_its_figures(doubtful: Patrol, county: Session) -> None:
    assert doubting.find(county, COUNTY, ON) == 6  # both twins
    found = flags(county)
    assert set(found) == {"mock", "jump", "still", "shared", "far"}
    assert found["mock"].figures["positions"] == 13
    assert found["still"].figures["minutes"] == 185
    assert found["shared"].figures["positions"] == 9
    assert found["far"].figures["distance_m"] == 1111
    assert found["jump"].figures["positions"] >= 3
    assert doubting.find(county, COUNTY, ON) == 0
    assert {one.state for one in found.values()} == {"open"}


def test_a_leader_judges_and_every_word_stays(doubtful: Patrol, county: Session) -> None:
    doubting.find(county, COUNTY, ON)
    flag, leader = flags(county)["still"], actor_of(county, "zhongdui")
    judging.judge(county, leader, flag.id, Ruling.EXPLAINED, "值守卡点", version=1)
    with pytest.raises(StaleVersionError):
        judging.judge(county, leader, flag.id, Ruling.CONFIRMED, "x", version=1)
    judging.judge(county, leader, flag.id, Ruling.CONFIRMED, "查监控，人不在", version=2)
    county.execute(text("update track set stops = '[]'"))
    doubting.find(county, COUNTY, ON)  # what was judged stays as it was
    [one] = [row for row in judging.list_flags(county, leader, open_only=False)
             if row.flag.id == flag.id]  # fmt: skip
    assert [said.state for said in one.entries] == ["explained", "confirmed"]
    assert (one.flag.state, one.flag.figures["minutes"]) == ("confirmed", 185)
    with pytest.raises(DBAPIError), county.begin_nested():
        county.execute(text("update proof_flag_entry set by_name = 'x'"))


def test_only_leaders_judge_only_below_them_and_never_themselves(
    doubtful: Patrol, county: Session, call: Calls
) -> None:
    doubting.find(county, COUNTY, ON)
    flag = flags(county)["still"]
    body = {"ruling": "explained", "note": "x"}
    assert call("zhifa1", "POST", f"/patrols/flags/{flag.id}", json=body).status_code == 403
    leader = actor_of(county, "zhongdui")
    elsewhere = replace(leader, unit_code="01.99")
    with pytest.raises(NotFoundError):
        judging.judge(county, elsewhere, flag.id, Ruling.EXPLAINED, "x")
    for actor, ruling, note, field in (
        (replace(leader, person_id=flag.person_id), Ruling.EXPLAINED, "x", "ruling"),
        (leader, Ruling.EXPLAINED, " ", "note"), (leader, Ruling.OPEN, "x", "ruling"),
    ):  # fmt: skip
        with pytest.raises(InvalidInputError) as refused:
            judging.judge(county, actor, flag.id, ruling, note)
        assert refused.value.field == field
    answer = call("zhongdui", "POST", f"/patrols/flags/{flag.id}", json=body)
    assert answer.get_json()["state"] == "explained"
    listed = call("zhongdui", "GET", "/patrols/flags").get_json()["flags"]
    assert str(flag.id) not in {one["id"] for one in listed}


def test_the_page_shows_it_all_and_each_look_is_logged(
    demo_app: Flask, doubtful: Patrol, county: Session, page: Pages
) -> None:
    doubting.find(county, COUNTY, ON)
    covering.make(county, actor_of(county, "dadui"), doubtful.id)
    leader = page("zhongdui")
    with counted(demo_app) as sent:
        shown = leader.get(f"/patrols/{doubtful.id}/proof").text
    assert len(sent) <= 34
    for words in ("计划与实际", "扫码", "超出范围", "长时间不动", "高发格", "情况合理"):
        assert words in shown, words
    looks = county.query(AuditLog).filter_by(act="track:look").all()
    assert len(looks) == 2
    flag = flags(county)["still"]
    form = {"ruling": "confirmed", "note": "不在岗", "version": "1", "patrol": str(doubtful.id)}
    answer = leader.post(f"/patrols/flags/{flag.id}", data=form)
    assert answer.location == f"/patrols/{doubtful.id}/proof"
    assert "不在岗" in leader.get("/patrols/flags?all=1").text
    assert leader.post(f"/patrols/{doubtful.id}/coverage").status_code == 302
    own = page("zhifa1").get(f"/patrols/{doubtful.id}/proof").text
    assert "长时间不动" not in own
    assert actor_of(county, "zhifa2").name not in own


def test_the_call_says_what_the_page_says(doubtful: Patrol, county: Session, call: Calls) -> None:
    found = call("zhongdui", "GET", f"/patrols/{doubtful.id}/proof").get_json()
    first = found["stops"][0]
    assert (first["way"], first["far"], first["late_min"]) == ("qr", True, -30)
    assert first["visits"] >= 1
    assert {one["name"] for one in found["tracks"]} == {
        actor_of(county, name).name for name in ("zhifa1", "zhifa2")}  # fmt: skip
