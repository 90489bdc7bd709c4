"""A State Council notice: looked at first, imported whole years at a time, kept by editions."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.errors import InvalidInputError, NotPermittedError, StaleVersionError
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.workdays import of_package, shipped
from enforcement.sheets.writing import template
from enforcement.timing import calendars, importing, limits
from enforcement.timing.columns import NOTICE
from enforcement.timing.models import CalendarDay, CalendarEdition
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.people.making import COUNTY
from tests.timing.making import ROWS_2027, SOURCE, notice
from tests.web.test_query_counts import counted


def put(session: Session, rows: tuple[tuple[str, ...], ...] = ROWS_2027) -> importing.Plan:
    return importing.apply(session, actor_of(session, "xitong"), notice(rows), "notice.csv")


def editions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CalendarEdition)) or 0


def test_without_a_notice_the_shipped_calendar_holds(county: Session) -> None:
    assert calendars.current(county, COUNTY) is shipped()
    with pytest.raises(CalendarExhaustedError, match="2027"):
        limits.due_on(county, COUNTY, "service", date(2026, 12, 29))


def test_an_imported_year_is_counted_at_once(county: Session) -> None:
    done = put(county)
    assert (done.applied, done.new_years, len(done.added)) == (True, [2027], 24)
    found = limits.due_on(county, COUNTY, "service", date(2026, 12, 29))
    assert (found.raw, found.due) == (date(2027, 1, 8), date(2027, 1, 8))
    assert any("元旦" in step.zh for step in found.how)
    assert calendars.current(county, COUNTY).is_working(date(2027, 2, 14))
    assert calendars.known_until(calendars.current(county, COUNTY), date(2026, 6, 1)) == date(
        2027, 12, 31
    )


def test_a_preview_changes_nothing(county: Session) -> None:
    seen = importing.preview(county, actor_of(county, "xitong"), notice(), "notice.csv")
    assert (seen.applied, seen.problems, seen.changes) == (False, [], 24)
    assert editions(county) == 0


def test_a_notice_replaces_the_days_of_its_year_and_no_other(county: Session) -> None:
    moved = tuple(
        (SOURCE, *row[1:]) if row[1] != "2027-02-14" else (SOURCE, "2027-02-21", *row[2:])
        for row in ROWS_2027
    )
    put(county)
    again = put(county, moved)
    assert [one.code for one in again.added] == ["2027-02-21"]
    assert [one.code for one in again.dropped] == ["2027-02-14"]
    known = calendars.current(county, COUNTY)
    assert not known.is_working(date(2027, 2, 14))
    assert known.is_working(date(2027, 2, 21))
    assert {day for day in known.off if day.year == 2026} == {
        day for day in of_package().off if day.year == 2026
    }
    assert [row.year for row in calendars.editions(county, COUNTY)] == [2027, 2027]


def test_the_same_notice_again_is_no_change(county: Session) -> None:
    put(county)
    again = put(county)
    assert (again.applied, again.changes, again.same) == (False, 0, 24)
    assert editions(county) == 1


def test_who_imported_when_is_kept_and_never_changed(county: Session) -> None:
    put(county)
    [row] = calendars.editions(county, COUNTY)
    assert (row.by_name, row.source) == (actor_of(county, "xitong").name, SOURCE)
    assert county.scalar(
        select(func.count()).select_from(AuditLog).where(AuditLog.act == "calendar:import")
    )
    for statement in ("update calendar_edition set year = 2030", "delete from calendar_day"):
        with pytest.raises(DBAPIError, match="calendar"), county.begin_nested():
            county.execute(text(statement))


WRONG = [
    ((SOURCE, "2027-02-15", "", "上班", "春节"), "开始日期", "不是周末"),
    ((SOURCE, "2027-02-12", "", "放假", "春节"), "开始日期", "已经列过"),
    ((SOURCE, "2027-12-31", "2028-01-02", "放假", "元旦"), "结束日期", "跨年"),
    ((SOURCE, "2027-06-09", "2027-06-07", "放假", "端午节"), "结束日期", "早于"),
    ((SOURCE, "2027-06-09", "2027-07-09", "放假", "端午节"), "结束日期", "最多15天"),
    ((SOURCE, "soon", "", "放假", "端午节"), "开始日期", "不是日期"),
    ((SOURCE, "2027-06-09", "", "休息", "端午节"), "安排", ""),
    (("别的通知", "2027-06-09", "", "放假", "端午节"), "文号", "不一致"),
    (("", "2027-06-09", "", "放假", "端午节"), "文号", "必填"),
    ((SOURCE, "2028-01-01", "", "放假", "元旦"), "开始日期", "2028年的安排不完整"),
]


@pytest.mark.parametrize(("row", "column", "why"), WRONG)
def test_a_wrong_row_is_told_and_nothing_changes(
    county: Session, row: tuple[str, ...], column: str, why: str
) -> None:
    plan = put(county, (*ROWS_2027, row))
    [problem] = plan.problems
    assert (problem.row, problem.column) == (7, column)
    assert why in problem.reason
    assert (plan.applied, editions(county)) == (False, 0)


def test_a_part_of_a_year_is_refused(county: Session) -> None:
    plan = put(county, ROWS_2027[1:])
    assert "2027-01-01应当放假" in plan.problems[0].reason
    assert editions(county) == 0


def test_only_what_was_seen_is_applied(county: Session) -> None:
    actor = actor_of(county, "xitong")
    seen = importing.preview(county, actor, notice(), "notice.csv")
    put(county, (*ROWS_2027, (SOURCE, "2027-06-09", "", "放假", "端午节")))
    with pytest.raises(StaleVersionError):
        importing.apply(county, actor, notice(), "notice.csv", digest=seen.digest)
    assert editions(county) == 1


def test_only_system_administrators_import(county: Session) -> None:
    for username in ("zhifa1", "juzhang", "zhihui"):
        with pytest.raises(NotPermittedError):
            importing.apply(county, actor_of(county, username), notice(), "notice.csv")
    with pytest.raises(InvalidInputError):
        importing.preview(county, actor_of(county, "xitong"), b"x", "notice.pdf")
    assert editions(county) == 0


def test_a_template_holds_an_example_that_is_left_out() -> None:
    assert NOTICE.has_example
    assert "示例：" in template(NOTICE, "csv").decode("utf-8-sig")


def test_the_calendar_is_read_once_however_often_it_is_asked(
    demo_app: Flask, county: Session
) -> None:
    put(county)
    calendars.current(county, COUNTY)
    with counted(demo_app) as sent:
        for _n in range(3):
            calendars.current(county, COUNTY)
    assert len(sent) == 3
    assert county.scalar(select(func.count()).select_from(CalendarDay)) == 24


def test_a_report_counts_its_limit_by_the_imported_calendar(county: Session, call: Calls) -> None:
    set_clock(county, "2026-12-31 16:30")
    said = {"category": "01", "description": "占道", "lon": 124.33, "lat": 43.31}
    said["occurred_at"] = "2026-12-31T16:00:00+08:00"
    before = call("fujing", "POST", "/incidents", json=said)
    assert before.status_code == 201, before.text
    due = text("select stage_due_at from incident where id = :id")
    assert county.scalar(due, {"id": before.json["id"]}) is None
    put(county)
    after = call("fujing", "POST", "/incidents", json=said | {"description": "占道二"})
    at = county.scalar(due, {"id": after.json["id"]})
    assert at is not None
    assert at.date() >= date(2027, 1, 4)


def test_the_page_takes_a_file_in_two_steps(county: Session, page: Pages) -> None:
    set_clock(county, "2026-11-24 09:00")
    browser = page("xitong")
    assert "2026-12-31" in browser.get("/calendar").text
    seen = browser.post(
        "/calendar/import",
        data={"file": (BytesIO(notice()), "notice.csv")},
        content_type="multipart/form-data",
    )
    assert seen.status_code == 200
    assert "2027-02-14" in seen.text
    assert editions(county) == 0
    fields = {
        name: seen.text.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("sha256", "digest")
    }
    assert browser.post("/calendar/import", data=fields).status_code == 302
    assert editions(county) == 1
    shown = browser.get("/calendar?year=2027").text
    assert SOURCE in shown
    assert "2027-02-05" in shown


def test_a_call_previews_imports_and_shows_the_calendar(county: Session, call: Calls) -> None:
    path = "/calendar/import?name=notice.csv"
    assert call("xitong", "POST", path, data=notice()).json["years"] == [2027]
    bad = call("xitong", "POST", path, data=notice(ROWS_2027[1:]))
    assert (bad.status_code, bad.json["problems"][0]["row"]) == (422, 2)
    assert call("zhifa1", "POST", path, data=notice()).status_code == 403
    assert call("xitong", "POST", f"{path}&apply=true", data=notice()).json["applied"]
    shown = call("zhifa1", "GET", "/calendar?year=2027").json
    assert shown["source"] == SOURCE
    assert shown["worked"] == ["2027-02-14"]
    found = call("zhifa1", "GET", "/limits/service/due?from=2026-12-29").json
    assert (found["raw"], found["article"]) == (
        "2027-01-08",
        "《中华人民共和国行政处罚法》第六十一条",
    )


def test_calls_about_limits_refuse_what_no_rule_knows(county: Session, call: Calls) -> None:
    assert call("zhifa1", "GET", "/limits/nothing/due?from=2026-01-05").status_code == 422
    assert call("zhifa1", "GET", "/limits/service/due").status_code == 422
    for asked, field in (("from=2031-01-05", "from"), ("at=8021-03-31T12:20:40%2B08:00", "at")):
        answer = call("zhifa1", "GET", f"/limits/publication/due?{asked}")
        assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    assert len(call("zhifa1", "GET", "/limits").json["limits"]) > 50


def test_the_page_of_limits_counts_from_a_day(county: Session, page: Pages) -> None:
    browser = page("zhifa1")
    shown = browser.get("/limits?limit=payment&from=2026-09-18").text
    for part in ("2026-10-03", "2026-10-08", "2026-09-30", "国庆节"):
        assert part in shown
    assert browser.get("/limits?limit=payment&from=soon").status_code == 422
    assert "没有名为" in browser.get("/limits?limit=nothing&from=2026-09-18").text


def test_an_english_page_explains_a_count_in_english(county: Session, page: Pages) -> None:
    browser = page("zhifa1")
    with browser.session_transaction() as kept:
        kept["language"] = "en"
    shown = browser.get("/limits?limit=preservation&from=2026-02-12").text
    article = '<span lang="zh-CN">《中华人民共和国行政处罚法》第八十五条</span>'
    assert f"7 working days under {article}, until 2026-02-28." in shown
    assert "2026-02-15 to 2026-02-23 do not count (Spring Festival)." in shown
