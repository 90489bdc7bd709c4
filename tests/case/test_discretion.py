"""R13 in a case: the officer sets the amount inside the tier; outside is blocked; 同案同罚."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from enforcement.case import discretion, queries
from enforcement.case.facts import facts_of
from enforcement.document.models import Document
from enforcement.errors import GateClosedError, InvalidInputError
from enforcement.law.discretion_terms import Tier
from enforcement.law.gates_review import review_reasons
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState, PartyKind
from tests.asking import Calls, Pages
from tests.case.making import act, investigated_case, served_case, tier_of
from tests.discretion.making import OTHER, ROW, put


def test_r13_an_amount_outside_its_tier_is_blocked_and_leaves_nothing(county: Session) -> None:
    case = investigated_case(county)
    with pytest.raises(
        GateClosedError, match=r"“一般”阶次（默认）内：6,000元至14,000元"
    ) as refused:
        act(county, "zhifa1", case, E.PROPOSE_PENALTY, amount=Decimal(2000), reason="情节一般")
    assert refused.value.data["gates"][0]["rule"] == "R13"
    county.refresh(case)
    assert (case.state, case.tier, case.proposed_yuan) == (
        CaseState.INVESTIGATION_CLOSED, None, None)  # fmt: skip
    act(county, "zhifa1", case, E.PROPOSE_PENALTY, amount=Decimal(6000), reason="情节一般")
    assert case.tier == Tier.ORDINARY


def test_r13_the_countys_benchmark_goes_before_the_default(county: Session) -> None:
    put(county, ROW, OTHER)
    case = investigated_case(county)
    said: dict[str, Any] = {"reason": "面积小", "area_m2": Decimal("9.5")}
    with pytest.raises(GateClosedError, match="“从轻”阶次内：0元至1,000元"):
        act(county, "zhifa1", case, E.PROPOSE_PENALTY, amount=Decimal(1001), **said)
    act(county, "zhifa1", case, E.PROPOSE_PENALTY, amount=Decimal(1000), **said)
    entry = queries.last_entry(county, case, E.PROPOSE_PENALTY)
    assert entry is not None
    assert entry.detail["discretion"].endswith("罚款幅度为0.00元以上1,000.00元以下")


def test_r13_the_decision_keeps_the_circumstances_of_the_proposal(county: Session) -> None:
    case = served_case(county)
    entry = queries.last_entry(county, case, E.PROPOSE_DECISION)
    assert entry is not None
    assert (entry.detail["mitigation"], entry.detail["tier"]) == ("eliminated", "lighter")
    [paper] = county.query(Document).filter_by(case_id=case.id, code="D38").all()
    reason = paper.inputs["penalty"]["reason"]
    assert reason.startswith(
        "情节一般。主动消除或者减轻危害后果（《中华人民共和国行政处罚法》第三十二条）"
    )
    assert "属于从轻阶次" in reason


def test_r13_no_penalty_is_proposed_where_the_law_forbids_one(county: Session) -> None:
    case = investigated_case(county)
    slight = {"slight": True, "corrected": True, "harm": "none", "reason": "轻微"}
    with pytest.raises(GateClosedError, match="不予处罚"):
        act(county, "zhifa1", case, E.PROPOSE_PENALTY, amount=Decimal(7000), **slight)


def test_r13_a_minors_age_is_no_ground_for_a_company(county: Session) -> None:
    case = investigated_case(county)
    with pytest.raises(InvalidInputError) as refused:
        act(county, "zhifa1", case, E.PROPOSE_PENALTY, amount=Decimal(10), reason="x",
            mitigation="minor")  # fmt: skip
    assert refused.value.field == "mitigation"


def test_r13_a_share_of_a_base_needs_the_base_and_its_paper(county: Session) -> None:
    case = investigated_case(county)
    case.matter_code = "M15"
    said: dict[str, Any] = {"reason": "可以改正", "amount": Decimal(15_000)}
    with pytest.raises(InvalidInputError) as refused:
        act(county, "zhifa1", case, E.PROPOSE_PENALTY, **said, base_yuan=Decimal(200_000))
    assert refused.value.field == "base_paper"
    with pytest.raises(GateClosedError, match="建设工程造价"):
        act(county, "zhifa1", case, E.PROPOSE_PENALTY, **said, base_paper="造价鉴定意见")


def test_r7_a_mitigated_penalty_asks_for_a_legal_review(county: Session) -> None:
    case = investigated_case(county)
    case.matter_code = "M24"
    told = {"mitigation": "coerced", "mitigate": True}
    facts = facts_of(county, case, case.acted_on, told)
    assert facts.discretion is not None
    assert facts.discretion.tier is Tier.MITIGATED
    assert "减轻处罚" in review_reasons(facts)
    plain = facts_of(county, case, case.acted_on)
    assert "减轻处罚" not in review_reasons(plain)


def test_an_amount_that_strays_from_similar_decisions_is_marked(county: Session) -> None:
    first = served_case(county)
    case = investigated_case(county)
    case.place = "示例大街99号"
    county.flush()
    found = discretion.compare(county, case, PartyKind.ORGANISATION, Tier.LIGHTER)
    assert first.number in [one.number for one in found.cases]
    assert found.median_yuan == Decimal(2000)
    assert found.strays(Decimal(3001))
    assert not found.strays(Decimal(3000))
    act(county, "zhifa1", case, E.PROPOSE_PENALTY, amount=Decimal(5000), **tier_of(5000))
    entry = queries.last_entry(county, case, E.PROPOSE_PENALTY)
    assert entry is not None
    assert entry.detail["strays_from"] == "2000.00"
    assert not discretion.compare(county, case, PartyKind.PERSON, Tier.LIGHTER).cases


def test_the_form_computes_the_tier_before_anything_is_sent(county: Session, page: Pages) -> None:
    served_case(county)
    case = investigated_case(county)
    case.place = "示例大街99号"
    county.commit()
    browser, path = page("zhifa1"), f"/cases/{case.id}/propose_penalty"
    shown = browser.get(path)
    assert "6,000.00—14,000.00" in shown.text
    computed = browser.post(path, data={"compute": "yes", "mitigation": "confessed"})
    assert computed.status_code == 200
    assert "0.00—6,000.00" in computed.text
    county.refresh(case)
    assert case.state == CaseState.INVESTIGATION_CLOSED
    sent = browser.post(path, data={"amount": "5000", "reason": "供述", "mitigation": "confessed"})
    assert sent.status_code == 302
    assert "偏离" in browser.get(f"/cases/{case.id}").text


def test_the_api_weighs_without_changing_anything(county: Session, call: Calls) -> None:
    case = investigated_case(county)
    answer = call("zhifa1", "POST", f"/cases/{case.id}/discretion", json={"emergency": True})
    assert answer.get_json()["range_yuan"] == ["14000.00", "20000.00"]
    assert answer.get_json()["default"] is True
    county.refresh(case)
    assert (case.tier, case.proposed_yuan) == (None, None)
