"""Acts upon cases: one function carries out a row of the procedure, whoever calls it.

Lock the case, ask who and which state, apply what was said, compute the gates, write history,
issue the paper. A closed gate raises and the whole act is undone with its transaction.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Final

from geoalchemy2 import WKTElement
from sqlalchemy.orm import Session

from enforcement import clock, events, history, once, permissions
from enforcement.actor import Actor
from enforcement.case import effects, exhibits, papers, people, queries, suspending, timing
from enforcement.case.facts import facts_of
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.case.standing import power_of
from enforcement.document import numbering
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _, label, reason_of
from enforcement.ids import uuid7
from enforcement.incident import services as incidents
from enforcement.incident.models import Incident
from enforcement.law import procedure
from enforcement.law.gates import gate, gates
from enforcement.law.matters import matter
from enforcement.law.procedure import Step
from enforcement.law.procedure_step import REMEMBERED
from enforcement.law.terms import CaseEvent, CaseState, IncidentEvent, UnitKind
from enforcement.people.models import Unit
from enforcement.permissions import Permission
from enforcement.timing import waiting
from gis.srid import STORAGE_SRID

DECIDING: Final = frozenset(
    {CaseState.DECISION_REVIEW, CaseState.NO_PENALTY_REVIEW, CaseState.DEMOLITION_REVIEW}
)


def register(
    session: Session,
    actor: Actor,
    incident_id: uuid.UUID,
    said: dict[str, Any],
    *,
    key: str | None = None,
) -> CaseFile:
    """Turn an incident into a lead (P1): one act makes the case and D01, with all carried over.

    said -- matter_code, act, place, acted_on. Raises InvalidInputError, NotPermittedError,
    StepNotAllowedError (the incident is closed or has become a case already).
    """
    permissions.check(actor, Permission.CASE_WORK)
    earlier = once.claim(session, actor, key, "case:register", [incident_id, said])
    if earlier is not None:
        return queries.get(session, actor, earlier)
    today = clock.today(session)
    people.check_certified(session, actor, today)
    incident = incidents.act(session, actor, incident_id, IncidentEvent.PASS_TO_CASE)
    case = _from_incident(session, actor, incident, said, today)
    _check_power(session, case, today)
    session.add(case)
    session.flush()
    exhibits.carry_over(session, actor, case)
    _remember(session, case, CaseEvent.REGISTER, actor, {**said, "incident": incident.number})
    waiting.refresh(session, case.county_code, [case])
    papers.issue(session, actor, case, "D01", {})
    once.done(session, actor, key, case.id)
    return case


def register_found(
    session: Session,
    actor: Actor,
    said: dict[str, Any],
    *,
    village_code: str,
    order: dict[str, Any] | None = None,
) -> CaseFile:
    """Register a lead that officers found themselves (P1), without an incident: D01 and the case.

    said -- matter_code, act, place, acted_on, found_by; order -- to put right, with the look at it
    that failed: ordered_on, until_on, demand, seen_on, findings, result. Raises NotPermittedError,
    InvalidInputError, StepNotAllowedError.
    """
    permissions.check(actor, Permission.CASE_WORK)
    today = clock.today(session)
    people.check_certified(session, actor, today)
    squad = _squad(session, actor, None)
    case = _new(session, said, squad, today)
    case.village_code, case.township_code = village_code, village_code[:9]
    _check_power(session, case, today)
    session.add(case)
    session.flush()
    kept = said | {"order": history.plain(order)} if order else said
    _remember(session, case, CaseEvent.REGISTER, actor, kept)
    waiting.refresh(session, case.county_code, [case])
    papers.issue(session, actor, case, "D01", {})
    return case


def _check_power(session: Session, case: CaseFile, today: date) -> None:
    answer = power_of(session, case, today)
    if not answer.allowed:
        raise InvalidInputError("matter_code", answer.reason, article=answer.article)


def _from_incident(
    session: Session, actor: Actor, incident: Incident, said: dict[str, Any], today: date
) -> CaseFile:
    if said["acted_on"] > today:
        raise InvalidInputError("acted_on", _("行为发生日期不能在将来。"))
    case = _new(session, said, _squad(session, actor, incident), today)
    case.incident_id, case.routing_id = incident.id, incident.routing_id
    case.village_code, case.township_code = incident.village_code, incident.township_code
    if incident.lon is not None:
        case.lon, case.lat = incident.lon, incident.lat
        case.point = WKTElement(f"POINT({incident.lon} {incident.lat})", srid=STORAGE_SRID)
    return case


def _new(session: Session, said: dict[str, Any], squad: Unit, today: date) -> CaseFile:
    """Return a lead with its number, of a squad, about a place that is still to be said."""
    row = matter(said["matter_code"])
    count = numbering.take(session, squad.county_code, "case", "", today.year)
    return CaseFile(
        county_code=squad.county_code,
        id=uuid7(),
        number=f"AJ{today.year}-{count:04d}",
        state=CaseState.CLUE,
        matter_code=row.code,
        cause=f"{row.name}案",
        act=said["act"].strip(),
        place=said["place"].strip(),
        acted_on=said["acted_on"],
        squad_id=squad.id,
        unit_code=squad.code,
        registered_at=clock.now(session),
    )


def _squad(session: Session, actor: Actor, incident: Incident | None) -> Unit:
    """Return the squad that works the case: the one dispatched, else the actor's own."""
    code = (incident.handler_unit_code if incident else None) or actor.unit_code
    squad = session.query(Unit).filter_by(county_code=actor.county_code, code=code).one()
    if squad.kind != UnitKind.SQUAD:
        raise StepNotAllowedError(_("请先把事件派给一个中队。"))
    return squad


def carry_out(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    event: CaseEvent,
    said: dict[str, Any],
    *,
    key: str | None = None,
    version: int | None = None,
) -> CaseFile:
    """Carry out one row of the procedure upon a case; `said` holds the fields of case.acts.

    Raises NotFoundError, NotPermittedError, StaleVersionError, StepNotAllowedError,
    GateClosedError (with every closed gate and its article), InvalidInputError,
    MissingFieldsError; then nothing has changed.
    """
    today = clock.today(session)
    people.check_right(session, actor, str(event), people.permission_of(event), today)
    with session.begin_nested():  # a refusal undoes the act, whatever the caller does then
        return _carry_out(session, actor, case_id, event, said, key=key, version=version)


def _carry_out(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    event: CaseEvent,
    said: dict[str, Any],
    *,
    key: str | None,
    version: int | None,
) -> CaseFile:
    earlier = once.claim(session, actor, key, f"case:{event}", [case_id, said])
    if earlier is not None:
        return queries.get(session, actor, earlier)
    case = queries.get(session, actor, case_id, lock=True)
    _check_version(case, version)
    step = _step(case, event)
    today = clock.today(session)
    people.check_doer(session, actor, case, step, today)
    running = timing.clock_of(session, case, today)
    signer = people.signing(session, actor, case, step, today)
    said = effects.apply(session, signer, case, event, said, today)
    _check_gates(session, case, step, today, said)
    _move(case, step)
    _remember(session, case, event, signer, said, step)
    _look_for_review(session, case, today)
    papers.issue_of(session, actor, case, step, said)
    suspending.follow(session, actor, case, event, said, running, today)
    waiting.refresh(session, case.county_code, [case])
    once.done(session, actor, key, case.id)
    return case


def _look_for_review(session: Session, case: CaseFile, today: date) -> None:
    """Remember whether the case now waits for the legal reviewer (罚58)."""
    if case.state not in DECIDING:
        case.awaits_review = False
        return
    session.flush()
    case.awaits_review = not gate("legal_review", facts_of(session, case, today)).open


def _move(case: CaseFile, step: Step) -> None:
    """Change the state; the unit's endorsement counts for one review only."""
    before = CaseState(case.state)
    case.state = step.leads_to(before, CaseState(case.stopped_from or before))
    if case.state in REMEMBERED and case.state != before:
        case.stopped_from = before
    case.version += 1
    if case.state != before:
        case.endorsed = False


def _check_version(case: CaseFile, version: int | None) -> None:
    if version is not None and version != case.version:
        raise StaleVersionError(
            _("该案件刚被他人办理，请刷新后再操作。"),
            your_version=version,
            current={"version": case.version, "state": case.state},
        )


def _step(case: CaseFile, event: CaseEvent) -> Step:
    step = procedure.step_for(CaseState(case.state), event)
    if step is None:
        raise StepNotAllowedError(
            _(
                "案件%(number)s现为“%(state)s”，依照%(article)s不能执行“%(act)s”。",
                number=case.number,
                state=label(CaseState(case.state)),
                act=label(event),
                article=procedure.article_of(event).zh,
            ),
            article=procedure.article_of(event).zh,
            state=case.state,
        )
    return step


def _check_gates(
    session: Session, case: CaseFile, step: Step, today: date, said: dict[str, Any]
) -> None:
    session.flush()
    facts = facts_of(session, case, today, said)
    closed = [one for one in gates(step.gates, facts) if not one.open]
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
    case: CaseFile,
    event: CaseEvent,
    actor: Actor,
    said: dict[str, Any],
    step: Step | None = None,
) -> None:
    source = step.source if step else procedure.article_of(CaseEvent.CHECK)
    history.append(
        session, CaseEntry.case_id, case, event, actor, clock.now(session), said, article=source.zh
    )
    events.publish(
        session, case.county_code, "case", str(event), case.id,
        units=(case.unit_code,), state=str(case.state), version=case.version,
    )  # fmt: skip
