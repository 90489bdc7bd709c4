"""Pages of the roster: plain forms from the week to an approved swap, and what they refuse."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement.people.models import Person
from enforcement.roster import queries, services
from enforcement.roster.leave import LeaveIn
from enforcement.roster.models import DutyLeave, DutyRequirement, DutyShift, DutySwap, DutyTemplate
from enforcement.roster.pattern import week_span
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.swaps import SwapIn
from enforcement.roster.terms import DutyKind, LeaveKind, LeaveState, SwapState
from tests.asking import Pages, actor_of, set_clock
from tests.roster.making import moment
from tests.web.test_query_counts import MOST, counted

COUNTY, SQUAD = "220322", "01.01.04.02"


@pytest.fixture(autouse=True)
def morning(county: Session) -> None:
    set_clock(county, "2026-03-02 07:00")


def gap_of(county: Session) -> DutyShift:
    """Return the open slot of the story's week."""
    return county.scalars(
        select(DutyShift).where(
            DutyShift.unit_id == actor_of(county, "zhifa1").unit_id,
            DutyShift.person_id.is_(None),
            DutyShift.starts_at > moment("2026-03-02 00:00"),
            DutyShift.starts_at < moment("2026-03-09 00:00"),
        )
    ).one()


def test_the_week_shows_people_and_the_gap_in_words(county: Session, page: Pages) -> None:
    shown = page("dadui").get(f"/roster?unit={SQUAD}&day=2026-03-05").text
    assert "2026-03-02 – 2026-03-08" in shown
    assert "中队值勤缺1人" in shown
    assert actor_of(county, "zhifa1").name in shown
    assert f"/roster/shifts/{gap_of(county).id}?person=" in shown
    assert "增加班次" in shown
    read_only = page("zhifa1").get(f"/roster?unit={SQUAD}&day=2026-03-05").text
    assert "中队值勤缺1人" in read_only
    assert "增加班次" not in read_only


def test_a_holiday_a_worked_saturday_and_leave_are_shown(county: Session, page: Pages) -> None:
    shown = page("dadui").get(f"/roster?unit={SQUAD}&day=2026-02-25").text
    assert shown.count("放假") == 1
    assert shown.count("调休上班") == 1
    officer = actor_of(county, "zhifa1")
    what = LeaveIn(LeaveKind.SICK, moment("2026-03-05 00:00"), moment("2026-03-06 00:00"))
    services.ask_leave(county, officer, what)
    county.commit()
    later = page("dadui").get(f"/roster?unit={SQUAD}&day=2026-03-05").text
    assert "病假" in later
    assert "待审批" in later


def test_one_reads_only_the_rosters_within_reach(county: Session, page: Pages) -> None:
    for username, seen, hidden in (
        ("zhifa1", "第四执法大队", "第一执法大队"),
        ("xiangzhen", "人民政府", "执法大队"),
        ("fujing", "人民政府", "指挥中心"),
    ):
        shown = page(username).get("/roster").text
        assert seen in shown, username
        assert hidden not in shown, username
    assert page("zhifa1").get("/roster?unit=01.01.01").status_code == 404
    assert page("xiangzhen").get(f"/roster?unit={SQUAD}").status_code == 404
    assert page("juzhang").get("/roster?unit=01.02").status_code == 200
    assert page("dadui").get("/roster?unit=01.01.04&day=nonsense").status_code == 200


def test_a_gap_is_filled_from_its_link(county: Session, page: Pages) -> None:
    browser, slot = page("dadui"), gap_of(county)
    shown = browser.get(f"/roster?unit={SQUAD}&day=2026-03-05").text
    link = re.search(rf'href="(/roster/shifts/{slot.id}\?person=([0-9a-f-]+))"', shown)
    assert link is not None
    assert f'selected value="{link[2]}"' in browser.get(link[1]).text
    done = browser.post(
        f"/roster/shifts/{slot.id}", data={"person_id": link[2], "version": slot.version}
    )
    assert done.status_code == 302
    county.refresh(slot)
    assert slot.person_id == uuid.UUID(link[2])
    assert "缺1人" not in browser.get(f"/roster?unit={SQUAD}&day=2026-03-05").text


def test_a_refused_person_is_told_beside_the_field(county: Session, page: Pages) -> None:
    browser, slot = page("dadui"), gap_of(county)
    assistant = actor_of(county, "xieguan").person_id
    refused = browser.post(
        f"/roster/shifts/{slot.id}", data={"person_id": str(assistant), "version": slot.version}
    )
    assert refused.status_code == 422
    assert "没有有效的执法证" in refused.text
    stale = browser.post(
        f"/roster/shifts/{slot.id}",
        data={"person_id": str(actor_of(county, "zhongdui").person_id), "version": "77"},
    )
    assert stale.status_code == 409
    county.refresh(slot)
    assert slot.person_id is None
    assert page("xiangzhen").get(f"/roster/shifts/{slot.id}").status_code == 403


def test_a_shift_is_added_and_cancelled(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    form = browser.get(f"/roster/shifts/new?unit={SQUAD}&from=2026-04-14T09:00&to=2026-04-14T17:00")
    assert 'value="2026-04-14T09:00"' in form.text
    data = {
        "kind": "squad", "starts_at": "2026-04-14T20:00", "ends_at": "2026-04-15T06:00",
        "person_id": str(actor_of(county, "zhifa1").person_id), "key": "one",
    }  # fmt: skip
    for _click in range(2):
        assert browser.post(f"/roster/shifts/new?unit={SQUAD}", data=data).status_code == 302
    [made] = county.scalars(
        select(DutyShift).where(DutyShift.starts_at == moment("2026-04-14 20:00"))
    )
    assert browser.get(f"/roster?unit={SQUAD}&day=2026-04-14").text.count("20:00–次日06:00") >= 1
    wrong = browser.post(
        f"/roster/shifts/new?unit={SQUAD}", data=data | {"ends_at": "2026-04-16T06:00", "key": "x"}
    )
    assert wrong.status_code == 422
    assert "最长24小时" in wrong.text
    assert browser.post(f"/roster/shifts/{made.id}/cancel", data={}).status_code == 422
    gone = browser.post(f"/roster/shifts/{made.id}/cancel", data={"reason": "改期"})
    assert gone.status_code == 302
    county.refresh(made)
    assert made.state == "cancelled"


def test_a_template_is_made_changed_and_published(county: Session, page: Pages) -> None:
    browser, officer = page("zhongdui"), actor_of(county, "zhifa1")
    data = {
        "name": "周末巡查", "cycle_weeks": "2", "anchor_on": "2026-04-13", "weekdays": ["5", "6"],
        "kind": "squad", "start": "20:00", "end": "06:00", "days": "every", "week": "2",
        "person_id": str(officer.person_id),
    }  # fmt: skip
    made = browser.post(f"/roster/template?unit={SQUAD}&new=1", data=data)
    assert made.status_code == 302
    template = county.scalars(select(DutyTemplate).where(DutyTemplate.name == "周末巡查")).one()
    address = f"/roster/template?unit={SQUAD}&template={template.id}"
    shown = browser.get(address).text
    assert "第2周" in shown
    assert "次日06:00" in shown
    change = {
        "name": "周末巡查",
        "cycle_weeks": "2",
        "version": "1",
        "drop-0": "on",
        "person-1": "",
        "kind": "a",
        "days": "every",
    }
    assert browser.post(address, data=change).status_code == 302
    assert browser.post(address, data=change).status_code == 409
    preview = f"/roster/publish?unit={SQUAD}&template_id={template.id}&day=2026-04-16&weeks=2"
    seen = browser.get(preview)
    assert "尚未发布" in seen.text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', seen.text)
    assert digest is not None
    confirm = {
        "template_id": str(template.id), "day": "2026-04-13", "weeks": "2", "digest": digest[1],
    }  # fmt: skip
    published = browser.post(f"/roster/publish?unit={SQUAD}", data=confirm)
    assert published.status_code == 302
    rows = queries.list_shifts(
        county, COUNTY, officer.unit_id, *week_span(moment("2026-04-20 00:00").date())
    )
    assert [(row.shift.starts_at, row.shift.person_id) for row in rows] == [
        (moment("2026-04-26 20:00"), None)
    ]
    stale = browser.post(f"/roster/publish?unit={SQUAD}", data=confirm)
    assert stale.status_code == 409
    assert "重新预览" in stale.text


def test_a_week_without_a_calendar_says_which_year(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    [template] = queries.list_templates(county, COUNTY, actor_of(county, "zhongdui").unit_id)
    answer = browser.get(f"/roster/publish?template_id={template.id}&day=2026-12-30&weeks=1")
    assert answer.status_code == 503
    assert "没有2027年的工作日历" in answer.text
    set_clock(county, "2026-12-30 09:00")
    week = browser.get("/roster?day=2026-12-30").text
    assert "没有2027年的工作日历，该年的办公时间没有检查" in week


@pytest.mark.parametrize(
    "query",
    [
        "day=2026-04-13&weeks=99",
        "day=x&weeks=1",
        "day=2026-01-05&weeks=1",
        "template_id=zz&day=2026-04-13&weeks=1",
    ],
)
def test_a_senseless_publication_is_refused(county: Session, page: Pages, query: str) -> None:
    before = county.scalar(select(func.count()).select_from(DutyShift))
    [template] = queries.list_templates(county, COUNTY, actor_of(county, "zhongdui").unit_id)
    answer = page("zhongdui").get(f"/roster/publish?template_id={template.id}&{query}")
    if query.startswith("template_id"):
        answer = page("zhongdui").get(f"/roster/publish?{query}")
    assert answer.status_code == 422
    assert county.scalar(select(func.count()).select_from(DutyShift)) == before


def test_a_requirement_is_added_and_ended(county: Session, page: Pages) -> None:
    browser = page("xiangzhen")
    data = {"kind": "squad", "pattern": "weekly", "weekdays": ["6"], "start": "18:00",
            "end": "22:00", "at_least": "3", "key": "k"}  # fmt: skip
    for _click in range(2):
        assert browser.post("/roster/requirements", data=data).status_code == 302
    row = county.scalars(select(DutyRequirement).where(DutyRequirement.at_least == 3)).one()
    assert row.hours == [{"weekday": 6, "start": "18:00", "minutes": 240}]
    assert "中队值勤缺3人" in browser.get("/roster").text
    assert browser.post(f"/roster/requirements/{row.id}/end").status_code == 302
    for change in ({"weekdays": []}, {"start": ""}, {"pattern": "always"}, {"at_least": "0"}):
        wrong = browser.post("/roster/requirements", data=data | {"key": "z"} | change)
        refused = change != {"pattern": "always"}
        assert (wrong.status_code == 422) is refused, change


def test_leave_is_asked_on_the_phone_and_approved_with_the_list_of_shifts(
    county: Session, page: Pages
) -> None:
    officer = actor_of(county, "zhifa1")
    data = {"kind": "annual", "starts_at": "2026-03-05T00:00", "ends_at": "2026-03-06T00:00",
            "reason": "<b>家事"}  # fmt: skip
    assert page("zhifa1").post("/roster/leave", data=data).status_code == 302
    row = county.scalars(
        select(DutyLeave).where(DutyLeave.starts_at == moment("2026-03-05 00:00"))
    ).one()
    leader = page("zhongdui")
    shown = leader.get(f"/roster/leave/{row.id}").text
    assert "2026-03-05 周四 08:30–17:00" in shown
    assert "&lt;b&gt;家事" in shown
    refused = leader.post(f"/roster/leave/{row.id}/decide/refuse", data={"note": ""})
    assert refused.status_code == 422
    stale = leader.post(f"/roster/leave/{row.id}/decide/approve", data={"freed": "0"})
    assert stale.status_code == 409
    done = leader.post(
        f"/roster/leave/{row.id}/decide/approve", data={"freed": "1", "version": "1"}
    )
    assert done.status_code == 302
    county.refresh(row)
    assert row.state == LeaveState.APPROVED
    assert "中队值勤缺1人" in leader.get(f"/roster?unit={SQUAD}&day=2026-03-05").text
    assert officer.name not in {
        one.person_name
        for one in queries.list_shifts(
            county, COUNTY, officer.unit_id, moment("2026-03-05 00:00"), moment("2026-03-06 00:00")
        )
    }


def test_leave_in_the_past_without_a_reason_is_refused(county: Session, page: Pages) -> None:
    data = {"kind": "sick", "starts_at": "2026-03-01T00:00", "ends_at": "2026-03-03T00:00"}
    before = county.scalar(select(func.count()).select_from(DutyLeave))
    answer = page("zhifa1").post("/roster/leave", data=data)
    assert answer.status_code == 422
    assert "须写明理由" in answer.text
    assert page("zhifa1").post("/roster/leave", data={}).status_code == 422
    assert county.scalar(select(func.count()).select_from(DutyLeave)) == before


def test_nobody_finds_a_button_to_approve_his_own_leave(county: Session, page: Pages) -> None:
    leader = actor_of(county, "zhongdui")
    what = LeaveIn(LeaveKind.ANNUAL, moment("2026-03-05 00:00"), moment("2026-03-06 00:00"))
    own = services.ask_leave(county, leader, what)
    county.commit()
    browser = page("zhongdui")
    assert "decide/approve" not in browser.get(f"/roster/leave/{own.id}").text
    answer = browser.post(f"/roster/leave/{own.id}/decide/approve", data={})
    assert answer.status_code == 403
    assert browser.post(f"/roster/leave/{own.id}/decide/perhaps", data={}).status_code == 404
    assert browser.post(f"/roster/leave/{own.id}/cancel").status_code == 302


def test_a_swap_goes_from_my_shifts_to_the_approval(county: Session, page: Pages) -> None:
    officer, other = actor_of(county, "zhifa1"), actor_of(county, "zhifa2")
    start = moment("2026-03-14 09:00")
    what = ShiftIn(DutyKind.SQUAD, start, start + timedelta(hours=8), officer.person_id)
    shift = services.add_shift(county, actor_of(county, "dadui"), officer.unit_id, what)
    county.commit()
    browser = page("zhifa1")
    assert f"/roster/shifts/{shift.id}/swap" in browser.get("/roster/mine").text
    form = browser.get(f"/roster/shifts/{shift.id}/swap").text
    assert f'value="person:{other.person_id}"' in form
    assert browser.post(f"/roster/shifts/{shift.id}/swap", data={}).status_code == 422
    data = {"to": f"person:{other.person_id}", "reason": "家事", "key": "k"}
    for _click in range(2):
        assert browser.post(f"/roster/shifts/{shift.id}/swap", data=data).status_code == 302
    swap = county.scalars(select(DutySwap).where(DutySwap.shift_id == shift.id)).one()
    assert page("zhifa2").post(f"/roster/swaps/{swap.id}/answer/agree").status_code == 302
    leader = page("zhongdui")
    assert f"/roster/swaps/{swap.id}/decide/approve" in leader.get("/roster/swaps").text
    assert leader.post(f"/roster/swaps/{swap.id}/decide/approve").status_code == 302
    county.refresh(shift)
    county.refresh(swap)
    assert (shift.person_id, swap.state) == (other.person_id, SwapState.APPROVED)
    assert page("zhifa1").get(f"/roster/shifts/{shift.id}/swap").status_code == 404


def test_a_swap_is_declined_or_taken_back(county: Session, page: Pages) -> None:
    officer, other = actor_of(county, "zhifa1"), actor_of(county, "zhifa2")
    start = moment("2026-03-14 09:00")
    what = ShiftIn(DutyKind.SQUAD, start, start + timedelta(hours=8), officer.person_id)
    shift = services.add_shift(county, actor_of(county, "dadui"), officer.unit_id, what)
    for browser, path, state in (
        ("zhifa2", "answer/decline", SwapState.REFUSED),
        ("zhifa1", "withdraw", SwapState.WITHDRAWN),
    ):
        swap = services.ask_swap(county, officer, shift.id, SwapIn(other.person_id))
        county.commit()
        assert page(browser).post(f"/roster/swaps/{swap.id}/{path}").status_code == 302
        county.refresh(swap)
        assert swap.state == state
    assert page("zhifa2").post(f"/roster/swaps/{swap.id}/answer/x").status_code == 404


def test_who_is_on_duty_is_looked_up_for_a_village(county: Session, page: Pages) -> None:
    village = actor_of(county, "fujing").area_codes[0]
    set_clock(county, "2026-03-02 09:00")
    own = page("fujing").get("/roster/now").text
    assert actor_of(county, "fujing").name in own
    assert "不排班" in own
    night = page("zhihui").get(f"/roster/now?place={village}&at=2026-03-02T03:00").text
    assert night.count("无人值班") == 3
    assert page("xiangzhen").get("/roster/now?place=220322001001").status_code == 404
    assert page("zhihui").get("/roster/now?place=1").status_code == 404


def test_my_shifts_stand_on_the_phones_first_page(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:00")
    home = page("zhifa1").get("/m/").text
    assert "2026-03-02 周一 08:30–17:00" in home
    assert "/roster/mine" in home
    assert "正在值班" in page("zhifa1").get("/roster/mine").text
    assert "今后两周没有您的班次" in page("fujing").get("/roster/mine").text


def test_the_workbook_holds_the_week_as_text(county: Session, page: Pages) -> None:
    officer = actor_of(county, "zhifa1")
    county.execute(
        text("update person set name = '=1+1' where id = :id"), {"id": officer.person_id}
    )
    county.expire_all()
    assert county.get_one(Person, (COUNTY, officer.person_id)).name == "=1+1"
    answer = page("dadui").get(f"/roster/export.xlsx?unit={SQUAD}&day=2026-03-05")
    assert answer.headers["Content-Disposition"].endswith('roster-01.01.04.02-2026-03-02.xlsx"')
    book = load_workbook(BytesIO(answer.data))
    roster, tally = book.worksheets
    cells = [cell for row in roster.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    words = [str(cell.value) for cell in cells if cell.value]
    assert any("=1+1" in word for word in words)
    assert any("中队值勤缺1人" in word for word in words)
    assert roster.max_row == 9
    assert "=1+1" in [tally.cell(row, 1).value for row in range(2, tally.max_row + 1)]
    month = page("dadui").get(f"/roster/export.xlsx?unit={SQUAD}&day=2026-03-05&span=month")
    assert load_workbook(BytesIO(month.data)).worksheets[0].max_row == 33


@pytest.mark.parametrize(
    ("path", "most"),
    [("/roster?unit=01.01&day=2026-03-05", 16), ("/roster/now?place=220322101001", MOST),
     ("/roster/leave", MOST), ("/roster/swaps", MOST), ("/roster/mine", MOST)],
)  # fmt: skip
def test_a_page_needs_few_statements(
    demo_app: Flask, county: Session, page: Pages, path: str, most: int
) -> None:
    browser = page("juzhang")
    with counted(demo_app) as sent:
        assert browser.get(path).status_code == 200
    assert len(sent) <= most, len(sent)


def test_a_week_of_many_shifts_costs_no_more_than_one_of_few(
    demo_app: Flask, county: Session, page: Pages
) -> None:
    browser, counts = page("juzhang"), []
    for unit in (SQUAD, "01.11"):
        with counted(demo_app) as sent:
            browser.get(f"/roster?unit={unit}&day=2026-03-10")
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_pages_are_in_english_throughout(county: Session, page: Pages) -> None:
    browser = page("dadui")
    browser.post("/language", data={"language": "en"})
    paths = (
        "",
        "/template",
        "/leave",
        "/swaps",
        "/mine",
        "/requirements",
        "/publish",
        "/shifts/new",
    )
    for path in paths:
        found = browser.get(f"/roster{path}?unit={SQUAD}&day=2026-03-05")
        assert found.status_code == 200, path
        chinese = re.compile(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', re.DOTALL)
        shown = chinese.sub("", found.text[found.text.index("<main") :])
        body = re.sub(r"<[^>]+>", "", shown)
        assert re.findall(r"[\u4e00-\u9fff]+", body) == [], path
