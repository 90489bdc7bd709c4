"""Acts that are sent twice happen once: a key per act, with a unique index."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, UniqueConstraint, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from enforcement.actor import Actor
from enforcement.db import Base, CountyRow
from enforcement.errors import StepNotAllowedError
from enforcement.ids import uuid7


class AcceptedKey(CountyRow, Base):
    """A key that an account sent with an act, and the row that the act made or changed."""

    __tablename__ = "accepted_key"
    account_id: Mapped[uuid.UUID]
    key: Mapped[str]
    act: Mapped[str]
    digest: Mapped[bytes]
    result_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (UniqueConstraint("county_code", "account_id", "key"),)


def claim(session: Session, actor: Actor, key: str | None, act: str, what: Any) -> uuid.UUID | None:
    """Return the result of an earlier act with this key, or None where the act is to be done.

    A second request with the same key waits for the first to end. The same key with other
    content is refused (StepNotAllowedError). Call `done` with the result in the same transaction.
    """
    if key is None:
        return None
    digest = hashlib.sha256(json.dumps(what, default=str, sort_keys=True).encode()).digest()
    made = session.execute(
        insert(AcceptedKey)
        .values(
            county_code=actor.county_code,
            id=uuid7(),
            account_id=actor.account_id,
            key=key,
            act=act,
            digest=digest,
        )
        .on_conflict_do_nothing()
        .returning(AcceptedKey.id)
    ).scalar()
    if made is not None:
        return None
    row: AcceptedKey = session.scalars(select(AcceptedKey).where(*_named(actor, key))).one()
    if (row.act, row.digest) != (act, digest):
        raise StepNotAllowedError("同一请求编号已用于其他内容，请刷新页面后重试。")
    return row.result_id


def done(session: Session, actor: Actor, key: str | None, result_id: uuid.UUID) -> None:
    """Remember what the act with this key made."""
    if key is not None:
        session.execute(update(AcceptedKey).where(*_named(actor, key)).values(result_id=result_id))


def _named(actor: Actor, key: str) -> tuple[ColumnElement[bool], ...]:
    return (
        AcceptedKey.county_code == actor.county_code,
        AcceptedKey.account_id == actor.account_id,
        AcceptedKey.key == key,
    )
