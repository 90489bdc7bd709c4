"""Tables: what villagers ask for, and every act upon it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow
from enforcement.law.ledger import AskKind, AskNature, AskState
from enforcement.people.models import one_of


class Ask(CountyRow, Base):
    """One ask of a visitor or household: matter, promise, handler, due day, result, call-back.

    visitor_encrypted, phone_encrypted -- who asked, shown to handlers only, each look logged
    handler_id -- the person who keeps the promise; unit_code -- of who wrote it down
    agent_id -- who acts for the villager, of what is helped along or done on behalf
    due_on -- last day of the promise, None while the calendar does not reach; extended -- once
    version -- rises by one with every entry of its history
    """

    __tablename__ = "ask"
    number: Mapped[str]
    kind: Mapped[str]
    nature: Mapped[str] = mapped_column(default=AskNature.ORDINARY)
    visitor_encrypted: Mapped[bytes | None]
    phone_encrypted: Mapped[bytes | None]
    phone_hash: Mapped[bytes | None]
    village_code: Mapped[Code | None]
    township_code: Mapped[Code | None]
    matter: Mapped[str]
    promise: Mapped[str | None]
    asked_on: Mapped[date]
    received_at: Mapped[datetime]
    written_by: Mapped[uuid.UUID]
    unit_code: Mapped[Code]
    handler_id: Mapped[uuid.UUID]
    agent_id: Mapped[uuid.UUID | None]
    due_on: Mapped[date | None]
    extended: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=AskState.OPEN)
    result: Mapped[str | None]
    done_at: Mapped[datetime | None]
    score: Mapped[int | None]
    incident_id: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("kind", AskKind), "kind"),
        CheckConstraint(one_of("nature", AskNature), "nature"),
        CheckConstraint(one_of("state", AskState), "state"),
        CheckConstraint("score between 1 and 5", "score"),
        ForeignKeyConstraint(["county_code", "handler_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "agent_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(["county_code", "written_by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        Index("ix_ask_received", "county_code", "received_at", "id"),
        Index("ix_ask_township", "county_code", "township_code", "received_at", "id"),
        Index("ix_ask_village", "county_code", "village_code", "received_at", "id"),
        Index("ix_ask_agent", "county_code", "agent_id", "received_at", "id"),
        Index("ix_ask_handler", "county_code", "handler_id", "received_at", "id"),
        Index(
            "ix_ask_due", "county_code", "township_code", "due_on",
            postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip


class AskEntry(CountyRow, Base):
    """One act in an ask's history; never changed (a trigger refuses)."""

    __tablename__ = "ask_entry"
    ask_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "ask_id", "seq"),
        ForeignKeyConstraint(["county_code", "ask_id"], ["ask.county_code", "ask.id"]),
    )
