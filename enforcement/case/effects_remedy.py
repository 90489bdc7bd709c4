"""What a reconsideration or a lawsuit changes in a case, and its row for the list (复, 诉)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from enforcement.case import pauses, queries, timing
from enforcement.case.doing import Doing
from enforcement.case.models import Remedy
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.execution_terms import RemedyKind, RemedyOutcome
from enforcement.law.money import PauseGround
from enforcement.law.remedies import LIMIT_OF, UNDONE
from enforcement.law.terms import CaseEvent as E
from enforcement.law.timing import Excluded
from enforcement.timing import services


def running(do: Doing) -> Remedy | None:
    """Return the remedy of the case that has not ended, None without one."""
    query = select(Remedy).where(
        Remedy.county_code == do.case.county_code,
        Remedy.case_id == do.case.id,
        Remedy.ended_on.is_(None),
    )
    return do.session.scalars(query).first()


def _receive(do: Doing) -> dict[str, Any]:
    """Enter a remedy; the days to reply run from the day its copy came."""
    do.not_future("received_on")
    said = do.said
    if not (do.case.decided_on or said["filed_on"]) <= said["filed_on"] <= said["received_on"]:
        raise InvalidInputError("filed_on", _("提出日期应当在决定之后、收到副本之前。"))
    if running(do) is not None:
        return {}  # the gate refuses
    limit_id = LIMIT_OF[RemedyKind(said["kind"])]
    try:
        until: date | None = do.due(limit_id, said["received_on"]).raw
    except CalendarExhaustedError:
        until = None  # shown as an alarm
    do.session.add(
        Remedy(
            county_code=do.case.county_code, id=uuid7(), case_id=do.case.id, kind=said["kind"],
            organ=said["organ"].strip(), number=said["number"].strip(),
            filed_on=said["filed_on"], received_on=said["received_on"], limit_id=limit_id,
            answer_due_on=until,
        )
    )  # fmt: skip
    do.case.answer_limit, do.case.answer_from_on = limit_id, said["received_on"]
    lawsuit = RemedyKind(said["kind"]) is RemedyKind.LAWSUIT
    pauses.begin(
        do.session, do.case.county_code, do.actor,
        PauseGround.LITIGATION if lawsuit else PauseGround.RECONSIDERATION,
        said["filed_on"], said["number"], case_id=do.case.id,
    )  # fmt: skip
    return {"answer_due_on": until}


def _reply(do: Doing) -> dict[str, Any]:
    """Reply with the evidence; what comes late counts as none (诉34)."""
    do.not_future("sent_on")
    row = running(do)
    if row is None or row.replied_on is not None:
        return {}  # the gate refuses
    if do.said["sent_on"] < row.received_on:
        raise InvalidInputError("sent_on", _("提交日期不能早于收到副本的日期。"))
    row.replied_on = do.said["sent_on"]
    do.case.answer_limit = do.case.answer_from_on = None
    late = row.answer_due_on is not None and row.replied_on > row.answer_due_on
    return {"late": True} if late else {}


def _stay(do: Doing) -> dict[str, Any]:
    row = running(do)
    if row is not None:
        row.stayed = True
    return {}


def _lift(do: Doing) -> dict[str, Any]:
    row = running(do)
    if row is not None:
        row.stayed = False
    return {}


def _end(do: Doing) -> dict[str, Any]:
    """Enter the outcome: what was undone costs nothing any more, what was changed is never more."""
    do.not_future("ended_on")
    row, outcome = running(do), RemedyOutcome(do.said["outcome"])
    if row is None:
        return {}  # the gate refuses
    if do.said["ended_on"] < row.received_on:
        raise InvalidInputError("ended_on", _("收到日期不能早于收到副本的日期。"))
    before = do.case.fine_yuan
    if outcome in UNDONE and before is not None:
        do.case.fine_yuan = do.case.surcharge_yuan = Decimal(0)
    elif outcome is RemedyOutcome.CHANGED and before is not None:
        amount = do.said.get("amount")
        if amount is None or not 0 < amount < before:
            raise InvalidInputError("amount", _("变更后的罚款应当大于零并且低于原决定。"))
        do.case.fine_yuan = amount
    pauses.end(do.session, do.case.county_code, do.said["ended_on"], case_id=do.case.id)
    row.outcome, row.ended_on, row.stayed = str(outcome), do.said["ended_on"], False
    do.case.answer_limit = do.case.answer_from_on = None
    return {"kind": row.kind, "organ": row.organ, "before_yuan": before}


def _redo(do: Doing) -> dict[str, Any]:
    """Take the case up again; the days from the old decision until today do not count."""
    case, decided_on = do.case, do.case.decided_on
    case.decided_on = case.served_on = case.payment_due_on = case.closed_on = None
    case.fine_yuan = case.noticed_yuan = case.proposed_yuan = None
    case.statement = case.statement_until_on = case.tier = None
    case.proposal_approved = case.endorsed = False
    case.surcharge_yuan = Decimal(0)
    if decided_on is not None:
        _do_not_count(do, decided_on)
    running = timing.clock_of(do.session, case, do.today)
    case.decision_due_on = running.raw if running else None
    return {"decision_due_on": case.decision_due_on}


def _do_not_count(do: Doing, decided_on: date) -> None:
    """Exclude the time since the old decision, as far as it is not excluded already."""
    found = timing.clock_of(do.session, do.case, do.today)
    end = queries.last_entry(do.session, do.case, E.END_REMEDY)
    if found is None or end is None:
        return
    ended = [one.last or do.today for one in found.spans if one.kind is Excluded.SUSPENSION]
    first_on = max([decided_on, *(day + timedelta(days=1) for day in (found.started, *ended))])
    if first_on > do.today:
        return
    paper, reason = str(end.detail["number"]), _("原决定被撤销并责令重新作出，其间不计入办案期限。")
    kind = Excluded.SUSPENSION
    row = services.exclude(
        do.session, do.actor, do.case.id, found, kind, reason, paper, first_on, do.today
    )
    last_on = max(first_on, do.today - timedelta(days=1))
    services.end(do.session, do.actor, do.case.id, row.id, last_on, paper, do.today)


REMEDY_EFFECTS: Final[dict[E, Callable[[Doing], dict[str, Any]]]] = {
    E.RECEIVE_REMEDY: _receive,
    E.REPLY_REMEDY: _reply,
    E.STAY_EXECUTION: _stay,
    E.LIFT_STAY: _lift,
    E.END_REMEDY: _end,
    E.REDO: _redo,
}
