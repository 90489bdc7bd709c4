"""After a calendar was imported, stored days are counted anew and each history says which."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.case.models import CaseEntry, CaseFile, Remedy
from enforcement.due import DueStep
from enforcement.errors import NotPermittedError
from enforcement.law.measure_terms import MeasureEvent
from enforcement.law.terms import CaseEvent as E
from enforcement.measure.models import MeasureEntry
from enforcement.spot.models import SpotEntry
from enforcement.timing import importing
from enforcement.todo import queries as todo
from enforcement.todo import recounting
from enforcement.worker.tasks import handler
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import HANDED, act, at, proposed_case, served_case
from tests.measure.making import in_force
from tests.spot.making import decided
from tests.timing.making import notice

SOURCE = "国办发明电〔2026〕98号"
ROWS_2026: tuple[tuple[str, ...], ...] = (  # as announced, and more
    (SOURCE, "2026-01-01", "2026-01-03", "放假", "元旦"),
    (SOURCE, "2026-01-04", "", "上班", "元旦"),
    (SOURCE, "2026-02-15", "2026-02-23", "放假", "春节"),
    (SOURCE, "2026-02-14", "", "上班", "春节"),
    (SOURCE, "2026-02-28", "", "上班", "春节"),
    (SOURCE, "2026-03-06", "", "放假", "清明节"),
    (SOURCE, "2026-03-24", "", "放假", "清明节"),
    (SOURCE, "2026-04-04", "2026-04-06", "放假", "清明节"),
    (SOURCE, "2026-04-13", "", "放假", "清明节"),
    (SOURCE, "2026-05-01", "2026-05-05", "放假", "劳动节"),
    (SOURCE, "2026-06-19", "2026-06-21", "放假", "端午节"),
    (SOURCE, "2026-09-25", "2026-09-27", "放假", "中秋节"),
    (SOURCE, "2026-10-01", "2026-10-07", "放假", "国庆节"),
)


def put(session: Session, rows: tuple[tuple[str, ...], ...] = ROWS_2026) -> None:
    """Import a notice, and do what the worker then does."""
    plan = importing.apply(session, actor_of(session, "xitong"), notice(rows), "notice.csv")
    assert plan.applied, plan.problems
    step = session.scalars(
        select(DueStep).where(DueStep.task == importing.RECOUNT).order_by(DueStep.id.desc())
    ).first()
    assert step is not None
    handler(step.task)(session, step)


def changes(session: Session, case: CaseFile) -> list[dict[str, Any]]:
    query = select(CaseEntry).where(CaseEntry.case_id == case.id, CaseEntry.event == E.RECOUNT)
    return [
        {"by": one.by_name, "article": one.article, **one.detail}
        for one in session.scalars(query.order_by(CaseEntry.seq))
    ]


def test_the_days_to_plead_and_to_pay_move_with_the_calendar(county: Session, page: Pages) -> None:
    pleading = proposed_case(county)
    act(county, "zhifa1", pleading, E.NOTIFY, at=at("2026-03-18", 14), **HANDED)
    assert pleading.statement_until_on == date(2026, 3, 25)
    version = pleading.version
    put(county)
    assert pleading.statement_until_on == date(2026, 3, 26)
    assert pleading.version == version + 1
    [change] = changes(county, pleading)
    assert change == {
        "by": actor_of(county, "xitong").name, "article": "《中华人民共和国行政处罚法》第四十四条",
        "statement_until_on": "2026-03-26", "before_on": "2026-03-25",
    }  # fmt: skip
    county.commit()
    shown = page("zhifa1").get(f"/cases/{pleading.id}").text
    assert "期限重新计算" in shown
    put(county, tuple(row for row in ROWS_2026 if row[1] != "2026-03-24"))
    assert pleading.statement_until_on == date(2026, 3, 26)  # what a party was told never shrinks
    assert len(changes(county, pleading)) == 1


def test_the_day_to_pay_and_its_place_on_the_list_move_unless_a_plan_fixed_it(
    county: Session,
) -> None:
    case = served_case(county)
    assert case.payment_due_on == date(2026, 4, 13)
    put(county)
    assert case.payment_due_on == date(2026, 4, 14)
    rows = todo.list_page(county, actor_of(county, "zhifa1"), limit=100)
    assert [str(one.due_on) for one in rows if one.number == case.number] == ["2026-04-14"]
    act(county, "juzhang", case, E.PLAN_PAYMENT, plan="2026-05-29 1000\n2026-06-30 1000",
        reason="确有困难", opinion="同意")  # fmt: skip
    before = len(changes(county, case))
    put(county, (*ROWS_2026, (SOURCE, "2026-05-29", "", "放假", "劳动节")))
    assert case.payment_due_on == date(2026, 5, 29)
    assert len(changes(county, case)) == before


def test_a_reply_that_no_calendar_reached_gets_its_day(county: Session) -> None:
    case = served_case(county)
    set_clock(county, "2026-12-28 10:00")
    act(county, "fazhi", case, E.RECEIVE_REMEDY, kind="reconsideration", organ="县政府",
        number="复〔2026〕1号", content="请求撤销", filed_on=date(2026, 12, 25),
        received_on=date(2026, 12, 28))  # fmt: skip
    remedy = county.scalars(select(Remedy).where(Remedy.case_id == case.id)).one()
    assert remedy.answer_due_on is None
    plan = importing.apply(county, actor_of(county, "xitong"), notice(), "notice.csv")
    assert plan.applied
    found = recounting.run(county, case.county_code, actor_of(county, "xitong"))
    assert remedy.answer_due_on == date(2027, 1, 12)
    assert found["cases"] >= 1
    assert changes(county, case)[-1]["answer_due_on"] == "2027-01-12"
    assert recounting.run(county, case.county_code, actor_of(county, "xitong"))["cases"] == 0


def test_preserved_evidence_and_penalties_on_the_spot_move_too(county: Session) -> None:
    measure = in_force(county, "preserve")  # on 2026-03-04: seven working days
    assert measure.due_on == date(2026, 3, 13)
    spot = decided(county, amount=Decimal(50))
    assert spot.report_due_on == date(2026, 3, 6)
    put(county)
    assert measure.due_on == date(2026, 3, 16)
    assert spot.report_due_on == date(2026, 3, 9)
    entry = county.scalars(
        select(MeasureEntry)
        .where(MeasureEntry.measure_id == measure.id)
        .order_by(MeasureEntry.seq.desc())
    ).first()
    assert entry is not None
    assert (entry.event, entry.detail["due_on"]) == (MeasureEvent.RECOUNT, "2026-03-16")
    kept = county.scalars(select(SpotEntry).where(SpotEntry.spot_penalty_id == spot.id)).all()
    assert [one.detail.get("report_due_on") for one in kept if one.event == "recount"] == [
        "2026-03-09"
    ]
    lapse = county.scalars(
        select(DueStep).where(DueStep.subject_id == measure.id, DueStep.state == "waiting")
    ).all()
    assert {one.due_at.date() for one in lapse if one.data["when"] == "lapse"} == {
        date(2026, 3, 16)
    }


def test_page_and_call_order_it_only_for_administrators(
    county: Session, page: Pages, call: Calls
) -> None:
    for path in ("/calendar",):
        assert "重新计算未办结的期限" in page("xitong").get(path).text
    assert page("xitong").post("/calendar/recount").status_code == 302
    assert page("zhifa1").post("/calendar/recount").status_code == 403
    with pytest.raises(NotPermittedError):
        importing.order_recount(county, actor_of(county, "juzhang"))
