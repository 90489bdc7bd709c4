"""Certificates: who may hold one, what a day, an organ and a place say of it, and its history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.law import staff
from enforcement.law.terms import CertificateStatus, Employment, Role, UnitKind
from enforcement.people import alarms, history, queries, services
from enforcement.people.alarms import Days, Level, level_of
from enforcement.people.certificate_queries import valid_on
from enforcement.people.models import Certificate, CertificateEntry, Person
from enforcement.people.services import Facts
from tests.asking import actor_of, set_clock
from tests.case.making import filed_case
from tests.people.making import COUNTY, DAY, give, person, squad, state, unit

S = CertificateStatus
UNTIL = date(2027, 12, 31)


def issued(county: Session, who: Person | None = None, **change: object) -> Certificate:
    said = {
        "number": "0799000001", "organ_id": unit(county, "01.01").id,
        "valid_from": date(2026, 1, 1), "valid_to": UNTIL,
    } | change  # fmt: skip
    who = who or person(county)
    return services.issue_certificate(county, actor_of(county, "xitong"), who.id, **said)  # type: ignore[arg-type]


def set_status(county: Session, row: Certificate, status: S, on: date) -> Certificate:
    return services.set_certificate_status(
        county, actor_of(county, "xitong"), row.id, status, on=on, reason="年度考核"
    )


def problem(county: Session, row: Certificate, on: date, **more: object) -> str | None:
    return queries.certificate_problem(county, COUNTY, row.person_id, on, **more)[1]  # type: ignore[arg-type]


@pytest.mark.parametrize("employment", list(Employment))
def test_only_civil_servants_and_institution_staff_may_hold_one(
    county: Session, employment: Employment
) -> None:
    who = person(county, employment=employment)
    if employment in (Employment.CIVIL_SERVANT, Employment.INSTITUTION):
        assert issued(county, who).status == S.VALID
        return
    before = state(county)
    with pytest.raises(InvalidInputError, match="不得持有行政执法证") as refused:
        issued(county, who)
    assert "《" in refused.value.data["article"]
    assert state(county) == before


def test_contract_temporary_and_welfare_staff_are_barred_by_the_provinces_rule() -> None:
    for kind in (Employment.CONTRACT, Employment.TEMPORARY, Employment.PUBLIC_WELFARE):
        bar = staff.barred(set(), kind)
        assert bar is not None
        assert "吉林省行政执法证件管理办法" in bar.source


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.AUXILIARY])
def test_assistants_and_auxiliaries_never_hold_one_whichever_comes_first(
    county: Session, role: Role
) -> None:
    assert staff.barred({Role.OFFICER, role}, Employment.CIVIL_SERVANT) is not None
    who = person(county)
    give(county, who, unit(county, "01.01.01.01"), Role.ASSISTANT)
    with pytest.raises(InvalidInputError, match="不得持有"):
        issued(county, who)
    other = person(county, 5001)
    issued(county, other)
    with pytest.raises(InvalidInputError, match="请先注销其证件0799000001"):
        give(county, other, unit(county, "01.01.01.01"), Role.ASSISTANT)
    with pytest.raises(InvalidInputError, match="请先注销其证件0799000001"):
        services.change_person(
            county, actor_of(county, "xitong"), other.id, Facts("试验人", Employment.CONTRACT)
        )


def test_a_person_whose_employment_is_not_entered_gets_none(county: Session) -> None:
    with pytest.raises(InvalidInputError, match="用工性质"):
        issued(county, person(county, employment=None))


def test_a_certificate_that_does_not_fit_is_refused(county: Session) -> None:
    issued(county)
    who = person(county, 5002)
    before = state(county)
    wrong: tuple[tuple[dict[str, object], str], ...] = (
        ({"number": "0799000001"}, "已登记"),
        ({"number": " "}, "证号"),
        ({"number": "2", "valid_to": date(2025, 12, 31)}, "早于"),
        ({"number": "2", "organ_id": unit(county, "01.01.01").id}, "应当是"),
        ({"number": "2", "valid_from": date(2020, 1, 1)}, "不存在"),
        ({"number": "2", "area_code": "361025"}, "没有代码"),
    )
    for change, words in wrong:
        with pytest.raises(InvalidInputError, match=words):
            issued(county, who, **change)
    assert state(county) == before


def test_a_suspension_blocks_from_its_day_and_not_before(county: Session) -> None:
    row = issued(county)
    set_status(county, row, S.SUSPENDED, DAY)
    assert problem(county, row, date(2026, 3, 1)) is None
    assert "暂扣" in (problem(county, row, DAY) or "")
    set_status(county, row, S.VALID, date(2026, 4, 1))
    days = {date(2026, 3, 1): True, DAY: False, date(2026, 3, 31): False, date(2026, 4, 1): True}
    assert {day: problem(county, row, day) is None for day in days} == days
    set_status(county, row, S.REVOKED, date(2026, 6, 1))
    assert problem(county, row, date(2026, 5, 31)) is None
    assert "吊销" in (problem(county, row, date(2026, 6, 1)) or "")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(-5, 70))
def test_page_and_list_agree_with_the_history_on_every_day(
    county: Session, gaps: list[int], asked: int
) -> None:
    """The SQL that lists and the code that asks give what the acts say, day by day."""
    with county.begin_nested() as point:  # each example undoes itself
        row = issued(county)
        day, expected = row.valid_from, [(row.valid_from, S.VALID)]
        for n, gap in enumerate(gaps):
            day += timedelta(days=gap)
            expected.append((day, S.SUSPENDED if n % 2 == 0 else S.VALID))
            set_status(county, row, expected[-1][1], day)
        on = row.valid_from + timedelta(days=asked)
        past = [status for since, status in expected if since <= on]
        valid = bool(past) and past[-1] is S.VALID
        assert (problem(county, row, on) is None) == valid
        query = county.query(Certificate.id).filter(Certificate.id == row.id, valid_on(on))
        assert (query.count() == 1) == valid
        point.rollback()


def test_organ_and_area_are_asked_where_they_are_given(county: Session) -> None:
    row = issued(county, area_code="220322101", area="梨树镇")
    bureau = row.organ_unit_id
    assert problem(county, row, DAY, organ_id=bureau) is None
    assert "不是本机关" in (problem(county, row, DAY, organ_id=unit(county, "01.15").id) or "")
    assert problem(county, row, DAY, area_code="220322101") is None
    assert problem(county, row, DAY, area_code="220322101200") is None
    assert "梨树镇" in (problem(county, row, DAY, area_code="220322102") or "")
    assert "梨树镇" in (problem(county, row, DAY, area_code=COUNTY) or "")


def test_one_valid_certificate_among_several_is_enough(county: Session) -> None:
    old = issued(county, valid_to=date(2026, 2, 1))
    who = county.get_one(Person, (COUNTY, old.person_id))
    new = issued(county, who, number="0799000002")
    number, why = queries.certificate_problem(county, COUNTY, who.id, DAY)
    assert (number, why) == (new.number, None)
    assert "没有行政执法证" in (problem(county, old, DAY) or "没有行政执法证")


def test_a_case_stops_where_an_officers_certificate_is_suspended(county: Session) -> None:
    from enforcement.case import facts

    case = filed_case(county)
    rows = county.query(Certificate).filter_by(person_id=case.officer_a_id).all()
    assert all(one.problem is None for one in facts.facts_of(county, case, DAY).officers)
    set_status(county, rows[0], S.SUSPENDED, date(2026, 3, 5))
    before = facts.facts_of(county, case, date(2026, 3, 4)).officers
    after = facts.facts_of(county, case, date(2026, 3, 5)).officers
    assert [one.problem is None for one in before] == [True, True]
    assert [one.problem is None for one in after] == [False, True]


def test_a_case_stops_where_a_certificate_is_of_another_organ(county: Session) -> None:
    from enforcement.case import facts

    case = filed_case(county)
    other = squad(county, kind=UnitKind.BUREAU, parent_id=unit(county, "01").id, name="新局")
    county.query(Certificate).filter_by(person_id=case.officer_b_id).update(
        {"organ_unit_id": other.id})  # fmt: skip
    found = facts.facts_of(county, case, DAY).officers
    assert found[0].problem is None
    assert "不是本机关" in (found[1].problem or "")


def test_a_renewal_is_an_act_with_history_and_a_lapsed_one_is_not_renewed(county: Session) -> None:
    row, admin = issued(county, valid_to=date(2026, 3, 31)), actor_of(county, "xitong")
    with pytest.raises(InvalidInputError, match="应当晚于"):
        services.renew_certificate(county, admin, row.id, valid_to=date(2026, 3, 31), on=DAY)
    with pytest.raises(StepNotAllowedError, match="登记新发的证件"):
        services.renew_certificate(county, admin, row.id, valid_to=UNTIL, on=date(2026, 4, 2))
    assert row.valid_to == date(2026, 3, 31)
    services.renew_certificate(county, admin, row.id, valid_to=UNTIL, on=date(2026, 4, 1),
                               version=1)  # fmt: skip
    assert (row.valid_to, row.version) == (UNTIL, 2)
    with pytest.raises(StaleVersionError):
        services.renew_certificate(county, admin, row.id, valid_to=date(2030, 1, 1), version=1)
    acts = [
        (one.event, one.valid_to) for one in history.of(county, CertificateEntry, COUNTY, row.id)
    ]
    assert acts == [("renew", UNTIL), ("issue", date(2026, 3, 31))]


def test_a_revoked_certificate_stays_so(county: Session) -> None:
    row = issued(county)
    set_status(county, row, S.REVOKED, DAY)
    for status in S:
        with pytest.raises(StepNotAllowedError):
            set_status(county, row, status, DAY)
    with pytest.raises(StepNotAllowedError, match="不能延期"):
        services.renew_certificate(county, actor_of(county, "xitong"), row.id, valid_to=UNTIL)
    earlier = issued(county, person(county, 5003), number="0799000003")
    with pytest.raises(InvalidInputError, match="不能早于"):
        set_status(county, earlier, S.SUSPENDED, date(2025, 12, 31))


@pytest.mark.parametrize("username", ["anquan", "juzhang", "dadui", "zhifa1"])
def test_only_the_system_administrator_touches_certificates(county: Session, username: str) -> None:
    row, actor = issued(county), actor_of(county, username)
    before = state(county)
    with pytest.raises(NotPermittedError):
        services.set_certificate_status(county, actor, row.id, S.SUSPENDED, reason="x")
    with pytest.raises(NotPermittedError):
        services.renew_certificate(county, actor, row.id, valid_to=UNTIL)
    assert state(county) == before


# --- alarms -------------------------------------------------------------------------------------

DAYS = Days(notice=90, warning=30, alarm=7)
# fmt: off
LEVELS = (
    (S.VALID,     -1,  Level.EXPIRED),
    (S.VALID,      0,  Level.ALARM),
    (S.VALID,      7,  Level.ALARM),
    (S.VALID,      8,  Level.WARNING),
    (S.VALID,     30,  Level.WARNING),
    (S.VALID,     31,  Level.NOTICE),
    (S.VALID,     90,  Level.NOTICE),
    (S.VALID,     91,  None),
    (S.SUSPENDED, 400, Level.SUSPENDED),
    (S.SUSPENDED, -1,  Level.EXPIRED),
    (S.REVOKED,    1,  None),
)
# fmt: on


@pytest.mark.parametrize(("status", "left", "level"), LEVELS)
def test_three_levels_and_what_is_over_or_suspended(
    status: S, left: int, level: Level | None
) -> None:
    assert level_of(status, DAY + timedelta(days=left), DAY, DAYS) is level


def test_the_list_names_who_needs_attention_by_the_last_day(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    people = {}
    ends = (5, 20, 60, 200, -3)
    for n, left in enumerate(ends):
        who = person(county, 5100 + n, name=f"持证{n}")
        give(county, who, unit(county, "01.01.01.01"))
        issued(county, who, number=f"07990001{n}", valid_to=DAY + timedelta(days=left))
        people[n] = who
    left_service = person(county, 5190)
    issued(county, left_service, number="0799000190", valid_to=DAY)
    found = alarms.list_page(county, COUNTY, DAY)
    mine = [row for row in found if row.person.name.startswith("持证")]
    assert [row.person.name for row in mine] == ["持证4", "持证0", "持证1", "持证2"]
    assert [row.level for row in mine] == [
        Level.EXPIRED, Level.ALARM, Level.WARNING, Level.NOTICE]  # fmt: skip
    assert left_service.id not in {row.person.id for row in found}
    assert mine[0].unit is not None
    assert mine[0].unit.code == "01.01.01.01"
    issued(county, people[4], number="0799000199")  # a new one takes the place of the old
    again = alarms.list_page(county, COUNTY, DAY)
    assert people[4].id not in {row.person.id for row in again}
    services_days = Days(notice=4, warning=2, alarm=1)
    few = alarms.list_page(county, COUNTY, DAY, days=services_days)
    assert people[0].id not in {row.person.id for row in few}


def test_pages_of_certificates_follow_each_other_without_a_gap(county: Session) -> None:
    seen, after = [], None
    while page := alarms.list_page(county, COUNTY, DAY, only="all", after=after, limit=17):
        seen += [row.certificate.id for row in page]
        after = (page[-1].certificate.valid_to, page[-1].certificate.id)
    assert len(seen) == len(set(seen)) == county.query(Certificate).count()


def test_a_leader_is_told_of_his_part_of_the_tree_and_everybody_of_himself(
    county: Session,
) -> None:
    set_clock(county, "2026-03-02 09:00")
    officer = actor_of(county, "zhifa1")
    county.query(Certificate).filter_by(person_id=officer.person_id).update(
        {"valid_to": DAY + timedelta(days=3)})  # fmt: skip
    own = alarms.tell(county, officer, DAY, others=False)
    assert [row.level for row in own.own] == [Level.ALARM]
    assert own.counts == {}
    leader = alarms.tell(county, actor_of(county, "dadui"), DAY, others=True)
    assert (leader.counts, leader.own) == ({Level.ALARM: 1}, ())
    whole = alarms.tell(county, actor_of(county, "juzhang"), DAY, others=True)
    assert whole.counts[Level.ALARM] == 1
