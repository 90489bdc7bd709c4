"""What waits for whom: by state, ordered by the nearest limit, told in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from enforcement.case import services, timing, watching
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.errors import GateClosedError
from enforcement.ids import uuid7
from enforcement.incident import services as incidents
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState, IncidentEvent
from enforcement.law.timing import Excluded
from enforcement.law.waiting import WAITING
from enforcement.notices import Notice
from enforcement.settings import services as settings
from enforcement.timing import waiting
from enforcement.timing.models import TodoItem
from enforcement.todo import queries
from enforcement.worker import loop
from tests.asking import Calls, Pages, actor_of, as_owner, set_clock
from tests.case.making import (
    HANDED,
    act,
    at,
    filed_case,
    proposed_case,
    reported,
    served_case,
)
from tests.people.making import COUNTY
from tests.timing.making import notice
from tests.web.test_query_counts import counted


def clear(session: Session) -> None:
    """Leave the cases and incidents of the demonstration out of the lists."""
    session.execute(text("delete from todo_item"))
    session.execute(text("update incident set stage_due_at = null where handler_id is not null"))
    session.execute(text("update due_step set state = 'cancelled' where state = 'waiting'"))


def numbers(session: Session, who: str) -> list[tuple[str, str, date | None]]:
    rows = queries.list_page(session, actor_of(session, who), limit=100)
    return [(row.number, row.duty, row.last_on) for row in rows if row.kind == queries.CASE]


def run_due(app: Flask) -> int:
    return loop.run_due(app.extensions["enforcement.sessions"])


def test_a_case_waits_for_whoever_has_the_next_act(county: Session) -> None:
    clear(county)
    case = filed_case(county, file=False)
    last = date(2026, 3, 23)  # 15 working days from the lead
    assert numbers(county, "zhongdui") == [(case.number, "endorse", last)]
    assert numbers(county, "dadui") == [(case.number, "endorse", last)]
    assert numbers(county, "juzhang") == []
    assert numbers(county, "zhifa1") == []
    services.carry_out(
        county, actor_of(county, "zhongdui"), case.id, E.ENDORSE, {"opinion": "同意"}
    )
    assert numbers(county, "zhongdui") == []
    assert numbers(county, "juzhang") == [(case.number, "approve", last)]
    services.carry_out(
        county, actor_of(county, "juzhang"), case.id, E.APPROVE_FILING, {"opinion": "同意"}
    )
    assert numbers(county, "juzhang") == []
    for who in ("zhifa1", "zhifa2"):
        assert numbers(county, who) == [(case.number, "investigate", date(2026, 6, 1))]


def test_time_to_pay_is_counted_from_the_plan_not_from_the_service(county: Session) -> None:
    case = served_case(county)

    def last() -> set[tuple[date | None, date | None]]:
        rows = queries.list_page(county, actor_of(county, "zhifa1"), limit=100)
        return {(one.last_on, one.alarm_on) for one in rows if one.number == case.number}

    plan = "2026-05-29 1000\n2026-06-30 1000"
    act(county, "juzhang", case, E.PLAN_PAYMENT, plan=plan, reason="经济困难")
    assert last() == {(date(2026, 5, 29), date(2026, 5, 28))}
    set_clock(county, "2026-05-29 10:00")
    act(county, "zhifa1", case, E.RECORD_PAYMENT, paid_on=date(2026, 5, 29),
        amount=Decimal(1000), receipt="1")  # fmt: skip
    assert last() == {(date(2026, 6, 30), date(2026, 6, 29))}


def test_a_served_decision_waits_for_the_payment(county: Session) -> None:
    clear(county)
    case = served_case(county)
    [row] = queries.list_page(county, actor_of(county, "zhifa1"))
    assert (row.duty, row.limit_id) == ("collect", "payment")
    assert (row.raw_on, row.due_on, row.alarm_on) == (
        date(2026, 4, 11), date(2026, 4, 13), date(2026, 4, 10),
    )  # fmt: skip
    assert row.until_at == datetime(2026, 4, 14, tzinfo=ZONE)
    assert case.number == row.number


def test_every_state_that_goes_on_waits_for_somebody() -> None:
    assert set(CaseState) - set(WAITING) == {
        CaseState.CLOSED,
        CaseState.NOT_FILED,
        CaseState.SUSPENDED,
        CaseState.EXECUTION_SUSPENDED,
        CaseState.TERMINATED,
        CaseState.WITHDRAWN,
        CaseState.TRANSFERRED,
        CaseState.ARCHIVED,
    }


def test_a_decision_that_needs_a_legal_review_waits_for_the_reviewer_first(county: Session) -> None:
    settings.change(county, actor_of(county, "xitong"), "review_from_yuan", 1000, "本县目录")
    case = proposed_case(county)
    act(county, "zhifa1", case, E.NOTIFY, at=at("2026-03-18", 14), **HANDED)
    act(county, "zhifa1", case, E.HEAR_STATEMENT, outcome="waived")
    act(county, "zhifa1", case, E.PROPOSE_DECISION, amount=2000, reason="情节一般")
    assert waits(county, case) == {("reviewer", "review_legality")}
    with pytest.raises(GateClosedError, match="法制审核目录"):
        act(county, "juzhang", case, E.DECIDE, opinion="同意")
    said = dict.fromkeys(
        ("subject", "procedure", "facts", "law", "papers", "crime", "opinion"), "符合规定。"
    )
    act(county, "fazhi", case, E.REVIEW_LEGALITY, outcome="passed", **said)
    assert {duty for _holder, duty in waits(county, case)} == {"endorse"}


def waits(session: Session, case: CaseFile) -> set[tuple[str, str]]:
    rows = session.query(TodoItem).filter_by(case_id=case.id)
    return {(row.holder, row.duty) for row in rows}


def test_a_clock_that_stands_is_last_and_rings_nobody(county: Session) -> None:
    clear(county)
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    timing.exclude(
        county, actor_of(county, "zhifa1"), case.id, Excluded.TESTING, "送检", "委托书",
        date(2026, 3, 10),
    )  # fmt: skip
    [row] = queries.list_page(county, actor_of(county, "zhifa1"))
    assert (row.stopped_on, row.last_on) == (date(2026, 3, 10), None)
    steps = select(func.count()).select_from(DueStep)
    waits = steps.where(DueStep.task == waiting.TASK, DueStep.state == "waiting")
    assert county.scalar(waits) == 0


def test_incidents_that_the_person_handles_stand_among_the_cases(county: Session) -> None:
    clear(county)
    filed_case(county)
    set_clock(county, "2026-03-03 10:00")
    incident = reported(county)
    officer = actor_of(county, "zhifa1")
    incidents.act(county, officer, incident.id, IncidentEvent.ACCEPT)
    rows = queries.list_page(county, officer)
    assert [row.kind for row in rows] == ["incident", "case"]
    assert (rows[0].number, rows[0].subject_id) == (incident.number, incident.id)
    assert rows[0].until_at == incident.stage_due_at
    assert all(row.kind == "case" for row in queries.list_page(county, actor_of(county, "zhifa2")))


def test_pages_follow_one_another_without_a_gap(county: Session) -> None:
    clear(county)
    case = filed_case(county)
    officer = actor_of(county, "zhifa1")
    copies(county, case, 12)
    whole = [row.id for row in queries.list_page(county, officer, limit=100)]
    assert len(whole) == 13
    seen: list[Any] = []
    after = None
    while page := queries.list_page(county, officer, after=after, limit=5):
        seen += [row.id for row in page]
        after = (page[-1].until_at, page[-1].id)
    assert seen == whole
    days = [row.until_at for row in queries.list_page(county, officer, limit=100)]
    assert days == sorted(days)


def copies(session: Session, case: CaseFile, count: int, *, days: int = 3) -> None:
    """Let items of the same case wait for the first officer, with limits on several days."""
    held = f"person:{actor_of(session, 'zhifa1').person_id}"
    session.execute(
        insert(TodoItem),
        [
            {"county_code": COUNTY, "id": uuid7(), "case_id": case.id, "holder": held,
             "duty": "investigate", "limit_id": "decision", "raw_on": day, "due_on": day,
             "alarm_on": day, "sort_on": day}
            for n in range(count)
            for day in [date(2026, 5, 1) + timedelta(n % days)]
        ],
    )  # fmt: skip


def test_the_list_costs_one_statement_however_much_waits(demo_app: Flask, county: Session) -> None:
    case = filed_case(county)
    officer = actor_of(county, "zhifa1")
    counts = []
    for more in (0, 500):
        if more:
            copies(county, case, more)
        with counted(demo_app) as sent:
            queries.list_page(county, officer)
        counts.append(len(sent))
    assert counts == [1, 1]


def test_each_part_of_the_list_walks_its_index(county: Session) -> None:
    case = filed_case(county)
    copies(county, case, 3000, days=200)
    with as_owner(county):
        county.execute(text("analyze todo_item"))
    plans = []
    for statement in (
        "select id from todo_item where county_code = :county and holder = :holder"
        " order by sort_on, id limit 20",
        "select id from incident where county_code = :county and handler_id = :account"
        " and stage_due_at is not null order by stage_due_at, id limit 20",
    ):
        officer = actor_of(county, "zhifa1")
        county.execute(text("set local enable_seqscan = off"))
        county.execute(text("set local enable_bitmapscan = off"))  # which sorts the few it finds
        rows = county.execute(
            text("explain " + statement),
            {"county": COUNTY, "holder": f"person:{officer.person_id}",
             "account": officer.account_id},
        ).scalars()  # fmt: skip
        plans.append("\n".join(rows))
    assert "ix_todo_item_holder" in plans[0]
    assert "ix_incident_todo" in plans[1]
    assert "Sort" not in plans[0] + plans[1]


def test_refreshing_many_cases_costs_what_one_does(demo_app: Flask, county: Session) -> None:
    first = county.scalars(select(CaseFile).order_by(CaseFile.id).limit(1)).all()
    many = county.scalars(select(CaseFile).order_by(CaseFile.id).limit(50)).all()
    assert len(many) > len(first) == 1
    counts = []
    for some in (first, many):
        with counted(demo_app) as sent:
            waiting.refresh(county, COUNTY, some)
        counts.append(sent)
    assert len(counts[1]) <= len(counts[0]) + 2, counts


def test_the_holders_are_told_on_the_alarm_day_and_the_last_day(
    demo_app: Flask, county: Session
) -> None:
    clear(county)
    case = filed_case(county)
    county.commit()
    told = select(Notice.rule, Notice.person_id).where(Notice.subject_id == case.id)
    set_clock(county, "2026-05-29 08:00")
    run_due(demo_app)
    assert county.execute(told).all() == []
    officers = {actor_of(county, who).person_id for who in ("zhifa1", "zhifa2")}
    set_clock(county, "2026-05-29 08:31")
    run_due(demo_app)
    assert {tuple(row) for row in county.execute(told)} == {
        ("limit_alarm", one) for one in officers
    }
    set_clock(county, "2026-06-01 08:31")
    run_due(demo_app)
    assert {row.rule for row in county.execute(told)} == {"limit_alarm", "limit_due"}


def test_nobody_is_told_of_a_limit_that_another_act_ended(demo_app: Flask, county: Session) -> None:
    clear(county)
    case = proposed_case(county)
    services.carry_out(
        county, actor_of(county, "zhifa1"), case.id, E.NOTIFY,
        {"at": datetime(2026, 3, 18, 14, tzinfo=ZONE), "way": "direct", "place": "店内",
         "receiver": "张示例"},
    )  # fmt: skip
    timing.extend(county, actor_of(county, "juzhang"), case.id, timing.Approval.HEAD, "案情复杂")
    county.commit()
    set_clock(county, "2026-06-02 09:00")
    run_due(demo_app)
    told = select(func.count()).select_from(Notice).where(Notice.subject_id == case.id)
    assert county.scalar(told) == 0
    set_clock(county, "2026-07-01 09:00")
    run_due(demo_app)
    assert county.scalar(told) == 4


def test_cases_from_before_are_listed_by_the_daily_look(county: Session) -> None:
    case = filed_case(county)
    clear(county)
    assert numbers(county, "zhifa1") == []
    assert watching.fill(county, COUNTY) is False
    assert (case.number, "investigate", date(2026, 6, 1)) in numbers(county, "zhifa1")


def test_a_year_without_a_calendar_is_an_alarm_once_a_week(
    demo_app: Flask, county: Session
) -> None:
    clear(county)
    county.execute(text("delete from notice where kind = 'calendar'"))
    told = select(func.count()).select_from(Notice).where(Notice.kind == "calendar")
    set_clock(county, "2026-08-03 09:00")
    assert watching.alarm(county, COUNTY) is None
    assert county.scalar(told) == 0
    set_clock(county, "2026-12-15 09:00")
    assert watching.alarm(county, COUNTY) == 2027
    assert watching.alarm(county, COUNTY) == 2027
    assert county.scalar(told) == 1
    set_clock(county, "2026-12-23 09:00")
    watching.alarm(county, COUNTY)
    assert county.scalar(told) == 2


def test_a_running_limit_beyond_the_calendar_is_an_alarm_and_is_counted_after_the_import(
    demo_app: Flask, county: Session, call: Calls
) -> None:
    clear(county)
    case = filed_case(county)
    case.filed_on = date(2026, 10, 15)
    set_clock(county, "2026-10-16 09:00")
    waiting.refresh(county, COUNTY, [case])
    [row] = queries.list_page(county, actor_of(county, "zhifa1"))
    assert (row.raw_on, row.due_on) == (date(2027, 1, 13), None)
    assert watching.missing_year(county, COUNTY, date(2026, 10, 16)) == 2027
    path = "/calendar/import?name=notice.csv&apply=true"
    assert call("xitong", "POST", path, data=notice()).status_code == 200
    run_due(demo_app)
    [row] = queries.list_page(county, actor_of(county, "zhifa1"))
    assert (row.due_on, row.alarm_on) == (date(2027, 1, 13), date(2027, 1, 12))
    assert watching.missing_year(county, COUNTY, date(2026, 10, 16)) is None


def test_the_page_and_the_call_list_the_same(county: Session, page: Pages, call: Calls) -> None:
    clear(county)
    case = filed_case(county)
    county.commit()
    shown = page("zhifa1").get("/todo").text
    for part in (case.number, "调查取证", "2026-06-01", "2026-05-29", "作出处罚决定"):
        assert part in shown, part
    found = call("zhifa1", "GET", "/todo?limit=1").json
    [item] = found["items"]
    assert (item["number"], item["last_on"], item["limit"]) == (
        case.number, "2026-06-01", "decision",
    )  # fmt: skip
    after = call("zhifa1", "GET", f"/todo?limit=1&after={found['next']}").json
    assert after == {"items": [], "next": None}
    assert "没有待办" in page("fazhi").get("/todo").text
    assert call("fujing", "GET", "/todo").status_code == 403
    assert call("zhifa1", "GET", "/todo?after=nonsense").status_code == 422
