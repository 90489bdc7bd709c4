"""Confiscated goods: entered after a decision, kept, dealt with by approval, never otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement.case.models import CaseFile
from enforcement.document.queries import list_of_case
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.goods import acts, queries, services
from enforcement.goods.models import ConfiscatedItem
from enforcement.law.goods_terms import GoodsEvent as E
from enforcement.law.goods_terms import GoodsState as S
from enforcement.law.terms import CaseEvent
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import act as case_act
from tests.case.making import filed_case, served_case
from tests.measure.test_pages import form_of
from tests.web.test_query_counts import counted

ENTER: dict[str, Any] = {
    "items": "烧烤炉，铁制，1台，完好\n折叠桌，，4张", "place": "局仓库", "keeper": "李保管",
}  # fmt: skip


def entered(session: Session) -> tuple[CaseFile, list[ConfiscatedItem]]:
    """Return a case with a served decision and two things entered on 2026-03-30."""
    case = served_case(session)
    set_clock(session, "2026-03-30 09:00")
    return case, services.enter(session, actor_of(session, "zhifa1"), case.id, dict(ENTER))


def do(session: Session, item: ConfiscatedItem, event: E, who: str = "zhifa1", **said: Any) -> None:
    services.carry_out(session, actor_of(session, who), item.id, event, said)


def test_a_thing_is_kept_handed_over_auctioned_and_its_money_reaches_the_treasury(
    county: Session,
) -> None:
    case, [grill, tables] = entered(county)
    assert (grill.no, grill.spec, tables.quantity, tables.keeper) == (1, "铁制", "4张", "李保管")
    do(county, grill, E.KEEP, place="县仓库", keeper="王保管")
    do(county, grill, E.PROPOSE, way="auction", reason="可以使用")
    with pytest.raises(StepNotAllowedError):
        do(county, grill, E.DEAL, receiver="x", at=set_clock(county, "2026-04-01 09:00"))
    do(county, grill, E.APPROVE, "juzhang", opinion="同意。")
    at = set_clock(county, "2026-04-02 09:00")
    with pytest.raises(InvalidInputError, match="国库"):
        do(county, grill, E.DEAL, receiver="示例拍卖行", at=at)
    assert grill.state == S.APPROVED
    do(county, grill, E.DEAL, receiver="示例拍卖行", at=at, money=Decimal(800),
       treasury_on=date(2026, 4, 2))  # fmt: skip
    assert (grill.state, grill.gone_to, tables.state) == (S.GONE, "示例拍卖行", S.HELD)
    paper = list_of_case(county, case.county_code, case.id)[-1]
    assert (paper.code, paper.inputs["handover"]["money_yuan"]) == ("D71", "800.00")
    log = [(one.log, one.giver, one.taker) for one in queries.custody(county, case)
           if one.thing == "烧烤炉"]  # fmt: skip
    assert [taker for _log, _giver, taker in log] == ["李保管", "王保管", "示例拍卖行"]
    with pytest.raises(DBAPIError, match="confiscated_entry"):
        county.execute(text("delete from confiscated_entry"))


@pytest.mark.parametrize("state", list(S), ids=str)
def test_an_act_from_another_state_is_refused(county: Session, state: S) -> None:
    _case, [item, _other] = entered(county)
    county.execute(
        text("update confiscated_item set state = :state, way = 'destroy', gone_at = "
             "case when :state = 'gone' then app_now() end where id = :id"),
        {"state": str(state), "id": item.id},
    )  # fmt: skip
    for event, (source, _target) in services.STEPS.items():
        if source != state:
            with pytest.raises(StepNotAllowedError):
                do(county, item, event, "juzhang" if event in services.HEAD else "zhifa1")
    assert set(services.STEPS) == set(acts.FIELDS)


def test_nothing_is_entered_without_a_decision_in_force(county: Session) -> None:
    case = filed_case(county)
    with pytest.raises(StepNotAllowedError, match="处罚决定"):
        services.enter(county, actor_of(county, "zhifa1"), case.id, dict(ENTER))
    assert county.query(ConfiscatedItem).filter_by(case_id=case.id).count() == 0


def test_after_a_revocation_things_only_go_back(county: Session) -> None:
    case, [first, second] = entered(county)
    with pytest.raises(StepNotAllowedError, match="仍然有效"):
        do(county, first, E.PROPOSE, way="return", reason="x")
    do(county, first, E.PROPOSE, way="destroy", reason="不能使用")
    do(county, first, E.APPROVE, "juzhang", opinion="同意。")
    case_act(county, "juzhang", case, CaseEvent.REVISE, revision="revoked", reason="认定有误")
    with pytest.raises(StepNotAllowedError, match="只能返还"):
        do(county, first, E.DEAL, receiver="x", at=set_clock(county, "2026-04-02 09:00"))
    assert (first.state, first.gone_at) == (S.APPROVED, None)
    do(county, second, E.PROPOSE, way="return", reason="决定已撤销")
    do(county, second, E.APPROVE, "juzhang", opinion="同意。")
    do(county, second, E.DEAL, receiver="当事人", at=set_clock(county, "2026-04-02 09:10"))
    assert second.gone_to == "当事人"


def test_strangers_stale_pages_and_wrong_words_change_nothing(county: Session) -> None:
    case, [item, _other] = entered(county)
    with pytest.raises(NotPermittedError, match="承办"):
        do(county, item, E.KEEP, "zhongdui", place="x", keeper="y")
    with pytest.raises(NotPermittedError):
        do(county, item, E.APPROVE, "zhifa1", opinion="x")
    with pytest.raises(StaleVersionError):
        services.carry_out(county, actor_of(county, "zhifa1"), item.id, E.KEEP,
                           {"place": "x", "keeper": "y"}, version=9)  # fmt: skip
    officer = actor_of(county, "zhifa1")
    for said, field in (({"items": None}, "items"), ({"exhibits": "99"}, "exhibits")):
        with pytest.raises(InvalidInputError) as refused:
            services.enter(county, officer, case.id, ENTER | said)
        assert refused.value.field == field
    assert county.query(ConfiscatedItem).filter_by(case_id=case.id).count() == 2
    assert (item.keeper, item.version) == ("李保管", 1)


def test_pages_and_api_show_and_act(
    demo_app: Flask, county: Session, page: Pages, call: Calls
) -> None:
    case, [item, _other] = entered(county)
    officer = page("zhifa1")
    shown = officer.get(f"/cases/{case.id}/goods").text
    assert "烧烤炉" in shown
    assert "烧烤炉" in officer.get("/goods").text
    assert "烧烤炉" not in officer.get("/goods?state=gone").text
    form = officer.get(f"/goods/{item.id}/propose").text
    sent = form_of(form, way="treasury", reason="依法移交")
    assert officer.post(f"/goods/{item.id}/propose", data=sent).status_code == 302
    assert officer.post(f"/goods/{item.id}/propose", data=sent).status_code == 409
    done = call("juzhang", "POST", f"/goods/{item.id}/approve", json={"opinion": "同意。"})
    assert (done.status_code, done.get_json()["state"]) == (200, "approved")
    found = call("juzhang", "GET", f"/cases/{case.id}/goods").get_json()
    assert [one["no"] for one in found["goods"]] == [1, 2]
    assert len(found["custody"]) >= 2
    more = call("zhifa1", "POST", f"/cases/{case.id}/goods", json=ENTER)
    assert [one["no"] for one in more.get_json()["goods"]] == [3, 4]
    counts = []
    for _n in range(2):
        with counted(demo_app) as statements:
            assert call("juzhang", "GET", "/goods").status_code == 200
        counts.append(len(statements))
        services.enter(county, actor_of(county, "zhifa1"), case.id, dict(ENTER))
    assert counts[0] == counts[1]
