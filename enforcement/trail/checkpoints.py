"""The daily checkpoint: both chains are checked since the last one, signed, faults are told."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import or_, select, text
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
from enforcement.trail.chain import Chain, Found, Verdict
from enforcement.trail.models import AuditCheckpoint

AT: Final = time(0, 10)
KIND: Final = "audit"
COUNTIES: Final = text("""
SELECT county_code FROM county UNION SELECT county_code FROM audit_head
UNION SELECT county_code FROM row_head UNION SELECT county_code FROM audit_checkpoint ORDER BY 1
""")


@dataclass(frozen=True)
class Verdicts:
    """What was found of the chain of acts and of the chain of changed rows."""

    acts: Verdict
    rows: Verdict

    @property
    def found(self) -> tuple[Found, ...]:
        """Return the faults of both."""
        return self.acts.found + self.rows.found

    @property
    def well(self) -> bool:
        """Tell whether nothing was found."""
        return not self.found


def counties(session: Session) -> list[str]:
    """Return the codes of all counties, those too whose row is gone and whose chain is left."""
    return list(session.scalars(COUNTIES))


def check(session: Session, actor: Actor, *, whole: bool = False) -> Verdicts:
    """Check both chains since the last checkpoint that was well, or all of them and every row."""
    permissions.check(actor, Permission.AUDIT_READ)
    return verdicts(session, actor.county_code, whole=whole)


def verdicts(
    session: Session, county_code: str, *, whole: bool, public_key: bytes | None = None
) -> Verdicts:
    """Return what stands of each chain; the whole check compares the watched rows, too."""
    last = None if whole else queries.last_checkpoint(session, county_code, well=True)
    acts = chain.verify(session, county_code, after=last.seq if last else 0, public_key=public_key)
    after = (last.rows_seq or 0) if last else 0
    rows = chain.verify(session, county_code, Chain.ROWS, after=after, public_key=public_key)
    standing = chain.standing(session, county_code) if whole else []
    return Verdicts(acts, replace(rows, found=(*rows.found, *standing)[: chain.MOST]))


def make(session: Session, county_code: str) -> AuditCheckpoint:
    """Return the checkpoint of this day, made where there is none yet."""
    today = clock.today(session)
    found = queries.checkpoint_of(session, county_code, today)
    if found is not None:
        return found
    seen = verdicts(session, county_code, whole=False)
    row = AuditCheckpoint(
        county_code=county_code, id=uuid7(), on_day=today,
        seq=seen.acts.last, hash=bytes.fromhex(seen.acts.head),
        rows_seq=seen.rows.last, rows_hash=bytes.fromhex(seen.rows.head),
        problems=[said(one) for one in seen.found], at=clock.now(session),
    )  # fmt: skip
    row.signature, row.public_key = signing.sign(signing.words_of(row))
    session.add(row)
    session.flush()
    if not seen.well:
        _tell(session, row)
    return row


def said(one: Found) -> dict[str, Any]:
    """Return a fault as JSON."""
    return asdict(one) | {"fault": str(one.fault), "chain": str(one.chain)}


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
