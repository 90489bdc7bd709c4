"""Beyond the working calendar: an alarm, no guess; the day is counted once the calendar reaches."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import alarms
from enforcement.law.ledger import AskEvent as E
from enforcement.law.ledger import AskKind
from enforcement.law.workdays import Calendar, shipped
from enforcement.ledger import queries, services, watching
from enforcement.ledger.models import Ask
from enforcement.ledger.services import Said
from enforcement.notices import Notice
from enforcement.timing import calendars
from tests.asking import Pages, actor_of, set_clock
from tests.ledger.test_ledger import recorded, told

COUNTY = "220322"


def undated(session: Session) -> Ask:
    set_clock(session, "2027-12-30 09:30")
    said = Said(AskKind.CALL, "水费算错了。", date(2027, 12, 30))
    return services.record(session, actor_of(session, "fujing"), said)


def with_year(monkeypatch: pytest.MonkeyPatch, *years: int) -> None:
    longer = Calendar(shipped().years | set(years), shipped().off, shipped().worked)
    monkeypatch.setattr(calendars, "shipped", lambda: longer)


def test_a_day_beyond_the_calendar_raises_one_alarm(county: Session, page: Pages) -> None:
    ask = undated(county)
    undated(county)
    [row] = alarms.list_open(county, COUNTY)
    assert row.kind == "calendar"
    told_of = county.scalars(select(Notice.person_id).where(Notice.rule == "calendar")).all()
    assert told_of == [actor_of(county, "xitong").person_id]
    county.commit()
    assert "工作日历没有覆盖到期限" in page("fujing").get(f"/ledger/{ask.id}").text
    assert ask.number in page("fujing").get("/ledger?only=undated").text
    assert "工作日历" in page("xitong").get("/alarms").text
    assert "工作日历不够用" in page("xitong").get("/notices").text


def test_the_call_backs_day_beyond_the_calendar_raises_it_too(county: Session) -> None:
    set_clock(county, "2027-12-30 09:30")
    said = Said(AskKind.CALL, "水费算错了。", date(2027, 12, 30), due_on=date(2027, 12, 31))
    ask = services.record(county, actor_of(county, "fujing"), said)
    assert alarms.list_open(county, COUNTY) == []
    told(county, ask, E.FINISH, note="退了。")
    assert len(alarms.list_open(county, COUNTY)) == 1


def test_a_day_within_the_calendar_raises_none(county: Session) -> None:
    recorded(county)
    watching.settle(county, COUNTY)
    assert alarms.list_open(county, COUNTY) == []


def test_the_longer_calendar_counts_the_day_and_closes_the_alarm(
    county: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = undated(county)
    watching.settle(county, COUNTY)
    assert len(alarms.list_open(county, COUNTY)) == 1
    with_year(monkeypatch, 2027, 2028)
    watching.settle(county, COUNTY)
    county.expire_all()
    assert ask.due_on == date(2028, 1, 6)
    assert [row.event for row in queries.history(county, ask)] == ["record", "count"]
    assert alarms.list_open(county, COUNTY) == []
    waiting = text("select count(*) from due_step where subject_id = :i and state = 'waiting'")
    assert county.scalar(waiting, {"i": ask.id}) == 3
    version = ask.version
    watching.settle(county, COUNTY)
    assert ask.version == version
