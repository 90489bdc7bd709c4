"""Weekly reports: made at their hour by the database's clock, once, for those who may read them."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import mailing
from enforcement.briefing import schedules, weekly
from enforcement.briefing.asking import Wanted
from enforcement.briefing.models import BriefingFiled, BriefingSchedule
from enforcement.briefing.schedules import Order
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.notices import Notice
from enforcement.worker import loop
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.smtp_server import serving

TUESDAY = Order(Wanted(), 2, 8, ("pdf", "xlsx"), ("dadui", "zhihui"))


@pytest.fixture
def ordered(busy: Session) -> BriefingSchedule:
    """The brigade leader's report, ordered on Monday 9 March for Tuesdays at eight."""
    set_clock(busy, "2026-03-09 12:00")
    return schedules.order(busy, actor_of(busy, "dadui"), TUESDAY)


def waiting(session: Session, task: str) -> list[DueStep]:
    rows = session.query(DueStep).filter_by(task=task, state="waiting")
    return list(rows.execution_options(populate_existing=True).order_by(DueStep.due_at))


@pytest.mark.parametrize(
    ("after", "at", "week"),
    [
        ("2026-03-09 12:00", "2026-03-10 08:00", "2026-03-02"),
        ("2026-03-10 07:59", "2026-03-10 08:00", "2026-03-02"),
        ("2026-03-10 08:00", "2026-03-17 08:00", "2026-03-09"),
        ("2026-03-14 23:00", "2026-03-17 08:00", "2026-03-09"),
    ],
)
def test_the_next_hour_and_its_week(after: str, at: str, week: str) -> None:
    moment, expected = (datetime.fromisoformat(one).replace(tzinfo=ZONE) for one in (after, at))
    assert schedules.next_at(2, 8, moment) == expected
    assert schedules.week_before(expected) == date.fromisoformat(week)


def test_last_weeks_report_is_filed_and_told_once(
    demo_app: Flask, busy: Session, ordered: BriefingSchedule
) -> None:
    factory = demo_app.extensions["enforcement.sessions"]
    assert loop.run_due(factory) == 0
    assert [one.due_at for one in waiting(busy, "briefing:weekly")] == [
        datetime(2026, 3, 10, 8, tzinfo=ZONE)
    ]
    set_clock(busy, "2026-03-10 08:01")
    assert loop.run_due(factory) == 1
    filed = busy.query(BriefingFiled).order_by(BriefingFiled.kind).all()
    assert [(one.kind, one.week_on) for one in filed] == [
        ("pdf", date(2026, 3, 2)), ("xlsx", date(2026, 3, 2))]  # fmt: skip
    told = busy.query(Notice).filter_by(kind="briefing").all()
    assert {one.person_id for one in told} == {
        actor_of(busy, name).person_id for name in ("dadui", "zhihui")
    }
    [after] = waiting(busy, "briefing:weekly")
    assert after.due_at == datetime(2026, 3, 17, 8, tzinfo=ZONE)
    assert not weekly.issue(busy, ordered, actor_of(busy, "dadui"), date(2026, 3, 2))
    assert busy.query(BriefingFiled).count() == 2
    assert busy.query(Notice).filter_by(kind="briefing").count() == 2
    _row, data = schedules.get_filed(busy, actor_of(busy, "zhihui"), filed[0].id)
    assert data.startswith(b"%PDF")
    with pytest.raises(NotFoundError):
        schedules.get_filed(busy, actor_of(busy, "zhongdui"), filed[0].id)


def test_who_may_no_longer_read_it_is_not_told(busy: Session, ordered: BriefingSchedule) -> None:
    busy.execute(text("update account set active = false where username = 'zhihui'"))
    assert weekly.issue(busy, ordered, actor_of(busy, "dadui"), date(2026, 3, 2))
    told = busy.query(Notice).filter_by(kind="briefing").all()
    assert [one.person_id for one in told] == [actor_of(busy, "dadui").person_id]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weekday": 0}, "weekday"), ({"hour": 24}, "hour"), ({"formats": ()}, "formats"),
        ({"formats": ("doc",)}, "formats"), ({"usernames": ()}, "people"),
        ({"usernames": ("nobody",)}, "people"), ({"usernames": ("zhifa1",)}, "people"),
        ({"usernames": ("xiangzhen",)}, "people"), ({"mail_to": ("a b@c",)}, "mail"),
        ({"mail_to": ("x@y.cn\nBcc: z@y.cn",)}, "mail"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(busy: Session, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        schedules.order(busy, actor_of(busy, "dadui"), dataclasses.replace(TUESDAY, **change))
    assert refused.value.field == field


def test_an_order_is_ended_by_who_made_it_or_a_head(
    busy: Session, ordered: BriefingSchedule
) -> None:
    with pytest.raises(NotFoundError):
        schedules.end(busy, actor_of(busy, "zhongdui"), ordered.id)
    schedules.end(busy, actor_of(busy, "juzhang"), ordered.id)
    assert waiting(busy, "briefing:weekly") == []
    assert schedules.list_orders(busy, actor_of(busy, "dadui")) == []


def test_a_mail_leaves_the_queue_only_when_the_server_took_it(
    demo_app: Flask, busy: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(busy, "2026-03-09 12:00")
    mailed = dataclasses.replace(TUESDAY, mail_to=("leader@county.example",))
    row = schedules.order(busy, actor_of(busy, "dadui"), mailed)
    factory = demo_app.extensions["enforcement.sessions"]
    with serving() as server:
        server.answers = ["451 later", "550 never"]
        config = demo_app.extensions["enforcement.config"]
        url = f"smtp://127.0.0.1:{server.port}?from=office@county.example"
        monkeypatch.setitem(demo_app.extensions, "enforcement.config",
                            dataclasses.replace(config, smtp_url=mailing.check(url)))  # fmt: skip
        assert weekly.issue(busy, row, actor_of(busy, "dadui"), date(2026, 3, 2))
        for minute, tries in ((1, 1), (2, 2)):
            set_clock(busy, f"2026-03-09 12:{minute:02}")
            loop.run_due(factory)
            [step] = waiting(busy, "briefing:mail")
            assert (step.tries, len(server.taken)) == (tries, 0)
        set_clock(busy, "2026-03-09 12:20")
        loop.run_due(factory)
        assert waiting(busy, "briefing:mail") == []
        [(to, message)] = server.taken
    assert to == "leader@county.example"
    files = [part.get_filename() for part in message.walk() if part.get_filename()]
    assert files == ["briefing-2026-03-02.pdf", "briefing-2026-03-02.xlsx"]


@pytest.mark.parametrize("url", ["http://x?from=a@b.cn", "smtp://?from=a@b.cn", "smtp://host"])
def test_a_wrong_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"must be|needs"):
        mailing.check(url)


def test_the_page_and_the_calls_order_show_and_end(busy: Session, page: Pages, call: Calls) -> None:
    busy.commit()
    browser = page("dadui")
    said = {"about": "unit:" + actor_of(busy, "dadui").unit_code, "weekday": "1", "hour": "8",
            "people": "dadui，zhihui", "formats": ["html", "pdf"]}  # fmt: skip
    assert browser.post("/briefing/weekly", data=said | {"hour": "x"}).status_code == 422
    assert browser.post("/briefing/weekly", data=said).status_code == 302
    shown = browser.get("/briefing/weekly").text
    assert "周一" in shown
    assert "HTML PDF" in shown
    row = busy.query(BriefingSchedule).one()
    assert weekly.issue(busy, row, actor_of(busy, "dadui"), date(2026, 3, 2))
    busy.commit()
    listed = call("zhihui", "GET", "/briefing/weekly").get_json()
    assert [one["people"] for one in listed["items"]] == [2]
    assert [one["kind"] for one in listed["filed"]] == ["html", "pdf"]
    answer = page("zhihui").get(f"/briefing/filed/{listed['filed'][0]['id']}")
    assert answer.data.startswith(b"<!DOCTYPE")
    assert "每周地图报告" in page("zhihui").get("/notices").text
    made = call("dadui", "POST", "/briefing/weekly",
                json={"weekday": 3, "hour": 7, "people": ["dadui"]}).get_json()  # fmt: skip
    ended = call("dadui", "POST", f"/briefing/weekly/{made['id']}/end").get_json()
    assert ended["ended_at"] is not None
