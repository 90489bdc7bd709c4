"""Acts of an inspection: propose, join, approve, give notice, go in, record, conclude, publish.

The enterprise is locked first, so that two brigades never start at once and the cap holds.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, history, once, permissions
from enforcement.actor import Actor
from enforcement.case import people
from enforcement.document.models import Document
from enforcement.errors import (
    GateClosedError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _, label, reason_of
from enforcement.inspection import effects, making, papers, queries
from enforcement.inspection.facts import facts_of, power_of
from enforcement.inspection.models import Enterprise, Inspection, InspectionEntry
from enforcement.law.inspection_terms import InspectionEvent as E
from enforcement.law.inspection_terms import InspectionState
from enforcement.law.inspections import (
    INSPECTIONS,
    JOINER,
    PUBLISHER,
    InspectionStep,
    article_of,
    inspection_gates,
    step_of,
)
from enforcement.law.procedure_step import APPROVE, WORK
from enforcement.permissions import Permission

PERMISSION_OF: Final = {
    WORK: Permission.CASE_WORK,
    JOINER: Permission.CASE_WORK,
    APPROVE: Permission.CASE_APPROVE,
    PUBLISHER: Permission.PUBLISH,
}


def permission_of(event: E) -> Permission:
    """Return the permission an act needs, from who carries it out in the table."""
    return PERMISSION_OF[next((row.by for row in INSPECTIONS if row.event is event), WORK)]


def propose(
    session: Session, actor: Actor, said: dict[str, Any], *, key: str | None = None
) -> Inspection:
    """Propose the inspection of an enterprise; said -- the fields of acts.PROPOSE.

    Raises NotPermittedError, StepNotAllowedError, GateClosedError (with every closed gate and its
    article), InvalidInputError; then nothing is kept and no number is used.
    """
    permissions.check(actor, Permission.CASE_WORK)
    with session.begin_nested():
        earlier = once.claim(session, actor, key, "inspection:propose", said)
        if earlier is not None:
            return queries.get(session, actor, earlier)
        now = clock.now(session)
        people.check_certified(session, actor, clock.local_day(now))
        enterprise = making.enterprise_of(session, actor, said)
        row = making.inspection_of(session, actor, enterprise, said, now)
        step = step_of(None, E.PROPOSE)
        assert step is not None  # noqa: S101 -- the first row of the table
        _check_gates(session, row, enterprise, step, said)
        answer = power_of(session, row, enterprise, clock.local_day(now))
        row.organ = answer.in_name_of or ""
        row.basis = answer.provision.basis if answer.provision else ""
        row.number = making.number_of(session, row.county_code, now)
        session.add(row)
        session.flush()
        _remember(session, actor, row, enterprise, step, said)
        once.done(session, actor, key, row.id)
        return row


def carry_out(
    session: Session,
    actor: Actor,
    inspection_id: uuid.UUID,
    event: E,
    said: dict[str, Any],
    *,
    gate_code: str | None = None,
    key: str | None = None,
    version: int | None = None,
) -> Inspection:
    """Carry out one row of the table upon an inspection; said -- the fields of acts.FIELDS.

    gate_code -- what the sign at the enterprise's gate says. Raises NotFoundError,
    NotPermittedError, StaleVersionError, StepNotAllowedError, GateClosedError,
    InvalidInputError; then nothing has changed.
    """
    permissions.check(actor, permission_of(event))
    with session.begin_nested():
        earlier = once.claim(session, actor, key, f"inspection:{event}", [inspection_id, said])
        if earlier is not None:
            return queries.get(session, actor, earlier)
        row = queries.get(session, actor, inspection_id)
        enterprise = _lock(session, row)
        row = queries.get(session, actor, inspection_id, lock=True)
        _check_version(row, version)
        step = _step(row, event)
        check_doer(session, actor, row, step)
        said = dict(said)
        if event is E.ENTER:
            said["scanned"] = gate_code is not None and gate_code == enterprise.gate_code
        _check_gates(session, row, enterprise, step, said)
        row.state = step.target or row.state
        effect = effects.EFFECTS.get(event)
        more = effect(session, actor, row, enterprise, said) if effect else {}
        row.version += 1
        session.flush()
        _remember(session, actor, row, enterprise, step, said | more)
        once.done(session, actor, key, row.id)
        return row


def check_doer(session: Session, actor: Actor, row: Inspection, step: InspectionStep) -> None:
    """Raise NotPermittedError where the actor may not carry out the step."""
    why = problem(session, actor, row, step)
    if why is not None:
        raise NotPermittedError(why, article=step.source.zh)
    if step.by in (WORK, JOINER):
        people.check_certified(session, actor, clock.today(session))


def problem(session: Session, actor: Actor, row: Inspection, step: InspectionStep) -> str | None:
    """Return why the actor is not the one to carry out a step, None where he is."""
    officers = (row.officer_a_id, row.officer_b_id)
    if step.by == WORK:
        joined = [join.person_id for join, _name in queries.joins(session, row)]
        if actor.person_id not in (*officers, *joined):
            return _("只有参加本次检查的执法人员可以办理。")
    elif step.by == JOINER:
        if actor.unit_id == row.squad_id:
            return _("本单位已经在办理这次检查。")
    elif actor.person_id in officers:
        return _("检查人员不得审批、审核自己办理的检查。")
    return None


def to_sign(
    session: Session, actor: Actor, inspection_id: uuid.UUID, document_id: uuid.UUID, write: bool
) -> Document:
    """Return a paper of an inspection to look at its signatures, or to take one (write).

    Raises NotFoundError, NotPermittedError unless the actor takes part in it.
    """
    row = queries.get(session, actor, inspection_id, lock=write)
    if write:
        _check_takes_part(session, actor, row)
    document = session.get(Document, (row.county_code, document_id))
    if document is None or document.inspection_id != row.id:
        queries.missing()
    return document


def _check_takes_part(session: Session, actor: Actor, row: Inspection) -> None:
    joined = [join.person_id for join, _name in queries.joins(session, row)]
    if actor.person_id not in (row.officer_a_id, row.officer_b_id, *joined):
        raise NotPermittedError(_("只有参加本次检查的执法人员可以办理。"))
    people.check_certified(session, actor, clock.today(session))


def _lock(session: Session, row: Inspection) -> Enterprise:
    query = select(Enterprise).where(
        Enterprise.county_code == row.county_code, Enterprise.id == row.enterprise_id
    )
    return session.scalars(query.with_for_update()).one()


def _check_version(row: Inspection, version: int | None) -> None:
    if version is not None and version != row.version:
        raise StaleVersionError(
            _("该检查刚被他人办理，请刷新后再操作。"),
            your_version=version,
            current={"version": row.version, "state": row.state},
        )


def _step(row: Inspection, event: E) -> InspectionStep:
    step = step_of(InspectionState(row.state), event)
    if step is None:
        raise StepNotAllowedError(
            _(
                "检查%(number)s现为“%(state)s”，依照%(article)s不能执行“%(act)s”。",
                number=row.number,
                state=label(InspectionState(row.state)),
                act=label(event),
                article=article_of(event).zh,
            ),
            article=article_of(event).zh,
            state=row.state,
        )
    return step


def _check_gates(
    session: Session,
    row: Inspection,
    enterprise: Enterprise,
    step: InspectionStep,
    said: dict[str, Any],
) -> None:
    facts = facts_of(session, row, enterprise, clock.today(session), said)
    closed = [one for one in inspection_gates(step.gates, facts) if not one.open]
    if not closed:
        return
    reasons = [(one, reason_of(one)) for one in closed]
    why = "；".join(f"{_(one.title)}——{reason}（{one.article}）" for one, reason in reasons)
    raise GateClosedError(
        _("不能执行“%(act)s”：%(why)s", act=label(step.event), why=why),
        gates=[
            {"id": one.id, "rule": one.rule, "article": one.article, "reason": reason}
            for one, reason in reasons
        ],
    )


def _remember(
    session: Session,
    actor: Actor,
    row: Inspection,
    enterprise: Enterprise,
    step: InspectionStep,
    kept: dict[str, Any],
) -> None:
    history.append(
        session, InspectionEntry.inspection_id, row, step.event, actor, clock.now(session), kept,
        article=step.source.zh,
    )  # fmt: skip
    papers.issue_of(session, actor, row, enterprise, step, history.plain(kept))
