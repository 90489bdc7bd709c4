"""Alarms: what has failed and needs an administrator, open until mended or closed by a person.

An alarm is raised once for each subject however often it is met; what is mended closes by itself.
Rows stay: raised when and why, closed when and by whom. Closed by hand while the cause lasts, it
is raised again the next day.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    and_,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.db import Base, CountyRow
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.terms import Role, Term
from enforcement.people.models import Account, Post, one_of
from enforcement.permissions import Permission

PAGE: Final = 20
LONGEST_NOTE: Final = 500


class AlarmKind(Term):
    """What an alarm is about."""

    RULE = "rule", "派单规则失效", "Routing rule failed"
    CALENDAR = "calendar", "工作日历不够用", "Working calendar ends too soon"
    PUBLICATION = "publication", "决定公开逾期", "Publication of a decision is late"
    POSITIONS = "positions", "位置时间超出分区", "Positions outside every month"
    WORKER = "worker", "后台任务失败", "A background step was given up"
    BACKUP = "backup", "备份过期", "The newest backup is too old"


class Alarm(CountyRow, Base):
    """One alarm; why -- codes of the causes, which the slice of its kind puts into words.

    closed_by -- the person's account, None where it closed by itself; note -- what he said
    """

    __tablename__ = "alarm"
    kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    name: Mapped[str]
    why: Mapped[list[Any]]
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None]
    closed_by_name: Mapped[str | None]
    note: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", AlarmKind), "kind"),
        CheckConstraint(
            "closed_at is not null or num_nonnulls(closed_by, closed_by_name, note) = 0", "closed"
        ),
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
        ForeignKeyConstraint(["county_code", "closed_by"], ["account.county_code", "account.id"]),
        Index("ix_alarm_raised", "county_code", "raised_at", "id"),
        Index(
            "uq_alarm_open", "county_code", "kind", "subject_id", unique=True,
            postgresql_where=text("closed_at is null"),
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """What has failed: its name, and codes of why."""

    name: str
    why: tuple[str, ...]


def close_mended(
    session: Session, county_code: str, kind: AlarmKind, still: Collection[uuid.UUID] = ()
) -> None:
    """Close the open alarms of a kind by themselves, but those of the subjects that still fail."""
    mended = (Alarm.county_code == county_code, Alarm.kind == kind, Alarm.closed_at.is_(None),
              Alarm.subject_id.not_in(still))  # fmt: skip
    closed = session.execute(
        update(Alarm)
        .where(*mended)
        .values(closed_at=clock.now(session))
        .returning(Alarm.subject_id)
        .execution_options(synchronize_session=False)
    ).all()
    for row in closed:
        audit.record(session, county_code, "alarm:mended", str(kind), str(row.subject_id))


def raise_for(
    session: Session, county_code: str, kind: AlarmKind, causes: Mapping[uuid.UUID, Cause]
) -> set[uuid.UUID]:
    """Raise an alarm for each subject that has none open, nor one a person closed today."""
    silenced = _closed_by_hand(session, county_code, kind) if causes else set()
    now = clock.now(session)
    rows = [
        {"county_code": county_code, "id": uuid7(), "kind": str(kind), "subject_id": subject,
         "name": causes[subject].name, "why": list(causes[subject].why), "raised_at": now}
        for subject in sorted(set(causes) - silenced)
    ]  # fmt: skip
    if not rows:
        return set()
    made = insert(Alarm).values(rows).on_conflict_do_nothing().returning(Alarm.subject_id)
    raised = set(session.scalars(made))
    for subject in sorted(raised):
        audit.record(
            session, county_code, "alarm:raise", str(kind), str(subject),
            name=causes[subject].name, why=list(causes[subject].why),
        )  # fmt: skip
    return raised


def _closed_by_hand(session: Session, county_code: str, kind: AlarmKind) -> set[uuid.UUID]:
    """Return the subjects whose alarm a person has closed today."""
    morning = datetime.combine(clock.today(session), time(), clock.ZONE)
    query = select(Alarm.subject_id).where(
        Alarm.county_code == county_code, Alarm.kind == kind,
        Alarm.closed_at >= morning, Alarm.closed_by.is_not(None),
    )  # fmt: skip
    return set(session.scalars(query))


def close(session: Session, actor: Actor, alarm_id: uuid.UUID, note: str) -> Alarm:
    """Close an alarm by hand, with words; the same cause is not raised again before tomorrow.

    Raises NotFoundError, StepNotAllowedError (closed before), InvalidInputError without words.
    """
    permissions.check(actor, Permission.ALARM_CLOSE)
    row = session.get(Alarm, (actor.county_code, alarm_id), with_for_update=True,
                      populate_existing=True)  # fmt: skip
    if row is None:
        raise NotFoundError(_("没有这条报警。"))
    if row.closed_at is not None:
        raise StepNotAllowedError(_("这条报警已经关闭。"))
    said = note.strip()
    if not said or len(said) > LONGEST_NOTE:
        raise InvalidInputError("note", _("请写明处理情况，最多%(n)d个字。", n=LONGEST_NOTE))
    row.closed_at, row.note = clock.now(session), said
    row.closed_by, row.closed_by_name = actor.account_id, actor.name
    audit.record(
        session, row.county_code, "alarm:close", row.kind, str(row.subject_id), actor=actor,
        name=row.name, note=said,
    )  # fmt: skip
    session.flush()
    return row


def list_open(session: Session, county_code: str, limit: int = 100) -> list[Alarm]:
    """Return the open alarms, the newest first."""
    query = select(Alarm).where(Alarm.county_code == county_code, Alarm.closed_at.is_(None))
    newest = query.order_by(Alarm.raised_at.desc(), Alarm.id.desc()).limit(limit)
    return list(session.scalars(newest))


def list_closed(
    session: Session,
    county_code: str,
    *,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Alarm]:
    """Return a page of the closed alarms, the one raised last first."""
    query = select(Alarm).where(Alarm.county_code == county_code, Alarm.closed_at.is_not(None))
    if after is not None:
        query = query.where(tuple_(Alarm.raised_at, Alarm.id) < after)
    newest = query.order_by(Alarm.raised_at.desc(), Alarm.id.desc()).limit(limit)
    return list(session.scalars(newest))


def count_open(session: Session, county_code: str) -> int:
    """Return how many alarms are open."""
    query = select(func.count()).select_from(Alarm)
    mine = (Alarm.county_code == county_code, Alarm.closed_at.is_(None))
    return session.scalar(query.where(*mine)) or 0


def administrators(session: Session, county_code: str, on: date) -> list[uuid.UUID]:
    """Return the people who are told of alarms: system administrators in post on a day."""
    query = (
        select(Account.person_id)
        .join(Post, and_(Post.county_code == Account.county_code, Post.id == Account.post_id))
        .where(
            Account.county_code == county_code,
            Account.active,
            Post.role == Role.SYSTEM_ADMIN,
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
        .distinct()
    )
    return list(session.scalars(query))
