"""The one question, asked of the demonstration county, and the case engine that asks it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.case import services as cases
from enforcement.case.facts import facts_of
from enforcement.case.standing import power_of
from enforcement.document.models import Document
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.ids import uuid7
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType, Channel, ItemStatus
from enforcement.law.terms import CaseEvent as E
from enforcement.people.models import Unit
from enforcement.power import queries, services
from enforcement.power.models import PowerItem, PowerProvision
from tests.asking import actor_of, set_clock
from tests.case.making import filed_case, filing, proposed_case, reported, to_case

COUNTY, TOWN, DAY = "220322", "220322100", date(2026, 3, 2)


def unit_of(session: Session, name: str) -> Unit:
    return session.query(Unit).filter_by(county_code=COUNTY, name=name).one()


def bureau(session: Session) -> Unit:
    return unit_of(session, "梨树县综合行政执法局")


def squad(session: Session) -> uuid.UUID:
    return actor_of(session, "zhifa1").unit_id


def ask(session: Session, unit_id: uuid.UUID, matter_code: str, **more: Any) -> Answer:
    act, place = more.pop("act", ActType.PENALTY), more.pop("place", TOWN)
    return services.may(session, COUNTY, unit_id, act, matter_code, place, DAY, **more)


def withdraw(session: Session, code: str, on: date) -> PowerItem:
    item = queries.find_by_code(session, COUNTY, code)
    assert item is not None
    return services.set_status(
        session,
        actor_of(session, "xitong"),
        item.id,
        ItemStatus.WITHDRAWN,
        on=on,
        reason="省里收回",
    )


def test_a_squad_acts_in_the_name_and_seal_of_its_bureau(county: Session) -> None:
    found = ask(county, squad(county), "M12")
    assert (found.allowed, found.channel) == (True, Channel.CONCENTRATED)
    assert found.in_name_of == found.seal_of == "梨树县综合行政执法局"
    assert found.provision is not None
    assert "第四十二条" in found.provision.basis


def test_what_the_law_gives_townships_is_theirs_alone(county: Session) -> None:
    town = county.query(Unit).filter_by(
        county_code=COUNTY, home_code=TOWN, kind="township_government"
    )
    found = ask(county, town.one().id, "M22")
    assert (found.allowed, found.channel) == (True, Channel.DIRECT)
    assert found.in_name_of == town.one().name
    assert not ask(county, town.one().id, "M22", place="220322101").allowed
    assert ask(county, town.one().id, "M16", act=ActType.EXECUTION).allowed
    other = ask(county, squad(county), "M22")
    assert not other.allowed
    assert "乡镇人民政府" in other.reason


@pytest.mark.parametrize(("code", "who"), [("X01", "公安机关"), ("X02", "消防救援机构")])
def test_matters_of_others_are_refused_and_routed(county: Session, code: str, who: str) -> None:
    found = ask(county, squad(county), code)
    assert not found.allowed
    assert who in found.reason
    assert found.refer_to == ("110" if code == "X01" else who)


def test_another_county_and_another_act_are_refused(county: Session) -> None:
    assert "第二十二条" in ask(county, squad(county), "M12", place="361025100").article
    assert not ask(county, squad(county), "M12", act=ActType.MEASURE).allowed


def test_an_entrusted_hall_acts_for_the_bureau_and_never_seizes(county: Session) -> None:
    police = unit_of(county, "梨树县公安局")  # any unit: no rule looks at the kind
    item_id = uuid7()
    row = {
        "county_code": COUNTY, "id": item_id, "code": "WT-M12", "name": "占道",
        "act_type": "penalty",
        "channel": "entrusted", "holder": "梨树县综合行政执法局", "exercising_unit_id": police.id,
        "matter_code": "M12", "territory": [TOWN], "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31), "status": "in_force", "approval_number": "委〔2026〕1号",
        "approval_on": date(2025, 12, 30), "published_on": date(2026, 1, 1),
    }  # fmt: skip
    county.execute(insert(PowerItem), [row])
    county.execute(insert(PowerProvision), [{
        "county_code": COUNTY, "id": uuid7(), "item_id": item_id, "violated": "x", "basis": "y",
        "other": "", "valid_from": date(1996, 10, 1),
    }])  # fmt: skip
    found = ask(county, police.id, "M12")
    assert (found.allowed, found.in_name_of) == (True, "梨树县综合行政执法局")
    seized = ask(county, police.id, "M12", act=ActType.MEASURE)
    assert not seized.allowed
    assert seized.article.endswith("行政强制法》第十七条")


def test_a_case_pins_its_item_and_version_at_filing(county: Session) -> None:
    case = filed_case(county)
    item = queries.find_by_code(county, COUNTY, "M12")
    assert item is not None
    [version] = queries.provisions_of(county, COUNTY, [item.id])[item.id]
    assert (case.power_item_id, case.provision_id) == (item.id, version.id)


def test_a_withdrawn_power_blocks_new_leads_with_its_reason(county: Session) -> None:
    incident = reported(county)
    withdraw(county, "M12", date(2026, 3, 2))
    with pytest.raises(InvalidInputError, match="已收回") as refused:
        to_case(county, "zhifa1", incident)
    assert refused.value.field == "matter_code"
    assert "第十七条" in refused.value.data["article"]


def test_a_power_withdrawn_before_filing_closes_the_gate(county: Session) -> None:
    case = to_case(county, "zhifa1", reported(county))
    cases.carry_out(county, actor_of(county, "zhifa1"), case.id, E.CHECK, {"opinion": "属实"})
    withdraw(county, "M12", date(2026, 3, 2))
    with pytest.raises(GateClosedError, match="已收回") as refused:
        cases.carry_out(
            county, actor_of(county, "zhifa1"), case.id, E.PROPOSE_FILING, filing(county)
        )
    assert refused.value.data["gates"][0]["rule"] == "R1"


def test_a_running_case_goes_on_under_the_power_it_was_filed_with(county: Session) -> None:
    case = proposed_case(county)
    withdraw(county, "M12", date(2026, 3, 10))
    found = power_of(county, case, date(2026, 3, 18))
    assert (found.allowed, found.flagged, found.item_id) == (True, True, case.power_item_id)
    gate = facts_of(county, case, date(2026, 3, 18)).power
    assert gate is not None
    assert "法制审核" in gate.reason


def test_a_later_version_never_changes_a_filed_case(county: Session) -> None:
    case = filed_case(county)
    before = facts_of(county, case, DAY).matter
    county.execute(insert(PowerProvision), [{
        "county_code": COUNTY, "id": uuid7(), "item_id": case.power_item_id, "violated": "新",
        "basis": "新", "other": "", "valid_from": date(2026, 3, 1),
    }])  # fmt: skip
    assert facts_of(county, case, DAY).matter == before


def test_papers_print_the_name_that_the_list_gives(county: Session) -> None:
    case = filed_case(county)
    papers = county.query(Document).filter_by(case_id=case.id).all()
    assert {row.inputs["organ"]["name"] for row in papers} == {"梨树县综合行政执法局"}


def test_only_the_system_administrator_changes_the_list_and_it_is_logged(county: Session) -> None:
    item = queries.find_by_code(county, COUNTY, "M12")
    assert item is not None
    with pytest.raises(NotPermittedError):
        services.set_status(
            county, actor_of(county, "juzhang"), item.id, ItemStatus.WITHDRAWN, reason="x"
        )
    set_clock(county, "2026-03-02 09:00")
    withdraw(county, "M12", DAY)
    logged = county.query(AuditLog).filter_by(act="power:withdrawn", subject="M12").one()
    assert logged.detail["reason"] == "省里收回"
    with pytest.raises(StepNotAllowedError, match="收回"):
        services.set_status(
            county, actor_of(county, "xitong"), item.id, ItemStatus.IN_FORCE, reason="恢复"
        )


def test_a_suspended_item_can_be_restored_but_not_without_a_reason(county: Session) -> None:
    item, admin = queries.find_by_code(county, COUNTY, "M12"), actor_of(county, "xitong")
    assert item is not None
    services.set_status(county, admin, item.id, ItemStatus.SUSPENDED, on=DAY, reason="评估")
    assert not ask(county, squad(county), "M12").allowed
    with pytest.raises(InvalidInputError, match="理由"):
        services.set_status(county, admin, item.id, ItemStatus.IN_FORCE, reason=" ")
    services.set_status(county, admin, item.id, ItemStatus.IN_FORCE, reason="评估通过")
    assert ask(county, squad(county), "M12").allowed
