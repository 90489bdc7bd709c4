"""Who may carry out a step: roles, the two officers of the case, and never both sides of it."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol

from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.case.models import CaseFile
from enforcement.errors import NotPermittedError
from enforcement.i18n import _
from enforcement.law import procedure
from enforcement.law.articles import Article
from enforcement.law.errors import UnknownRuleError
from enforcement.law.procedure import APPROVE, CHAIR, LEGAL, REVIEW, WORK, Step
from enforcement.law.terms import CaseEvent, Role
from enforcement.people.queries import certificate_problem, organ_of
from enforcement.permissions import Permission

LEADERS = frozenset({Role.SQUAD_LEADER, Role.BRIGADE_LEADER})
PERMISSION_OF: Final = {
    WORK: Permission.CASE_WORK,
    REVIEW: Permission.CASE_WORK,
    APPROVE: Permission.CASE_APPROVE,
    LEGAL: Permission.CASE_REVIEW,
    CHAIR: Permission.CASE_HEAR,
}
"""What each side of the procedure asks of a person's role."""


class Row(Protocol):
    """A row of a table of acts: who carries it out, by which article."""

    @property
    def by(self) -> str:
        """Return who carries it out, such as WORK or APPROVE."""

    @property
    def source(self) -> Article:
        """Return the article."""


def permission_of(event: CaseEvent) -> Permission:
    """Return the permission an event needs, from who carries it out in the procedure.

    Raises UnknownRuleError for an event that is no act of the procedure.
    """
    by = next((step.by for step in procedure.PROCEDURE if step.event is event), None)
    if by is None:
        raise UnknownRuleError(f"“{event.zh}”不是办案程序中的操作。")
    return PERMISSION_OF[by]


def problem(session: Session, actor: Actor, case: CaseFile, step: Row, on: date) -> str | None:
    """Return why the actor may not carry out a step upon the case, None where he may."""
    officers = {case.officer_a_id, case.officer_b_id} - {None}
    if actor.person_id in case.recused_ids:
        return _("您在本案中已被决定回避。")
    if step.by == WORK:
        if officers and actor.person_id not in officers:
            return _("只有本案的两名承办人员可以办理。")
        return _certificate(session, actor, on)
    if actor.person_id in officers:
        return _("承办人员不得审核、审批自己办理的案件。")
    if step.by == CHAIR and actor.person_id != case.chair_id:
        return _("只有本案的听证主持人可以办理。")
    if step.by == REVIEW and actor.role not in LEADERS:
        return _("由中队长、大队长审核。")
    return None


def may(session: Session, actor: Actor, case: CaseFile, step: Step, on: date) -> bool:
    """Tell whether the actor may carry out a step: role and legal condition."""
    from enforcement.permissions import allows

    return (
        allows(actor, permission_of(step.event)) and problem(session, actor, case, step, on) is None
    )


def check_doer(session: Session, actor: Actor, case: CaseFile, step: Row, on: date) -> None:
    """Raise NotPermittedError where the actor may not carry out the step."""
    why = problem(session, actor, case, step, on)
    if why is not None:
        raise NotPermittedError(why, article=step.source.zh)


def check_certified(session: Session, actor: Actor, on: date) -> None:
    """Raise NotPermittedError unless the actor holds a certificate valid on the day (R2)."""
    why = _certificate(session, actor, on)
    if why is not None:
        raise NotPermittedError(why)


def _certificate(session: Session, actor: Actor, on: date) -> str | None:
    _number, why = certificate_problem(
        session, actor.county_code, actor.person_id, on,
        organ_id=organ_of(session, actor.county_code, actor.unit_code),
    )  # fmt: skip
    return f"{actor.name}：{why}" if why else None
