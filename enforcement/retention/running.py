"""Destroying in batches: each is one transaction, so that a kill loses and repeats nothing.

A legal hold and a batch never overlap: both take one lock of the county, a batch together with
other batches. Every row is locked and asked again at the moment it is destroyed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.ids import uuid7
from enforcement.law.retention import Way
from enforcement.retention import certificates, queries
from enforcement.retention.kinds import FIX, KINDS, Kind, due
from enforcement.retention.models import Destruction, DestructionItem, DestructionState, ItemState

AT_ONCE: Final = 500
BY_RULE: Final = "按规定自动销毁"
LOCK: Final = "hashtextextended('retention ' || :county, 0)"
SHARE: Final = text(f"SELECT pg_advisory_xact_lock_shared({LOCK})")
ALONE: Final = text(f"SELECT pg_advisory_xact_lock({LOCK})")


def share(session: Session, county_code: str) -> None:
    """Keep new holds waiting until this transaction ends."""
    session.execute(SHARE, {"county": county_code})


def alone(session: Session, county_code: str) -> None:
    """Wait for batches under way, and keep new ones waiting: a hold is put in place."""
    session.execute(ALONE, {"county": county_code})


def batch(session: Session, row: Destruction, most: int = AT_ONCE) -> int:
    """Destroy some of what an approved destruction lists; return how many records were decided.

    0 -- nothing is left, or all the rest is in other hands.
    """
    share(session, row.county_code)
    items = _claim(session, row, most)
    if not items:
        return 0
    done = _destroy(session, row, [uuid.UUID(one.subject) for one in items])
    for state in (ItemState.DONE, ItemState.HELD, ItemState.CHANGED):
        ids = [one.id for one in items if done.get(uuid.UUID(one.subject), "changed") == state]
        _mark(session, row, ids, state)
    return len(items)


def _claim(session: Session, row: Destruction, most: int) -> Sequence[Any]:
    item = DestructionItem
    query = (
        select(item.id, item.subject)
        .where(
            item.county_code == row.county_code,
            item.destruction_id == row.id,
            item.state == ItemState.WAITING,
        )
        .order_by(item.subject)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return session.execute(query).all()


def _destroy(session: Session, row: Destruction, ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return record -> done or held; what is neither has changed since it was listed."""
    kind = KINDS[row.kind]
    values = {"county": row.county_code, "before": row.before, "ids": [str(one) for one in ids]}
    found = session.execute(
        text(f"""SELECT t.id, {kind.held} AS held FROM {kind.table}
          WHERE {due(kind)} AND t.id = ANY(CAST(:ids AS uuid[])) ORDER BY t.id {kind.lock}"""),  # noqa: S608
        values,
    ).all()
    told = {one.id: str(ItemState.HELD) for one in found if one.held}
    go = [one.id for one in found if not one.held]
    return told | dict.fromkeys(_carry_out(session, row.county_code, kind, go), "done")


def _carry_out(
    session: Session, county_code: str, kind: Kind, ids: list[uuid.UUID]
) -> list[uuid.UUID]:
    """Carry out the statements of a kind; return the ids that the last one, upon the row, told."""
    gone: list[uuid.UUID] = []
    values = {"county": county_code, "ids": [str(one) for one in ids]}
    for statement in kind.destroy if ids else ():
        gone = list(session.scalars(text(statement), values))
    return gone


def _mark(session: Session, row: Destruction, ids: list[uuid.UUID], state: ItemState) -> None:
    if ids:
        session.execute(
            update(DestructionItem)
            .where(DestructionItem.county_code == row.county_code, DestructionItem.id.in_(ids))
            .values(state=str(state), done_at=clock.now(session))
            .execution_options(synchronize_session=False)
        )


# --- by the rule, as it falls due ---------------------------------------------------------------


def by_rule(session: Session, county_code: str, kind: str, most: int) -> int:
    """Destroy the oldest due records of a kind that needs no approval; return how many, 0: none.

    They join the destruction of this month; that of a month before gets its certificate first.
    """
    share(session, county_code)
    _certify_months(session, county_code, kind)
    term = queries.term(session, county_code, kind)
    row = _of_month(session, county_code, term)
    if kind == "fix":
        return _fixes(session, row, term.before, most)
    ids = _due_ids(session, county_code, KINDS[kind], term.before, most)
    gone = _carry_out(session, county_code, KINDS[kind], list(ids))
    _bury(session, row, {one: ids[one] for one in gone})
    return len(gone)


def _of_month(session: Session, county_code: str, term: queries.Term) -> Destruction:
    """Return this month's destruction by the rule, made where there is none yet."""
    now, month = clock.now(session), clock.today(session).replace(day=1)
    session.execute(
        insert(Destruction)
        .values(
            county_code=county_code, id=uuid7(), kind=term.rule.kind, deed=str(term.rule.deed),
            months=term.months, basis=term.rule.basis, before=term.before, month=month,
            state=str(DestructionState.RUNNING), reason=BY_RULE, proposed_name=BY_RULE,
            proposed_at=now,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    query = select(Destruction).where(
        Destruction.county_code == county_code,
        Destruction.kind == term.rule.kind,
        Destruction.month == month,
    )
    row: Destruction = session.scalars(query.with_for_update()).one()
    row.before, row.months = term.before, term.months
    return row


def _due_ids(
    session: Session, county_code: str, kind: Kind, before: datetime, most: int
) -> dict[uuid.UUID, datetime]:
    lock = f"{kind.lock} SKIP LOCKED" if kind.lock else ""
    found = session.execute(
        text(f"""SELECT t.id, {kind.at} AS at FROM {kind.table} WHERE {due(kind)}
          AND NOT {kind.held} ORDER BY at, t.id LIMIT :most {lock}"""),  # noqa: S608
        {"county": county_code, "before": before, "most": most},
    )
    return {one.id: one.at for one in found}


def _bury(session: Session, row: Destruction, gone: dict[uuid.UUID, datetime]) -> None:
    now = clock.now(session)
    values = [
        {"county_code": row.county_code, "id": uuid7(), "destruction_id": row.id,
         "subject": str(one), "record_at": at, "state": "done", "done_at": now}
        for one, at in gone.items()
    ]  # fmt: skip
    if values:
        session.execute(insert(DestructionItem), values)


FIXES: Final = text(f"""
WITH old AS (
  SELECT t.county_code, t.device_id, t.fixed_at FROM fix t
  WHERE {due(FIX)} AND t.received_at < :before AND NOT {FIX.held}
  ORDER BY t.county_code, t.device_id, t.fixed_at LIMIT :most FOR UPDATE OF t SKIP LOCKED
), gone AS (
  DELETE FROM fix t USING old o WHERE t.county_code = o.county_code
    AND t.device_id = o.device_id AND t.fixed_at = o.fixed_at
  RETURNING t.device_id, t.person_id, t.fixed_at, {FIX.subject} AS subject
), buried AS (
  INSERT INTO destruction_item
    (county_code, id, destruction_id, subject, rows, record_at, state, done_at)
  SELECT :county, gen_random_uuid(), :destruction, subject, count(*), max(fixed_at), 'done',
    app_now() FROM gone GROUP BY subject
  RETURNING rows
)
SELECT (SELECT coalesce(sum(rows), 0) FROM buried) AS n, count(DISTINCT device_id) AS devices,
  count(DISTINCT person_id) AS people, min(fixed_at) AS first, max(fixed_at) AS last FROM gone
""")  # noqa: S608


def _fixes(session: Session, row: Destruction, before: datetime, most: int) -> int:
    values = {"county": row.county_code, "before": before, "most": most, "destruction": row.id}
    session.flush()
    found: Any = session.execute(FIXES, values).one()
    if found.n:
        certificates.record(
            session, "positions:forget", row, None, count=int(found.n), devices=found.devices,
            people=found.people, first=found.first.isoformat(), last=found.last.isoformat(),
            months=row.months,
        )  # fmt: skip
    return int(found.n)


def _certify_months(session: Session, county_code: str, kind: str) -> None:
    """End the destructions by the rule of months before, each with its certificate."""
    month: date = clock.today(session).replace(day=1)
    query = select(Destruction).where(
        Destruction.county_code == county_code, Destruction.kind == kind,
        Destruction.month < month, Destruction.state == DestructionState.RUNNING,
    )  # fmt: skip
    for row in session.scalars(query.order_by(Destruction.month).with_for_update()):
        certificates.issue(session, row)


def automatic(on: date) -> tuple[str, ...]:
    """Return the kinds that are destroyed by the rule, as they fall due."""
    return queries.kinds_by_way(Way.RULE, on)
