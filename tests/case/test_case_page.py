"""The page of a case stands in every state, with its stage and who may act."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from enforcement.law.stages import STAGES, STOPPED
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState
from tests.asking import Pages
from tests.case.making import act, investigated_case, served_case, tier_of


def test_every_state_has_a_stage_or_is_one_in_which_a_case_stops() -> None:
    resting = {CaseState.CRIME_REVIEW, CaseState.CRIME_APPROVED}
    assert set(CaseState) - set(STAGES) <= STOPPED | resting


def test_the_page_of_a_case_opens_in_every_state(county: Session, page: Pages) -> None:
    case = served_case(county)
    browsers = [page(who) for who in ("juzhang", "zhifa1")]
    for state in CaseState:
        case.state, case.stopped_from = state, CaseState.SERVED
        county.commit()
        for browser in browsers:
            answer = browser.get(f"/cases/{case.id}")
            assert answer.status_code == 200, (state, answer.text)
            assert state.zh in answer.text
            assert browser.get("/cases").status_code == 200


def test_who_approves_reads_what_was_proposed_and_may_send_it_back(
    county: Session, page: Pages
) -> None:
    case = investigated_case(county)
    said = {"amount": Decimal(2000), **tier_of(2000), "reason": "主动清理现场"}
    act(county, "zhifa1", case, E.PROPOSE_PENALTY, **said)
    act(county, "zhongdui", case, E.ENDORSE, opinion="事实清楚，同意")
    county.commit()
    shown = page("juzhang").get(f"/cases/{case.id}/approve_proposal").text
    asked = shown.split("报请内容和已有意见")[1]
    for words in ("主动清理现场", "事实清楚，同意"):
        assert words in asked
    assert f'href="/cases/{case.id}/send_back"' in shown
    officer = page("zhifa1").get(f"/cases/{case.id}/approve_proposal").text
    assert f'href="/cases/{case.id}/send_back"' not in officer
