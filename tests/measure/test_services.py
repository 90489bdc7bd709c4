"""Measures of a case as their people act, with the hard rules R2, R14, R15 and R16."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import reading
from enforcement.case import services as cases
from enforcement.case.facts import facts_of as case_facts
from enforcement.case.models import CaseFile
from enforcement.demo.photo import draw_photo
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.law.gates import gate
from enforcement.law.measure_terms import Fate, MeasureKind, MeasureState
from enforcement.law.measure_terms import MeasureEvent as M
from enforcement.law.measures import MEASURES, SYSTEM, due_of, step_of
from enforcement.law.power_terms import Channel
from enforcement.law.terms import CaseEvent as E
from enforcement.measure import acts, queries, services
from enforcement.measure.models import CustodyEntry, Measure, MeasureEntry
from enforcement.notices import Notice
from enforcement.people.models import Certificate
from enforcement.power.models import PowerItem
from enforcement.worker.loop import run_due
from tests.asking import actor_of, set_clock
from tests.case.making import filed_case, person_of
from tests.measure.making import (
    AGREED,
    THINGS,
    act,
    animal_case,
    at_once,
    in_force,
    moment,
    proposed,
    taking,
)

S = MeasureState
GIVEN: dict[str, Any] = {"receiver": "张示例", "condition": "与清单相符"}


def open_measures(session: Session, measure: Measure) -> int:
    """Return how many measures of the same case the gates count as open."""
    case = session.get_one(CaseFile, (measure.county_code, measure.case_id))
    return reading.read(session, case, clock.today(session)).open_measures


def rules(refused: pytest.ExceptionInfo[GateClosedError]) -> set[str]:
    return {one["rule"] for one in refused.value.data["gates"]}


def count(session: Session) -> int:
    return session.query(Measure).filter_by(reason=THINGS["reason"]).count()


def test_a_seizure_goes_from_proposal_to_the_return_of_each_thing(county: Session) -> None:
    measure = in_force(county)
    assert (measure.state, measure.due_on) == (S.IN_FORCE, date(2026, 4, 3))
    assert measure.basis == "《中华人民共和国动物防疫法》第七十六条"
    act(county, "juzhang", measure, M.DISPOSE, items="2", fate="return", reason="与案件无关")
    assert measure.state == S.IN_FORCE
    act(county, "zhifa1", measure, M.HAND_OUT, items="2", at=moment("2026-03-04 10:20"), **GIVEN)
    act(county, "juzhang", measure, M.DISPOSE, fate="hand_over", reason="移送无害化处理")
    assert measure.state == S.RELEASED
    act(county, "zhifa2", measure, M.HAND_OUT, at=moment("2026-03-04 10:25"), **GIVEN)
    assert measure.state == S.ENDED
    assert [one.given_to for one in queries.items(county, measure)] == ["张示例"] * 2
    events = [one.event for one in queries.history(county, measure)]
    assert events == ["propose", "approve", "carry_out", "dispose", "hand_out", "dispose",
                      "hand_out"]  # fmt: skip


def test_r14_evidence_is_preserved_only_after_the_heads_approval(county: Session) -> None:
    case = filed_case(county)
    measure = proposed(county, case, "preserve")
    with pytest.raises(StepNotAllowedError, match="第五十六条"):
        act(county, "zhifa1", measure, M.CARRY_OUT, **taking("2026-03-03 09:00"))
    said = THINGS | taking("2026-03-03 09:00") | {"kind": "preserve", "danger": "x"}
    with pytest.raises(StepNotAllowedError, match="第五十六条"):
        services.make(county, actor_of(county, "zhifa1"), case.id, M.ACT_AT_ONCE, said)
    for who in ("zhifa1", "zhongdui", "fazhi"):
        with pytest.raises(NotPermittedError):
            act(county, who, measure, M.APPROVE, **AGREED)
    assert measure.state == S.PROPOSED
    act(county, "juzhang", measure, M.APPROVE, **AGREED)
    set_clock(county, "2026-03-04 10:00")
    act(county, "zhifa1", measure, M.CARRY_OUT, **taking("2026-03-04 09:30"))
    assert measure.due_on == date(2026, 3, 13)  # seven working days


def test_r15_a_matter_whose_law_grants_no_measure_gets_none(county: Session) -> None:
    case = filed_case(county)  # M12: streets
    for kind in ("seal", "seize"):
        with pytest.raises(GateClosedError, match="没有登记") as refused:
            proposed(county, case, kind)
        assert refused.value.data["gates"][0]["article"] == "《中华人民共和国行政强制法》第十条"
        assert rules(refused) == {"R15"}
    assert count(county) == 0


@pytest.mark.parametrize(
    ("name", "article"),
    [("involved", "二十三"), ("not_living", "二十三"), ("not_sealed", "二十三"), ("milder", "五")],
)
def test_r15_only_involved_things_that_are_no_necessities(
    county: Session, name: str, article: str
) -> None:
    with pytest.raises(GateClosedError, match=f"行政强制法》第{article}条") as refused:
        proposed(county, **{name: False})
    assert [one["id"] for one in refused.value.data["gates"]] == [name]
    assert rules(refused) == {"R15"}
    assert count(county) == 0


def test_r15_an_entrusted_power_brings_no_measure(county: Session) -> None:
    case = animal_case(county)
    item = county.query(PowerItem).filter_by(matter_code="M24").one()
    item.channel, item.valid_to = Channel.ENTRUSTED, date(2027, 1, 1)
    item.published_on = date(2024, 1, 1)
    county.flush()
    with pytest.raises(GateClosedError, match="不得委托") as refused:
        proposed(county, case)
    assert "《中华人民共和国行政强制法》第十七条" in str(refused.value)


def test_r15_what_is_done_at_once_is_reported_and_approved_within_24_hours(
    county: Session,
) -> None:
    measure = at_once(county)
    assert measure.state == S.URGENT
    with pytest.raises(StepNotAllowedError, match="第十九条"):
        act(county, "juzhang", measure, M.CONFIRM, **AGREED)
    set_clock(county, "2026-03-05 09:59")
    act(county, "zhifa1", measure, M.REPORT, reason="情况紧急")
    set_clock(county, "2026-03-05 10:01")
    with pytest.raises(GateClosedError, match="二十四小时"):
        act(county, "juzhang", measure, M.CONFIRM, **AGREED)
    set_clock(county, "2026-03-05 09:59:30")
    act(county, "juzhang", measure, M.CONFIRM, **AGREED)
    assert (measure.state, measure.due_on) == (S.IN_FORCE, date(2026, 4, 3))


def test_r15_a_head_who_does_not_agree_releases_at_once(county: Session) -> None:
    measure = at_once(county)
    act(county, "zhifa1", measure, M.REPORT, reason="情况紧急")
    act(county, "juzhang", measure, M.DISAGREE, reason="不必查扣")
    assert measure.state == S.RELEASED
    assert {one.fate for one in queries.items(county, measure)} == {Fate.RETURN}


def test_r15_nothing_approved_within_24_hours_lapses(demo_app: Flask, county: Session) -> None:
    measure = at_once(county)
    act(county, "zhifa1", measure, M.REPORT, reason="情况紧急")
    set_clock(county, "2026-03-05 10:00")
    work(demo_app, county)
    assert measure.state == S.REPORTED
    set_clock(county, "2026-03-05 10:01")
    work(demo_app, county)
    assert measure.state == S.LAPSED
    assert queries.history(county, measure)[-1].detail["why"] == "not_confirmed"


def test_r2_two_valid_certificates_or_nothing_is_carried_out(county: Session) -> None:
    measure = proposed(county)
    act(county, "juzhang", measure, M.APPROVE, **AGREED)
    held = county.query(Certificate).filter_by(person_id=actor_of(county, "zhifa2").person_id)
    for one in held:
        one.valid_to = date(2026, 3, 2)
    county.flush()
    set_clock(county, "2026-03-04 10:30")
    with pytest.raises(GateClosedError) as refused:
        act(county, "zhifa1", measure, M.CARRY_OUT, **taking("2026-03-04 10:00"))
    assert rules(refused) == {"R2"}
    assert (measure.state, measure.taken_at) == (S.APPROVED, None)


def test_r3_only_the_two_officers_of_the_case_act(county: Session) -> None:
    case = animal_case(county)
    case.recused_ids = [actor_of(county, "zhifa2").person_id]
    county.flush()
    with pytest.raises(GateClosedError) as refused:
        proposed(county, case)
    assert rules(refused) == {"R3"}
    case.officer_a_id = actor_of(county, "zhongdui").person_id
    county.flush()
    with pytest.raises(NotPermittedError, match="承办人员"):
        proposed(county, case)


def work(app: Flask, session: Session) -> None:
    """Let the worker do what is due by the moved clock."""
    session.commit()
    run_due(app.extensions["enforcement.sessions"])
    session.expire_all()


def test_r16_a_seizure_lapses_by_itself_after_its_last_day(
    demo_app: Flask, county: Session
) -> None:
    measure = in_force(county)
    set_clock(county, "2026-04-03 23:59")
    work(demo_app, county)
    assert measure.state == S.IN_FORCE
    reminded = county.query(Notice).filter_by(subject_id=measure.id, rule="measure_due").all()
    assert {one.person_id for one in reminded} >= {
        actor_of(county, who).person_id for who in ("zhifa1", "zhifa2", "zhongdui")
    }
    set_clock(county, "2026-04-04 00:00")
    work(demo_app, county)
    assert measure.state == S.LAPSED
    assert measure.lapsed_at is not None
    assert measure.lapsed_at - moment("2026-04-04 00:00") < timedelta(minutes=1)
    assert {one.fate for one in queries.items(county, measure)} == {Fate.RETURN}
    told = county.query(Notice).filter_by(subject_id=measure.id, rule="measure_lapsed").all()
    assert {one.person_id for one in told} >= {
        actor_of(county, who).person_id
        for who in ("zhifa1", "zhifa2", "zhongdui", "dadui", "juzhang")
    }
    assert {one.does for one in told} == {"ring"}
    last = queries.history(county, measure)[-1]
    assert (last.event, last.by, last.detail["why"]) == ("lapse", None, "limit")
    with pytest.raises(StepNotAllowedError, match="第二十五条"):
        act(county, "juzhang", measure, M.EXTEND, reason="复杂")
    assert open_measures(county, measure) == 1
    set_clock(county, "2026-04-04 09:00")
    act(county, "zhifa1", measure, M.HAND_OUT, at=moment("2026-04-04 08:30"), **GIVEN)
    assert open_measures(county, measure) == 0


def test_r16_a_preservation_not_disposed_of_within_seven_working_days_is_released(
    demo_app: Flask, county: Session
) -> None:
    measure = in_force(county, "preserve", filed_case(county))
    assert measure.due_on == date(2026, 3, 13)
    set_clock(county, "2026-03-13 20:00")
    work(demo_app, county)
    assert measure.state == S.IN_FORCE
    set_clock(county, "2026-03-14 00:01")
    work(demo_app, county)
    assert measure.state == S.LAPSED


def test_r16_nobody_acts_upon_a_limit_that_is_over_even_before_the_worker_comes(
    county: Session,
) -> None:
    measure = in_force(county)
    set_clock(county, "2026-04-04 00:00")
    for event, said in ((M.EXTEND, {"reason": "复杂"}),
                        (M.DISPOSE, {"fate": "return", "reason": "x"})):  # fmt: skip
        with pytest.raises(GateClosedError) as refused:
            act(county, "juzhang", measure, event, **said)
        assert rules(refused) == {"R16"}
    assert (measure.extended, measure.state) == (False, S.IN_FORCE)


def test_m4_a_measure_is_extended_once_by_thirty_days(demo_app: Flask, county: Session) -> None:
    measure = in_force(county)
    set_clock(county, "2026-04-03 10:00")
    act(county, "juzhang", measure, M.EXTEND, reason="案情复杂")
    assert measure.due_on == date(2026, 5, 3)
    with pytest.raises(GateClosedError, match="一次"):
        act(county, "juzhang", measure, M.EXTEND, reason="案情复杂")
    set_clock(county, "2026-04-04 00:01")
    work(demo_app, county)
    assert measure.state == S.IN_FORCE
    set_clock(county, "2026-05-04 00:01")
    work(demo_app, county)
    assert measure.state == S.LAPSED


def test_m4_a_preservation_is_never_extended(county: Session) -> None:
    measure = in_force(county, "preserve", filed_case(county))
    with pytest.raises(StepNotAllowedError, match="第二十五条"):
        act(county, "juzhang", measure, M.EXTEND, reason="案情复杂")


def test_m5_a_testing_period_told_in_writing_does_not_count(county: Session) -> None:
    measure = in_force(county)
    said = {"institute": "示例检测中心", "question": "是否染疫", "paper": "示例检告〔2026〕1号",
            "from_on": date(2026, 3, 5), "to_on": date(2026, 3, 14)}  # fmt: skip
    for change in ({"to_on": date(2026, 3, 4)}, {"from_on": date(2026, 3, 3)},
                   {"from_on": date(2026, 4, 4), "to_on": date(2026, 4, 5)}):  # fmt: skip
        with pytest.raises(InvalidInputError):
            act(county, "zhifa1", measure, M.EXCLUDE, **(said | change))
    assert measure.due_on == date(2026, 4, 3)
    act(county, "zhifa1", measure, M.EXCLUDE, **said)
    assert (measure.due_on, measure.excluded_days) == (date(2026, 4, 13), 10)


@given(st.dates(date(2026, 1, 5), date(2026, 9, 1)), st.booleans(), st.integers(0, 60))
def test_a_measure_never_lasts_longer_than_its_law_and_its_tests(
    day: date, extended: bool, excluded: int
) -> None:
    due = due_of(MeasureKind.SEIZE, day, extended=extended, excluded_days=excluded)
    assert (due.raw - day).days == (60 if extended else 30) + excluded


def test_m6_nothing_is_confiscated_before_a_decision(county: Session) -> None:
    measure = in_force(county)
    for fate in ("confiscate", "destroy"):
        with pytest.raises(GateClosedError, match="第二十七条"):
            act(county, "juzhang", measure, M.DISPOSE, fate=fate, reason="x")
    with pytest.raises(InvalidInputError, match="先行登记保存"):
        act(county, "juzhang", measure, M.DISPOSE, fate="seize", reason="x")
    assert all(one.fate is None for one in queries.items(county, measure))


def test_a_case_with_an_open_measure_is_neither_closed_nor_archived(county: Session) -> None:
    case = animal_case(county)
    measure = in_force(county, case=case)
    facts = case_facts(county, case, date(2026, 3, 4))
    assert facts.open_measures == 1
    assert not gate("measures", facts).open
    cases.carry_out(county, actor_of(county, "juzhang"), case.id, E.WITHDRAW_FILING,
                    {"reason": "没有违法事实"})  # fmt: skip
    archive = (county, actor_of(county, "zhifa1"), case.id, E.ARCHIVE, {"pages": 1, "years": "10"})
    with pytest.raises(GateClosedError, match="没有了结"):
        cases.carry_out(*archive)
    act(county, "juzhang", measure, M.DISPOSE, fate="return", reason="撤销立案")
    with pytest.raises(GateClosedError, match="没有了结"):
        cases.carry_out(*archive)
    act(county, "zhifa1", measure, M.HAND_OUT, at=moment("2026-03-04 10:20"), **GIVEN)
    cases.carry_out(*archive)


def test_custody_grows_and_nobody_changes_it(county: Session, demo_app: Flask) -> None:
    measure = in_force(county)
    said = {"items": "1", "at": moment("2026-03-04 10:15"), "place": "中队物证室",
            "from_name": "李示例", "to_name": "王示例"}  # fmt: skip
    with demo_app.app_context():
        services.carry_out(county, actor_of(county, "zhifa1"), measure.id, M.KEEP, said,
                           photo=draw_photo(1))  # fmt: skip
    (entry, no) = queries.custody(county, measure)[0]
    assert (no, entry.to_name, entry.photo_sha256 is not None) == (1, "王示例", True)
    assert queries.items(county, measure)[0].place == "中队物证室"
    with pytest.raises(InvalidInputError, match="将来"):
        act(county, "zhifa1", measure, M.KEEP, **(said | {"at": moment("2026-03-05 10:00")}))
    with pytest.raises(InvalidInputError, match="编号"):
        act(county, "zhifa1", measure, M.KEEP, **(said | {"items": "3"}))
    assert county.query(CustodyEntry).filter_by(measure_id=measure.id).count() == 1
    for table in ("custody_entry", "measure_entry"):
        for statement in (f"update {table} set by_name = 'x'", f"delete from {table}"):
            with pytest.raises(DBAPIError), county.begin_nested():
                county.execute(text(statement))


@pytest.mark.parametrize("items", ["", "，规格", "名" * 201])
def test_a_list_of_things_that_cannot_be_read_makes_nothing(county: Session, items: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        proposed(county, items=items)
    assert refused.value.field == "items"
    assert count(county) == 0


def test_an_absent_party_needs_a_witness(county: Session) -> None:
    measure = proposed(county)
    act(county, "juzhang", measure, M.APPROVE, **AGREED)
    with pytest.raises(InvalidInputError, match="见证人"):
        act(county, "zhifa1", measure, M.CARRY_OUT, **taking("2026-03-03 09:00", absent=True))
    with pytest.raises(InvalidInputError, match="将来"):
        act(county, "zhifa1", measure, M.CARRY_OUT, **taking("2026-03-04 09:00"))
    assert measure.state == S.APPROVED


def test_of_two_people_at_once_the_second_is_told(county: Session) -> None:
    measure = in_force(county)
    seen = measure.version
    act(county, "juzhang", measure, M.EXTEND, reason="复杂")
    with pytest.raises(StaleVersionError):
        services.carry_out(county, actor_of(county, "juzhang"), measure.id, M.DISPOSE,
                           {"fate": "return", "reason": "x"}, version=seen)  # fmt: skip
    assert all(one.fate is None for one in queries.items(county, measure))


def test_an_act_sent_twice_happens_once(county: Session) -> None:
    case = animal_case(county)
    said = THINGS | {"kind": "seize"}
    made = [services.make(county, actor_of(county, "zhifa1"), case.id, M.PROPOSE, said, key="k")
            for _n in range(2)]  # fmt: skip
    assert made[0].id == made[1].id
    assert count(county) == 1


PAIRS = list(itertools.product(MeasureKind, MeasureState, acts.FIELDS))


@pytest.mark.parametrize("kind", list(MeasureKind), ids=str)
def test_every_act_is_allowed_or_refused_with_its_article(county: Session, kind: str) -> None:
    """Every (state, act) pair: without a row in the table the article stands in the refusal."""
    measure = proposed(county, animal_case(county), kind)
    for _kind, state, event in [pair for pair in PAIRS if pair[0] == kind]:
        measure.state = state
        county.flush()
        row = step_of(MeasureKind(kind), state, event)
        who = "juzhang" if services.permission_of(event) == "case:approve" else "zhifa1"
        if row is None:
            with pytest.raises(StepNotAllowedError, match=r"第.+条") as refused:
                act(county, who, measure, event)
            assert refused.value.data["article"].startswith("《")
        else:
            assert row.target is None or isinstance(row.target, MeasureState)
    assert county.query(MeasureEntry).filter_by(measure_id=measure.id).count() == 1


def test_the_table_leads_where_the_law_says() -> None:
    led = {(row.event, row.target) for row in MEASURES if row.target}
    assert led == {
        (M.PROPOSE, S.PROPOSED), (M.APPROVE, S.APPROVED), (M.REFUSE, S.REFUSED),
        (M.ACT_AT_ONCE, S.URGENT), (M.REPORT, S.REPORTED), (M.CONFIRM, S.IN_FORCE),
        (M.DISAGREE, S.RELEASED), (M.CARRY_OUT, S.IN_FORCE), (M.LAPSE, S.LAPSED),
    }  # fmt: skip
    for row in MEASURES:
        known = row.event in acts.FIELDS or row.event in acts.MAKING
        assert known or row.by == SYSTEM
        assert row.source.zh.endswith("条")


def test_a_stranger_to_the_case_sees_no_measure(county: Session) -> None:
    measure = in_force(county)
    case = cases.queries.get(county, actor_of(county, "juzhang"), measure.case_id)
    case.unit_code = "01.01.99.01"
    case.officer_a_id = case.officer_b_id = None
    county.flush()
    assert person_of(county, "zhifa1")
    listed = queries.list_page(county, actor_of(county, "zhifa1"), limit=100)
    assert measure.id not in {one.measure.id for one in listed}
    with pytest.raises(Exception, match="没有找到该措施"):
        queries.get(county, actor_of(county, "zhifa1"), measure.id)
