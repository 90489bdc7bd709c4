"""Acts: propose a destruction, approve or refuse it; the worker carries it out in batches."""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import clock, due, permissions
from enforcement.actor import Actor
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.retention import Way
from enforcement.permissions import Permission
from enforcement.retention import certificates, queries, running, telling
from enforcement.retention.kinds import KINDS
from enforcement.retention.kinds import due as is_due
from enforcement.retention.models import Destruction, DestructionState

TASK: Final = "retention:run"
MOST: Final = 100_000
LONGEST_TEXT: Final = 500


def propose(session: Session, actor: Actor, kind: str, reason: str) -> Destruction:
    """List what is due of a kind, the oldest first and at most MOST records, for approval.

    Raises NotPermittedError, InvalidInputError (kind, reason; nothing is due),
    StepNotAllowedError (one of the kind is under way).
    """
    permissions.check(actor, Permission.RETENTION_PROPOSE)
    term, said = queries.term(session, actor.county_code, kind), said_of("reason", reason)
    if term.rule.way is not Way.APPROVAL:
        raise InvalidInputError("kind", _("这一类资料到期按规定自动销毁，不需要提出。"))
    row = Destruction(
        county_code=actor.county_code, id=uuid7(), kind=kind, deed=str(term.rule.deed),
        months=term.months, basis=term.rule.basis, before=term.before,
        state=str(DestructionState.PROPOSED), reason=said, proposed_by=actor.person_id,
        proposed_name=actor.name, proposed_at=clock.now(session),
    )  # fmt: skip
    _add(session, row)
    _list(session, row)
    if row.count == 0:
        raise InvalidInputError("kind", _("现在没有到期可以销毁的资料。"))
    certificates.record(session, "retention:propose", row, actor, what=kind, count=row.count)
    telling.approvers(session, row)
    return row


def said_of(field: str, words: str) -> str:
    """Return a reason without spaces around it; raises InvalidInputError."""
    said = words.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise InvalidInputError(field, _("请写明理由，最多%(n)d个字。", n=LONGEST_TEXT))
    return said


def _add(session: Session, row: Destruction) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        if "uq_destruction_open" not in str(error.orig):
            raise
        raise StepNotAllowedError(_("这一类资料有一项销毁还没有办完。")) from None


def _list(session: Session, row: Destruction) -> None:
    """Write down the records that are due and not held; a later one never joins."""
    kind = KINDS[row.kind]
    found: Any = session.execute(
        text(f"""WITH listed AS (
          INSERT INTO destruction_item
            (county_code, id, destruction_id, subject, rows, record_at, state)
          SELECT :county, gen_random_uuid(), :destruction, t.id::text, 1, {kind.at}, 'waiting'
          FROM {kind.table} WHERE {is_due(kind)} AND NOT {kind.held}
          ORDER BY {kind.at}, t.id LIMIT :most RETURNING record_at
        ) SELECT count(*) AS n, min(record_at) AS oldest, max(record_at) AS newest FROM listed"""),  # noqa: S608
        {"county": row.county_code, "destruction": row.id, "before": row.before, "most": MOST},
    ).one()
    row.count, row.oldest_at, row.newest_at = found.n, found.oldest, found.newest
    session.flush()


def decide(
    session: Session, actor: Actor, destruction_id: uuid.UUID, *, agree: bool, reason: str
) -> Destruction:
    """Approve a destruction or refuse it, with the reason; the worker begins at once.

    Raises NotFoundError, NotPermittedError (one's own proposal), StepNotAllowedError (decided),
    InvalidInputError("reason").
    """
    permissions.check(actor, Permission.RETENTION_APPROVE)
    row = queries.get_locked(session, actor.county_code, destruction_id)
    if actor.person_id == row.proposed_by:
        raise NotPermittedError(_("提出人不能批准自己提出的销毁。"))
    if row.state != DestructionState.PROPOSED:
        raise StepNotAllowedError(_("这项销毁已经有了决定，请刷新页面。"))
    row.decided_why = said_of("reason", reason)
    row.decided_by, row.decided_name, row.decided_at = (
        actor.person_id, actor.name, clock.now(session))  # fmt: skip
    row.state = str(DestructionState.RUNNING if agree else DestructionState.REFUSED)
    session.flush()
    act = "retention:approve" if agree else "retention:refuse"
    certificates.record(session, act, row, actor, what=row.kind, count=row.count)
    telling.proposer(session, row, "retention_approved" if agree else "retention_refused")
    if agree:
        telling.auditors(session, row, "retention_approved")
        due.schedule(session, row.county_code, TASK, row.id, "begin", clock.now(session))
    return row


def work(session: Session, step: DueStep) -> None:
    """Destroy one batch and plan the next at once; after the last one issue the certificate."""
    row = queries.get_locked(session, step.county_code, step.subject_id)
    if row.state != DestructionState.RUNNING:
        return
    if running.batch(session, row):
        now = clock.now(session)
        due.schedule(session, step.county_code, TASK, row.id, f"next {uuid7()}", now)
        return
    certificates.issue(session, row)
    telling.proposer(session, row, "retention_done")
    telling.auditors(session, row, "retention_done")
