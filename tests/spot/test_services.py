"""Penalties on the spot (S1-S6) as their officers act, with the hard rules that refuse."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.case.models import Party
from enforcement.document import queries as documents
from enforcement.document.models import NumberCounter
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.law.gates import GATES
from enforcement.law.spot import SPOT, SPOT_GATES, cap_for, step_of
from enforcement.law.spot_terms import SpotEvent as E
from enforcement.law.spot_terms import SpotState as S
from enforcement.law.terms import PartyKind
from enforcement.notices import Notice
from enforcement.people.models import Certificate
from enforcement.power.models import PowerItem
from enforcement.settings import services as settings
from enforcement.spot import acts, queries, services
from enforcement.spot.models import SpotPenalty
from enforcement.worker.loop import run_due
from tests.asking import Pages, actor_of, as_owner, set_clock
from tests.case.making import served_case
from tests.spot.making import ORGANISATION, act, decided, decision

CHILD = {"party_id_number": "110105201301010012"}
SMALL: dict[str, Any] = {"ground": "small", "receipt": "示例0001"}


def rules(refused: pytest.ExceptionInfo[GateClosedError]) -> set[str]:
    return {one["rule"] for one in refused.value.data["gates"]}


def nothing_made(session: Session) -> bool:
    session.expire_all()
    counter = session.query(NumberCounter).filter_by(word="当罚").count()
    return session.query(SpotPenalty).count() == 0 and counter == 0


@pytest.fixture(autouse=True)
def _no_demo(county: Session) -> None:
    """Leave out what the demonstration decided on the spot, and its numbers."""
    with as_owner(county):
        for table in ("spot_entry", "document"):
            county.execute(text(f"alter table {table} disable trigger user"))
        county.execute(text("delete from document where spot_penalty_id is not null"))
        for table in ("spot_entry", "spot_penalty"):
            county.execute(text(f"delete from {table}"))
        for table in ("spot_entry", "document"):
            county.execute(text(f"alter table {table} enable trigger user"))
    county.execute(text("delete from number_counter where word = '当罚'"))


def test_a_small_fine_is_decided_collected_handed_in_reported_and_closed(county: Session) -> None:
    spot = decided(county)
    assert spot.number.endswith("当罚字〔2026〕1号")
    assert spot.payment_due_on == date(2026, 3, 18)
    assert spot.review_until_on == date(2026, 5, 6)  # 05-02 lies in the May holidays
    act(county, spot, E.COLLECT, **SMALL)
    assert (spot.paid_yuan, spot.hand_in_due_on) == (Decimal(50), date(2026, 3, 5))
    with pytest.raises(GateClosedError) as refused:
        act(county, spot, E.CLOSE, reason="已履行")
    assert {one["id"] for one in refused.value.data["gates"]} == {"handed_in", "reported"}
    set_clock(county, "2026-03-04 09:00")
    act(county, spot, E.HAND_IN, "zhifa2", handed_in_on=date(2026, 3, 4), receiver="财务")
    act(county, spot, E.REPORT, receiver="办公室")
    act(county, spot, E.CLOSE, reason="已履行")
    act(county, spot, E.ARCHIVE, pages=4)
    assert (spot.state, spot.closed_on) == (S.ARCHIVED, date(2026, 3, 4))
    assert "party_id_number" not in queries.history(county, spot)[0].detail


def test_numbers_follow_one_another_and_a_refusal_uses_none(county: Session) -> None:
    first = decided(county)
    with pytest.raises(GateClosedError):
        decided(county, place="示例大街13号", amount=Decimal(500))
    second = decided(county, place="示例大街14号")
    assert [one.number[-3:-1] for one in (first, second)] == ["〕1", "〕2"]


@pytest.mark.parametrize(
    ("change", "rule", "article"),
    [
        ({"amount": Decimal("200.01")}, "S3", "五十一"),
        ({"amount": None}, "S3", "五十一"),
        (ORGANISATION | {"amount": Decimal("3000.01")}, "S3", "五十一"),
        ({"certain": False}, "S1", "五十一"),
        ({"told": False}, "R4", "四十四"),
        ({"plea": "accepted"}, "R4", "四十五"),
        ({"kind": "warning", "amount": None}, "R13", "五"),
        (CHILD, "R10", "三十"),
        (ORGANISATION | {"amount": Decimal(20000)}, "R5", "六十三"),
        ({"matter_code": "M26"}, "R23", "二十八"),
    ],
)  # fmt: skip
def test_what_does_not_suit_the_summary_procedure_is_refused_with_its_article(
    county: Session, change: dict[str, Any], rule: str, article: str
) -> None:
    with pytest.raises(GateClosedError) as refused:
        decided(county, **change)
    assert rule in rules(refused)
    assert f"行政处罚法》第{article}条" in str(refused.value)
    assert nothing_made(county)


def test_r1_a_matter_that_was_withdrawn_is_refused(county: Session) -> None:
    item = county.query(PowerItem).filter_by(matter_code="M12").one()
    item.status, item.status_on = "withdrawn", date(2026, 1, 1)
    county.flush()
    with pytest.raises(GateClosedError) as refused:
        decided(county)
    assert "R1" in rules(refused)
    assert nothing_made(county)


def test_r2_two_certified_officers_decide(county: Session) -> None:
    with pytest.raises(InvalidInputError, match="两人"):
        decided(county, officer_b=decision(county)["officer_a"])
    for one in county.query(Certificate).filter_by(person_id=actor_of(county, "zhifa2").person_id):
        one.valid_to = date(2026, 3, 2)
    county.flush()
    with pytest.raises(GateClosedError) as refused:
        decided(county)
    assert rules(refused) == {"R2"}
    assert nothing_made(county)
    with pytest.raises(NotPermittedError):
        services.decide(county, actor_of(county, "zhifa2"), decision(county))


def test_r10_a_child_is_never_punished_and_a_minor_only_warned(county: Session) -> None:
    with pytest.raises(GateClosedError) as refused:
        decided(county, **CHILD)  # 13 years old
    assert "R10" in rules(refused)
    minor = {"party_id_number": "110105201001010010"}  # 16 years old
    with pytest.raises(GateClosedError, match="16周岁"):
        decided(county, **minor)
    warning = {"kind": "warning", "amount": None, "matter_code": "M13"}
    assert decided(county, **minor, **warning).fine_yuan == 0
    with pytest.raises(GateClosedError) as refused:
        decided(county, **CHILD, **warning)
    assert rules(refused) == {"R10"}


def test_r12_the_same_act_is_not_fined_twice(county: Session) -> None:
    first = decided(county)
    with pytest.raises(GateClosedError, match="〕1号") as refused:
        decided(county)
    assert rules(refused) == {"R12"}
    assert decided(county, place="示例大街13号").id != first.id


def test_r12_nor_after_a_case(county: Session) -> None:
    case = served_case(county)
    same = {"act": case.act, "place": case.place}
    party = county.get(Party, (case.county_code, case.party_id))
    assert party is not None
    acted = decision(county)["acted_at"].replace(day=2)
    with pytest.raises(GateClosedError, match=case.number):
        services.decide(county, actor_of(county, "zhifa1"), decision(
            county, **ORGANISATION, **same, acted_at=acted))  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "said", "article"),
    [
        (101, {"ground": "small"}, "六十八"),
        (150, {"ground": "hard"}, "六十八"),
        (150, {"ground": "remote", "ground_reason": "边远"}, "六十九"),
        (150, {"ground": "remote", "asked": True}, "六十九"),
    ],
)
def test_r19_officers_take_no_money_beyond_the_two_articles(
    county: Session, amount: int, said: dict[str, Any], article: str
) -> None:
    spot = decided(county, amount=Decimal(amount))
    with pytest.raises(GateClosedError, match=f"第{article}条") as refused:
        act(county, spot, E.COLLECT, receipt="1", **said)
    assert rules(refused) == {"R19"}
    assert (spot.paid_yuan, spot.collected_on) == (0, None)


def test_r19_within_them_they_do_on_the_same_day_only(county: Session) -> None:
    spot = decided(county, amount=Decimal(150))
    said = {"ground": "remote", "ground_reason": "无银行网点", "asked": True, "receipt": "1"}
    set_clock(county, "2026-03-04 09:00")
    with pytest.raises(GateClosedError) as refused:
        act(county, spot, E.COLLECT, **said)
    assert rules(refused) == {"R19"}
    set_clock(county, "2026-03-03 18:00")
    act(county, spot, E.COLLECT, **said)
    with pytest.raises(GateClosedError):
        act(county, spot, E.COLLECT, **said)
    assert spot.paid_yuan == 150


def test_money_not_handed_in_is_reminded_of(demo_app: Flask, county: Session) -> None:
    spot = decided(county)
    act(county, spot, E.COLLECT, **SMALL)
    for moment in ("2026-03-05 08:31", "2026-03-06 08:31"):
        set_clock(county, moment)
        county.commit()
        run_due(demo_app.extensions["enforcement.sessions"])
    told = county.query(Notice).filter_by(subject_id=spot.id, rule="spot_hand_in").all()
    leader = actor_of(county, "zhongdui").person_id
    assert sum(one.person_id == spot.officer_a_id for one in told) == 2
    assert sum(one.person_id == leader for one in told) == 1
    act(county, spot, E.HAND_IN, handed_in_on=date(2026, 3, 6), receiver="财务")
    assert queries.history(county, spot)[-1].detail["late"] is True


def test_late_payment_costs_a_surcharge_as_in_every_case(county: Session) -> None:
    spot = decided(county, amount=Decimal(200))
    set_clock(county, "2026-03-20 09:00")
    for wrong in ({"amount": Decimal(201)}, {"amount": Decimal(0)},
                  {"paid_on": date(2026, 3, 21)}, {"paid_on": date(2026, 3, 2)}):  # fmt: skip
        with pytest.raises(InvalidInputError):
            act(county, spot, E.PAY, **({"amount": Decimal(200), "receipt": "1",
                                         "paid_on": date(2026, 3, 20)} | wrong))  # fmt: skip
    assert spot.paid_yuan == 0
    act(county, spot, E.PAY, amount=Decimal(200), receipt="1", paid_on=date(2026, 3, 20))
    assert spot.surcharge_yuan == Decimal("12.00")  # two days
    act(county, spot, E.REPORT, receiver="办公室")
    with pytest.raises(GateClosedError, match="加处罚款"):
        act(county, spot, E.CLOSE, reason="已履行")


PAUSED: dict[str, Any] = {"pause_ground": "reconsideration", "paper": "示例复受〔2026〕1号"}


def test_a_remedy_stops_the_surcharge_of_a_penalty_on_the_spot(county: Session) -> None:
    spot = decided(county, amount=Decimal(200))  # to be paid by 2026-03-18
    set_clock(county, "2026-03-20 09:00")
    with pytest.raises(GateClosedError, match="尚未终结"):
        act(county, spot, E.GO_ON, until_on=date(2026, 3, 20))
    for wrong in (date(2026, 3, 2), date(2026, 3, 21)):
        with pytest.raises(InvalidInputError, match="受理日期"):
            act(county, spot, E.PAUSE, from_on=wrong, **PAUSED)
    act(county, spot, E.PAUSE, from_on=date(2026, 3, 20), **PAUSED)
    with pytest.raises(GateClosedError, match="尚未终结"):
        act(county, spot, E.PAUSE, from_on=date(2026, 3, 20), **PAUSED)
    set_clock(county, "2026-05-20 09:00")
    with pytest.raises(InvalidInputError, match="终结日期"):
        act(county, spot, E.GO_ON, until_on=date(2026, 3, 19))
    act(county, spot, E.GO_ON, until_on=date(2026, 5, 18))
    assert queries.surcharge_on(county, spot, date(2026, 5, 20)) == Decimal("18.00")
    with pytest.raises(InvalidInputError, match="重叠"):
        act(county, spot, E.PAUSE, from_on=date(2026, 5, 18), **PAUSED)
    act(county, spot, E.PAY, amount=Decimal(200), receipt="1", paid_on=date(2026, 5, 20))
    assert spot.surcharge_yuan == Decimal("18.00")  # 03-19, 05-19 and 05-20


def test_only_the_two_officers_go_on(county: Session) -> None:
    spot = decided(county)
    with pytest.raises(NotPermittedError):
        act(county, spot, E.REPORT, "zhongdui", receiver="办公室")
    for who in ("juzhang", "fazhi", "fujing"):
        with pytest.raises(NotPermittedError):
            services.decide(county, actor_of(county, who), decision(county))


def test_of_two_people_at_once_the_second_is_told(county: Session) -> None:
    spot = decided(county)
    seen = spot.version
    act(county, spot, E.REPORT, receiver="办公室")
    with pytest.raises(StaleVersionError):
        services.carry_out(county, actor_of(county, "zhifa2"), spot.id, E.COLLECT, SMALL,
                           version=seen)  # fmt: skip
    assert spot.collected_on is None


def test_a_decision_sent_twice_is_made_once(county: Session) -> None:
    set_clock(county, "2026-03-03 09:30")
    said = decision(county)
    made = {services.decide(county, actor_of(county, "zhifa1"), said, key="k").id
            for _n in range(2)}  # fmt: skip
    assert len(made) == 1


def test_history_only_grows(county: Session) -> None:
    decided(county)
    for statement in ("update spot_entry set by_name = 'x'", "delete from spot_entry"):
        with pytest.raises(DBAPIError), county.begin_nested():
            county.execute(text(statement))


@pytest.mark.parametrize(("state", "event"), list(itertools.product(S, acts.FIELDS)), ids=str)
def test_every_act_is_allowed_or_refused_with_its_article(
    county: Session, state: S, event: E
) -> None:
    spot = decided(county)
    spot.state = state
    county.flush()
    if step_of(state, event) is None:
        with pytest.raises(StepNotAllowedError, match="行政处罚法"):
            act(county, spot, event)
    else:
        expected = {E.CLOSE: S.CLOSED, E.ARCHIVE: S.ARCHIVED}.get(event)
        row = step_of(state, event)
        assert row is not None
        assert row.target == expected


def test_the_table_names_known_gates() -> None:
    for row in SPOT:
        assert set(row.gates) <= set(GATES) | set(SPOT_GATES)
        assert row.event in acts.FIELDS or row.event is E.DECIDE


@given(st.dates(date(2021, 7, 15), date(2027, 12, 31)), st.booleans())
def test_caps_are_those_of_article_51(day: date, reading: bool) -> None:
    def cap(kind: PartyKind) -> Decimal:
        return cap_for(kind, day, individual_as_organisation=reading)

    assert (cap(PartyKind.PERSON), cap(PartyKind.ORGANISATION)) == (200, 3000)
    assert cap(PartyKind.INDIVIDUAL_BUSINESS) == (3000 if reading else 200)


def test_the_county_says_how_individual_businesses_count(county: Session) -> None:
    business = ORGANISATION | {"party_kind": "individual_business", "amount": Decimal(500)}
    with pytest.raises(GateClosedError, match="不超过200元"):
        decided(county, **business)
    settings.change(
        county, actor_of(county, "xitong"), "spot_business_as_organisation", 1, "省答复"
    )
    assert decided(county, **business).fine_yuan == 500


def test_the_decision_and_its_report_are_papers_with_bytes_that_never_change(
    county: Session, page: Pages
) -> None:
    spot = decided(county, plea="not_accepted", plea_text="只摆了半天，不影响通行")
    [decision] = documents.list_of_spot(county, spot.county_code, spot.id)
    assert (decision.code, decision.number) == ("D05", spot.number)
    assert (decision.case_id, decision.spot_penalty_id) == (None, spot.id)
    assert decision.inputs["spot"]["plea"] == "只摆了半天，不影响通行；不予采纳"
    assert files.read(spot.county_code, decision.sha256).startswith(b"%PDF")
    act(county, spot, E.COLLECT, **SMALL)
    act(county, spot, E.HAND_IN, handed_in_on=date(2026, 3, 3), receiver="财务")
    act(county, spot, E.REPORT, receiver="办公室")
    papers = documents.list_of_spot(county, spot.county_code, spot.id)
    assert [one.code for one in papers] == ["D05", "D06", "D06"]
    assert papers[1].number != papers[2].number
    assert papers[2].inputs["report"] == {"handed_on": "2026-03-03", "total_yuan": "50.00"}
    officer = page("zhifa1")
    assert "D05" in officer.get(f"/spot/{spot.id}").text
    pdf = officer.get(f"/spot/{spot.id}/documents/{decision.id}.pdf")
    assert (pdf.status_code, pdf.data[:4]) == (200, b"%PDF")
    other = decided(county, place="示例大街14号")
    assert officer.get(f"/spot/{other.id}/documents/{decision.id}.pdf").status_code == 404
    with pytest.raises(DBAPIError, match="document"):
        county.execute(text("update document set number = '1' where code = 'D05'"))
