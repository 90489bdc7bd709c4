"""Approvals during leave: an order lends them for some days, never in one's own case (罚57)."""

from __future__ import annotations

import base64
import io
import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.case import people, timing
from enforcement.case.queries import get, last_entry
from enforcement.delegation import services
from enforcement.delegation.models import ApprovalOrder
from enforcement.document.queries import list_of_case
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.law.delegation import GROUP_OF, NEVER, STATES, Approvals, group_of
from enforcement.law.measures import MEASURES
from enforcement.law.procedure import APPROVE, PROCEDURE
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from enforcement.law.timing import Approval
from enforcement.people.models import Post
from enforcement.todo import queries as todo
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import act, filed_case, person_of

PDF = b"%PDF-1.7 signed"
ALL = tuple(Approvals)


def order(session: Session, **change: Any) -> ApprovalOrder:
    """Return the head's order for 2026-03-03 to 03-10: the brigade leader approves."""
    said: dict[str, Any] = {
        "number": "梨综执办〔2026〕5号", "reason": "外出培训",
        "to_id": actor_of(session, "dadui").person_id, "from_on": date(2026, 3, 3),
        "until_on": date(2026, 3, 10), "approvals": ALL, "paper": PDF,
    }  # fmt: skip
    return services.make(session, actor_of(session, "juzhang"), services.OrderIn(**said | change))


def test_every_approval_has_a_group_or_is_never_lent() -> None:
    approvals = {str(row.event) for row in PROCEDURE if row.by == APPROVE} - {str(E.SEND_BACK)}
    approvals |= {f"measure:{row.event}" for row in MEASURES if row.by == APPROVE}
    assert {name for name in approvals if group_of(name) is None} == NEVER
    assert not NEVER & set(GROUP_OF)
    back = {state for row in PROCEDURE if row.event is E.SEND_BACK for state in row.sources}
    assert {state for state in back if group_of(E.SEND_BACK, state) is None} == set()
    assert {state for states in STATES.values() for state in states} >= back


def test_an_order_lends_an_approval_and_history_and_paper_say_for_whom(county: Session) -> None:
    case = filed_case(county, file=False)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    with pytest.raises(NotPermittedError):
        act(county, "dadui", case, E.APPROVE_FILING, opinion="同意")
    order(county)
    act(county, "dadui", case, E.APPROVE_FILING, opinion="同意立案")
    assert case.state == S.FILED
    entry = last_entry(county, case, E.APPROVE_FILING)
    assert entry is not None
    leader, head = actor_of(county, "dadui").name, actor_of(county, "juzhang").name
    assert entry.by_name == f"{leader}（代{head}）"
    [paper] = [row for row in list_of_case(county, case.county_code, case.id) if row.code == "D02"]
    assert paper.inputs["opinions"][-1]["name"] == entry.by_name
    timing.extend(county, actor_of(county, "dadui"), case.id, Approval.HEAD, "案情复杂")
    extended = last_entry(county, case, E.EXTEND_PERIOD)
    assert extended is not None
    assert extended.by_name == entry.by_name


def test_who_worked_on_the_case_never_approves_it_for_another(county: Session) -> None:
    case = filed_case(county, file=False)
    order(county)
    act(county, "dadui", case, E.ENDORSE, opinion="同意")
    with pytest.raises(NotPermittedError, match="承办或者审核过"):
        act(county, "dadui", case, E.APPROVE_FILING, opinion="同意")
    with pytest.raises(NotPermittedError, match="承办或者审核过"):
        act(county, "dadui", case, E.SEND_BACK, reason="补充")
    act(county, "juzhang", case, E.APPROVE_FILING, opinion="同意")
    with pytest.raises(NotPermittedError, match="承办或者审核过"):
        timing.extend(county, actor_of(county, "dadui"), case.id, Approval.HEAD, "复杂")


def test_an_officer_of_the_case_never_approves_it(county: Session) -> None:
    case = filed_case(county, file=False)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    order(county)
    case.officer_b_id = uuid.UUID(person_of(county, "dadui"))
    county.flush()
    with pytest.raises(NotPermittedError, match="承办人员"):
        act(county, "dadui", case, E.APPROVE_FILING, opinion="同意")


@pytest.mark.parametrize(
    ("change", "on"),
    [
        ({"from_on": date(2026, 3, 4)}, "2026-03-03"),  # not yet
        ({}, "2026-03-11"),  # over
        ({"approvals": (Approvals.CLOSING,)}, "2026-03-03"),  # other approvals
    ],
)
def test_an_order_lends_its_own_days_and_approvals_only(
    county: Session, change: dict[str, Any], on: str
) -> None:
    case = filed_case(county, file=False)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    order(county, **change)
    set_clock(county, f"{on} 09:00")
    for event, said in ((E.APPROVE_FILING, {"opinion": "同意"}), (E.SEND_BACK, {"reason": "x"})):
        with pytest.raises(NotPermittedError):
            act(county, "dadui", case, event, **said)
    assert case.state == S.FILING_REVIEW


def test_the_last_day_counts_and_sending_back_goes_with_the_approval(county: Session) -> None:
    case = filed_case(county, file=False)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    order(county, approvals=(Approvals.FILING,))
    set_clock(county, "2026-03-10 23:59")
    act(county, "dadui", case, E.SEND_BACK, reason="补充证据")
    assert case.state == S.CHECKING


def test_a_transfer_to_the_police_is_never_lent(county: Session) -> None:
    case = filed_case(county)
    order(county)
    act(county, "zhifa1", case, E.PROPOSE_CRIME, crime="妨害公务罪", report="报告")
    with pytest.raises(NotPermittedError):
        act(county, "dadui", case, E.APPROVE_CRIME, opinion="同意")
    assert case.state == S.CRIME_REVIEW


def test_an_order_is_taken_back_by_its_head_only_and_at_once(county: Session) -> None:
    case = filed_case(county, file=False)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    row = order(county)
    head = actor_of(county, "juzhang")
    with pytest.raises(NotPermittedError):
        services.revoke(county, actor_of(county, "dadui"), row.id, "x")
    with pytest.raises(InvalidInputError):
        services.revoke(county, head, row.id, " ")
    with pytest.raises(NotFoundError):
        services.revoke(county, head, uuid.uuid4(), "x")
    services.revoke(county, head, row.id, "提前返岗")
    with pytest.raises(StepNotAllowedError):
        services.revoke(county, head, row.id, "x")
    with pytest.raises(NotPermittedError):
        act(county, "dadui", case, E.APPROVE_FILING, opinion="同意")
    acts = county.scalars(select(AuditLog.act).where(AuditLog.subject == str(row.id))).all()
    assert sorted(acts) == ["delegation:make", "delegation:revoke"]


def test_an_order_ends_with_the_post_of_the_head_who_gave_it(county: Session) -> None:
    case = filed_case(county, file=False)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    row = order(county)
    for post in county.scalars(select(Post).where(Post.person_id == row.for_id)):
        post.valid_to = date(2026, 3, 3)
    county.flush()
    with pytest.raises(NotPermittedError):
        act(county, "dadui", case, E.APPROVE_FILING, opinion="同意")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("number", {"number": " "}), ("reason", {"reason": ""}),
        ("from_on", {"from_on": date(2026, 3, 2)}), ("until_on", {"until_on": date(2026, 3, 2)}),
        ("until_on", {"until_on": date(2027, 3, 5)}), ("approvals", {"approvals": ()}),
        ("paper", {"paper": b""}), ("paper", {"paper": b"words"}),
        ("to_id", {"to_id": uuid.UUID(int=0)}),
    ],
)  # fmt: skip
def test_a_wrong_order_names_the_field_and_is_not_kept(
    county: Session, field: str, change: dict[str, Any]
) -> None:
    set_clock(county, "2026-03-03 09:00")
    with pytest.raises(InvalidInputError) as refused:
        order(county, **change)
    assert refused.value.field == field
    assert county.scalars(select(ApprovalOrder)).all() == []


def test_only_a_head_lends_and_not_to_himself_or_to_an_officer(county: Session) -> None:
    set_clock(county, "2026-03-03 09:00")
    for who in ("juzhang", "zhifa1", "fazhi"):
        with pytest.raises(InvalidInputError) as refused:
            order(county, to_id=actor_of(county, who).person_id)
        assert refused.value.field == "to_id"
    row = order(county)
    said = services.OrderIn("1", "再转", row.for_id, row.from_on, row.until_on, ALL, PDF)
    with pytest.raises(NotPermittedError):  # what was lent cannot be lent on
        services.make(county, actor_of(county, "dadui"), said)


def test_who_stands_in_sees_what_waits_and_the_cases_of_the_whole_organ(county: Session) -> None:
    case = filed_case(county, file=False)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    leader = actor_of(county, "dadui")

    def waits() -> list[str | None]:
        rows = todo.list_page(county, leader, limit=100)
        return [row.stands_for for row in rows if row.subject_id == case.id]

    assert waits() == []
    row = order(county)
    assert waits() == [row.for_name]
    case.unit_code = "01.99.99"
    county.flush()
    assert get(county, leader, case.id) is case
    services.revoke(county, actor_of(county, "juzhang"), row.id, "返岗")
    assert waits() == []
    with pytest.raises(NotFoundError):
        get(county, leader, case.id)


def test_an_order_is_made_and_taken_back_on_the_page_and_by_call(
    county: Session, page: Pages, call: Calls
) -> None:
    case = filed_case(county, file=False)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    browser = page("juzhang")
    form = {"to_id": person_of(county, "dadui"), "from_on": "2026-03-03",
            "until_on": "2026-03-10", "number": "梨综执办〔2026〕6号", "reason": "休假",
            "approvals": ["filing", "penalty"]}  # fmt: skip
    refused = browser.post("/delegations", data=form)
    assert refused.status_code == 422
    made = browser.post("/delegations", data=form | {"paper": (io.BytesIO(PDF), "order.pdf")},
                        content_type="multipart/form-data")  # fmt: skip
    assert made.status_code == 302
    row = county.scalars(select(ApprovalOrder)).one()
    assert row.approvals == ["filing", "penalty"]
    assert "梨综执办〔2026〕6号" in page("dadui").get("/delegations").text
    assert page("dadui").get(f"/delegations/{row.id}/paper").data == PDF
    path = f"/cases/{case.id}/approve-filing"
    assert call("zhifa1", "POST", path, json={"opinion": "同意"}).status_code == 403
    answer = call("dadui", "POST", path, json={"opinion": "同意"})
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["state"] == "filed"
    assert "（代" in page("dadui").get(f"/cases/{case.id}").text
    assert browser.post(f"/delegations/{row.id}/revoke", data={"reason": "返岗"}).status_code == 302
    body = form | {"paper": base64.b64encode(PDF).decode(), "number": "7号"}
    made = call("juzhang", "POST", "/delegations", json=body)
    assert made.status_code == 201, made.text
    wrong = call("juzhang", "POST", "/delegations", json=body | {"paper": "不"})
    assert wrong.status_code == 422
    listed = call("dadui", "GET", "/delegations").get_json()["orders"]
    assert [one["number"] for one in listed] == ["7号", "梨综执办〔2026〕6号"]
    path = f"/delegations/{made.get_json()['id']}/revoke"
    assert call("juzhang", "POST", path, json={"reason": "x"}).get_json()["revoked_because"] == "x"


def test_the_leader_without_an_order_may_nothing_of_the_head(county: Session) -> None:
    case = filed_case(county)
    leader = actor_of(county, "dadui")
    today = date(2026, 3, 3)
    approvals = [row for row in PROCEDURE if row.by == APPROVE]
    assert not any(people.may(county, leader, case, row, today) for row in approvals)
