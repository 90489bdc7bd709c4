"""What the acts of hearing, review, stops, transfers and execution change in a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from enforcement import clock
from enforcement.case import money, queries, serving, suspending
from enforcement.case.doing import Doing
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import HearingAnswer, RecusalOutcome, Revision


def _interview(do: Doing) -> dict[str, Any]:
    if do.said["to_at"] < do.said["from_at"]:
        raise InvalidInputError("to_at", _("结束时间不能早于开始时间。"))
    do.not_future("to_at")
    return {}


def _request(do: Doing) -> dict[str, Any]:
    """Accept a request that came in time, or late with a reason (罚64, verify)."""
    do.not_future("asked_on")
    notice = queries.last_entry(do.session, do.case, E.NOTIFY)
    if notice is None:
        return {}  # the gate refuses
    told_on = clock.local_day(notice.at)
    if do.said["asked_on"] < told_on:
        raise InvalidInputError("asked_on", _("提出日期不能早于告知书送达日期。"))
    in_time = do.said["asked_on"] <= do.due("hearing_request", told_on).raw
    late = not in_time and not do.said.get("late_reason")
    return {"answer": HearingAnswer.LATE if late else HearingAnswer.ACCEPTED}


def _call(do: Doing) -> dict[str, Any]:
    """Call the hearing more than seven working days ahead, under a chair who is no officer."""
    chair = do.person("chair")
    if chair.id in (do.case.officer_a_id, do.case.officer_b_id):
        raise InvalidInputError("chair", _("听证主持人不得是本案调查人员。"))
    served_on = serving.served_on(do)
    first = do.due("hearing_notice", served_on).raw
    if clock.local_day(do.said["hearing_at"]) <= first:
        message = _("听证应当在通知送达七个工作日后举行（%(day)s以后）。", day=first)
        raise InvalidInputError("hearing_at", message)
    do.case.chair_id = chair.id
    return {"chair_name": chair.name, "served_on": served_on}


def _discuss(do: Doing) -> dict[str, Any]:
    do.not_future("at")
    if len([line for line in do.said["members"].splitlines() if line.strip()]) < 2:
        raise InvalidInputError("members", _("集体讨论至少两人参加，每行一人。"))
    return {}


def _suspend(do: Doing) -> dict[str, Any]:
    suspending.check(do.session, do.case, do.today)
    return {}


def _plan(do: Doing) -> dict[str, Any]:
    """Grant time to pay: instalments that add up to what is unpaid (罚66)."""
    if not do.case.fine_yuan:
        return {}  # the gate refuses
    rows = money.enter_plan(do.session, do.case, do.said["plan"], do.today)
    before, do.case.payment_due_on = do.case.payment_due_on, rows[0].due_on
    lines = [f"第{one.no}期：{one.due_on}前（含当日）缴纳{one.amount_yuan:.2f}元" for one in rows]
    return {"before_on": before, "until_on": rows[-1].due_on, "plan": "\n".join(lines)}


def _demand(do: Doing) -> dict[str, Any]:
    if clock.local_day(do.said["at"]) != do.today:
        raise InvalidInputError("at", _("催告书在今天出具，送达时间应当是今天。"))
    served_on = serving.served_on(do)
    try:
        until = do.due("demand", served_on).raw
    except CalendarExhaustedError:
        until = None  # shown as an alarm; the period then never ends
    told = {"served_on": served_on, "demand_until_on": until}
    return told if do.case.fine_yuan else told | {"duty": _("自行拆除违法建筑。")}


def _court(do: Doing) -> dict[str, Any]:
    do.not_future("answered_on")
    return {}


def _revise(do: Doing) -> dict[str, Any]:
    """Change or revoke a decision; what is published of it is withdrawn in three working days."""
    before, amount = do.case.fine_yuan, do.said.get("amount")
    if do.said["revision"] == Revision.REVOKED:
        do.case.fine_yuan = do.case.surcharge_yuan = Decimal(0)
    elif amount is None or before is None or not 0 < amount < before:
        raise InvalidInputError("amount", _("变更后的罚款应当大于零并且低于原决定。"))
    else:
        do.case.fine_yuan = amount
    return {"before_yuan": before}


def _ask_recusal(do: Doing) -> dict[str, Any]:
    person = do.person("person")
    if person.id not in (do.case.officer_a_id, do.case.officer_b_id, do.case.chair_id):
        raise InvalidInputError("person", _("该人员没有参与本案。"))
    return {"person_name": person.name}


def _decide_recusal(do: Doing) -> dict[str, Any]:
    entry = queries.last_entry(do.session, do.case, E.ASK_RECUSAL)
    if entry is None:
        return {}  # the gate refuses
    asked = entry.detail
    if do.said["outcome"] == RecusalOutcome.GRANTED:
        named = Doing(do.session, do.actor, do.case, dict(asked), do.today).person("person")
        do.case.recused_ids = [*do.case.recused_ids, named.id]
    return {"person_name": asked["person_name"]}


def _officers(do: Doing) -> dict[str, Any]:
    people = [do.person(name) for name in ("officer_a", "officer_b")]
    if people[0].id == people[1].id:
        raise InvalidInputError("officer_b", _("执法人员不得少于两人。"))
    do.case.officer_a_id, do.case.officer_b_id = [one.id for one in people]
    return {"officers": [one.name for one in people]}


def _sent(do: Doing) -> dict[str, Any]:
    """Send a crime to the police within 24 hours of the approval (移送规定5)."""
    do.not_future("sent_at")
    approved = queries.last_entry(do.session, do.case, E.APPROVE_CRIME)
    late = approved is not None and do.said["sent_at"] - approved.at > timedelta(hours=24)
    return {"late": True} if late else {}


def _returned(do: Doing) -> dict[str, Any]:
    do.not_future("answered_on")
    return {}


COURSE_EFFECTS: Final[dict[E, Callable[[Doing], dict[str, Any]]]] = {
    E.INTERVIEW: _interview,
    E.REQUEST_HEARING: _request,
    E.CALL_HEARING: _call,
    E.DISCUSS: _discuss,
    E.SUSPEND: _suspend,
    E.PLAN_PAYMENT: _plan,
    E.DEMAND: _demand,
    E.RECORD_COURT: _court,
    E.REVISE: _revise,
    E.ASK_RECUSAL: _ask_recusal,
    E.DECIDE_RECUSAL: _decide_recusal,
    E.CHANGE_OFFICERS: _officers,
    E.SEND_CRIME: _sent,
    E.POLICE_RETURN: _returned,
}
