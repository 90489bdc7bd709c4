"""The organ's own execution: demolition, agreement, rest and end, substitute (强34-52; E4-E9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from enforcement.case import services
from enforcement.case.models import CaseFile
from enforcement.document.queries import list_of_case
from enforcement.errors import GateClosedError, InvalidInputError, NotPermittedError
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from tests.asking import actor_of, set_clock
from tests.case.making import HANDED, act, at, filing, reported, served_case, to_case
from tests.case.saying import REVIEW
from tests.case.test_papers import last, stated

BUILDING = {"building": "二层砖混，屋顶加建", "area_m2": Decimal("86.5"), "reason": "无规划许可"}
ORDER = {"way": "demolish", "object": "二层砖混加建部分", "reason": "逾期不拆除"}
SCENE: dict[str, Any] = {"place": "示例大街12号", "record": "依法拆除", "present": "见证人甲"}


def at_demand(session: Session) -> CaseFile:
    """Return the worked case demanded on 2026-04-14: 2000 yuan were due on 04-13."""
    case = served_case(session)
    set_clock(session, "2026-04-14 15:00")
    return act(session, "zhifa1", case, E.DEMAND, at=at("2026-04-14", 14), **HANDED)


def building_case(session: Session) -> CaseFile:
    """Return a case about a building (M15) whose investigation is closed; it is 2026-03-16."""
    case = to_case(session, "zhifa1", reported(session), matter_code="M15")
    set_clock(session, "2026-03-03 09:00")
    for who, event, said in (
        ("zhifa1", E.CHECK, {"opinion": "属实"}),
        ("zhifa1", E.PROPOSE_FILING, filing(session)),
        ("zhongdui", E.ENDORSE, {"opinion": "同意"}),
        ("juzhang", E.APPROVE_FILING, {"opinion": "同意"}),
    ):
        services.carry_out(session, actor_of(session, who), case.id, event, dict(said))
    set_clock(session, "2026-03-16 10:00")
    seen = {"from_at": at("2026-03-16", 8), "to_at": at("2026-03-16", 9), "place": "示例大街12号"}
    act(session, "zhifa1", case, E.RECORD_SCENE, findings="加建二层", photos=4, shown=True, **seen)
    return act(session, "zhifa1", case, E.CLOSE_INVESTIGATION, circumstances="加建属实")


def ordered(session: Session) -> CaseFile:
    """Return a case whose order to demolish by 2026-04-20 was served on 2026-03-27."""
    case = building_case(session)
    act(session, "zhifa1", case, E.PROPOSE_DEMOLITION, **BUILDING)
    act(session, "zhongdui", case, E.ENDORSE, opinion="同意")
    said = {"until_on": date(2026, 4, 20), "opinion": "同意"}
    with pytest.raises(GateClosedError, match="陈述申辩") as refused:
        act(session, "juzhang", case, E.ORDER_DEMOLITION, **said)
    rules = {one["id"] for one in refused.value.data["gates"]}
    assert rules == {"owner_heard", "legal_review", "collective"}
    act(session, "zhifa1", case, E.HEAR_STATEMENT, outcome="waived")
    act(session, "fazhi", case, E.REVIEW_LEGALITY, outcome="passed", **REVIEW)
    meeting = {"place": "会议室", "members": "局长\n副局长", "opinions": "同意", "result": "同意"}
    act(session, "juzhang", case, E.DISCUSS, at=at("2026-03-16", 9), **meeting)
    set_clock(session, "2026-03-27 15:00")
    act(session, "juzhang", case, E.ORDER_DEMOLITION, **said)
    return act(session, "zhifa1", case, E.SERVE, at=at("2026-03-27", 15), **HANDED)


def test_a_building_comes_down_only_after_demand_notice_and_both_remedies(
    county: Session,
) -> None:
    case = ordered(county)
    assert (case.state, case.fine_yuan, case.payment_due_on) == (S.SERVED, None, None)
    assert "限拆字" in str(last(county, case, "D47").number)
    demand = {"at": at("2026-04-20", 14), **HANDED}
    set_clock(county, "2026-04-20 15:00")
    with pytest.raises(GateClosedError, match="2026-04-20"):
        act(county, "zhifa1", case, E.DEMAND, **demand)
    set_clock(county, "2026-04-21 15:00")
    act(county, "zhifa1", case, E.DEMAND, **(demand | {"at": at("2026-04-21", 14)}))
    paper = last(county, case, "D45").inputs
    assert paper["act"]["duty"] == "自行拆除违法建筑。"
    assert paper["decision"]["name"] == "限期拆除决定书"
    pleaded = {"outcome": "not_accepted", "content": "请求保留", "result": "不予采纳"}
    act(county, "zhifa1", case, E.HEAR_DEMANDED, **pleaded)
    set_clock(county, "2026-05-09 09:00")
    moment = {"execute_at": at("2026-05-12")}
    with pytest.raises(GateClosedError) as refused:
        act(county, "juzhang", case, E.ORDER_EXECUTION, **ORDER, **moment)
    closed = {one["id"] for one in refused.value.data["gates"]}
    assert closed == {"own_power", "announced", "remedies_unused"}
    assert all(one["article"].startswith("《") for one in refused.value.data["gates"])
    until = {"until_on": date(2026, 5, 25), "posted_at": "现场和村委会", "opinion": "同意"}
    act(county, "juzhang", case, E.ANNOUNCE_DEMOLITION, **until)
    notice = stated(county, case, "D47", "demolition")
    assert notice["kind"] == "notice"
    assert "限拆字" in notice["order_number"]
    assert "拆公" in str(last(county, case, "D47").number)
    by_county = {"county_order": "县政府责成通知〔2026〕3号"}
    set_clock(county, "2026-09-28 09:00")
    with pytest.raises(GateClosedError, match="2026-09-28"):
        act(county, "juzhang", case, E.ORDER_EXECUTION, **ORDER, **by_county,
            execute_at=at("2026-09-29"))  # fmt: skip
    set_clock(county, "2026-09-29 09:00")
    with pytest.raises(GateClosedError, match="法定节假日") as holiday:
        act(county, "juzhang", case, E.ORDER_EXECUTION, **ORDER, **by_county,
            execute_at=at("2026-10-02"))  # fmt: skip
    assert [one["rule"] for one in holiday.value.data["gates"]] == ["R17"]
    assert case.state == S.DEMANDED
    act(county, "juzhang", case, E.ORDER_EXECUTION, **ORDER, **by_county,
        execute_at=at("2026-09-30"))  # fmt: skip
    assert case.state == S.ENFORCING
    told = stated(county, case, "D46", "execution")
    assert told["way"] == "强制拆除"
    assert by_county["county_order"] in told["basis"]
    with pytest.raises(GateClosedError, match="现场笔录"):
        act(county, "zhifa1", case, E.FINISH_EXECUTION, result="x")
    set_clock(county, "2026-09-30 23:30")
    with pytest.raises(GateClosedError, match="夜间"):
        act(county, "zhifa1", case, E.RECORD_EXECUTION, from_at=at("2026-09-30", 21),
            to_at=at("2026-09-30", 23), **SCENE)  # fmt: skip
    with pytest.raises(InvalidInputError, match="结束时间"):
        act(county, "zhifa1", case, E.RECORD_EXECUTION, from_at=at("2026-09-30", 11),
            to_at=at("2026-09-30", 9), **SCENE)  # fmt: skip
    act(county, "zhifa1", case, E.RECORD_EXECUTION, from_at=at("2026-09-30", 9),
        to_at=at("2026-09-30", 11), **SCENE)  # fmt: skip
    assert last(county, case, "D49").inputs["act"]["record"] == "依法拆除"
    with pytest.raises(GateClosedError, match="强制执行完毕"):
        act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="x")
    act(county, "zhifa1", case, E.FINISH_EXECUTION, result="已全部拆除并清运")
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="执行完毕")
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    act(county, "juzhang", case, E.APPROVE_CLOSING, opinion="同意")
    assert case.state == S.CLOSED


def test_an_owner_who_pulls_it_down_himself_ends_the_matter(county: Session) -> None:
    case = ordered(county)
    with pytest.raises(GateClosedError, match="自行拆除"):
        act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="x")
    done = {"performed_on": date(2026, 3, 27), "findings": "已自行拆除"}
    act(county, "zhifa1", case, E.RECORD_PERFORMANCE, **done)
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="已自行拆除")
    assert case.state == S.CLOSING_REVIEW


def test_no_building_no_demolition_and_no_execution_without_a_law(county: Session) -> None:
    case = at_demand(county)
    set_clock(county, "2026-04-29 09:00")  # the ten working days are over
    said = {"way": "other", "object": "罚款", "execute_at": at("2026-04-30"), "reason": "逾期"}
    with pytest.raises(GateClosedError, match="申请人民法院") as refused:
        act(county, "juzhang", case, E.ORDER_EXECUTION, **said)
    assert [one["id"] for one in refused.value.data["gates"]] == ["own_power"]
    with pytest.raises(NotPermittedError):
        act(county, "zhifa1", case, E.ORDER_EXECUTION, **said)
    until = {"until_on": date(2026, 5, 25), "posted_at": "现场", "opinion": "同意"}
    with pytest.raises(GateClosedError, match="限期拆除决定"):
        act(county, "juzhang", case, E.ANNOUNCE_DEMOLITION, **until)
    assert case.state == S.DEMANDED


def test_an_agreement_has_instalments_and_may_waive_the_surcharge_after_amends(
    county: Session,
) -> None:
    case = at_demand(county)
    said = {"plan": "两期付清", "until_on": date(2026, 6, 30), "place": "本局", "reason": "困难"}
    for lines in ("2026-05-01", "2026-05-01 0", "2026-07-01 5", "2026-05-02 1\n2026-05-01 1"):
        with pytest.raises(InvalidInputError, match="行") as wrong:
            act(county, "juzhang", case, E.AGREE_EXECUTION, payments=lines, **said)
        assert wrong.value.field == "payments"
    with pytest.raises(GateClosedError, match="补救措施"):
        act(county, "juzhang", case, E.AGREE_EXECUTION, waives=True, **said)
    lines = "2026-05-06 1000\n2026-06-30 1000元"
    act(county, "juzhang", case, E.AGREE_EXECUTION, payments=lines, waives=True, remedied=True,
        **said)  # fmt: skip
    assert last(county, case, "D49").inputs["act"]["agreement"] == "两期付清"
    with pytest.raises(GateClosedError, match="执行协议正在履行"):
        act(county, "juzhang", case, E.AGREE_EXECUTION, **said)
    set_clock(county, "2026-05-06 09:00")
    paid = {"receipt": "1", "paid_on": date(2026, 5, 6), "amount": Decimal(1000)}
    act(county, "zhifa1", case, E.RECORD_PAYMENT, **paid)
    set_clock(county, "2026-06-29 09:00")
    act(county, "zhifa1", case, E.RECORD_PAYMENT, **(paid | {"paid_on": date(2026, 6, 29)}))
    assert (case.paid_yuan, case.surcharge_yuan) == (Decimal(2000), Decimal(0))


def test_an_execution_rests_resumes_and_ends_by_its_grounds(county: Session) -> None:
    case = at_demand(county)
    for event, stop in ((E.SUSPEND_EXECUTION, "dead"), (E.END_EXECUTION, "hardship")):
        with pytest.raises(InvalidInputError) as refused:
            act(county, "juzhang", case, event, stop=stop, reason="x")
        assert refused.value.field == "stop"
    act(county, "juzhang", case, E.SUSPEND_EXECUTION, stop="hardship", reason="暂无履行能力")
    assert case.state == S.EXECUTION_SUSPENDED
    assert stated(county, case, "D55", "act")["stop"] == "hardship"
    set_clock(county, "2029-04-15 09:00")
    with pytest.raises(GateClosedError, match="2029-04-14"):
        act(county, "juzhang", case, E.RESUME_EXECUTION, reason="恢复")
    set_clock(county, "2029-04-14 09:00")
    act(county, "juzhang", case, E.RESUME_EXECUTION, reason="恢复能力")
    assert case.state == S.DEMANDED
    act(county, "juzhang", case, E.END_EXECUTION, stop="ended", reason="企业注销，无财产")
    assert case.state == S.ENFORCED
    assert "终字" in str(last(county, case, "D55").number)
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="已终结执行")
    assert case.state == S.CLOSING_REVIEW


def test_another_performs_only_after_order_demand_and_three_working_days(
    county: Session,
) -> None:
    case = at_demand(county)
    said: dict[str, Any] = {
        "ground": "traffic", "object": "人行道上的货架", "way": "搬离", "reason": "妨碍通行",
        "execute_at": at("2026-04-20"), "performer": "示例保洁公司", "cost_yuan": Decimal(300),
        "independent": True,
    }  # fmt: skip
    work: dict[str, Any] = SCENE | {"cost_yuan": Decimal(280)}
    with pytest.raises(GateClosedError, match="先责令"):
        act(county, "juzhang", case, E.ORDER_SUBSTITUTE, **said)
    act(county, "juzhang", case, E.ORDER_SUBSTITUTE, **(said | {"ground": "road"}))
    assert last(county, case, "D48").inputs["execution"]["immediate"] is True
    hours = {"from_at": at("2026-04-14", 13), "to_at": at("2026-04-14", 14)}
    with pytest.raises(InvalidInputError) as untold:
        act(county, "zhifa1", case, E.RECORD_SUBSTITUTE, **work, **hours)
    assert untold.value.field == "told_at"
    act(county, "zhifa1", case, E.RECORD_SUBSTITUTE, told_at=hours["to_at"], **work, **hours)
    with pytest.raises(GateClosedError, match="代履行决定"):
        act(county, "zhifa1", case, E.RECORD_SUBSTITUTE, told_at=hours["to_at"], **work, **hours)


def test_the_demand_before_a_substitute_runs_three_working_days(county: Session) -> None:
    case = building_case(county)
    act(county, "zhifa1", case, E.ORDER_CORRECTION, demand="清除堆料", until_on=date(2026, 3, 17))
    set_clock(county, "2026-03-18 10:00")
    act(county, "zhifa1", case, E.REINSPECT, findings="仍在", result="failed")
    said = {"ground": "traffic", "object": "堆料", "way": "清运", "performer": "示例保洁公司",
            "cost_yuan": Decimal(300), "independent": True, "reason": "妨碍通行",
            "execute_at": at("2026-03-24")}  # fmt: skip
    act(county, "juzhang", case, E.ORDER_SUBSTITUTE, **said)
    act(county, "zhifa1", case, E.DEMAND_SUBSTITUTE, at=at("2026-03-18", 10), **HANDED)
    paper = last(county, case, "D45").inputs
    assert paper["decision"]["number"] == last(county, case, "D48").number
    assert paper["act"]["duty"] == "堆料"
    work = SCENE | {"cost_yuan": Decimal(280)}
    set_clock(county, "2026-03-23 18:00")
    with pytest.raises(GateClosedError, match="2026-03-23"):
        act(county, "zhifa1", case, E.RECORD_SUBSTITUTE, from_at=at("2026-03-23", 9),
            to_at=at("2026-03-23", 10), **work)  # fmt: skip
    set_clock(county, "2026-03-24 18:00")
    act(county, "zhifa1", case, E.RECORD_SUBSTITUTE, from_at=at("2026-03-24", 9),
        to_at=at("2026-03-24", 10), **work)  # fmt: skip
    codes = [row.code for row in list_of_case(county, case.county_code, case.id)]
    assert {"D48", "D45", "D49"} <= set(codes)
