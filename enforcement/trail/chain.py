"""The check of a chain: every link against its row and the link before, set-wise in SQL.

Rows are compared by hashes: a row that says something else than when it was linked was changed; a
link whose row is gone misses it; a row without a link was put in past the trigger; a link that
does not follow the one before was moved. What was made anew as a whole, from some link to the
end, agrees with itself: only a checkpoint that was signed before shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import TextClause, select, text
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


class Chain(Term):
    """Which chain."""

    ACTS = "acts", "操作", "Acts"
    ROWS = "rows", "数据变更", "Changed rows"


@dataclass(frozen=True)
class Found:
    """One fault: the number in the chain (None: outside it), the row's id, when it was written.

    table -- of a row that stands otherwise than was last said of it; audit_id is then its key
    """

    fault: Fault
    seq: int | None
    audit_id: str | None
    at: str | None
    chain: str = Chain.ACTS
    table: str | None = None


@dataclass(frozen=True)
class Verdict:
    """How far a chain was checked, from which number, and what is wrong with it."""

    first: int
    last: int
    head: str
    found: tuple[Found, ...]

    @property
    def well(self) -> bool:
        """Tell whether nothing was found."""
        return not self.found


@dataclass(frozen=True)
class Reads:
    """The statements that check one chain."""

    links: TextClause
    unlinked: TextClause
    end: TextClause
    at: TextClause


def _reads(log: str, link: str, key: str, head: str, row_hash: str) -> Reads:
    """Return the statements for the tables of a chain."""
    return Reads(*(text(sql.format(log=log, link=link, key=key, head=head, row_hash=row_hash))
                   for sql in (LINKS, UNLINKED, END, AT)))  # fmt: skip


LINKS: Final = """
WITH link AS (
  SELECT l.seq, l.{key} AS audit_id, l.row_hash, l.hash,
    lag(l.hash) OVER (ORDER BY l.seq) AS before, lag(l.seq) OVER (ORDER BY l.seq) AS last
  FROM {link} l WHERE l.county_code = :county AND l.seq >= :first - 1
), judged AS (
  SELECT k.seq, k.audit_id, a.at, CASE
    WHEN k.seq < :first THEN NULL
    WHEN k.seq > 1 AND k.last IS DISTINCT FROM k.seq - 1 THEN 'gap'
    WHEN a.id IS NULL THEN 'missing'
    WHEN {row_hash}(a) <> k.row_hash THEN 'changed'
    WHEN audit_link_hash(coalesce(k.before, ''), k.seq, k.row_hash) <> k.hash THEN 'reordered'
    END AS fault
  FROM link k LEFT JOIN {log} a ON a.county_code = :county AND a.id = k.audit_id
)
SELECT seq, audit_id, at, fault FROM judged WHERE fault IS NOT NULL ORDER BY seq LIMIT :most
"""
UNLINKED: Final = """
SELECT NULL::bigint AS seq, a.id AS audit_id, a.at, 'inserted' AS fault
FROM {log} a WHERE a.county_code = :county AND NOT EXISTS (
  SELECT FROM {link} l WHERE l.county_code = :county AND l.{key} = a.id)
ORDER BY a.at, a.id LIMIT :most
"""
END: Final = """
SELECT coalesce(l.seq, 0) AS seq, coalesce(l.hash, '') AS hash,
  (h.seq, h.hash) IS NOT DISTINCT FROM (l.seq, l.hash) AS whole
FROM (VALUES (1)) AS one(one)
LEFT JOIN (SELECT seq, hash FROM {link} WHERE county_code = :county
  ORDER BY seq DESC LIMIT 1) l ON true
LEFT JOIN {head} h ON h.county_code = :county
"""
AT: Final = "SELECT hash FROM {link} WHERE county_code = :county AND seq = :seq"
READS: Final = {
    Chain.ACTS: _reads("audit_log", "audit_link", "audit_id", "audit_head", "audit_row_hash"),
    Chain.ROWS: _reads("row_change", "row_link", "change_id", "row_head", "row_change_hash"),
}
STANDING: Final = text("""
SELECT NULL::bigint AS seq, f.k AS audit_id, NULL::timestamptz AS at, f.fault, t.table_name
FROM row_watched t CROSS JOIN LATERAL row_faults(:county, t.table_name) f
ORDER BY t.table_name, f.k LIMIT :most
""")


def verify(
    session: Session,
    county_code: str,
    chain: Chain = Chain.ACTS,
    *,
    after: int = 0,
    public_key: bytes | None = None,
) -> Verdict:
    """Check the links after a number, the rows without one, the end, and every checkpoint.

    public_key -- 32 bytes that the auditors keep; without it that of each checkpoint is believed
    """
    reads = READS[chain]
    asked = {"county": county_code, "first": after + 1, "most": MOST}
    rows = [*session.execute(reads.links, asked), *session.execute(reads.unlinked, asked)]
    found = [_found(row, chain) for row in rows]
    end = session.execute(reads.end, asked).one()
    if not end.whole:
        found.append(Found(Fault.SHORTENED, end.seq + 1, None, None, chain))
    for checkpoint in _checkpoints(session, county_code):
        found += _against(session, checkpoint, chain, public_key)
    return Verdict(after + 1, end.seq, bytes(end.hash).hex(), tuple(found[:MOST]))


def standing(session: Session, county_code: str) -> list[Found]:
    """Compare every row of the watched tables with what was last said of it; reads them all."""
    rows = session.execute(STANDING, {"county": county_code, "most": MOST})
    return [_found(row, Chain.ROWS, row.table_name) for row in rows]


def _found(row: Any, chain: Chain, table: str | None = None) -> Found:
    at = row.at.isoformat() if row.at else None
    return Found(Fault(row.fault), row.seq, str(row.audit_id), at, chain, table)


def _checkpoints(session: Session, county_code: str) -> Sequence[AuditCheckpoint]:
    query = select(AuditCheckpoint).where(AuditCheckpoint.county_code == county_code)
    return session.scalars(query.order_by(AuditCheckpoint.on_day)).all()


def _against(
    session: Session, row: AuditCheckpoint, chain: Chain, public_key: bytes | None
) -> list[Found]:
    """Return what a checkpoint says otherwise than the chain."""
    at = row.at.isoformat()
    if not signing.is_signed(row, public_key):
        return [Found(Fault.FORGED, row.seq, None, at)] if chain is Chain.ACTS else []
    seq, said = (row.seq, row.hash) if chain is Chain.ACTS else (row.rows_seq, row.rows_hash)
    if not seq or said is None:
        return []
    now = session.scalar(READS[chain].at, {"county": row.county_code, "seq": seq})
    if now is not None and bytes(now) == bytes(said):
        return []
    fault = Fault.SHORTENED if now is None else Fault.REWRITTEN
    return [Found(fault, seq, None, at, chain)]
