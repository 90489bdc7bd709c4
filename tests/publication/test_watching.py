"""The daily look: late reviews are alarms, revised decisions leave the public page in time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from enforcement import alarms
from enforcement.alarms import Alarm, AlarmKind
from enforcement.law.redaction import Outcome
from enforcement.law.terms import CaseEvent as E
from enforcement.notices import Notice
from enforcement.publication import queries, services, watching
from enforcement.todo import queries as todo
from enforcement.worker.tasks import handler
from tests.asking import Pages, actor_of, set_clock
from tests.case.making import act, served_case


def open_for(session: Session, number: str) -> list[Alarm]:
    watching.settle(session, actor_of(session, "fazhi").county_code)
    rows = alarms.list_open(session, actor_of(session, "fazhi").county_code)
    return [one for one in rows if one.kind == AlarmKind.PUBLICATION and one.name == number]


def test_a_decision_unreviewed_after_seven_working_days_is_an_alarm_until_it_is(
    county: Session, page: Pages
) -> None:
    case = served_case(county)  # decided on 2026-03-27: due 04-08 over 清明
    set_clock(county, "2026-04-08 09:00")
    assert open_for(county, case.number) == []
    set_clock(county, "2026-04-09 09:00")
    [alarm] = open_for(county, case.number)
    assert alarm.why == ["publication_late", "2026-04-08"]
    told = county.query(Notice).filter_by(subject_id=case.id, rule="publication_late").all()
    assert {one.person_id for one in told} == {actor_of(county, "fazhi").person_id}
    assert len(open_for(county, case.number)) == 1  # not raised twice
    assert "七个工作日内没有公开审核" in page("xitong").get("/alarms").text
    services.review(county, actor_of(county, "fazhi"), case.id, outcome=Outcome.PARTLY,
                    reason="有社会影响")  # fmt: skip
    assert open_for(county, case.number) == []


def test_a_revised_decision_is_withdrawn_by_itself_on_the_third_working_day(
    county: Session,
) -> None:
    case = served_case(county)
    row = services.review(county, actor_of(county, "fazhi"), case.id, outcome=Outcome.PARTLY,
                          reason="有社会影响")  # fmt: skip
    set_clock(county, "2026-04-13 09:00")
    act(county, "juzhang", case, E.REVISE, revision="revoked", reason="认定事实错误")
    [alarm] = open_for(county, case.number)
    assert alarm.why == ["publication_revised", "2026-04-16"]
    set_clock(county, "2026-04-15 09:00")
    assert open_for(county, case.number)
    assert queries.withdrawal_of(county, row) is None
    set_clock(county, "2026-04-16 06:30")
    assert open_for(county, case.number) == []
    withdrawal = queries.withdrawal_of(county, row)
    assert withdrawal is not None
    assert (withdrawal.by_name, "自动撤回" in withdrawal.reason) == ("系统", True)
    assert queries.public_page(county, case.county_code) == [] or row.id not in {
        one.id for one in queries.public_page(county, case.county_code)
    }


def test_the_worker_knows_the_look() -> None:
    assert handler(watching.TASK) is watching.watch
    with pytest.raises(KeyError):
        handler("publication:nothing")


def todo_of(session: Session, username: str, number: str) -> list[tuple[str, str | None]]:
    rows = todo.list_page(session, actor_of(session, username), limit=100)
    return [(one.duty, str(one.last_on)) for one in rows if one.number == number
            and one.duty in ("publish", "withdraw")]  # fmt: skip


def test_what_is_nearly_late_or_late_waits_on_the_list_of_those_who_publish(
    county: Session, page: Pages
) -> None:
    case = served_case(county)  # due 2026-04-08, reminded on 04-07
    reviewer = actor_of(county, "fazhi")
    set_clock(county, "2026-04-03 09:00")
    watching.settle(county, case.county_code)
    assert todo_of(county, "fazhi", case.number) == []
    set_clock(county, "2026-04-10 09:00")
    watching.settle(county, case.county_code)
    for username in ("fazhi", "juzhang"):
        assert todo_of(county, username, case.number) == [("publish", "2026-04-08")]
    assert todo_of(county, "zhongdui", case.number) == []
    act(county, "zhifa1", case, E.RECORD_PAYMENT, paid_on=date(2026, 4, 9), amount=Decimal(500),
        receipt="吉财1")  # fmt: skip
    assert todo_of(county, "fazhi", case.number) == [("publish", "2026-04-08")]
    county.commit()
    listed = page("fazhi").get("/todo").text
    assert 'href="/publications"' in listed
    assert "已超期2天" in listed
    row = services.review(county, reviewer, case.id, outcome=Outcome.PARTLY, reason="有社会影响")
    assert todo_of(county, "fazhi", case.number) == []
    act(county, "juzhang", case, E.REVISE, revision="revoked", reason="认定事实错误")
    watching.settle(county, case.county_code)
    assert todo_of(county, "fazhi", case.number) == [("withdraw", "2026-04-15")]
    services.withdraw(county, reviewer, row.id, reason="决定已撤销")
    assert todo_of(county, "fazhi", case.number) == []
