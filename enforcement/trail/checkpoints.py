"""The daily checkpoint: the chain is checked since the last one, signed, and faults are told."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement import clock, due, notices, permissions
from enforcement.actor import Actor
from enforcement.clock import ZONE
from enforcement.due import DueStep
from enforcement.ids import uuid7
from enforcement.law.escalation import Does
from enforcement.law.terms import Role
from enforcement.people.models import Post
from enforcement.permissions import Permission
from enforcement.trail import chain, queries, signing
from enforcement.trail.chain import Verdict
from enforcement.trail.models import AuditCheckpoint

AT: Final = time(0, 10)
KIND: Final = "audit"


def check(session: Session, actor: Actor, *, whole: bool = False) -> Verdict:
    """Check the chain since the last checkpoint that was well, or all of it."""
    permissions.check(actor, Permission.AUDIT_READ)
    return _since(session, actor.county_code, whole=whole)


def _since(session: Session, county_code: str, *, whole: bool) -> Verdict:
    last = None if whole else queries.last_checkpoint(session, county_code, well=True)
    return chain.verify(session, county_code, after=last.seq if last else 0)


def make(session: Session, county_code: str) -> AuditCheckpoint:
    """Return the checkpoint of this day, made where there is none yet."""
    today = clock.today(session)
    found = queries.checkpoint_of(session, county_code, today)
    if found is not None:
        return found
    verdict = _since(session, county_code, whole=False)
    head = bytes.fromhex(verdict.head)
    signature, key = signing.sign(signing.words(county_code, today, verdict.last, head))
    row = AuditCheckpoint(
        county_code=county_code, id=uuid7(), on_day=today, seq=verdict.last, hash=head,
        problems=[said(one) for one in verdict.found], signature=signature, public_key=key,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if not verdict.well:
        _tell(session, row)
    return row


def said(one: chain.Found) -> dict[str, Any]:
    """Return a fault as JSON."""
    return asdict(one) | {"fault": str(one.fault)}


def _tell(session: Session, row: AuditCheckpoint) -> None:
    """Tell the audit administrators that the log was touched."""
    for person_id in _auditors(session, row.county_code):
        notices.send(
            session, row.county_code, person_id, KIND, row.id, does=str(Does.RING),
            rule="audit_broken", problems=len(row.problems), on_day=row.on_day.isoformat(),
        )  # fmt: skip


def _auditors(session: Session, county_code: str) -> list[uuid.UUID]:
    today = clock.today(session)
    query = select(Post.person_id).where(
        Post.county_code == county_code, Post.role == Role.AUDIT_ADMIN, Post.valid_from <= today,
        or_(Post.valid_to.is_(None), Post.valid_to > today),
    )  # fmt: skip
    return sorted(session.scalars(query.distinct()))


def work(session: Session, step: DueStep) -> None:
    """Make the day's checkpoint, and plan the next one just after midnight."""
    make(session, step.county_code)
    tomorrow = clock.today(session) + timedelta(days=1)
    at = datetime.combine(tomorrow, AT, ZONE)
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d}", at)
