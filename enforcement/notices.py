"""Notices to people: what rang or was sent, whether it was seen, and by whom it was heard."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, select, text, update
from sqlalchemy.orm import Mapped, Session

from enforcement import clock, events
from enforcement.actor import Actor
from enforcement.db import Base, CountyRow
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.people.models import Account


class Notice(CountyRow, Base):
    """One notice to one person about one thing.

    person_id -- who it is for; account_id -- where it shows, None for people without an account
    does -- notify, ring or take_over; rule -- the row of the table of calls that brought it
    seen_at, heard_at -- when it was shown to him, and when he said that he had heard
    """

    __tablename__ = "notice"
    person_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID | None]
    kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    does: Mapped[str]
    rule: Mapped[str]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    seen_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        Index("ix_notice_person", "county_code", "person_id", "at"),
        Index("ix_notice_subject", "county_code", "subject_id"),
        Index(
            "ix_notice_unheard", "county_code", "person_id",
            postgresql_where=text("heard_at is null"),
        ),
    )  # fmt: skip


def send(
    session: Session,
    county_code: str,
    person_id: uuid.UUID,
    kind: str,
    subject_id: uuid.UUID,
    *,
    does: str,
    rule: str,
    **data: Any,
) -> Notice:
    """Send a notice to a person, at every account that is his; ids and states only in `data`."""
    accounts = _accounts(session, county_code, person_id)
    row = Notice(
        county_code=county_code,
        id=uuid7(),
        person_id=person_id,
        account_id=accounts[0] if accounts else None,
        kind=kind,
        subject_id=subject_id,
        does=does,
        rule=rule,
        at=clock.now(session),
        data=data,
    )
    session.add(row)
    session.flush()
    for account_id in accounts:
        events.publish(
            session, county_code, "notice", does, row.id,
            account_id=account_id, about=kind, about_id=str(subject_id), rule=rule, **data,
        )  # fmt: skip
    return row


def _accounts(session: Session, county_code: str, person_id: uuid.UUID) -> Sequence[uuid.UUID]:
    query = select(Account.id).where(
        Account.county_code == county_code, Account.person_id == person_id, Account.active
    )
    return session.scalars(query.order_by(Account.id)).all()


def list_mine(session: Session, actor: Actor, limit: int = 50) -> list[Notice]:
    """Return a person's notices, the newest first."""
    query = select(Notice).where(
        Notice.county_code == actor.county_code, Notice.person_id == actor.person_id
    )
    return list(session.scalars(query.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)))


def list_unheard(session: Session, actor: Actor, limit: int = 20) -> list[Notice]:
    """Return the notices a person has not heard, the oldest first, the newest `limit` of them."""
    query = select(Notice).where(
        Notice.county_code == actor.county_code,
        Notice.person_id == actor.person_id,
        Notice.heard_at.is_(None),
    )
    newest = session.scalars(query.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit))
    return list(reversed(newest.all()))


def mark_seen(session: Session, actor: Actor) -> None:
    """Remember that a person's notices were shown to him."""
    session.execute(
        update(Notice)
        .where(
            Notice.county_code == actor.county_code,
            Notice.person_id == actor.person_id,
            Notice.seen_at.is_(None),
        )
        .values(seen_at=clock.now(session))
    )


def hear(session: Session, actor: Actor, notice_id: uuid.UUID) -> Notice:
    """Remember that the person heard a notice and the earlier ones about the same thing.

    Raises NotFoundError for a notice that is not his.
    """
    row = session.get(Notice, (actor.county_code, notice_id), with_for_update=True)
    if row is None or row.person_id != actor.person_id:
        raise NotFoundError(_("没有找到这条提醒。"))
    if row.heard_at is None:
        row.heard_at = clock.now(session)
        row.seen_at = row.seen_at or row.heard_at
        session.flush()
        hear_about(session, actor, row.subject_id)
    return row


def hear_about(session: Session, actor: Actor, subject_id: uuid.UUID) -> None:
    """Silence all of a person's notices about one thing: he acts upon it."""
    session.execute(
        update(Notice)
        .where(
            Notice.county_code == actor.county_code,
            Notice.person_id == actor.person_id,
            Notice.subject_id == subject_id,
            Notice.heard_at.is_(None),
        )
        .values(heard_at=clock.now(session))
    )
