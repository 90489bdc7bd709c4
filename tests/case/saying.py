"""What a person would say in each act upon a case, as the case stands: valid, and dated today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case.models import CaseFile
from enforcement.law.terms import CaseEvent as E
from tests.asking import actor_of
from tests.case.making import HANDED, filing, person_of

Said = dict[str, Any]
REVIEW: Final = dict.fromkeys(
    ("subject", "procedure", "facts", "law", "papers", "crime", "opinion"), "符合规定。"
)


def _handed(now: datetime) -> Said:
    return {"at": now, **HANDED}


def say(session: Session, case: CaseFile, event: E, *, yuan: int, choice: str) -> Said:
    """Return what is said; yuan -- the amount where one is named, choice -- of those possible."""
    now = clock.now(session)
    made = _SAID.get(event, lambda _case, _now, _yuan, _choice: {"reason": "如实"})
    said = made(case, now, Decimal(yuan), choice)
    return said | _people(session, event)


def _people(session: Session, event: E) -> Said:
    if event is E.PROPOSE_FILING:
        return filing(session)
    if event is E.CALL_HEARING:
        return {"chair": person_of(session, "fazhi")}
    if event is E.ASSIGN:
        return {
            "squad": str(actor_of(session, "zhifa1").unit_id),
            "officer_a": person_of(session, "zhifa1"),
            "officer_b": person_of(session, "zhifa2"),
        }
    if event is E.CHANGE_OFFICERS:
        return {
            "officer_a": person_of(session, "zhifa1"),
            "officer_b": person_of(session, "zhifa2"),
        }
    if event is E.ASK_RECUSAL:
        return {"person": person_of(session, "zhifa2"), "asked_by": "当事人"}
    return {}


def _scene(now: datetime) -> Said:
    return {
        "from_at": now - timedelta(minutes=30), "to_at": now, "place": "示例大街12号",
        "record": "如实记录", "present": "张示例",
    }  # fmt: skip


def _day(now: datetime, days: int = 0) -> date:
    return clock.local_day(now) + timedelta(days=days)


Make = Callable[[CaseFile, datetime, Decimal, str], Said]
_OPINION: Final[Make] = lambda c, n, y, k: {"opinion": "同意"}  # noqa: E731
_AMOUNT: Final[Make] = lambda c, n, y, k: {"amount": y, "reason": "情节一般"}  # noqa: E731
_STOP: Final[Make] = lambda c, n, y, k: {"ground": "other_ruling", "reason": "等待"}  # noqa: E731
_SAID: Final[dict[E, Make]] = {
    E.CHECK: _OPINION,
    E.ENDORSE: _OPINION,
    E.APPROVE_FILING: _OPINION,
    E.APPROVE_PROPOSAL: _OPINION,
    E.DECIDE: _OPINION,
    E.DECIDE_NO_PENALTY: _OPINION,
    E.APPROVE_CLOSING: _OPINION,
    E.APPROVE_CRIME: _OPINION,
    E.RECORD_SCENE: lambda c, n, y, k: {
        "from_at": n - timedelta(minutes=30), "to_at": n, "place": "示例大街12号",
        "findings": "占用18平方米。", "photos": 2, "shown": True,
    },
    E.INTERVIEW: lambda c, n, y, k: {
        "from_at": n - timedelta(minutes=30), "to_at": n, "place": "大队", "person": "张示例",
        "relation": "法定代表人", "record": "问：是否属实？答：属实。", "shown": True,
    },
    E.ORDER_CORRECTION: lambda c, n, y, k: {"demand": "清除货架", "until_on": _day(n, 7)},
    E.REINSPECT: lambda c, n, y, k: {"findings": "仍在", "result": "failed"},
    E.CLOSE_INVESTIGATION: lambda c, n, y, k: {"circumstances": "占道经营属实。"},
    E.PROPOSE_PENALTY: _AMOUNT,
    E.PROPOSE_DECISION: _AMOUNT,
    E.PROPOSE_NO_PENALTY: lambda c, n, y, k: {"ground": "slight", "reason": "及时改正"},
    E.NOTIFY: lambda c, n, y, k: _handed(n),
    E.SERVE: lambda c, n, y, k: _handed(n),
    E.DEMAND: lambda c, n, y, k: _handed(n),
    E.HEAR_STATEMENT: lambda c, n, y, k: {
        "outcome": "waived" if k == "first" else "not_accepted", "content": "认为过重",
        "result": "不予采纳",
    },
    E.REQUEST_HEARING: lambda c, n, y, k: {"asked_on": _day(n), "content": "要求听证"},
    E.CALL_HEARING: lambda c, n, y, k: {
        "hearing_at": n + timedelta(days=16), "hearing_place": "三楼", "clerk": "记录员",
        **_handed(n),
    },
    E.HOLD_HEARING: lambda c, n, y, k: {
        "end": "held" if k == "first" else "given_up", "present": "双方", "record": "记录",
    },
    E.REPORT_HEARING: lambda c, n, y, k: {"facts": "属实", "proposal": "同意"},
    E.REVIEW_LEGALITY: lambda c, n, y, k: REVIEW
    | {"outcome": "passed" if k == "first" else "to_amend"},
    E.DISCUSS: lambda c, n, y, k: {
        "at": n, "place": "会议室", "members": "局长\n副局长", "opinions": "同意", "result": "同意",
    },
    E.SUSPEND: _STOP,
    E.TERMINATE: _STOP,
    E.TRANSFER: lambda c, n, y, k: {"organ": "县自然资源局", "reason": "无管辖权"},
    E.PROPOSE_CRIME: lambda c, n, y, k: {"crime": "妨害公务罪", "report": "报告"},
    E.SEND_CRIME: lambda c, n, y, k: {
        "organ": "县公安局", "sent_at": n, "receiver": "民警", "annexes": "报告",
    },
    E.POLICE_RETURN: lambda c, n, y, k: {"answered_on": _day(n), "reason": "没有犯罪事实"},
    E.PLAN_PAYMENT: lambda c, n, y, k: {
        "plan": f"{_day(n, 30)}", "reason": "困难",
    },
    E.RECORD_PAYMENT: lambda c, n, y, k: {
        "amount": (c.fine_yuan or Decimal(1)) - c.paid_yuan,
        "surcharge": c.surcharge_yuan - c.surcharge_paid_yuan or None,
        "receipt": "1", "paid_on": _day(n),
    },
    E.APPLY_COURT: lambda c, n, y, k: {
        "court": "县人民法院", "object": "罚款", "opinion": "同意",
    },
    E.RECORD_COURT: lambda c, n, y, k: {
        "answer": "accepted" if k == "first" else "refused", "answered_on": _day(n),
        "number": "（2026）示例行审1号",
    },
    E.REVISE: lambda c, n, y, k: {
        "revision": "revoked" if k == "first" else "changed", "amount": Decimal(100),
        "reason": "认定有误",
    },
    E.PROPOSE_DEMOLITION: lambda c, n, y, k: {
        "building": "二层砖混", "area_m2": Decimal(86), "reason": "未取得规划许可",
    },
    E.ORDER_DEMOLITION: lambda c, n, y, k: {"until_on": _day(n, 15), "opinion": "同意"},
    E.ANNOUNCE_DEMOLITION: lambda c, n, y, k: {
        "until_on": _day(n, 15), "posted_at": "现场", "opinion": "同意",
    },
    E.RECORD_PERFORMANCE: lambda c, n, y, k: {"performed_on": _day(n), "findings": "已履行"},
    E.HEAR_DEMANDED: lambda c, n, y, k: {
        "outcome": "not_accepted", "content": "认为过重", "result": "不予采纳",
    },
    E.ORDER_EXECUTION: lambda c, n, y, k: {
        "way": "other", "object": "罚款", "execute_at": n + timedelta(days=1), "reason": "逾期",
    },
    E.RECORD_EXECUTION: lambda c, n, y, k: _scene(n),
    E.FINISH_EXECUTION: lambda c, n, y, k: {"result": "执行完毕"},
    E.AGREE_EXECUTION: lambda c, n, y, k: {
        "plan": "分两期", "until_on": _day(n, 10), "place": "本局", "reason": "困难",
    },
    E.SUSPEND_EXECUTION: lambda c, n, y, k: {"stop": "hardship", "reason": "困难"},
    E.END_EXECUTION: lambda c, n, y, k: {"stop": "destroyed", "reason": "标的灭失"},
    E.ORDER_SUBSTITUTE: lambda c, n, y, k: {
        "ground": "traffic" if k == "first" else "road", "object": "清除货架", "way": "搬离",
        "execute_at": n + timedelta(days=5), "performer": "示例保洁公司",
        "cost_yuan": Decimal(300), "independent": True, "reason": "妨碍通行",
    },
    E.DEMAND_SUBSTITUTE: lambda c, n, y, k: _handed(n),
    E.RECORD_SUBSTITUTE: lambda c, n, y, k: _scene(n) | {"cost_yuan": Decimal(280), "told_at": n},
    E.RECEIVE_REMEDY: lambda c, n, y, k: {
        "kind": "reconsideration" if k == "first" else "lawsuit", "organ": "示例县人民政府",
        "number": "示政复〔2026〕1号", "filed_on": _day(n), "received_on": _day(n),
        "content": "请求撤销",
    },
    E.REPLY_REMEDY: lambda c, n, y, k: {
        "sent_on": _day(n), "content": "事实清楚", "annexes": "全部案卷",
    },
    E.STAY_EXECUTION: lambda c, n, y, k: {"ground": "reviewer", "reason": "停止执行"},
    E.END_REMEDY: lambda c, n, y, k: {
        "outcome": "upheld" if k == "first" else "redo", "number": "示政复决〔2026〕1号",
        "ended_on": _day(n), "content": "决定如下",
    },
    E.DECIDE_RECUSAL: lambda c, n, y, k: {"outcome": "refused", "reason": "不属实"},
    E.ARCHIVE: lambda c, n, y, k: {"pages": 10, "years": "10"},
}  # fmt: skip
