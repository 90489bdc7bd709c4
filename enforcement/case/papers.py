"""Which paper an act issues, and with which blocks of the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import paper_acts, paper_data, paper_execution, queries
from enforcement.case.facts import facts_of
from enforcement.case.models import CaseFile
from enforcement.case.standing import matter_of, power_of
from enforcement.document import services as documents
from enforcement.document.models import Document
from enforcement.document.queries import list_of_case
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law import paperwork
from enforcement.law.gates_hearing import is_needed
from enforcement.law.penalties import hearing_threshold
from enforcement.law.power import Answer
from enforcement.law.procedure import APPROVE, Step
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import ServiceWay
from enforcement.people.models import Organ
from enforcement.people.queries import find_organ_named

OPINIONS = {
    E.APPROVE_FILING: E.PROPOSE_FILING,
    E.REFUSE_FILING: E.PROPOSE_FILING,
    E.APPROVE_PROPOSAL: E.PROPOSE_PENALTY,
    E.APPROVE_CRIME: E.PROPOSE_CRIME,
    E.REFUSE_CRIME: E.PROPOSE_CRIME,
    E.APPROVE_CLOSING: E.PROPOSE_CLOSING,
    E.ORDER_DEMOLITION: E.PROPOSE_DEMOLITION,
}
DECISIONS = frozenset({"D38", "D39", "D47", "D61"})
SERVED_AT_ONCE = frozenset({E.NOTIFY, E.CALL_HEARING, E.DEMAND, E.DEMAND_SUBSTITUTE})
"""Acts that hand their paper over: proof of service is part of them."""


def issue_of(
    session: Session, actor: Actor, case: CaseFile, step: Step, said: dict[str, Any]
) -> None:
    """Issue the paper of a step, where it has one; a notice is served in the same act."""
    if step.paper is None:
        return
    if step.event is E.SERVE:
        decision = _last(session, case, DECISIONS)
        _prove_service(session, actor, case, decision, said)
        return
    code = _code(session, case, step)
    document = issue(session, actor, case, code, _blocks(session, case, step, said))
    if step.event in SERVED_AT_ONCE:
        _prove_service(session, actor, case, document, said)


def _code(session: Session, case: CaseFile, step: Step) -> str:
    """Return the paper of a step; a notice tells of a hearing where the penalty gives the right."""
    if step.event is not E.NOTIFY:
        return str(step.paper)
    return "D27" if is_needed(facts_of(session, case, clock.today(session))) else "D26"


def issue(
    session: Session, actor: Actor, case: CaseFile, code: str, more: dict[str, Any]
) -> Document:
    """Issue one paper of a case in the name the power list gives, with further blocks."""
    at = clock.now(session)
    organ, answer = organ_in_name_of(session, case, at)
    data = paper_data.blocks(session, case, organ, matter_of(case, answer), at) | more
    owner = documents.Owner(case_id=case.id)
    return documents.issue(session, actor, organ, code, owner, without_none(data), at)


def organ_in_name_of(session: Session, case: CaseFile, at: datetime) -> tuple[Organ, Answer]:
    """Return the organ in whose name a case is handled, and what the power list says of it.

    Raises NotFoundError where nothing is known of what that organ prints on papers.
    """
    answer = power_of(session, case, clock.local_day(at))
    organ = find_organ_named(session, case.county_code, answer.in_name_of or "")
    if organ is None:
        raise NotFoundError(
            _("尚未登记执法主体的文书信息，不能制作文书。"),
            organ=answer.in_name_of,
            reason=answer.reason,
        )
    return organ, answer


def _blocks(session: Session, case: CaseFile, step: Step, said: dict[str, Any]) -> dict[str, Any]:
    entries = queries.history(session, case.county_code, case.id)
    kept = entries[-1].detail
    if step.event is E.RECORD_SCENE:
        return {"record": kept | {"recorder": entries[-1].by_name}}
    if step.event is E.ORDER_CORRECTION:
        return {"correction": kept}
    proposed = OPINIONS.get(step.event)
    more: dict[str, Any] = {"act": kept | paper_acts.signed(entries[-1])}
    more |= paper_acts.closing(case, entries) if step.event is E.APPROVE_CLOSING else {}
    if proposed is not None:
        more["opinions"] = paper_acts.opinions(entries, proposed, step.event)
    elif step.by == APPROVE:
        more["opinions"] = paper_acts.head_opinion(entries[-1])
    more |= paper_execution.blocks(session, case, step, entries)
    if step.event is E.APPROVE_PROPOSAL:
        more["proposal"] = _hearing_right(session, case)
    return more


def _hearing_right(session: Session, case: CaseFile) -> dict[str, Any]:
    facts = facts_of(session, case, clock.today(session))
    standard = hearing_threshold(case.county_code).source
    return {"hearing_right": is_needed(facts), "standard": standard}


def _prove_service(
    session: Session, actor: Actor, case: CaseFile, document: Document, said: dict[str, Any]
) -> None:
    entries = queries.history(session, case.county_code, case.id)
    party = queries.party_of(session, case)
    name = paperwork.paper(document.code).name
    detail = entries[-1].detail
    code = "D70" if detail.get("way") == ServiceWay.NOTICE else "D41"
    told = paper_acts.service(party.name if party else "", document, name, detail)
    issue(session, actor, case, code, told)


def _last(session: Session, case: CaseFile, codes: frozenset[str]) -> Document:
    papers = list_of_case(session, case.county_code, case.id)
    return [row for row in papers if row.code in codes][-1]


def without_none(value: Any) -> Any:
    """Return the blocks without what is not known, so that a paper leaves it out."""
    if isinstance(value, dict):
        return {key: without_none(one) for key, one in value.items() if one is not None}
    return [without_none(one) for one in value] if isinstance(value, list) else value
