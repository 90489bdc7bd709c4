"""Drills: everybody is asked, answers are counted, the silent are named, nothing else happens."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from enforcement import notices
from enforcement.db import sessions
from enforcement.drills import monthly, queries, services
from enforcement.drills.models import Drill, DrillTarget
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.incident.models import Incident
from enforcement.law.workdays import read_calendar
from enforcement.notices import Notice
from enforcement.points.models import VillagePoint
from enforcement.roster.models import DutyShift
from enforcement.settings.models import SettingEntry
from enforcement.worker import loop, standing
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.points.making import Device, made_point

COUNTY = "220322"
ADMIN = "zhihui"


@pytest.fixture
def device(demo_app: Flask, county: Session) -> Device:
    """The device of a point, at the start of a working day; nothing else is due."""
    set_clock(county, "2026-03-02 09:00")
    county.execute(text("update due_step set state = 'cancelled' where state = 'waiting'"))
    point, secret = made_point(county)
    county.commit()
    return Device(demo_app, point.id, secret)


@pytest.fixture
def person(county: Session) -> Any:
    """Somebody with an account who is on duty today."""
    actor, now = actor_of(county, "zhifa1"), set_clock(county, "2026-03-02 09:00")
    shift = DutyShift(
        county_code=COUNTY, id=uuid.uuid4(), unit_id=actor.unit_id, kind="b",
        person_id=actor.person_id, starts_at=now, ends_at=now + timedelta(hours=8), made_at=now,
    )  # fmt: skip
    clash = select(DutyShift).where(
        DutyShift.person_id == actor.person_id, DutyShift.starts_at < shift.ends_at,
        DutyShift.ends_at > shift.starts_at, DutyShift.state == "planned",
    )  # fmt: skip
    if county.scalars(clash).first() is None:
        county.add(shift)
    county.commit()
    return actor


def start(session: Session, **more: Any) -> Drill:
    drill = services.start(session, actor_of(session, ADMIN), **more)
    session.commit()
    return drill


def run_due(session: Session, moment: str) -> int:
    set_clock(session, moment)
    session.commit()
    session.execute(text("update due_step set state = 'cancelled' where state = 'waiting'"
                         " and task not like 'drills:%'"))  # fmt: skip
    session.commit()
    done = loop.run_due(sessions(), most=5)
    session.expire_all()
    return done


def test_points_and_duty_phones_answer_and_no_incident_comes_of_it(
    county: Session, page: Pages, device: Device, person: Any
) -> None:
    before = county.scalar(select(func.count()).select_from(Incident))
    drill = start(county, hours=2)
    assert device.post("heartbeat", b"{}").get_json()["test_asked"] is True
    found = queries.report(county, drill)
    assert found.reached == 0
    points = county.scalar(select(func.count()).where(VillagePoint.active))
    assert sum(row.target.kind == "point" for row in found.rows) == points
    assert person.person_id in {row.target.person_id for row in found.rows}
    set_clock(county, "2026-03-02 09:10")
    county.commit()
    assert device.press(test=True, button="green").status_code == 200
    rung = select(Notice).where(Notice.kind == "drill", Notice.person_id == person.person_id)
    ring = county.scalars(rung).one()
    assert (ring.does, ring.rule, ring.subject_id) == ("ring", "drill", drill.id)
    assert "演练，不是真事件" in page("zhifa1").get("/notices").text
    notices.hear(county, person, ring.id)
    county.commit()
    found = queries.report(county, drill)
    assert found.reached == 2
    assert device.post("heartbeat", b"{}").get_json()["test_asked"] is False
    waits = [one.reached_at - drill.started_at for one in found.rows if one.reached_at is not None]
    assert [one.total_seconds() for one in waits] == [pytest.approx(600, abs=30)] * 2
    assert sum(one.points_reached for one in found.groups) == 1
    assert sum(one.phones_reached for one in found.groups) == 1
    assert county.scalar(select(func.count()).select_from(Incident)) == before


def test_a_heartbeat_or_an_old_test_is_no_answer(county: Session, device: Device) -> None:
    device.press(test=True)
    set_clock(county, "2026-03-02 09:05")
    county.commit()
    drill = start(county)
    device.post("heartbeat", b"{}")
    assert queries.report(county, drill).reached == 0


def test_the_worker_ends_it_once_and_tells_the_command_centre(
    county: Session, device: Device
) -> None:
    drill = start(county, hours=1)
    assert run_due(county, "2026-03-02 09:59") == 0
    device.press(test=True)
    assert run_due(county, "2026-03-02 10:01") == 1
    county.refresh(drill)
    assert drill.ended_at is not None
    kept = select(func.count()).where(
        DrillTarget.drill_id == drill.id, DrillTarget.reached_at.is_not(None)
    )
    assert county.scalar(kept) == 1
    told = county.scalars(select(Notice).where(Notice.rule == "drill_ended")).all()
    assert actor_of(county, ADMIN).person_id in {row.person_id for row in told}
    assert told[0].data["reached"] == 1
    point = county.get_one(VillagePoint, (COUNTY, uuid.UUID(device.base.rpartition("/")[2])))
    assert point.test_asked_at is None
    late = device.press(test=True)
    assert late.status_code == 200
    assert queries.report(county, drill).reached == 1
    step = DueStep(county_code=COUNTY, subject_id=drill.id, task="x", rule="x")
    services.close(county, step)
    count = select(func.count()).where(Notice.rule == "drill_ended")
    assert county.scalar(count) == len(told)


def test_only_the_silent_are_tested_again(county: Session, device: Device) -> None:
    drill = start(county, hours=1)
    with pytest.raises(StepNotAllowedError, match="没有结束"):
        services.start(county, actor_of(county, ADMIN), retest_of=drill.id)
    device.press(test=True)
    run_due(county, "2026-03-02 10:01")
    silent = {row.target.point_id or row.target.person_id
              for row in queries.report(county, drill).silent}  # fmt: skip
    again = start(county, retest_of=drill.id)
    asked = {row.target.point_id or row.target.person_id
             for row in queries.report(county, again).rows}  # fmt: skip
    assert asked <= silent
    assert uuid.UUID(device.base.rpartition("/")[2]) not in asked
    assert asked >= {one for one in silent if county.get(VillagePoint, (COUNTY, one))}


def test_one_at_a_time_and_the_same_key_is_the_same_drill(county: Session, device: Device) -> None:
    first = start(county, key="d-1")
    assert start(county, key="d-1").id == first.id
    before = county.scalar(select(func.count()).select_from(Notice))
    with pytest.raises(StepNotAllowedError):
        services.start(county, actor_of(county, ADMIN), key="d-2")
    for hours in (0, 169):
        with pytest.raises(InvalidInputError):
            services.start(county, actor_of(county, ADMIN), hours=hours)
    with pytest.raises(NotPermittedError):
        services.start(county, actor_of(county, "jiexian"))
    assert county.scalar(select(func.count()).select_from(Notice)) == before


def test_a_drill_takes_the_same_statements_for_forty_points_more(
    county: Session, device: Device
) -> None:
    def asked() -> int:
        seen: list[str] = []
        bind = county.get_bind().engine

        def note(*args: object) -> None:
            seen.append(str(args[2]))

        event.listen(bind, "before_cursor_execute", note)
        drill = start(county)
        queries.report(county, drill)
        event.remove(bind, "before_cursor_execute", note)
        drill.ended_at = drill.started_at
        county.commit()
        return len(seen)

    asked()
    one = asked()
    for number in range(40):
        made_point(county, f"服务点{number}")
    county.commit()
    assert asked() <= one


CALENDAR = read_calendar(
    ["year,day,kind,name,source", "2026,01-01..01-03,off,元旦,x", "2026,01-04,work,元旦,x"]
)


@pytest.mark.parametrize(
    ("month", "day"), [(1, "2026-01-04"), (2, "2026-02-02"), (3, "2026-03-02"), (4, "2026-04-01")]
)
def test_the_first_working_day_follows_the_calendar(month: int, day: str) -> None:
    assert monthly.first_working_day(2026, month, CALENDAR) == date.fromisoformat(day)
    assert monthly.first_working_day(2040, 9, CALENDAR) == date(2040, 9, 3)


def test_the_worker_starts_it_each_month_unless_switched_off(
    county: Session, device: Device
) -> None:
    standing.ensure(county)
    standing.ensure(county)
    county.commit()
    count = select(func.count()).where(DueStep.task == "drills:monthly", DueStep.state == "waiting")
    assert county.scalar(count) == 1
    assert run_due(county, "2026-03-02 09:01") == 1
    assert county.scalar(select(func.count()).select_from(Drill)) == 0
    assert run_due(county, "2026-04-01 08:59") == 0
    assert run_due(county, "2026-04-01 09:01") == 1
    drill = county.scalars(select(Drill)).one()
    assert (drill.started_by, drill.started_by_name) == (None, "系统")
    run_due(county, "2026-04-02 09:02")
    county.add(
        SettingEntry(county_code=COUNTY, id=uuid.uuid4(), key="drill_monthly", value=0,
                     reason="x", by=None, by_name="x")
    )  # fmt: skip
    county.commit()
    run_due(county, "2026-05-08 09:01")
    assert county.scalar(select(func.count()).select_from(Drill)) == 1
    assert county.scalar(count) == 1


def test_the_pages_start_show_export_and_repeat(
    county: Session, page: Pages, call: Calls, device: Device
) -> None:
    browser = page(ADMIN)
    began = browser.post("/drills", data={"hours": "1", "key": "p-1"})
    assert began.status_code == 302
    where = began.headers["Location"]
    shown = browser.get(where)
    assert (shown.status_code, "党群服务点" in shown.text) == (200, True)
    assert browser.post("/drills", data={"hours": "1", "key": "p-2"}).status_code == 409
    assert browser.post("/drills", data={"hours": "x"}).status_code == 422
    book = load_workbook(BytesIO(browser.get(f"{where}/export.xlsx").data))
    drill_id = where.rpartition("/")[2]
    told = call("xitong", "GET", f"/drills/{drill_id}").get_json()
    assert book.worksheets[0].max_row == told["asked"] + 1
    rows = browser.get(f"{where}/export.csv").data.decode("utf-8-sig").splitlines()
    assert len(rows) == told["asked"] + 1
    counts = browser.get(f"{where}/export.csv?by=township").data.decode("utf-8-sig").splitlines()
    assert [row.split(",")[:2] for row in counts[1:]] == [
        [one["name"], str(one["points"])] for one in told["groups"]
    ]
    run_due(county, "2026-03-02 10:01")
    assert browser.post(f"{where}/retest", data={"key": "p-3"}).status_code == 302
    listed = call("xitong", "GET", "/drills").get_json()["drills"]
    assert [one["retest_of"] for one in listed] == [drill_id, None]
    assert call("xitong", "POST", "/drills", json={"hours": 500}).status_code == 422


def test_duty_phones_stand_with_the_points_of_their_township(
    county: Session, device: Device
) -> None:
    drill = start(county)
    found = queries.report(county, drill)
    homes = {
        row.person_id: row.home_code
        for row in county.execute(
            text("select distinct s.person_id, u.home_code from duty_shift s join unit u"
                 " on u.id = s.unit_id where length(u.home_code) = 9 and s.state = 'planned'"
                 " and s.ends_at > :at and s.starts_at < :at + interval '7 days'"),
            {"at": drill.started_at},
        )
    }  # fmt: skip
    phones = [row.target for row in found.rows if row.target.kind == "phone"]
    assert homes
    assert {one.person_id: one.township_code for one in phones if one.person_id in homes} == {
        one.person_id: homes[one.person_id] for one in phones if one.person_id in homes
    }
    both = [one for one in found.groups if one.points and one.phones]
    assert both, "a township's points and phones are one group"
    assert sum(one.points + one.phones for one in found.groups) == len(found.rows)
    assert len({one.name for one in found.groups}) == len(found.groups)
