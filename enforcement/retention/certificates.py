"""The certificate of a destruction: counted and hashed from its tombstones, numbered by year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement import audit, clock
from enforcement.actor import Actor
from enforcement.ids import uuid7
from enforcement.retention import queries
from enforcement.retention.models import (
    Destruction,
    DestructionCertificate,
    DestructionItem,
    DestructionState,
    ItemState,
)

NUMBER: Final = text("""
INSERT INTO number_counter (county_code, organ, word, year, last)
VALUES (:county, 'retention', 'XH', :year, 1)
ON CONFLICT ON CONSTRAINT pk_number_counter DO UPDATE SET last = number_counter.last + 1
RETURNING last
""")


def issue(session: Session, row: Destruction) -> DestructionCertificate | None:
    """End a destruction, which the caller has locked, and return its certificate.

    One by the rule that destroyed nothing ends without one.
    """
    now = clock.now(session)
    row.state, row.ended_at = DestructionState.DONE, now
    session.flush()
    told = queries.counts(session, row.county_code, [row.id]).get(row.id, {})
    if row.month is not None and not told:
        return None
    oldest, newest, digest, tombstones = _buried(session, row)
    made = DestructionCertificate(
        county_code=row.county_code, id=uuid7(), number=_number(session, row.county_code),
        destruction_id=row.id, kind=row.kind, deed=row.deed, months=row.months, basis=row.basis,
        before=row.before, rows=told.get(ItemState.DONE, 0), tombstones=tombstones,
        held=told.get(ItemState.HELD, 0), changed=told.get(ItemState.CHANGED, 0),
        oldest_at=oldest, newest_at=newest, proposed_name=row.proposed_name,
        proposed_at=row.proposed_at, decided_name=row.decided_name, decided_at=row.decided_at,
        sha256=digest, at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, "retention:certificate", row, None, number=made.number, count=made.rows,
           sha256=made.sha256.hex())  # fmt: skip
    return made


def _number(session: Session, county_code: str) -> str:
    year = clock.today(session).year
    last = session.execute(NUMBER, {"county": county_code, "year": year}).scalar_one()
    return f"XH{year}-{last:04}"


def _buried(session: Session, row: Destruction) -> tuple[Any, Any, bytes, int]:
    """Return the oldest and newest moment of what was destroyed, the hash and the tombstones."""
    item = DestructionItem
    mine = (item.county_code == row.county_code, item.destruction_id == row.id,
            item.state == ItemState.DONE)  # fmt: skip
    ends = session.execute(
        select(func.min(item.record_at), func.max(item.record_at), func.count()).where(*mine)
    ).one()
    subjects = session.scalars(
        select(item.subject).where(*mine).order_by(item.subject.collate("C"), item.id),
        execution_options={"yield_per": 5000},
    )
    return ends[0], ends[1], hash_of(subjects), ends[2]


def hash_of(subjects: Iterable[str]) -> bytes:
    """Return the SHA-256 of subjects in their order, each followed by a line feed."""
    digest = hashlib.sha256()
    for one in subjects:
        digest.update(one.encode() + b"\n")
    return digest.digest()


def is_true(session: Session, made: DestructionCertificate) -> bool:
    """Tell whether a certificate agrees with the tombstones as they stand now."""
    row = session.get_one(Destruction, (made.county_code, made.destruction_id))
    told = queries.counts(session, row.county_code, [row.id]).get(row.id, {})
    _oldest, _newest, digest, tombstones = _buried(session, row)
    return (made.rows, made.tombstones, made.sha256) == (
        told.get(ItemState.DONE, 0), tombstones, digest)  # fmt: skip


def record(
    session: Session, act: str, row: Destruction, actor: Actor | None, **detail: object
) -> None:
    """Write a step of a destruction into the audit log."""
    kind = "fix" if act == "positions:forget" else "destruction"
    subject = row.county_code if act == "positions:forget" else str(row.id)
    audit.record(session, row.county_code, act, kind, subject, actor=actor, **detail)
    session.flush()
