"""Who may carry out a step: roles, the two officers of the case, and never both sides of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final, Protocol

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.delegation import queries as delegation
from enforcement.delegation.models import ApprovalOrder
from enforcement.errors import NotPermittedError
from enforcement.i18n import _
from enforcement.law import procedure
from enforcement.law.articles import Article
from enforcement.law.errors import UnknownRuleError
from enforcement.law.procedure import APPROVE, CHAIR, LEGAL, REVIEW, WORK
from enforcement.law.terms import CaseEvent, Role, Term
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

OTHER_SIDE: Final = tuple(
    {str(step.event) for step in procedure.PROCEDURE if step.by != APPROVE}
    | {str(CaseEvent.REGISTER)}
)
"""Acts of those who investigate, endorse, review or chair: never the approver's too."""


class Row(Protocol):
    """A row of a table of acts: who carries it out, by which article."""

    @property
    def by(self) -> str:
        """Return who carries it out, such as WORK or APPROVE."""

    @property
    def event(self) -> Term:
        """Return the act."""

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


def order_of(
    session: Session, actor: Actor, event: str, on: date, state: str | None = None
) -> ApprovalOrder | None:
    """Return the order by which the actor approves for a head; None for the head himself."""
    if permissions.allows(actor, Permission.CASE_APPROVE):
        return None
    return delegation.covering(session, actor, event, on, state)


def check_right(
    session: Session, actor: Actor, event: str, permission: Permission, on: date
) -> None:
    """Raise NotPermittedError unless the role holds the permission, or an order lends it.

    For sending back, the state of the case decides later which approvals must be lent.
    """
    if permissions.allows(actor, permission):
        return
    if permission is Permission.CASE_APPROVE and _lent(session, actor, event, on):
        return
    permissions.check(actor, permission)


def _lent(session: Session, actor: Actor, event: str, on: date) -> bool:
    if event == CaseEvent.SEND_BACK:
        return bool(delegation.in_force(session, actor.county_code, actor.person_id, on))
    return delegation.covering(session, actor, event, on) is not None


def event_name(step: Row) -> str:
    """Return how an order knows the act of a row: acts upon measures are named apart."""
    return str(step.event) if isinstance(step.event, CaseEvent) else f"measure:{step.event}"


def signing(session: Session, actor: Actor, case: CaseFile, step: Row, on: date) -> Actor:
    """Return the actor as history and papers name him: who stands in says for whom."""
    if step.by != APPROVE:
        return actor
    order = order_of(session, actor, event_name(step), on, case.state)
    if order is None:
        return actor
    return replace(actor, name=_("%(who)s（代%(head)s）", who=actor.name, head=order.for_name))


def standing_in(session: Session, actor: Actor, case: CaseFile, step: Row, on: date) -> str | None:
    """Return why one who stands in for the head may not approve, None where he may."""
    order = order_of(session, actor, event_name(step), on, case.state)
    if order is None:
        return _("没有代行这项审批的有效决定。")
    if has_worked(session, actor, case):
        return _("您在本案中承办或者审核过，不得代行审批。")
    return None


def has_worked(session: Session, actor: Actor, case: CaseFile) -> bool:
    """Tell whether a person ever investigated, endorsed, reviewed or chaired a case."""
    theirs = (
        CaseEntry.county_code == case.county_code,
        CaseEntry.case_id == case.id,
        CaseEntry.by == actor.account_id,
        CaseEntry.event.in_(OTHER_SIDE),
    )
    return bool(session.scalar(select(exists().where(*theirs))))


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
    if step.by == APPROVE and not permissions.allows(actor, Permission.CASE_APPROVE):
        return standing_in(session, actor, case, step, on)
    if step.by == CHAIR and actor.person_id != case.chair_id:
        return _("只有本案的听证主持人可以办理。")
    if step.by == REVIEW and actor.role not in LEADERS:
        return _("由中队长、大队长审核。")
    return None


def may(session: Session, actor: Actor, case: CaseFile, step: Row, on: date) -> bool:
    """Tell whether the actor may carry out a step: role, or order, and legal condition."""
    held = permissions.allows(actor, PERMISSION_OF[step.by]) or step.by == APPROVE
    return held and problem(session, actor, case, step, on) is None


def door_of(permission: Permission) -> Permission:
    """Return what opens the way to an act: who stands in for the head holds no more than a role.

    The service asks for the right itself.
    """
    return Permission.CASE_READ if permission is Permission.CASE_APPROVE else permission


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
