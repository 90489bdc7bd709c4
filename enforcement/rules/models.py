"""Tables: the rules, their history, what they decided, and when they failed."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.law.terms import Term


class RuleEvent(Term):
    """What happened to a rule."""

    ADD = "add", "新增", "Added"
    CHANGE = "change", "修改", "Changed"
    MOVE = "move", "调整顺序", "Moved"
    OFF = "off", "停用", "Switched off"


class RoutingRule(CountyRow, Base):
    """One rule: conditions, of which an empty one always holds, and the unit that then answers.

    position -- the first rule that matches decides; weekdays -- 1 Monday to 7 Sunday, of the day
    on which the window of time begins; from_time, to_time -- China's, the end not included; a
    window whose end is not after its beginning runs past midnight
    valid_to -- first day on which it no longer holds; active -- False once switched off, for good
    """

    __tablename__ = "routing_rule"
    position: Mapped[int]
    name: Mapped[str]
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger()))
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    urgencies: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    unit_id: Mapped[uuid.UUID]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    note: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default="true")
    version: Mapped[int]
    __table_args__ = (
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        CheckConstraint("(from_time is null) = (to_time is null)", "window"),
        CheckConstraint("valid_to is null or valid_to > valid_from", "period"),
        Index(
            "ix_routing_rule_active", "county_code", "position", "id",
            postgresql_where=text("active"),
        ),
    )  # fmt: skip


class RoutingRuleEntry(CountyRow, Base):
    """One act upon a rule, with the whole rule as it became; never changed (a trigger refuses).

    seq -- the rule's version; rule -- its fields as JSON
    """

    __tablename__ = "routing_rule_entry"
    rule_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    rule: Mapped[dict[str, Any]]
    note: Mapped[str | None]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "rule_id"], ["routing_rule.county_code", "routing_rule.id"]
        ),
        UniqueConstraint("county_code", "rule_id", "seq"),
        Index("ix_routing_rule_entry_at", "county_code", "at", "id"),
    )


class RuleDecision(CountyRow, Base):
    """What the rules did with an incident; never changed (a trigger refuses).

    rule_id, rule_version, unit_id -- the rule that decided, None where none did
    otherwise_unit_code -- who would have answered without rules
    facts -- what the conditions were asked about; skipped -- rules that matched but had failed
    """

    __tablename__ = "rule_decision"
    incident_id: Mapped[uuid.UUID]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    rule_id: Mapped[uuid.UUID | None]
    rule_version: Mapped[int | None]
    unit_id: Mapped[uuid.UUID | None]
    otherwise_unit_code: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    skipped: Mapped[list[Any]]
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "rule_id"], ["routing_rule.county_code", "routing_rule.id"]
        ),
        ForeignKeyConstraint(["county_code", "unit_id"], ["unit.county_code", "unit.id"]),
        Index("ix_rule_decision_incident", "county_code", "incident_id", "decided_at", "id"),
    )


class RuleAlarm(CountyRow, Base):
    """A rule that failed on a day: told once, however many incidents met it."""

    __tablename__ = "rule_alarm"
    rule_id: Mapped[uuid.UUID]
    on_day: Mapped[date]
    why: Mapped[list[Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "rule_id"], ["routing_rule.county_code", "routing_rule.id"]
        ),
        UniqueConstraint("county_code", "rule_id", "on_day"),
    )
