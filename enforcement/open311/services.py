"""Acts: let another system call, end that, and take the reports that it sends."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import intake
from enforcement.incident.intake import Photo, Report, Sender, Taken
from enforcement.open311 import queries
from enforcement.open311.models import Open311Client, Open311Request
from enforcement.permissions import Permission

LONGEST_NAME: Final = 60
USUAL_RATE: Final = 60
MOST_RATE: Final = 10_000


def add_client(
    session: Session,
    actor: Actor,
    name: str,
    *,
    rate_per_minute: int = USUAL_RATE,
    sees_description: bool = False,
) -> tuple[Open311Client, str]:
    """Let another system call; return it with its key, which is shown this once only.

    Raises NotPermittedError, InvalidInputError for a name that is empty, too long or in use.
    """
    permissions.check(actor, Permission.ACCOUNT_MANAGE)
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInputError("name", _("名称应为1到%(n)d个字。", n=LONGEST_NAME))
    if not 1 <= rate_per_minute <= MOST_RATE:
        raise InvalidInputError("rate_per_minute", _("每分钟次数应在1到%(n)d之间。", n=MOST_RATE))
    if _is_taken(session, actor.county_code, name):
        raise InvalidInputError("name", _("已有同名的接口用户。"))
    key = secrets.token_urlsafe(32)
    client = Open311Client(
        county_code=actor.county_code,
        id=uuid7(),
        name=name,
        key_hash=queries.key_hash(key),
        sees_description=sees_description,
        rate_per_minute=rate_per_minute,
        created_at=clock.now(session),
        active=True,
    )
    session.add(client)
    session.flush()
    _record(session, actor, client, "add")
    return client, key


def _is_taken(session: Session, county_code: str, name: str) -> bool:
    query = select(Open311Client.id).where(
        Open311Client.county_code == county_code,
        Open311Client.name == name,
        Open311Client.active,
    )
    return session.scalars(query).first() is not None


def end_client(session: Session, actor: Actor, client_id: uuid.UUID) -> Open311Client:
    """Refuse a client from now on; ended once, it stays so. Raises NotFoundError."""
    permissions.check(actor, Permission.ACCOUNT_MANAGE)
    client = queries.get_client(session, actor.county_code, client_id, lock=True)
    if client.active:
        client.active, client.ended_at = False, clock.now(session)
        _record(session, actor, client, "end")
    return client


def _record(session: Session, actor: Actor, client: Open311Client, act: str) -> None:
    audit.record(
        session, actor.county_code, f"open311:{act}", "open311_client", str(client.id),
        actor=actor, name=client.name,
    )  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A report as a client sent it; told_time -- whether it said when it happened."""

    report: Report
    photos: Sequence[Photo]
    device_id: str | None
    told_time: bool


def take(session: Session, client: Open311Client, sent: Sent, key: str | None) -> Taken:
    """Take a client's report; the same key gives the same answer, and nothing is stored twice."""
    sender = Sender(client.county_code, client.id, client.name)
    taken = intake.take(
        session, sender, sent.report, sent.photos, key=key, timeless=not sent.told_time
    )
    if not taken.again:
        session.execute(
            insert(Open311Request).values(
                county_code=client.county_code,
                id=uuid7(),
                client_id=client.id,
                incident_id=taken.incident.id,
                device_id=sent.device_id,
            )
        )
    return taken
