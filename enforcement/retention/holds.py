"""Acts: put records under legal hold, and release them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.permissions import Permission
from enforcement.retention import queries, running
from enforcement.retention.models import HoldKind, LegalHold
from enforcement.retention.services import said_of

FIND: Final = {
    HoldKind.CASE: text("SELECT id FROM case_file WHERE county_code = :county AND number = :named"),
    HoldKind.INCIDENT: text(
        "SELECT id FROM incident WHERE county_code = :county AND number = :named"
    ),
    HoldKind.PERSON: text(
        "SELECT person_id FROM account WHERE county_code = :county AND username = :named"
    ),
}
"""By what people say: the number of a case or incident, the user name of a member of staff."""


@dataclass(frozen=True)
class HoldIn:
    """What is to be held, and why; days with tracks only, both included.

    named -- number of a case or incident, user name of a person; of tracks: user name, or "" for
    everybody's
    """

    kind: HoldKind
    named: str
    reason: str
    first_on: date | None = None
    last_on: date | None = None


def place(session: Session, actor: Actor, what: HoldIn) -> LegalHold:
    """Put records under hold from now on; batches of a destruction under way end first.

    Raises NotPermittedError, InvalidInputError (named, reason, first_on, last_on).
    """
    permissions.check(actor, Permission.RETENTION_HOLD)
    reason, found = said_of("reason", what.reason), _found(session, actor, what)
    tracks = what.kind is HoldKind.TRACKS
    if tracks:
        _check_days(what)
    running.alone(session, actor.county_code)
    row = LegalHold(
        county_code=actor.county_code, id=uuid7(), kind=str(what.kind),
        case_id=found if what.kind is HoldKind.CASE else None,
        incident_id=found if what.kind is HoldKind.INCIDENT else None,
        person_id=found if what.kind is HoldKind.PERSON or tracks else None,
        first_on=what.first_on if tracks else None, last_on=what.last_on if tracks else None,
        named=what.named.strip(), reason=reason, by=actor.account_id, by_name=actor.name,
        at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _audit(session, actor, "hold:place", row, reason=reason, what=row.kind, named=row.named)
    return row


def _found(session: Session, actor: Actor, what: HoldIn) -> uuid.UUID | None:
    named = what.named.strip()
    if what.kind is HoldKind.TRACKS and not named:
        return None
    person = what.kind in (HoldKind.PERSON, HoldKind.TRACKS)
    statement = FIND[HoldKind.PERSON if person else what.kind]
    values = {"county": actor.county_code, "named": named if person else named.upper()}
    found: uuid.UUID | None = session.scalar(statement, values)
    if found is None:
        raise InvalidInputError("named", _("没有这个编号或者用户名。"))
    return found


def _check_days(what: HoldIn) -> None:
    for name in ("first_on", "last_on"):
        if getattr(what, name) is None:
            raise InvalidInputError(name, _("保全轨迹须写明起止日期。"))
    if what.first_on and what.last_on and what.last_on < what.first_on:
        raise InvalidInputError("last_on", _("结束日期应当不早于开始日期。"))


def release(session: Session, actor: Actor, hold_id: uuid.UUID, reason: str) -> LegalHold:
    """Release a hold; what it kept is due again by its rule.

    Raises NotFoundError, NotPermittedError, InvalidInputError, StepNotAllowedError (released).
    """
    permissions.check(actor, Permission.RETENTION_HOLD)
    row = queries.get_hold(session, actor.county_code, hold_id)
    if row.released_at is not None:
        raise StepNotAllowedError(_("这项保全已经解除。"))
    said, now = said_of("reason", reason), clock.now(session)
    row.released_at, row.released_by_name, row.released_why = now, actor.name, said
    session.flush()
    _audit(session, actor, "hold:release", row, reason=row.released_why)
    return row


def _audit(session: Session, actor: Actor, act: str, row: LegalHold, **detail: str) -> None:
    audit.record(session, row.county_code, act, "legal_hold", str(row.id), actor=actor, **detail)
    session.flush()
