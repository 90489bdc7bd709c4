"""What stops a case: suspension, end, withdrawal, transfer, recusal, no penalty, archive."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from enforcement.case import timing
from enforcement.case.models import CaseFile
from enforcement.errors import GateClosedError, InvalidInputError, NotPermittedError
from enforcement.errors import StepNotAllowedError as NotAllowed
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from enforcement.people.models import Certificate
from tests.asking import actor_of, set_clock
from tests.case.making import (
    HANDED,
    act,
    at,
    filed_case,
    investigated_case,
    person_of,
    served_case,
    tier_of,
)

STOP = {"ground": "other_ruling", "reason": "等待另案判决"}


def no_penalty(session: Session, ground: str = "slight", **more: Any) -> CaseFile:
    case = investigated_case(session)
    said = {"ground": ground, "reason": "及时改正，没有造成危害后果"}
    return act(session, "zhifa1", case, E.PROPOSE_NO_PENALTY, **said, **more)


def test_a_suspended_case_rests_and_goes_on_where_it_was(county: Session) -> None:
    case = filed_case(county)
    with pytest.raises(InvalidInputError, match="次日"):
        act(county, "juzhang", case, E.SUSPEND, **STOP)
    set_clock(county, "2026-03-10 09:00")
    act(county, "juzhang", case, E.SUSPEND, **STOP)
    assert case.state == S.SUSPENDED
    set_clock(county, "2026-03-20 09:00")
    with pytest.raises(NotAllowed):
        act(county, "zhifa1", case, E.ORDER_CORRECTION, demand="x", until_on=date(2026, 3, 20))
    act(county, "juzhang", case, E.RESUME, reason="另案已判决")
    assert case.state == S.FILED
    clock = timing.clock_of(county, case, date(2026, 3, 20))
    assert clock is not None
    assert clock.raw == date(2026, 6, 11)  # ninety days end on 06-01; ten stood still
    assert clock.stopped_on is None


def test_only_the_head_stops_a_case(county: Session) -> None:
    case = filed_case(county)
    for event in (E.SUSPEND, E.TERMINATE):
        for who in ("zhifa1", "zhongdui", "fazhi"):
            with pytest.raises(NotPermittedError):
                act(county, who, case, event, **STOP)
    act(county, "juzhang", case, E.TERMINATE, **(STOP | {"ground": "party_gone"}))
    assert case.state == S.TERMINATED


def test_a_filing_is_withdrawn_and_archived(county: Session) -> None:
    case = filed_case(county)
    act(county, "juzhang", case, E.WITHDRAW_FILING, reason="没有违法事实")
    act(county, "zhifa1", case, E.ARCHIVE, pages=12, years="10")
    assert case.state == S.ARCHIVED


def test_no_penalty_is_decided_served_and_closed(county: Session) -> None:
    case = no_penalty(county, education="当场教育")
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    act(county, "juzhang", case, E.DECIDE_NO_PENALTY, opinion="同意")
    assert (case.state, case.fine_yuan) == (S.DECIDED, None)
    act(county, "zhifa1", case, E.SERVE, at=at("2026-03-16", 9), **HANDED)
    with pytest.raises(GateClosedError, match="罚款决定"):
        act(county, "zhifa1", case, E.RECORD_PAYMENT, amount=1, receipt="1",
            paid_on=date(2026, 3, 16))  # fmt: skip
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="不予处罚决定已送达")
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    act(county, "juzhang", case, E.APPROVE_CLOSING, opinion="同意")
    assert case.state == S.CLOSED


def test_an_offence_after_a_fine_is_no_first_offence(county: Session) -> None:
    first = served_case(county)
    case = investigated_case(county)
    case.place, first.place = "示例大街13号", "示例大街12号"
    county.flush()
    with pytest.raises(GateClosedError, match="不是初次违法"):
        act(county, "zhifa1", case, E.PROPOSE_NO_PENALTY, ground="first", reason="首违")


def test_one_act_is_not_fined_twice(county: Session) -> None:
    first = served_case(county)
    case = investigated_case(county)
    with pytest.raises(GateClosedError, match=first.number) as refused:
        act(county, "zhifa1", case, E.PROPOSE_PENALTY, amount=Decimal(2000), **tier_of(2000))
    assert refused.value.data["gates"][0]["rule"] == "R12"


def test_a_crime_goes_to_the_police_and_may_come_back(county: Session) -> None:
    case = filed_case(county)
    act(county, "zhifa1", case, E.PROPOSE_CRIME, crime="妨害公务罪", report="报告")
    assert case.state == S.CRIME_REVIEW
    set_clock(county, "2026-03-07 10:00")
    with pytest.raises(GateClosedError, match="三日内"):
        act(county, "juzhang", case, E.APPROVE_CRIME, opinion="同意")
    set_clock(county, "2026-03-06 10:00")
    act(county, "juzhang", case, E.APPROVE_CRIME, opinion="同意")
    sent = {"organ": "县公安局", "receiver": "值班民警", "annexes": "调查报告"}
    act(county, "zhifa1", case, E.SEND_CRIME, sent_at=at("2026-03-06", 10), **sent)
    assert case.state == S.TRANSFERRED
    set_clock(county, "2026-03-10 10:00")
    said = {"answered_on": date(2026, 3, 9), "reason": "没有犯罪事实"}
    act(county, "zhifa1", case, E.POLICE_RETURN, **said)
    assert case.state == S.FILED


def test_a_refused_transfer_goes_back_too(county: Session) -> None:
    case = investigated_case(county)
    act(county, "zhifa1", case, E.PROPOSE_CRIME, crime="妨害公务罪", report="报告")
    act(county, "juzhang", case, E.REFUSE_CRIME, reason="不构成犯罪")
    assert case.state == S.INVESTIGATION_CLOSED


def test_what_was_given_to_another_organ_does_not_come_back_from_the_police(
    county: Session,
) -> None:
    case = filed_case(county)
    act(county, "juzhang", case, E.TRANSFER, organ="县自然资源局", reason="无管辖权")
    with pytest.raises(GateClosedError, match="已移送公安"):
        act(county, "zhifa1", case, E.POLICE_RETURN, answered_on=date(2026, 3, 3), reason="x")


def test_a_recused_officer_loses_the_case_until_he_is_replaced(county: Session) -> None:
    case = filed_case(county)
    second = person_of(county, "zhifa2")
    act(county, "zhifa1", case, E.ASK_RECUSAL, person=second, asked_by="当事人", reason="亲属")
    order = {"demand": "清除货架", "until_on": date(2026, 3, 20)}
    act(county, "zhifa2", case, E.ORDER_CORRECTION, **order)  # goes on until the head decides
    act(county, "juzhang", case, E.DECIDE_RECUSAL, outcome="granted", reason="属实")
    with pytest.raises(NotPermittedError, match="回避"):
        act(county, "zhifa2", case, E.ORDER_CORRECTION, **order)
    with pytest.raises(GateClosedError) as refused:
        act(county, "zhifa1", case, E.ORDER_CORRECTION, **order)
    assert refused.value.data["gates"][0]["rule"] == "R3"
    other = _another_officer(county)
    said = {"officer_a": person_of(county, "zhifa1"), "officer_b": other, "reason": "回避"}
    with pytest.raises(GateClosedError, match="回避"):
        act(county, "zhongdui", case, E.CHANGE_OFFICERS, **(said | {"officer_b": second}))
    act(county, "zhongdui", case, E.CHANGE_OFFICERS, **said)
    act(county, "zhifa1", case, E.ORDER_CORRECTION, **order)


def _another_officer(session: Session) -> str:
    known = [actor_of(session, who).person_id for who in ("zhifa1", "zhifa2")]
    case_unit = actor_of(session, "zhifa1").unit_code
    from enforcement.people.queries import list_certified

    found = list_certified(session, "220322", case_unit, date(2026, 3, 3))
    others = [person for person in found if person.id not in known]
    assert others
    assert session.query(Certificate).filter_by(person_id=others[0].id).count()
    return str(others[0].id)


def test_a_refused_recusal_changes_nothing(county: Session) -> None:
    case = filed_case(county)
    with pytest.raises(GateClosedError, match="回避申请"):
        act(county, "juzhang", case, E.DECIDE_RECUSAL, outcome="granted", reason="x")
    second = person_of(county, "zhifa2")
    act(county, "zhifa1", case, E.ASK_RECUSAL, person=second, asked_by="当事人", reason="亲属")
    act(county, "juzhang", case, E.DECIDE_RECUSAL, outcome="refused", reason="不属实")
    assert case.recused_ids == []


def test_who_is_not_in_the_case_cannot_be_recused(county: Session) -> None:
    case = filed_case(county)
    with pytest.raises(InvalidInputError) as refused:
        act(county, "zhifa1", case, E.ASK_RECUSAL, person=person_of(county, "dadui"),
            asked_by="当事人", reason="x")  # fmt: skip
    assert refused.value.field == "person"


def test_a_refused_filing_leaves_its_reason(county: Session) -> None:
    case = filed_case(county, file=False)
    act(county, "juzhang", case, E.REFUSE_FILING, reason="没有违法事实")
    assert case.state == S.NOT_FILED
