"""Whom each step of a grant is told to: the audit administrators all, deciders and asker theirs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from enforcement import audit, notices
from enforcement.actor import Actor
from enforcement.glass.models import GlassGrant
from enforcement.law.escalation import Does
from enforcement.law.terms import Role
from enforcement.people.holders import holders
from enforcement.permissions import PERMISSIONS_OF, Permission

KIND: Final = "glass"
AUDITORS: Final = frozenset({Role.AUDIT_ADMIN})
DECIDERS: Final = frozenset(
    role for role, held in PERMISSIONS_OF.items() if Permission.GLASS_DECIDE in held
)


def deciders_of(role: Role) -> frozenset[Role]:
    """Return which roles decide on a request of a role: never its own."""
    return DECIDERS - {role}


def auditors(session: Session, grant: GlassGrant, rule: str) -> None:
    """Tell the audit administrators of a step: glass_asked, _agreed, _refused, _used, _ended."""
    _tell(session, grant, holders(session, grant.county_code, AUDITORS), rule)


def deciders(session: Session, grant: GlassGrant) -> None:
    """Tell those who may decide on a request that it waits."""
    people = holders(session, grant.county_code, deciders_of(Role(grant.role)))
    _tell(session, grant, [one for one in people if one != grant.person_id], "glass_waiting")


def asker(session: Session, grant: GlassGrant, rule: str) -> None:
    """Tell the asker what became of his request: glass_mine_agreed, _refused, _ended."""
    _tell(session, grant, [grant.person_id], rule)


def _tell(session: Session, grant: GlassGrant, people: Iterable[uuid.UUID], rule: str) -> None:
    for person_id in people:
        notices.send(
            session, grant.county_code, person_id, KIND, grant.id, does=str(Does.NOTIFY),
            rule=rule, number=grant.number, who=grant.name,
        )  # fmt: skip


def record(
    session: Session, act: str, grant: GlassGrant, actor: Actor | None, **detail: object
) -> None:
    """Write a step into the audit log."""
    audit.record(
        session, grant.county_code, act, "glass_grant", str(grant.id), actor=actor,
        object=grant.number, **detail,
    )  # fmt: skip
