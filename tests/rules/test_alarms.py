"""A rule that fails is seen without anybody reporting; mended, its alarm closes and is kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import alarms
from enforcement.alarms import Alarm
from enforcement.db import sessions
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.notices import Notice
from enforcement.rules import services, watching
from enforcement.rules.models import RoutingRule
from enforcement.worker import loop, standing
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.rules.making import COUNTY, add, draft, report


def broken_rule(session: Session) -> RoutingRule:
    """Return a rule whose unit has been closed since."""
    rule = add(session)
    session.execute(
        text("update unit set valid_to = date '2026-03-02' where id = :u"), {"u": rule.unit_id}
    )
    session.flush()
    session.expire_all()
    return rule


def standing_alarms(session: Session) -> list[Alarm]:
    session.expire_all()
    return list(session.scalars(select(Alarm).order_by(Alarm.raised_at, Alarm.id)))


def look(session: Session, moment: str) -> None:
    set_clock(session, moment)
    session.commit()
    loop.run_due(sessions())


def test_the_standing_worker_raises_it_without_any_report(county: Session) -> None:
    county.execute(text("delete from due_step"))
    rule = broken_rule(county)
    standing.ensure(county)
    look(county, "2026-03-02 09:01")
    [row] = standing_alarms(county)
    assert (row.subject_id, row.name, row.why) == (rule.id, rule.name, ["unit"])
    told = county.scalars(select(Notice.person_id).where(Notice.rule == "rule_failed")).all()
    assert actor_of(county, "xitong").person_id in told
    look(county, "2026-03-02 09:12")
    assert [one.id for one in standing_alarms(county)] == [row.id]
    assert county.query(Notice).filter_by(rule="rule_failed").count() == len(told)


def test_mended_from_outside_it_closes_at_the_next_look(county: Session) -> None:
    rule = broken_rule(county)
    watching.settle(county, COUNTY)
    county.execute(text("update unit set valid_to = null where id = :u"), {"u": rule.unit_id})
    assert [row.closed_at for row in standing_alarms(county)] == [None]
    watching.settle(county, COUNTY)
    [row] = standing_alarms(county)
    assert row.closed_at is not None
    assert (row.closed_by, row.note) == (None, None)


@pytest.mark.parametrize("mend", ["change", "off"])
def test_a_rule_mended_by_a_person_closes_its_alarm_at_once(county: Session, mend: str) -> None:
    rule = broken_rule(county)
    watching.settle(county, COUNTY)
    actor = actor_of(county, "xitong")
    if mend == "change":
        services.change(county, actor, rule.id, draft(county, 0))
    else:
        services.switch_off(county, actor, rule.id, "中队已撤销")
    [row] = standing_alarms(county)
    assert row.closed_at is not None
    logged = text("select act from audit_log where act like 'alarm:%' order by at, id")
    assert county.scalars(logged).all() == ["alarm:raise", "alarm:mended"]


def test_a_report_that_meets_it_raises_the_same_one(county: Session) -> None:
    broken_rule(county)
    for _n in range(3):
        report(county, category="04")
    watching.settle(county, COUNTY)
    assert len(standing_alarms(county)) == 1


def test_closed_by_hand_it_comes_back_the_next_day(county: Session) -> None:
    broken_rule(county)
    watching.settle(county, COUNTY)
    [row] = alarms.list_open(county, COUNTY)
    alarms.close(county, actor_of(county, "xitong"), row.id, "新中队周四挂牌")
    watching.settle(county, COUNTY)
    assert alarms.list_open(county, COUNTY) == []
    set_clock(county, "2026-03-03 08:00")
    watching.settle(county, COUNTY)
    assert len(alarms.list_open(county, COUNTY)) == 1
    [past] = alarms.list_closed(county, COUNTY)
    assert (past.note, past.closed_by_name) == ("新中队周四挂牌", actor_of(county, "xitong").name)


@pytest.mark.parametrize(
    ("who", "note", "error"),
    [("zhihui", "好", NotPermittedError), ("xitong", "  ", InvalidInputError),
     ("xitong", "长" * 501, InvalidInputError)],
)  # fmt: skip
def test_closing_refused_changes_nothing(county: Session, who: str, note: str, error: Any) -> None:
    broken_rule(county)
    watching.settle(county, COUNTY)
    [row] = alarms.list_open(county, COUNTY)
    with pytest.raises(error), county.begin_nested():
        alarms.close(county, actor_of(county, who), row.id, note)
    assert [one.closed_at for one in standing_alarms(county)] == [None]


def test_it_is_closed_only_once(county: Session) -> None:
    broken_rule(county)
    watching.settle(county, COUNTY)
    [row] = alarms.list_open(county, COUNTY)
    alarms.close(county, actor_of(county, "xitong"), row.id, "已联系")
    with pytest.raises(StepNotAllowedError):
        alarms.close(county, actor_of(county, "xitong"), row.id, "再来一次")


def test_administrators_see_it_where_they_start(county: Session, page: Pages, call: Calls) -> None:
    rule = broken_rule(county)
    watching.settle(county, COUNTY)
    county.commit()
    browser = page("xitong")
    assert "有1条系统报警没有关闭" in browser.get("/jurisdiction").text
    assert "有1条系统报警没有关闭" in page("zhihui").get("/").text
    assert "系统报警没有关闭" not in page("zhifa1").get("/").text
    shown = browser.get("/alarms").text
    assert rule.name in shown
    assert "目标单位已撤销" in shown
    [row] = call("xitong", "GET", "/alarms").json["alarms"]
    closed = call("xitong", "POST", f"/alarms/{row['id']}/close", json={"note": "已处理"})
    assert closed.json["closed_at"]
    assert call("xitong", "GET", "/alarms").json["alarms"] == []
    assert "已处理" in browser.get("/alarms").text
    [past] = call("xitong", "GET", "/alarms?closed=true").json["alarms"]
    assert past["note"] == "已处理"
    again = browser.post(f"/alarms/{row['id']}/close", data={"note": "x"})
    assert again.status_code == 409
