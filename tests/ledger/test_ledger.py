"""The ledger: an ask is written down, kept, called back; reminders come by the clock."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.db import sessions
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.incident.models import Incident
from enforcement.law import ledger as law
from enforcement.law.ledger import AskEvent as E
from enforcement.law.ledger import AskKind, AskNature, AskState
from enforcement.ledger import queries, services
from enforcement.ledger.models import Ask, AskEntry
from enforcement.ledger.services import Said, Told
from enforcement.notices import Notice
from enforcement.worker import loop
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.web.test_query_counts import counted

DAY = date(2026, 3, 2)


def recorded(session: Session, who: str = "fujing", **change: Any) -> Ask:
    set_clock(session, "2026-03-02 09:30")
    said: dict[str, Any] = {"kind": AskKind.VISIT, "matter": "路灯不亮三个月了。",
                            "asked_on": DAY, "visitor": "王某", "phone": "13800000001",
                            "promise": "本周内请人来修。"}  # fmt: skip
    return services.record(session, actor_of(session, who), Said(**(said | change)))


def told(session: Session, ask: Ask, event: E, who: str = "fujing", **said: Any) -> Ask:
    return services.act(session, actor_of(session, who), ask.id, event, Told(**said))


def test_an_ask_keeps_promise_village_and_a_due_day_of_working_days(county: Session) -> None:
    ask = recorded(county)
    assert ask.village_code == actor_of(county, "fujing").area_codes[0]
    assert ask.due_on == date(2026, 3, 9), "five working days over a weekend"
    assert ask.number.startswith("MQ2026-")
    assert b"13800000001" not in bytes(ask.phone_encrypted or b"")


def test_a_petition_has_the_limits_of_its_articles(county: Session, page: Pages) -> None:
    ask = recorded(county, nature=AskNature.PETITION)
    assert ask.due_on == date(2026, 5, 1)
    assert law.due_on("petition_told", DAY) == date(2026, 3, 17)
    assert law.due_on("petition_objection", DAY) == date(2026, 3, 9)
    shown = page("fujing").get(f"/ledger/{ask.id}").text
    assert "2026-03-17" in shown
    assert "信访工作条例22" in shown


def test_beyond_the_calendar_no_day_is_guessed(county: Session) -> None:
    set_clock(county, "2027-12-30 09:30")
    said = Said(AskKind.CALL, "水费算错了。", date(2027, 12, 30))
    ask = services.record(county, actor_of(county, "fujing"), said)
    assert ask.due_on is None


def test_done_then_called_back(county: Session) -> None:
    ask = recorded(county)
    told(county, ask, E.FINISH, note="已修好。")
    assert (ask.state, ask.result) == (AskState.DONE, "已修好。")
    told(county, ask, E.CALL_BACK, who="jiexian", score=5, note="很满意。")
    assert (ask.state, ask.score) == (AskState.CLOSED, 5)
    rows = queries.history(county, ask)
    assert [row.event for row in rows] == ["record", "finish", "call_back"]
    with pytest.raises(StepNotAllowedError):
        told(county, ask, E.FINISH, note="再来一次")


@pytest.mark.parametrize(
    ("event", "said", "error"),
    [
        (E.FINISH, {}, InvalidInputError),
        (E.WITHDRAW, {"note": "  "}, InvalidInputError),
        (E.EXTEND, {"note": "等料", "until": date(2026, 3, 9)}, InvalidInputError),
        (E.HAND, {}, InvalidInputError),
        (E.CALL_BACK, {"score": 5}, StepNotAllowedError),
    ],
)
def test_a_wrong_act_is_refused_and_changes_nothing(
    county: Session, event: E, said: dict[str, Any], error: type[Exception]
) -> None:
    ask = recorded(county)
    with pytest.raises(error), county.begin_nested():
        told(county, ask, event, **said)
    county.refresh(ask)
    assert (ask.state, ask.version) == (AskState.OPEN, 1)
    assert county.query(AskEntry).filter_by(ask_id=ask.id).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"matter": " "}, "matter"),
        ({"asked_on": date(2026, 3, 3)}, "asked_on"),
        ({"phone": "123"}, "phone"),
        ({"village_code": "999999999999"}, "village_code"),
        ({"due_on": date(2026, 3, 1)}, "due_on"),
    ],
)
def test_a_wrong_ask_names_the_field_and_stores_nothing(
    county: Session, change: dict[str, Any], field: str
) -> None:
    before = county.query(Ask).count()
    with pytest.raises(InvalidInputError) as refused, county.begin_nested():
        recorded(county, **change)
    assert refused.value.field == field
    assert county.query(Ask).count() == before


def test_more_time_only_once_and_the_reminders_move(county: Session) -> None:
    ask = recorded(county)
    told(county, ask, E.EXTEND, note="等料", until=date(2026, 3, 20))
    waiting = county.scalars(
        text("select rule from due_step where subject_id = :i and state = 'waiting'"),
        {"i": ask.id},
    ).all()
    assert sorted(waiting) == [
        f"{rule}:2026-03-20" for rule in ("day_before", "due_day", "overdue")
    ]
    with pytest.raises(StepNotAllowedError):
        told(county, ask, E.EXTEND, note="再等", until=date(2026, 3, 30))


def test_the_handler_is_reminded_and_then_the_leaders_of_the_township(county: Session) -> None:
    county.execute(text("update due_step set state = 'cancelled' where state = 'waiting'"))
    ask = recorded(county)
    found = []
    for moment in ("2026-03-08 08:31", "2026-03-09 08:31", "2026-03-10 08:31"):
        set_clock(county, moment)
        county.commit()
        loop.run_due(sessions())
        rows = county.scalars(select(Notice).where(Notice.subject_id == ask.id)).all()
        found.append({(row.rule, row.person_id) for row in rows})
    mine = actor_of(county, "fujing").person_id
    leader = actor_of(county, "xiangzhen").person_id
    assert found[0] == {("day_before", mine)}
    assert found[1] - found[0] == {("due_day", mine)}
    assert {("overdue", mine), ("overdue", leader)} <= found[2] - found[1]


def test_a_kept_promise_reminds_nobody(county: Session) -> None:
    county.execute(text("update due_step set state = 'cancelled' where state = 'waiting'"))
    ask = recorded(county)
    told(county, ask, E.FINISH, note="已修好。")
    set_clock(county, "2026-03-10 08:31")
    county.commit()
    loop.run_due(sessions())
    assert county.query(Notice).filter_by(subject_id=ask.id).count() == 0


def test_passed_on_becomes_an_incident_with_everything_carried_over(county: Session) -> None:
    ask = recorded(county)
    told(county, ask, E.PASS_ON)
    made = county.get_one(Incident, (ask.county_code, ask.incident_id))
    assert ask.state == AskState.PASSED
    assert made.description.startswith(ask.matter)
    assert made.village_code == ask.village_code
    assert made.reporter_phone_hash == ask.phone_hash


def test_the_same_key_writes_one_ask(county: Session) -> None:
    set_clock(county, "2026-03-02 09:30")
    said, actor = Said(AskKind.CALL, "水管漏水。", DAY), actor_of(county, "fujing")
    one = services.record(county, actor, said, key="k1")
    assert services.record(county, actor, said, key="k1").id == one.id


def test_two_changes_at_once_leave_one(county: Session) -> None:
    ask, actor = recorded(county), actor_of(county, "fujing")
    services.act(county, actor, ask.id, E.FINISH, Told(note="修好"), version=1)
    with pytest.raises(StaleVersionError):
        services.act(county, actor, ask.id, E.WITHDRAW, Told(note="误登"), version=1)


def test_who_may_see_and_write(county: Session) -> None:
    ask = recorded(county)
    assert queries.get(county, actor_of(county, "xiangzhen"), ask.id).id == ask.id
    with pytest.raises(NotFoundError):
        queries.get(county, actor_of(county, "xitong"), ask.id)
    with pytest.raises(NotPermittedError):
        services.record(county, actor_of(county, "juzhang"), Said(AskKind.CALL, "x", DAY))


def test_pages_write_and_show_and_the_visitor_only_on_demand(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:30")
    county.commit()
    answer = page("fujing").post(
        "/ledger/new",
        data={"kind": "visit", "matter": "<script>alert(1)</script>", "asked_on": "2026-03-02",
              "visitor": "王某", "phone": "13800000001", "nature": "ordinary", "key": "a"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    shown = page("fujing").get(answer.location).text
    assert "&lt;script&gt;alert(1)" in shown
    assert "13800000001" not in shown
    assert "王*" in shown
    assert "138****0001" in shown
    silent = page("fujing").post(f"{answer.location}/visitor", data={"reason": " "})
    assert silent.status_code == 422
    assert "13800000001" not in silent.text
    logged = text("select detail ->> 'reason' from audit_log where act = 'ledger:read_visitor'")
    assert county.scalars(logged).all() == []
    told_why = {"reason": "约定上门时间"}
    seen = page("fujing").post(f"{answer.location}/visitor", data=told_why).text
    assert "13800000001" in seen
    assert county.scalars(logged).all() == ["约定上门时间"]


def test_what_is_overdue_is_shown_by_village_and_exported(county: Session, page: Pages) -> None:
    ask = recorded(county)
    assert "没有逾期" in page("xiangzhen").get("/ledger/overdue").text
    set_clock(county, "2026-03-12 09:30")
    county.commit()
    shown = page("xiangzhen").get("/ledger/overdue").text
    assert ask.number in shown
    assert page("xiangzhen").get("/ledger/export.xlsx").data[:2] == b"PK"


def test_the_api_records_lists_and_acts(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:30")
    county.commit()
    body = {"kind": "help", "matter": "代取药。", "asked_on": "2026-03-02", "key": "b"}
    made = call("fujing", "POST", "/ledger", json=body).json
    assert made["state"] == "open"
    done = call("fujing", "POST", f"/ledger/{made['id']}/finish", json={"note": "取到"}).json
    assert done["state"] == "done"
    rows = call("fujing", "GET", "/ledger?state=done").json["asks"]
    assert made["id"] in [row["id"] for row in rows]
    assert {row["state"] for row in rows} == {"done"}


def test_the_list_asks_as_often_for_many_as_for_few(
    county: Session, page: Pages, demo_app: Flask
) -> None:
    browser, found = page("fujing"), []
    for _round in range(2):
        recorded(county)
        with counted(demo_app) as sent:
            assert browser.get("/ledger").status_code == 200
        found.append(len(sent))
        for _n in range(5):
            recorded(county)
    assert found[0] == found[1] <= 10


def test_a_township_leader_passes_an_ask_on_with_its_promise(county: Session) -> None:
    ask = recorded(county)
    told(county, ask, E.PASS_ON, who="xiangzhen")
    made = county.get_one(Incident, (ask.county_code, ask.incident_id))
    assert "本周内请人来修" in made.description


def test_an_ask_is_written_down_for_ones_own_area_only(county: Session) -> None:
    own = actor_of(county, "fujing").area_codes[0]
    other = county.scalar(
        text("select code from division where level = 'village' and code not like :t || '%'"
             " order by code limit 1"), {"t": own[:9]},
    )  # fmt: skip
    for who in ("fujing", "jiexian"):
        with pytest.raises(InvalidInputError, match="本辖区"):
            recorded(county, who, village_code=other)
    assert recorded(county, "zhihui", village_code=other).village_code == other


def test_an_ask_becomes_a_petition_whose_end_is_kept(county: Session) -> None:
    ask = recorded(county)
    told(county, ask, E.TAKE_AS_PETITION)
    assert (ask.nature, ask.due_on) == (AskNature.PETITION, date(2026, 5, 1))
    with pytest.raises(InvalidInputError, match="2026-05-31"), county.begin_nested():
        told(county, ask, E.EXTEND, note="案情复杂", until=date(2026, 6, 1))
    told(county, ask, E.EXTEND, note="案情复杂", until=date(2026, 5, 31))
    with pytest.raises(StepNotAllowedError):
        told(county, ask, E.TAKE_AS_PETITION)


def test_a_promise_for_today_is_not_said_to_be_due_tomorrow(county: Session) -> None:
    ask = recorded(county, due_on=DAY)
    rules = county.scalars(text("select rule from due_step where subject_id = :i"), {"i": ask.id})
    assert list(rules) == ["overdue:2026-03-02"]


def test_after_the_result_the_call_back_has_a_day(county: Session) -> None:
    ask = recorded(county)
    told(county, ask, E.FINISH, note="已修好。")
    days = {one.limit.id: one.on for one in law.limits_of(AskNature.ORDINARY, DAY, DAY)}
    assert days == {"call_back": date(2026, 3, 5)}
    assert law.limits_of(AskNature.ORDINARY, DAY, None) == []
