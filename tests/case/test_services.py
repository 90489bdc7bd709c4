"""Acts upon cases: who may, in which state, behind which gate, and what is left when refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.case import queries, services
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.document.models import Document, NumberCounter
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState, IncidentState
from enforcement.people.models import Certificate
from tests.asking import actor_of, as_owner, set_clock
from tests.case.making import (
    filed_case,
    filing,
    proposed_case,
    reported,
    served_case,
    to_case,
)


def act(session: Session, who: str, case: CaseFile, event: E, **said: Any) -> CaseFile:
    return services.carry_out(session, actor_of(session, who), case.id, event, said)


def test_an_auxiliary_can_never_work_on_a_case(county: Session) -> None:
    incident = reported(county)
    with pytest.raises(NotPermittedError):
        to_case(county, "fujing", incident)
    case = to_case(county, "zhifa1", incident)
    with pytest.raises(NotPermittedError):
        act(county, "fujing", case, E.CHECK, opinion="属实")


def test_an_auxiliary_never_sees_a_case_but_sees_that_it_was_passed_on(county: Session) -> None:
    incident = reported(county)
    case = to_case(county, "zhifa1", incident)
    with pytest.raises(NotFoundError):
        queries.get(county, actor_of(county, "fujing"), case.id)
    assert incident.state == IncidentState.TO_CASE


def test_an_auxiliary_cannot_be_named_as_an_officer(county: Session) -> None:
    case = to_case(county, "zhifa1", reported(county))
    act(county, "zhifa1", case, E.CHECK, opinion="属实")
    said = filing(county) | {"officer_b": str(actor_of(county, "fujing").person_id)}
    with pytest.raises(GateClosedError, match="没有行政执法证"):
        act(county, "zhifa1", case, E.PROPOSE_FILING, **said)


def test_the_same_officer_twice_is_one_officer(county: Session) -> None:
    case = to_case(county, "zhifa1", reported(county))
    act(county, "zhifa1", case, E.CHECK, opinion="属实")
    said = filing(county) | {"officer_b": str(actor_of(county, "zhifa1").person_id)}
    with pytest.raises(GateClosedError, match="不得少于两人"):
        act(county, "zhifa1", case, E.PROPOSE_FILING, **said)


def test_a_certificate_that_ran_out_yesterday_blocks_the_act(county: Session) -> None:
    case = filed_case(county)
    second = actor_of(county, "zhifa2").person_id
    county.query(Certificate).filter_by(person_id=second).update({"valid_to": date(2026, 3, 3)})
    set_clock(county, "2026-03-04 10:00")
    with pytest.raises(GateClosedError, match="到期") as refused:
        act(county, "zhifa1", case, E.ORDER_CORRECTION, demand="清除", until_on=date(2026, 3, 11))
    assert refused.value.data["gates"][0]["rule"] == "R2"
    with pytest.raises(NotPermittedError, match="到期"):
        act(county, "zhifa2", case, E.ORDER_CORRECTION, demand="清除", until_on=date(2026, 3, 11))


def test_an_officer_may_not_approve_his_own_case(county: Session) -> None:
    case = filed_case(county, file=False)
    head = actor_of(county, "juzhang")
    case.officer_b_id = head.person_id
    with pytest.raises(NotPermittedError, match="自己办理"):
        act(county, "juzhang", case, E.APPROVE_FILING, opinion="同意")


def test_only_the_two_officers_work_on_a_filed_case(county: Session) -> None:
    case = filed_case(county)
    with pytest.raises(NotPermittedError, match="两名承办人员"):
        act(county, "zhongdui", case, E.ORDER_CORRECTION, demand="x", until_on=date(2026, 3, 11))


def test_the_head_may_not_file_before_the_unit_has_endorsed(county: Session) -> None:
    case = filed_case(county, file=False)
    with pytest.raises(GateClosedError, match="承办机构"):
        act(county, "juzhang", case, E.APPROVE_FILING, opinion="同意")
    county.refresh(case)
    assert (case.state, case.filed_on) == (CaseState.FILING_REVIEW, None)


def test_a_refused_act_names_its_article_and_leaves_no_trace(county: Session) -> None:
    case = filed_case(county)
    entries = len(queries.history(county, case.county_code, case.id))
    with pytest.raises(StepNotAllowedError, match="行政处罚法") as refused:
        act(county, "juzhang", case, E.DECIDE, opinion="同意")
    assert "article" in refused.value.data
    assert len(queries.history(county, case.county_code, case.id)) == entries


def test_a_decision_needs_notice_and_statement(county: Session) -> None:
    case = filed_case(county)
    with pytest.raises(StepNotAllowedError):
        act(county, "zhifa1", case, E.PROPOSE_DECISION, amount=1, reason="x")


def test_a_stale_version_is_refused_with_the_current_one(county: Session) -> None:
    case = filed_case(county)
    with pytest.raises(StaleVersionError) as refused:
        services.carry_out(
            county, actor_of(county, "zhifa1"), case.id, E.ORDER_CORRECTION,
            {"demand": "x", "until_on": date(2026, 3, 20)}, version=case.version - 1,
        )  # fmt: skip
    assert refused.value.data["current"]["version"] == case.version


def test_the_same_key_carries_an_act_out_once(county: Session) -> None:
    case = filed_case(county)
    said = {"demand": "清除货架", "until_on": date(2026, 3, 20)}
    officer = actor_of(county, "zhifa1")
    for _ in range(2):
        services.carry_out(county, officer, case.id, E.ORDER_CORRECTION, said, key="click")
    orders = county.query(Document).filter_by(case_id=case.id, code="D09").count()
    assert orders == 1
    with pytest.raises(StepNotAllowedError, match="其他内容"):
        services.carry_out(
            county, officer, case.id, E.ORDER_CORRECTION, said | {"demand": "别的"}, key="click"
        )


def test_sending_back_keeps_every_signed_paper(county: Session) -> None:
    case = filed_case(county, file=False)
    act(county, "juzhang", case, E.SEND_BACK, reason="证据不足，请补充。")
    assert case.state == CaseState.CHECKING
    assert not case.endorsed
    assert county.query(Document).filter_by(case_id=case.id, code="D01").count() == 1


def test_wrong_numbers_of_a_party_are_refused_by_field(county: Session) -> None:
    case = to_case(county, "zhifa1", reported(county))
    act(county, "zhifa1", case, E.CHECK, opinion="属实")
    for name, value in (("party_uscc", "91350100M000100Y44"), ("party_uscc", None)):
        with pytest.raises(InvalidInputError) as refused:
            act(county, "zhifa1", case, E.PROPOSE_FILING, **(filing(county) | {name: value}))
        assert refused.value.field == "party_uscc"
    person = filing(county) | {"party_kind": "person", "party_id_number": "110105194912310021"}
    with pytest.raises(InvalidInputError, match="身份证") as refused:
        act(county, "zhifa1", case, E.PROPOSE_FILING, **person)
    assert refused.value.field == "party_id_number"


def test_identity_numbers_are_encrypted_and_absent_from_history(county: Session) -> None:
    case = to_case(county, "zhifa1", reported(county))
    act(county, "zhifa1", case, E.CHECK, opinion="属实")
    number = "11010519491231002X"
    act(county, "zhifa1", case, E.PROPOSE_FILING,
        **(filing(county) | {"party_kind": "person", "party_id_number": number}))  # fmt: skip
    stored = county.execute(
        text("select string_agg(p::text || e.detail::text, '') from party p, case_entry e")
    ).scalar_one()
    assert number not in stored
    assert "13800000000" not in stored


def test_history_and_papers_cannot_be_changed(county: Session) -> None:
    filed_case(county)
    for statement in (
        "update case_entry set by_name = 'x'", "delete from case_entry",
        "update document set number = 'x'", "delete from document",
        "update incident_entry set by_name = 'x'", "delete from routing_decision",
        "delete from audit_log",
    ):  # fmt: skip
        with (
            pytest.raises(IntegrityError, match="only grows"),
            county.begin_nested(),
            as_owner(county),
        ):
            county.execute(text(statement))


def test_a_failed_paper_gives_its_number_back(county: Session) -> None:
    case = filed_case(county)
    officer = actor_of(county, "zhifa1")
    said = {"demand": "含\x07控制字符", "until_on": date(2026, 3, 20)}

    def given() -> int:
        row = county.query(NumberCounter).filter_by(word="责改", year=2026).first()
        return row.last if row else 0

    before = given()
    with pytest.raises(InvalidInputError), county.begin_nested():
        services.carry_out(county, officer, case.id, E.ORDER_CORRECTION, said)
    assert given() == before
    services.carry_out(county, officer, case.id, E.ORDER_CORRECTION, said | {"demand": "清除货架"})
    [paper] = county.query(Document).filter_by(case_id=case.id, code="D09").all()
    assert paper.number.endswith(f"〔2026〕{before + 1}号")


def test_a_matter_of_the_police_is_refused(county: Session) -> None:
    with pytest.raises(InvalidInputError, match="公安机关"):
        to_case(county, "zhifa1", reported(county), matter_code="X01")


def test_an_incident_becomes_one_case_only(county: Session) -> None:
    incident = reported(county)
    to_case(county, "zhifa1", incident)
    with pytest.raises(StepNotAllowedError):
        to_case(county, "zhifa1", incident)


def test_a_notice_cannot_be_dated_back(county: Session) -> None:
    case = proposed_case(county)
    handed = {"way": "direct", "place": "x", "receiver": "张示例"}
    yesterday = datetime(2026, 3, 17, 14, 30, tzinfo=ZONE)
    with pytest.raises(InvalidInputError, match="今天") as refused:
        act(county, "zhifa1", case, E.NOTIFY, at=yesterday, **handed)
    assert refused.value.field == "at"
    act(county, "zhifa1", case, E.NOTIFY, at=yesterday + timedelta(days=1), **handed)
    assert case.statement_until_on == date(2026, 3, 25)


def test_a_decision_waits_for_the_whole_statement_period(county: Session) -> None:
    case = proposed_case(county)
    at = datetime(2026, 3, 18, 14, 30, tzinfo=ZONE)
    act(county, "zhifa1", case, E.NOTIFY, at=at, way="direct", place="x", receiver="张示例")
    said = {"amount": Decimal(2000), "reason": "情节一般"}
    set_clock(county, "2026-03-25 17:00")
    with pytest.raises(GateClosedError, match="陈述申辩"):
        act(county, "zhifa1", case, E.PROPOSE_DECISION, **said)
    set_clock(county, "2026-03-26 09:00")
    with pytest.raises(GateClosedError, match="不得因陈述申辩加重"):
        act(county, "zhifa1", case, E.PROPOSE_DECISION, **(said | {"amount": Decimal(2001)}))
    act(county, "zhifa1", case, E.PROPOSE_DECISION, **said)
    assert case.state == CaseState.DECISION_REVIEW


def test_late_payment_closes_only_with_its_surcharge(county: Session) -> None:
    case = served_case(county)
    set_clock(county, "2026-04-20 10:00")
    paid = {"receipt": "1", "paid_on": date(2026, 4, 16)}
    early = paid | {"paid_on": date(2026, 3, 1)}
    with pytest.raises(InvalidInputError, match="送达之后"):
        act(county, "zhifa1", case, E.RECORD_PAYMENT, amount=Decimal(2000), **early)
    act(county, "zhifa1", case, E.RECORD_PAYMENT, amount=Decimal(2000), **paid)
    assert case.surcharge_yuan == Decimal(180)
    with pytest.raises(GateClosedError, match="加处罚款180"):
        act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="履行完毕")
    more = paid | {"amount": Decimal(0)}
    with pytest.raises(InvalidInputError, match="不超过180"):
        act(county, "zhifa1", case, E.RECORD_PAYMENT, **(more | {"surcharge": Decimal(181)}))
    act(county, "zhifa1", case, E.RECORD_PAYMENT, **(more | {"surcharge": Decimal(180)}))
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="履行完毕")
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    act(county, "juzhang", case, E.APPROVE_CLOSING, opinion="同意")
    [paper] = county.query(Document).filter_by(case_id=case.id, code="D56").all()
    assert "加处罚款180元，已缴180元" in paper.inputs["closing"]["execution"]


def test_a_fine_is_not_paid_twice(county: Session) -> None:
    case = served_case(county)
    set_clock(county, "2026-04-10 10:00")
    paid = {"receipt": "1", "paid_on": date(2026, 4, 10)}
    act(county, "zhifa1", case, E.RECORD_PAYMENT, amount=Decimal(2000), **paid)
    for amount in (Decimal(1), Decimal(0)):
        with pytest.raises(InvalidInputError, match="缴款数额"):
            act(county, "zhifa1", case, E.RECORD_PAYMENT, amount=amount, **paid)
