"""Which paper an act issues, and with which blocks of the case."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import paper_data, queries
from enforcement.case.facts import matter_of, power_of
from enforcement.case.models import CaseFile
from enforcement.document import services as documents
from enforcement.document.models import Document
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law import paperwork
from enforcement.law.procedure import Step
from enforcement.law.terms import CaseEvent as E
from enforcement.people.queries import find_organ_named

OPINIONS = {E.APPROVE_FILING: E.PROPOSE_FILING, E.APPROVE_CLOSING: E.PROPOSE_CLOSING}


def issue_of(
    session: Session, actor: Actor, case: CaseFile, step: Step, said: dict[str, Any]
) -> None:
    """Issue the paper of a step, where it has one; a notice is served in the same act."""
    if step.paper is None:
        return
    if step.event is E.SERVE:
        decision = _last(session, case, "D38")
        _prove_service(session, actor, case, decision, said)
        return
    document = issue(session, actor, case, step.paper, _blocks(session, case, step, said))
    if step.event is E.NOTIFY:
        _prove_service(session, actor, case, document, said)


def issue(
    session: Session, actor: Actor, case: CaseFile, code: str, more: dict[str, Any]
) -> Document:
    """Issue one paper of a case in the name the power list gives, with further blocks."""
    at = clock.now(session)
    answer = power_of(session, case, clock.local_day(at))
    organ = find_organ_named(session, case.county_code, answer.in_name_of or "")
    if organ is None:
        raise NotFoundError(
            _("尚未登记执法主体的文书信息，不能制作文书。"),
            organ=answer.in_name_of,
            reason=answer.reason,
        )
    data = paper_data.blocks(session, case, organ, matter_of(case, answer), at) | more
    return documents.issue(session, actor, organ, code, case.id, _without_none(data), at)


def _blocks(session: Session, case: CaseFile, step: Step, said: dict[str, Any]) -> dict[str, Any]:
    entries = queries.history(session, case.county_code, case.id)
    kept = entries[-1].detail
    if step.event is E.RECORD_SCENE:
        return {"record": kept | {"recorder": entries[-1].by_name}}
    if step.event is E.ORDER_CORRECTION:
        return {"correction": kept}
    proposed = OPINIONS.get(step.event)
    more = paper_data.closing(case, entries) if step.event is E.APPROVE_CLOSING else {}
    if proposed is not None:
        more["opinions"] = paper_data.opinions(entries, proposed, step.event)
    return more


def _prove_service(
    session: Session, actor: Actor, case: CaseFile, document: Document, said: dict[str, Any]
) -> None:
    entries = queries.history(session, case.county_code, case.id)
    party = queries.party_of(session, case)
    name = paperwork.paper(document.code).name
    issue(
        session,
        actor,
        case,
        "D41",
        paper_data.service(case, party.name if party else "", document, name, entries[-1].detail),
    )


def _last(session: Session, case: CaseFile, code: str) -> Document:
    from enforcement.document.queries import list_of_case

    return [row for row in list_of_case(session, case.county_code, case.id) if row.code == code][-1]


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value
