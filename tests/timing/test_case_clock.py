"""Excluded time and extensions of a case: who, with what, and what the gates then see (C9, R9)."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.case import queries as cases
from enforcement.case import timing
from enforcement.case.facts import facts_of
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.errors import (
    DomainError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.law.gates import gate
from enforcement.law.terms import CaseEvent
from enforcement.law.timing import Approval, Clock, Excluded
from enforcement.settings import services as settings
from enforcement.timing.models import CaseExclusion, CaseExtension
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import filed_case


def state(session: Session, case: CaseFile) -> tuple[int, int, int, date | None]:
    count = [
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (CaseExclusion, CaseExtension)
    ]
    session.expire(case)
    return case.version, count[0], count[1], case.decision_due_on


def clock(session: Session, case: CaseFile, on: date) -> Clock:
    found = timing.clock_of(session, case, on)
    assert found is not None
    return found


def exclude(
    session: Session,
    case: CaseFile,
    who: str = "zhifa1",
    kind: Excluded = Excluded.TESTING,
    *,
    first_on: date = date(2026, 3, 10),
    reason: str = "送检油烟",
    paper: str = "D13 检测委托书",
    version: int | None = None,
) -> CaseExclusion:
    return timing.exclude(
        session, actor_of(session, who), case.id, kind, reason, paper, first_on, version=version
    )


def extend(
    session: Session,
    case: CaseFile,
    approval: Approval = Approval.HEAD,
    who: str = "juzhang",
    days: int | None = None,
    paper: str | None = None,
) -> CaseExtension:
    return timing.extend(
        session, actor_of(session, who), case.id, approval, "案情复杂", days=days, paper=paper
    )


def test_excluded_time_moves_the_day_that_the_gate_asks_for(county: Session) -> None:
    case = filed_case(county)
    assert case.decision_due_on == date(2026, 6, 1)
    set_clock(county, "2026-03-20 09:00")
    row = exclude(county, case)
    assert case.decision_due_on is None  # the clock stands
    assert clock(county, case, date(2026, 3, 20)).stopped_on == date(2026, 3, 10)
    timing.end(
        county, actor_of(county, "zhifa2"), case.id, row.id, date(2026, 3, 19), "检测报告1号"
    )
    assert case.decision_due_on == date(2026, 6, 11)
    found = clock(county, case, date(2026, 3, 20))
    assert (found.raw, found.due, found.excluded) == (date(2026, 6, 11), date(2026, 6, 11), 10)


@pytest.mark.parametrize(("on", "is_open"), [(date(2026, 6, 11), True), (date(2026, 6, 12), False)])
def test_the_gate_of_ninety_days_honours_excluded_time(
    county: Session, on: date, is_open: bool
) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    row = exclude(county, case)
    timing.end(county, actor_of(county, "zhifa1"), case.id, row.id, date(2026, 3, 19), "报告")
    assert gate("ninety_days", facts_of(county, case, on)).open is is_open


def test_a_day_is_not_excluded_twice_by_spans_that_overlap(county: Session) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    for kind in (Excluded.TESTING, Excluded.APPRAISAL):
        row = exclude(county, case, kind=kind)
        timing.end(county, actor_of(county, "zhifa1"), case.id, row.id, date(2026, 3, 19), "报告")
    assert case.decision_due_on == date(2026, 6, 11)


def test_every_act_is_written_to_the_history_with_reason_and_paper(county: Session) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    row = exclude(county, case)
    timing.end(county, actor_of(county, "zhifa1"), case.id, row.id, date(2026, 3, 19), "报告1号")
    extend(county, case)
    entries = cases.history(county, case.county_code, case.id)[-3:]
    assert [entry.event for entry in entries] == [
        CaseEvent.EXCLUDE_TIME, CaseEvent.END_EXCLUSION, CaseEvent.EXTEND_PERIOD,
    ]  # fmt: skip
    assert entries[0].detail["paper"] == "D13 检测委托书"
    assert entries[0].detail["reason"] == "送检油烟"
    assert entries[1].detail["last_on"] == "2026-03-19"
    assert entries[2].detail["decision_due_on"] == "2026-07-11"
    assert all("第六十条" in entry.article for entry in entries)


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"reason": "  "}, InvalidInputError, "reason"),
        ({"paper": ""}, InvalidInputError, "paper"),
        ({"reason": "长" * 201}, InvalidInputError, "reason"),
        ({"first_on": date(2026, 3, 21)}, InvalidInputError, "first_on"),
        ({"first_on": date(2026, 3, 3)}, InvalidInputError, "first_on"),
        ({"who": "juzhang"}, NotPermittedError, None),
        ({"who": "zhongdui"}, NotPermittedError, None),
        ({"who": "fujing"}, NotPermittedError, None),
        ({"kind": Excluded.SUSPENSION}, NotPermittedError, None),
        ({"version": 1}, StaleVersionError, None),
    ],
)
def test_time_is_never_excluded_without_what_it_needs(
    county: Session, change: dict[str, object], error: type[DomainError], field: str | None
) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    before = state(county, case)
    with pytest.raises(error) as caught:
        exclude(county, case, **change)  # type: ignore[arg-type]
    assert field is None or caught.value.data["field"] == field
    assert state(county, case) == before


def test_what_runs_already_or_has_ended_is_refused(county: Session) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    row = exclude(county, case)
    with pytest.raises(StepNotAllowedError):
        exclude(county, case, first_on=date(2026, 3, 15))
    officer = actor_of(county, "zhifa1")
    with pytest.raises(InvalidInputError):
        timing.end(county, officer, case.id, row.id, date(2026, 3, 9), "报告")
    with pytest.raises(NotFoundError):
        timing.end(county, officer, case.id, uuid.uuid4(), date(2026, 3, 19), "报告")
    timing.end(county, officer, case.id, row.id, date(2026, 3, 19), "报告")
    before = state(county, case)
    with pytest.raises(StepNotAllowedError):
        timing.end(county, officer, case.id, row.id, date(2026, 3, 20), "报告")
    assert state(county, case) == before


def test_time_after_the_period_cannot_be_excluded(county: Session) -> None:
    case = filed_case(county)
    set_clock(county, "2026-06-10 09:00")
    with pytest.raises(InvalidInputError, match="届满"):
        exclude(county, case, first_on=date(2026, 6, 2))
    with pytest.raises(StepNotAllowedError, match="届满"):
        extend(county, case)
    assert state(county, case)[1:] == (0, 0, date(2026, 6, 1))


def test_suspending_is_the_heads(county: Session) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    row = exclude(county, case, "juzhang", Excluded.SUSPENSION, paper="D55 中止决定")
    with pytest.raises(NotPermittedError):
        timing.end(
            county, actor_of(county, "zhifa1"), case.id, row.id, date(2026, 3, 20), "恢复决定"
        )
    timing.end(county, actor_of(county, "juzhang"), case.id, row.id, date(2026, 3, 20), "恢复")
    assert case.decision_due_on == date(2026, 6, 12)


def test_the_period_is_extended_by_the_head_and_once_more_by_discussion(county: Session) -> None:
    case = filed_case(county)
    set_clock(county, "2026-06-01 17:00")  # the last day
    with pytest.raises(StepNotAllowedError, match="须先经负责人批准"):
        extend(county, case, Approval.COLLECTIVE, paper="D36")
    extend(county, case)
    assert case.decision_due_on == date(2026, 7, 1)
    with pytest.raises(StepNotAllowedError, match="延长过一次"):
        extend(county, case)
    with pytest.raises(InvalidInputError, match="文书"):
        extend(county, case, Approval.COLLECTIVE)
    extend(county, case, Approval.COLLECTIVE, days=20, paper="D36 集体讨论记录")
    assert case.decision_due_on == date(2026, 7, 21)
    assert state(county, case)[2] == 2


@pytest.mark.parametrize("who", ["zhifa1", "zhongdui", "dadui", "fazhi"])
def test_only_the_head_extends(county: Session, who: str) -> None:
    case = filed_case(county)
    before = state(county, case)
    with pytest.raises(NotPermittedError):
        extend(county, case, who=who)
    assert state(county, case) == before


@pytest.mark.parametrize("days", [0, -3, 31])
def test_an_extension_keeps_to_the_countys_figure(county: Session, days: int) -> None:
    case = filed_case(county)
    before = state(county, case)
    with pytest.raises(InvalidInputError, match="30"):
        extend(county, case, days=days)
    assert state(county, case) == before
    settings.change(county, actor_of(county, "xitong"), "limit_decision_extension", 15, "本县规定")
    assert extend(county, case).days == 15
    assert case.decision_due_on == date(2026, 6, 16)


def test_a_case_that_is_not_filed_has_no_clock(county: Session) -> None:
    case = filed_case(county, file=False)
    assert timing.clock_of(county, case, date(2026, 3, 3)) is None
    with pytest.raises(StepNotAllowedError):
        extend(county, case)
    assert county.scalar(select(func.count()).select_from(CaseEntry)) is not None
    assert state(county, case)[2] == 0


def test_the_case_page_shows_how_the_day_came_about(county: Session, page: Pages) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    row = exclude(county, case)
    path = f"/cases/{case.id}"
    assert "已停止计算" in page("zhifa1").get(path).text
    timing.end(county, actor_of(county, "zhifa1"), case.id, row.id, date(2026, 3, 19), "报告1号")
    extend(county, case)
    county.commit()
    shown = page("zhifa1").get(path).text
    for part in (
        "2026-07-11", "2026-07-13", "2026-07-10", "扣除检测时间：2026-03-10至2026-03-19。",
        "D13 检测委托书", "送检油烟", "负责人批准",
    ):  # fmt: skip
        assert part in shown, part


def test_the_page_excludes_ends_and_extends(county: Session, page: Pages) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    county.commit()
    path = f"/cases/{case.id}/clock"
    officer, head = page("zhifa1"), page("juzhang")
    said = {"kind": "testing", "first_on": "2026-03-10", "paper": "检测委托书", "reason": "送检"}
    refused = officer.post(f"{path}/exclude", data=said | {"reason": ""})
    assert (refused.status_code, "必填" in refused.text) == (422, True)
    assert officer.post(f"{path}/exclude", data=said).status_code == 302
    row = county.scalars(select(CaseExclusion).where(CaseExclusion.case_id == case.id)).one()
    shown = officer.get(path).text
    assert f"{path}/{row.id}/end" in shown
    assert f"{path}/extend" not in shown
    assert f"{path}/{row.id}/end" not in head.get(path).text
    over = officer.post(f"{path}/{row.id}/end", data={"last_on": "2026-03-19", "paper": "报告"})
    assert over.status_code == 302
    assert (
        head.post(f"{path}/extend", data={"approval": "head", "reason": "复杂"}).status_code == 302
    )
    stale = {"approval": "head", "reason": "复杂", "version": "1"}
    assert head.post(f"{path}/extend", data=stale).status_code == 409
    county.expire_all()
    assert case.decision_due_on == date(2026, 7, 11)


def test_calls_exclude_end_and_extend(county: Session, call: Calls) -> None:
    case = filed_case(county)
    set_clock(county, "2026-03-20 09:00")
    path = f"/cases/{case.id}"
    said = {"kind": "testing", "first_on": "2026-03-10", "paper": "检测委托书", "reason": "送检"}
    made = call("zhifa1", "POST", f"{path}/exclusions", json=said)
    assert (made.status_code, made.json["clock"]["stopped_on"]) == (201, "2026-03-10")
    over = call(
        "zhifa1", "POST", f"{path}/exclusions/{made.json['made']}/end",
        json={"last_on": "2026-03-19", "paper": "报告"},
    )  # fmt: skip
    assert (over.json["clock"]["raw"], over.json["open"]) == ("2026-06-11", [])
    longer = {"approval": "head", "reason": "案情复杂", "days": 10}
    assert call("zhifa1", "POST", f"{path}/extensions", json=longer).status_code == 403
    assert call("juzhang", "POST", f"{path}/extensions", json=longer).status_code == 201
    found = call("fazhi", "GET", f"{path}/clock").json["clock"]
    assert (found["raw"], found["allowed_days"], found["excluded_days"]) == ("2026-06-21", 100, 10)
    assert call("juzhang", "POST", f"{path}/extensions", json=longer).status_code == 409


def test_a_case_of_another_unit_stays_hidden(county: Session, call: Calls) -> None:
    hidden = uuid.uuid4()
    assert call("zhifa1", "GET", f"/cases/{hidden}/clock").status_code == 404
