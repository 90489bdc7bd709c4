"""Service of papers: each way is proved, counts from its day, and starts the clocks (民诉87-95)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.case.models import CaseFile
from enforcement.document.models import Document
from enforcement.errors import GateClosedError, InvalidInputError
from enforcement.law.service_ways import RULES
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from enforcement.law.terms import ServiceWay
from enforcement.party import services as parties
from tests.asking import actor_of, set_clock
from tests.case.making import HANDED, act, at, proposed_case

NOTICE: dict[str, Any] = {
    "notice_reason": "当事人下落不明", "attempts": "3月27日到住所送达，店铺已关闭，电话停机。",
    "collect_at": "县综合行政执法局法制科",
}  # fmt: skip


def decided_case(session: Session) -> CaseFile:
    """Return a case decided on 2026-03-27; it is 16:00 of that day."""
    case = proposed_case(session)
    act(session, "zhifa1", case, E.NOTIFY, at=at("2026-03-18", 14), **HANDED)
    act(session, "zhifa1", case, E.HEAR_STATEMENT, outcome="waived")
    act(session, "zhifa1", case, E.PROPOSE_DECISION, amount=2000, reason="情节一般")
    act(session, "zhongdui", case, E.ENDORSE, opinion="同意")
    set_clock(session, "2026-03-27 09:00")
    act(session, "juzhang", case, E.DECIDE, opinion="同意")
    set_clock(session, "2026-03-27 16:00")
    return case


def serve(session: Session, case: CaseFile, **said: Any) -> CaseFile:
    whole = {"at": at("2026-03-27", 15), **HANDED} | said
    with session.begin_nested():
        return act(session, "zhifa1", case, E.SERVE, **whole)


def last(session: Session, case: CaseFile) -> Document:
    query = select(Document).where(Document.case_id == case.id)
    return session.scalars(query.order_by(Document.issued_at.desc(), Document.id.desc())).first()


def test_every_way_names_its_article() -> None:
    assert set(RULES) == set(ServiceWay)
    assert all(str(rule.article).startswith(("民诉", "罚")) for rule in RULES.values())


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"receiver": "李示例"}, "relation"),
    ({"way": "left"}, "refusal_reason"),
    ({"way": "left", "refusal_reason": "拒签"}, "witness"),
    ({"way": "post"}, "mail_no"),
    ({"way": "post", "mail_no": "EMS1", "receiver": "门卫"}, "relation"),
    ({"way": "electronic"}, "way"),
    ({"way": "entrusted"}, "entrusted_to"),
    ({"way": "notice"}, "notice_reason"),
    ({"way": "notice", "notice_reason": "下落不明"}, "attempts"),
    ({"way": "notice", **NOTICE, "collect_at": ""}, "collect_at"),
)


def test_a_way_without_its_proof_is_refused_by_the_field_and_changes_nothing(
    county: Session,
) -> None:
    case = decided_case(county)
    for said, field in REFUSED:
        with pytest.raises(InvalidInputError, match=r"民诉|罚61") as refused:
            serve(county, case, **said)
        assert refused.value.field == field, said
        county.refresh(case)
        assert (case.state, case.served_on) == (S.DECIDED, None)


PROVED: tuple[dict[str, Any], ...] = (
    {"receiver": "李示例", "relation": "同住成年家属（配偶）"},
    {"way": "left", "refusal_reason": "拒签", "witness": "王示例（社区主任）"},
    {"way": "left", "refusal_reason": "拒签", "photos": 3},
    {"way": "post", "mail_no": "EMS1234567890"},
    {"way": "entrusted", "entrusted_to": "乐安县综合行政执法局"},
)


def test_a_proved_way_starts_the_clocks_from_its_day(county: Session) -> None:
    case = decided_case(county)
    for said in PROVED:
        outer = county.begin_nested()
        serve(county, case, **said)
        assert (case.state, case.served_on) == (S.SERVED, date(2026, 3, 27))
        assert case.payment_due_on == date(2026, 4, 13)
        paper = last(county, case)
        assert paper.code == "D41"
        assert paper.inputs["service"]["way"] == ServiceWay(said.get("way", "direct")).zh
        outer.rollback()
        county.refresh(case)


def test_electronic_service_needs_the_newest_consent_to_be_given_by_then(county: Session) -> None:
    case = decided_case(county)
    officer = actor_of(county, "zhifa1")

    def declare(agreed: bool, signed_on: date) -> None:
        address = "a@example.org" if agreed else None
        parties.consent(
            county, officer, case.party_id, agreed=agreed, address=address, signed_on=signed_on,
            paper="D42",
        )  # fmt: skip

    declare(agreed=True, signed_on=date(2026, 3, 4))
    outer = county.begin_nested()
    assert serve(county, case, way="electronic").served_on == date(2026, 3, 27)
    outer.rollback()
    declare(agreed=False, signed_on=date(2026, 3, 20))
    with pytest.raises(InvalidInputError, match="电子送达确认书"):
        serve(county, case, way="electronic")


def test_a_public_notice_counts_after_thirty_days_or_when_the_paper_is_fetched(
    county: Session,
) -> None:
    case = decided_case(county)
    serve(county, case, way="notice", **NOTICE)
    assert (case.state, case.served_on) == (S.SERVED, date(2026, 4, 26))
    assert case.payment_due_on == date(2026, 5, 11)
    paper = last(county, case)
    assert (paper.code, paper.inputs["service"]["days"]) == ("D70", 30)
    assert paper.number is not None
    outer = county.begin_nested()
    set_clock(county, "2026-04-10 10:00")
    serve(county, case, at=at("2026-04-10", 9))
    assert (case.state, case.served_on) == (S.SERVED, date(2026, 4, 10))
    assert last(county, case).code == "D41"
    with pytest.raises(GateClosedError, match="已送达的不再送达"):
        serve(county, case, at=at("2026-04-10", 9))
    outer.rollback()
    set_clock(county, "2026-04-27 10:00")
    with pytest.raises(GateClosedError, match="已送达的不再送达"):
        serve(county, case, at=at("2026-04-27", 9))


def test_a_notice_of_the_proposal_by_public_notice_leaves_the_whole_time_to_plead(
    county: Session,
) -> None:
    case = proposed_case(county)
    said = {"at": at("2026-03-18", 14), **HANDED, "way": "notice", **NOTICE}
    act(county, "zhifa1", case, E.NOTIFY, **said)
    assert case.statement_until_on == date(2026, 4, 24)  # five working days after 2026-04-17
    papers = county.scalars(select(Document.code).where(Document.case_id == case.id)).all()
    assert {"D26", "D70"} <= set(papers)
    assert "D41" not in papers
    set_clock(county, "2026-04-20 10:00")
    with pytest.raises(GateClosedError):
        act(county, "zhifa1", case, E.PROPOSE_DECISION, amount=2000, reason="情节一般")
