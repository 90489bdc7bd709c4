"""What the papers of acts state: blocks of the case's course, as the acts left them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from enforcement.case.models import CaseFile
from enforcement.document.models import Document
from enforcement.document.queries import list_of_case
from enforcement.errors import MissingFieldsError
from enforcement.law.no_penalty import BASIS, basis_of
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import NoPenaltyGround
from tests.asking import set_clock
from tests.case.making import (
    HANDED,
    act,
    at,
    filed_case,
    investigated_case,
    proposed_case,
    reported,
    served_case,
    to_case,
)


def last(session: Session, case: CaseFile, code: str) -> Document:
    """Return the last paper of a kind."""
    papers = list_of_case(session, case.county_code, case.id)
    return [paper for paper in papers if paper.code == code][-1]


def stated(session: Session, case: CaseFile, code: str, block: str) -> dict[str, Any]:
    """Return a block of the last paper of a kind."""
    found: dict[str, Any] = last(session, case, code).inputs[block]
    return found


def test_a_demand_states_the_fine_and_the_surcharge_up_to_the_day(county: Session) -> None:
    case = served_case(county)
    set_clock(county, "2026-04-16 15:00")
    act(county, "zhifa1", case, E.DEMAND, at=at("2026-04-16", 14), **HANDED)
    debt = stated(county, case, "D45", "debt")
    assert debt["unpaid_yuan"] == "2000.00"
    assert debt["surcharge_yuan"] == "180.00"
    assert debt["total_yuan"] == "2180.00"
    assert debt["counted_on"] == "2026-04-16"


@pytest.mark.parametrize(("yuan", "right"), [(2000, False), (20000, True)])
def test_the_approval_of_a_proposal_tells_of_the_hearing(
    county: Session, yuan: int, right: bool
) -> None:
    case = proposed_case(county, yuan=yuan)
    assert stated(county, case, "D25", "proposal")["hearing_right"] is right


def test_a_notice_with_a_hearing_states_both_periods(county: Session) -> None:
    case = proposed_case(county, yuan=20000)
    act(county, "zhifa1", case, E.NOTIFY, at=at("2026-03-18", 14), **HANDED)
    notice = stated(county, case, "D27", "notice")
    assert (notice["statement_days"], notice["hearing_days"]) == (5, 5)
    assert notice["statement_until_on"] == "2026-03-25"


def test_a_reinspection_names_the_order_it_follows(county: Session) -> None:
    case = filed_case(county)
    order = {"demand": "清除货架", "until_on": date(2026, 3, 20)}
    act(county, "zhifa1", case, E.ORDER_CORRECTION, **order)
    act(county, "zhifa1", case, E.REINSPECT, findings="仍在", result="failed")
    correction = stated(county, case, "D10", "correction")
    assert correction["number"] == last(county, case, "D09").number
    assert correction["until_on"] == "2026-03-20"


def test_no_penalty_cites_the_provision_of_its_ground(county: Session) -> None:
    case = investigated_case(county)
    said = {"ground": "no_fault", "reason": "有证据足以证明没有主观过错"}
    act(county, "zhifa1", case, E.PROPOSE_NO_PENALTY, **said)
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    act(county, "juzhang", case, E.DECIDE_NO_PENALTY, opinion="同意")
    basis = stated(county, case, "D39", "no_penalty")["basis"]
    assert basis == "《中华人民共和国行政处罚法》第三十三条第二款"


def test_every_ground_of_no_penalty_has_its_provision() -> None:
    assert set(BASIS) == set(NoPenaltyGround)
    assert basis_of(NoPenaltyGround.CHILD) == "《中华人民共和国行政处罚法》第三十条"


def test_a_withdrawal_bears_the_heads_opinion_alone(county: Session) -> None:
    case = filed_case(county)
    act(county, "juzhang", case, E.WITHDRAW_FILING, reason="没有违法事实")
    [opinion] = last(county, case, "D57").inputs["opinions"]
    assert (opinion["role"], opinion["opinion"]) == ("head", "没有违法事实")


def test_a_lead_without_a_party_is_given_away(county: Session) -> None:
    case = to_case(county, "zhifa1", reported(county))
    act(county, "juzhang", case, E.TRANSFER, organ="县自然资源局", reason="无管辖权")
    assert "party" not in last(county, case, "D51").inputs
    act(county, "zhifa1", case, E.ARCHIVE, pages=3, years="10")
    assert last(county, case, "D58").pages == 1


def test_an_end_is_numbered_apart_from_a_suspension(county: Session) -> None:
    case = filed_case(county)
    stop = {"ground": "party_gone", "reason": "企业注销"}
    set_clock(county, "2026-03-04 09:00")
    act(county, "juzhang", case, E.SUSPEND, **stop)
    assert "中字" in str(last(county, case, "D55").number)
    act(county, "juzhang", case, E.TERMINATE, **stop)
    assert "终字" in str(last(county, case, "D55").number)


def test_a_plea_that_says_nothing_stops_the_record(county: Session) -> None:
    case = proposed_case(county)
    act(county, "zhifa1", case, E.NOTIFY, at=at("2026-03-18", 14), **HANDED)
    before = len(list_of_case(county, case.county_code, case.id))
    said = {"outcome": "not_accepted", "content": "　", "result": "不采纳"}
    with pytest.raises(MissingFieldsError, match="陈述申辩内容"):
        act(county, "zhifa1", case, E.HEAR_STATEMENT, **said)
    assert len(list_of_case(county, case.county_code, case.id)) == before
    assert case.statement is None


def test_a_correction_states_the_fine_before_and_after(county: Session) -> None:
    case = served_case(county)
    said = {"revision": "changed", "amount": Decimal(500), "reason": "减轻"}
    act(county, "juzhang", case, E.REVISE, **said)
    told = stated(county, case, "D61", "act")
    assert (told["before_yuan"], told["amount"]) == ("2000.00", "500.00")
