"""The check of the chain: every link against its row and the link before, set-wise in SQL.

Rows are compared by hashes: a row that says something else than when it was linked was changed; a
link whose row is gone misses it; a row without a link was put in past the trigger; a link that
does not follow the one before was moved. What was made anew as a whole, from some link to the
end, agrees with itself: only a checkpoint that was signed before shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.law.terms import Term
from enforcement.trail import signing
from enforcement.trail.models import AuditCheckpoint

MOST: Final = 1000
"""As many faults are named; a chain with more is lost as a whole."""


class Fault(Term):
    """What is wrong with a place in the chain."""

    CHANGED = "changed", "内容被改", "The row was changed"
    MISSING = "missing", "记录被删", "The row is missing"
    INSERTED = "inserted", "绕过日志链插入", "The row was inserted past the chain"
    REORDERED = "reordered", "顺序或者链接被改", "The link was moved or changed"
    GAP = "gap", "链接缺失", "Links are missing"
    SHORTENED = "shortened", "链尾被截断", "The end of the chain was cut off"
    REWRITTEN = "rewritten", "与签名的检查点不符", "It is not what a signed checkpoint says"
    FORGED = "forged", "检查点签名无效", "The signature of a checkpoint is not valid"


@dataclass(frozen=True)
class Found:
    """One fault: the number in the chain (None: outside it), the row's id, when it was written."""

    fault: Fault
    seq: int | None
    audit_id: str | None
    at: str | None


@dataclass(frozen=True)
class Verdict:
    """How far the chain was checked, from which number, and what is wrong with it."""

    first: int
    last: int
    head: str
    found: tuple[Found, ...]

    @property
    def well(self) -> bool:
        """Tell whether nothing was found."""
        return not self.found


LINKS: Final = text("""
WITH link AS (
  SELECT l.seq, l.audit_id, l.row_hash, l.hash,
    lag(l.hash) OVER (ORDER BY l.seq) AS before, lag(l.seq) OVER (ORDER BY l.seq) AS last
  FROM audit_link l WHERE l.county_code = :county AND l.seq >= :first - 1
), judged AS (
  SELECT k.seq, k.audit_id, a.at, CASE
    WHEN k.seq < :first THEN NULL
    WHEN k.seq > 1 AND k.last IS DISTINCT FROM k.seq - 1 THEN 'gap'
    WHEN a.id IS NULL THEN 'missing'
    WHEN audit_row_hash(a) <> k.row_hash THEN 'changed'
    WHEN audit_link_hash(coalesce(k.before, ''), k.seq, k.row_hash) <> k.hash THEN 'reordered'
    END AS fault
  FROM link k LEFT JOIN audit_log a ON a.county_code = :county AND a.id = k.audit_id
)
SELECT seq, audit_id, at, fault FROM judged WHERE fault IS NOT NULL ORDER BY seq LIMIT :most
""")
UNLINKED: Final = text("""
SELECT NULL::bigint AS seq, a.id AS audit_id, a.at, 'inserted' AS fault
FROM audit_log a WHERE a.county_code = :county AND NOT EXISTS (
  SELECT FROM audit_link l WHERE l.county_code = :county AND l.audit_id = a.id)
ORDER BY a.at, a.id LIMIT :most
""")
END: Final = text("""
SELECT coalesce(l.seq, 0) AS seq, coalesce(l.hash, '') AS hash,
  (h.seq, h.hash) IS NOT DISTINCT FROM (l.seq, l.hash) AS whole
FROM (VALUES (1)) AS one(one)
LEFT JOIN (SELECT seq, hash FROM audit_link WHERE county_code = :county
  ORDER BY seq DESC LIMIT 1) l ON true
LEFT JOIN audit_head h ON h.county_code = :county
""")
AT: Final = text("SELECT hash FROM audit_link WHERE county_code = :county AND seq = :seq")


def verify(
    session: Session, county_code: str, *, after: int = 0, public_key: bytes | None = None
) -> Verdict:
    """Check the links after a number, the rows without one, the end, and every checkpoint.

    public_key -- 32 bytes that the auditors keep; without it that of each checkpoint is believed
    """
    asked = {"county": county_code, "first": after + 1, "most": MOST}
    rows = [*session.execute(LINKS, asked), *session.execute(UNLINKED, asked)]
    found = [_found(row) for row in rows]
    end = session.execute(END, asked).one()
    if not end.whole:
        found.append(Found(Fault.SHORTENED, end.seq + 1, None, None))
    for checkpoint in _checkpoints(session, county_code):
        found += _against(session, checkpoint, public_key)
    return Verdict(after + 1, end.seq, bytes(end.hash).hex(), tuple(found[:MOST]))


def _found(row: Any) -> Found:
    at = row.at.isoformat() if row.at else None
    return Found(Fault(row.fault), row.seq, str(row.audit_id), at)


def _checkpoints(session: Session, county_code: str) -> Sequence[AuditCheckpoint]:
    query = select(AuditCheckpoint).where(AuditCheckpoint.county_code == county_code)
    return session.scalars(query.order_by(AuditCheckpoint.on_day)).all()


def _against(session: Session, row: AuditCheckpoint, public_key: bytes | None) -> list[Found]:
    """Return what a checkpoint says otherwise than the chain."""
    said = signing.words(row.county_code, row.on_day, row.seq, row.hash)
    if not signing.fits(public_key or row.public_key, row.signature, said):
        return [Found(Fault.FORGED, row.seq, None, row.at.isoformat())]
    now = session.scalar(AT, {"county": row.county_code, "seq": row.seq})
    if row.seq == 0 or (now is not None and bytes(now) == bytes(row.hash)):
        return []
    fault = Fault.SHORTENED if now is None else Fault.REWRITTEN
    return [Found(fault, row.seq, None, row.at.isoformat())]
