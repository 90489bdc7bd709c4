"""The page of a case stands in every state, with its stage and who may act."""

from __future__ import annotations

from sqlalchemy.orm import Session

from enforcement.law.stages import STAGES, STOPPED
from enforcement.law.terms import CaseState
from tests.asking import Pages
from tests.case.making import served_case


def test_every_state_has_a_stage_or_is_one_in_which_a_case_stops() -> None:
    resting = {CaseState.CRIME_REVIEW, CaseState.CRIME_APPROVED}
    assert set(CaseState) - set(STAGES) <= STOPPED | resting


def test_the_page_of_a_case_opens_in_every_state(county: Session, page: Pages) -> None:
    case = served_case(county)
    for state in CaseState:
        case.state, case.stopped_from = state, CaseState.SERVED
        county.commit()
        for who in ("juzhang", "zhifa1"):
            answer = page(who).get(f"/cases/{case.id}")
            assert answer.status_code == 200, (state, answer.text)
            assert state.zh in answer.text
            assert page(who).get("/cases").status_code == 200
