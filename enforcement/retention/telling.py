"""Who is told of a destruction: who may approve it, who proposed it, the audit administrators."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from enforcement import notices
from enforcement.law.escalation import Does
from enforcement.law.terms import Role
from enforcement.people.holders import holders
from enforcement.permissions import PERMISSIONS_OF, Permission
from enforcement.retention.models import Destruction

KIND: Final = "retention"
APPROVERS: Final = frozenset(
    role for role, held in PERMISSIONS_OF.items() if Permission.RETENTION_APPROVE in held
)
AUDITORS: Final = frozenset({Role.AUDIT_ADMIN})


def approvers(session: Session, row: Destruction) -> None:
    """Tell those who may approve that a destruction waits."""
    people = holders(session, row.county_code, APPROVERS)
    _tell(session, row, [one for one in people if one != row.proposed_by], "retention_waiting")


def proposer(session: Session, row: Destruction, rule: str) -> None:
    """Tell who proposed it what became of it: retention_approved, _refused or _done."""
    _tell(session, row, [row.proposed_by] if row.proposed_by else [], rule)


def auditors(session: Session, row: Destruction, rule: str) -> None:
    """Tell the audit administrators of an approval and of its end."""
    _tell(session, row, holders(session, row.county_code, AUDITORS), rule)


def _tell(session: Session, row: Destruction, people: Iterable[uuid.UUID], rule: str) -> None:
    for person_id in people:
        notices.send(
            session, row.county_code, person_id, KIND, row.id, does=str(Does.NOTIFY), rule=rule,
            what=row.kind, count=row.count,
        )  # fmt: skip
