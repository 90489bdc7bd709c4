"""What each act changes in a case, before the gates are asked. Each takes what was said."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import money, parties, queries, serving
from enforcement.case.doing import Doing
from enforcement.case.effects_assign import assign
from enforcement.case.effects_course import COURSE_EFFECTS
from enforcement.case.effects_discretion import propose
from enforcement.case.effects_execution import EXECUTION_EFFECTS
from enforcement.case.effects_remedy import REMEDY_EFFECTS
from enforcement.case.models import CaseFile
from enforcement.case.standing import power_of
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.money import Receipt
from enforcement.law.numbers import is_credit_code, is_identity_number
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import PartyKind, StatementOutcome

PARTY: Final = (
    "party_kind", "party_name", "party_id_number", "party_uscc", "party_representative",
    "party_address", "party_phone",
)  # fmt: skip
Effect = Callable[[Doing], dict[str, Any]]


def apply(
    session: Session, actor: Actor, case: CaseFile, event: E, said: dict[str, Any], today: date
) -> dict[str, Any]:
    """Change the case as the act says and return what history keeps of it."""
    effect = EFFECTS.get(event)
    more = effect(Doing(session, actor, case, said, today)) if effect else {}
    return {**said, **more}


def _party(do: Doing) -> dict[str, Any]:
    said = do.said
    kind = PartyKind(said["party_kind"])
    _check_numbers(kind, said)
    if said.get("act_ended_on") and said["act_ended_on"] < do.case.acted_on:
        raise InvalidInputError("act_ended_on", _("终了日期不能早于行为发生日期。"))
    told = {name.removeprefix("party_"): said.get(name) for name in PARTY}
    party = parties.take(do.session, do.actor, told | {"name": said["party_name"].strip()})
    do.case.party_id = party.id
    names = _officers(do)
    hidden = {"party_id_number": None, "party_phone": None}  # never in the readable history
    return {"signed": "、".join(names), "officers": names, **hidden}


def _check_numbers(kind: PartyKind, said: dict[str, Any]) -> None:
    id_number, uscc = said.get("party_id_number"), said.get("party_uscc")
    if kind is PartyKind.PERSON and not id_number:
        raise InvalidInputError("party_id_number", _("公民须填写身份证件号码。"))
    if kind is not PartyKind.PERSON and not (uscc and said.get("party_representative")):
        raise InvalidInputError(
            "party_uscc", _("单位和个体工商户须填写统一社会信用代码和法定代表人（经营者）。")
        )
    if id_number and not is_identity_number(id_number):
        raise InvalidInputError("party_id_number", _("身份证号码校验不通过，请核对。"))
    if uscc and not is_credit_code(uscc):
        raise InvalidInputError("party_uscc", _("统一社会信用代码校验不通过，请核对。"))


def _officers(do: Doing) -> list[str]:
    people = [do.person(name) for name in ("officer_a", "officer_b")]
    if do.actor.person_id not in [one.id for one in people]:
        raise InvalidInputError("officer_a", _("报请人应当是两名承办人员之一。"))
    _as_assigned(do, {one.id for one in people})
    do.case.officer_a_id, do.case.officer_b_id = [one.id for one in people]
    return [one.name for one in people]


def _as_assigned(do: Doing, chosen: set[uuid.UUID]) -> None:
    """Raise InvalidInputError where a leader gave the case to another pair."""
    entry = queries.last_entry(do.session, do.case, E.ASSIGN)
    given = {do.case.officer_a_id, do.case.officer_b_id}
    if entry is not None and chosen != given:
        message = _(
            "本案已交办给%(who)s，更换承办人员由大队长、中队长办理。", who=entry.detail["signed"]
        )
        raise InvalidInputError("officer_b", message)


def _filed(do: Doing) -> dict[str, Any]:
    answer = power_of(do.session, do.case, do.today)
    version = answer.provision
    do.case.power_item_id, do.case.provision_id = answer.item_id, version.id if version else None
    do.case.filed_on = do.today
    do.case.decision_due_on = do.due("decision", do.today).raw
    return {"decision_due_on": do.case.decision_due_on}


def _scene(do: Doing) -> dict[str, Any]:
    if do.said["to_at"] < do.said["from_at"]:
        raise InvalidInputError("to_at", _("结束时间不能早于开始时间。"))
    do.not_future("to_at")
    return {}


def _correction(do: Doing) -> dict[str, Any]:
    if do.said["until_on"] < do.today:
        raise InvalidInputError("until_on", _("改正期限不能早于今天。"))
    return {}


def _propose(do: Doing) -> dict[str, Any]:
    do.case.proposal_approved = False
    return propose(do)


def _approve_proposal(do: Doing) -> dict[str, Any]:
    do.case.proposal_approved = True
    return {}


def _notify(do: Doing) -> dict[str, Any]:
    if clock.local_day(do.said["at"]) != do.today:  # the notice bears the day of this act
        raise InvalidInputError("at", _("告知书在今天出具，送达时间应当是今天。"))
    served_on = serving.served_on(do)
    do.case.noticed_yuan, do.case.statement = do.case.proposed_yuan, None
    try:
        do.case.statement_until_on = do.due("statement", served_on).raw
    except CalendarExhaustedError:
        do.case.statement_until_on = None  # shown as an alarm; the period then never lapses
    return {"served_on": served_on, "statement_until_on": do.case.statement_until_on}


def _statement(do: Doing) -> dict[str, Any]:
    outcome = StatementOutcome(do.said["outcome"])
    heard = outcome is not StatementOutcome.WAIVED
    if heard and not (do.said.get("content") and do.said.get("result")):
        raise InvalidInputError("content", _("请写明陈述申辩内容和复核意见。"))
    do.case.statement = outcome
    return {}


def _decide(do: Doing) -> dict[str, Any]:
    do.case.fine_yuan, do.case.decided_on = do.case.proposed_yuan, do.today
    return {"fine_yuan": do.case.fine_yuan}


def _serve(do: Doing) -> dict[str, Any]:
    do.case.served_on = served_on = serving.served_on(do)
    if do.case.decided_on and clock.local_day(do.said["at"]) < do.case.decided_on:
        raise InvalidInputError("at", _("送达时间不能早于决定日期。"))
    if do.case.fine_yuan is None:
        return {"served_on": served_on}
    do.case.payment_due_on = do.due("payment", served_on).last
    return {"served_on": served_on, "payment_due_on": do.case.payment_due_on}


def _pay(do: Doing) -> dict[str, Any]:
    case, said = do.case, do.said
    if not case.fine_yuan:
        return {}  # the gate refuses
    fine, amount, extra = case.fine_yuan, said["amount"], said.get("surcharge") or 0
    if said["paid_on"] > do.today or said["paid_on"] < min(case.served_on or do.today, do.today):
        raise InvalidInputError("paid_on", _("缴款日期应当在送达之后，且不能在将来。"))
    if amount + extra <= 0 or case.paid_yuan + amount > fine:
        raise InvalidInputError("amount", _("缴款数额应当大于零，且合计不超过罚款数额。"))
    case.paid_yuan += amount
    if amount:
        paid = Receipt(said["paid_on"], amount, said["receipt"])
        counted = money.of_case(do.session, case, do.today, [paid])
        if counted.planned:
            case.payment_due_on = counted.next_due or case.payment_due_on
        if case.paid_yuan == fine:
            case.surcharge_yuan = counted.surcharge_yuan
    case.surcharge_paid_yuan += extra
    if case.surcharge_paid_yuan > case.surcharge_yuan:
        message = _("加处罚款合计不超过%(yuan)s元。", yuan=case.surcharge_yuan)
        raise InvalidInputError("surcharge", message)
    return {"surcharge_due": case.surcharge_yuan} if case.surcharge_yuan else {}


def _close(do: Doing) -> dict[str, Any]:
    do.case.closed_on = do.today
    return {}


def _endorse(do: Doing) -> dict[str, Any]:
    do.case.endorsed = True
    return {}


EFFECTS: Final[dict[E, Effect]] = {
    E.ASSIGN: assign,
    E.PROPOSE_FILING: _party,
    E.APPROVE_FILING: _filed,
    E.RECORD_SCENE: _scene,
    E.ORDER_CORRECTION: _correction,
    E.PROPOSE_PENALTY: _propose,
    E.APPROVE_PROPOSAL: _approve_proposal,
    E.NOTIFY: _notify,
    E.HEAR_STATEMENT: _statement,
    E.PROPOSE_DECISION: propose,
    E.DECIDE: _decide,
    E.SERVE: _serve,
    E.RECORD_PAYMENT: _pay,
    E.APPROVE_CLOSING: _close,
    E.ENDORSE: _endorse,
    **COURSE_EFFECTS,
    **EXECUTION_EFFECTS,
    **REMEDY_EFFECTS,
}
