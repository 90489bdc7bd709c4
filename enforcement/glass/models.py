"""Tables: grants of break-glass access, and every look that was taken under one."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.law.terms import Term
from enforcement.people.models import one_of


class GlassState(Term):
    """Where a grant stands; one that is agreed opens nothing from its end time on."""

    ASKED = "asked", "待决定", "Waiting"
    AGREED = "agreed", "已同意", "Agreed"
    REFUSED = "refused", "未同意", "Refused"
    ENDED = "ended", "已结束", "Ended"
    LAPSED = "lapsed", "已到期", "Lapsed"


class GlassKind(Term):
    """What a grant may open: one object by its number."""

    CASE = "case", "案件", "Case"
    INCIDENT = "incident", "事件", "Incident"


class GlassGrant(CountyRow, Base):
    """One request to see one object, what a second person said to it, and how it ended.

    case_id or incident_id -- the object; until -- it stands before this moment, never at it
    person_id, decided_by_person -- two people, which the database compares, too
    """

    __tablename__ = "glass_grant"
    account_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    name: Mapped[str]
    role: Mapped[str]
    unit_name: Mapped[str]
    kind: Mapped[str]
    case_id: Mapped[uuid.UUID | None]
    incident_id: Mapped[uuid.UUID | None]
    number: Mapped[str]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    until: Mapped[datetime]
    state: Mapped[str]
    decided_by_person: Mapped[uuid.UUID | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[str | None]
    first_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_name: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(one_of("state", GlassState), "state"),
        CheckConstraint(one_of("kind", GlassKind), "kind"),
        CheckConstraint("num_nonnulls(case_id, incident_id) = 1", "object"),
        CheckConstraint("(kind = 'case') = (case_id is not null)", "object_kind"),
        CheckConstraint("until > asked_at", "period"),
        CheckConstraint("decided_by_person <> person_id", "two_people"),
        CheckConstraint(
            "state not in ('agreed', 'refused', 'ended')"
            " or num_nulls(decided_by_person, decided_name, decided_at, decided_why) = 0",
            "decided",
        ),
        CheckConstraint("first_used_at is null or decided_at is not null", "used"),
        ForeignKeyConstraint(["county_code", "account_id"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(["county_code", "person_id"], ["person.county_code", "person.id"]),
        ForeignKeyConstraint(
            ["county_code", "decided_by_person"], ["person.county_code", "person.id"]
        ),
        ForeignKeyConstraint(["county_code", "case_id"], ["case_file.county_code", "case_file.id"]),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        Index("ix_glass_grant_account", "county_code", "account_id", "asked_at", "id"),
        Index("ix_glass_grant_asked", "county_code", "asked_at", "id"),
        Index(
            "ix_glass_grant_standing", "county_code", "account_id", "until",
            postgresql_where=text("state = 'agreed'"),
        ),
        Index(
            "ix_glass_grant_waiting", "county_code", "asked_at",
            postgresql_where=text("state = 'asked'"),
        ),
    )  # fmt: skip


class GlassLook(CountyRow, Base):
    """One look under a grant; rows are never changed (a trigger refuses).

    what -- the page or call, as routes name it; path -- its address
    """

    __tablename__ = "glass_look"
    grant_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    what: Mapped[str]
    path: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "grant_id"], ["glass_grant.county_code", "glass_grant.id"]
        ),
        Index("ix_glass_look_grant", "county_code", "grant_id", "at", "id"),
    )
