"""Weekly reports: who has ordered which, when it is made, who is told; what was filed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, due, files, permissions
from enforcement.actor import Actor
from enforcement.briefing.asking import Subject, Wanted, offered, read
from enforcement.briefing.models import BriefingFiled, BriefingSchedule
from enforcement.clock import ZONE
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.people.queries import find_actor_by_name
from enforcement.permissions import Permission
from enforcement.scope import COUNTY_WIDE

TASK: Final = "briefing:weekly"
FORMATS: Final = ("html", "pdf", "xlsx")
MOST_PEOPLE: Final = 50
ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
SHOWN: Final = 50


@dataclass(frozen=True)
class Order:
    """What is ordered: a report, the weekday (1: Monday) and hour, files, whom to tell."""

    wanted: Wanted
    weekday: int
    hour: int
    formats: tuple[str, ...]
    usernames: tuple[str, ...]
    mail_to: tuple[str, ...] = ()


def order(session: Session, actor: Actor, said: Order) -> BriefingSchedule:
    """Have a report made each week; raises what reading it raises, InvalidInputError by field."""
    permissions.check(actor, Permission.REPORT_READ)
    _check(said)
    asked = read(session, actor, replace(said.wanted, first=None, last=None))
    people = [_reader(session, actor, name, asked.subject) for name in said.usernames]
    kept = {name: value for name, value in asked.said.items() if name not in ("first", "last")}
    row = BriefingSchedule(
        county_code=actor.county_code, id=uuid.uuid4(), name=asked.subject.name, asked=kept,
        weekday=said.weekday, hour=said.hour,
        formats=[one for one in FORMATS if one in said.formats],
        account_ids=sorted({str(one.account_id) for one in people}), mail_to=list(said.mail_to),
        made_by=actor.account_id, made_at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    plan(session, row, clock.now(session))
    audit.record(session, actor.county_code, "briefing:order", "briefing", str(row.id), actor=actor,
                 weekday=row.weekday, hour=row.hour, people=len(people),
                 mails=len(row.mail_to), **kept)  # fmt: skip
    return row


def _check(said: Order) -> None:
    if not 1 <= said.weekday <= 7:
        raise InvalidInputError("weekday", _("请选择星期几。"))
    if not 0 <= said.hour <= 23:
        raise InvalidInputError("hour", _("请填写0至23时。"))
    if not said.formats or not set(said.formats) <= set(FORMATS):
        raise InvalidInputError("formats", _("请选择至少一种文件格式。"))
    if not said.usernames or len(said.usernames) > MOST_PEOPLE:
        raise InvalidInputError("people", _("请填写1至%(n)d个接收人的用户名。", n=MOST_PEOPLE))
    wrong = [one for one in said.mail_to if not ADDRESS.fullmatch(one)]
    if wrong or len(said.mail_to) > MOST_PEOPLE:
        raise InvalidInputError("mail", _("邮箱地址不对：%(what)s", what="、".join(wrong[:3])))


def _reader(session: Session, actor: Actor, username: str, subject: Subject) -> Actor:
    """Return whom a user name stands for; raises InvalidInputError where he may not read it."""
    found = find_actor_by_name(session, username)
    if found is None or found.county_code != actor.county_code or not may(session, found, subject):
        raise InvalidInputError(
            "people", _("用户%(name)s不存在，或者无权查看该报告。", name=username)
        )
    return found


def may(session: Session, actor: Actor, subject: Subject) -> bool:
    """Tell whether an actor may read the report of a subject today."""
    return permissions.allows(actor, Permission.REPORT_READ) and subject in offered(
        session, actor, clock.today(session)
    )


def plan(session: Session, row: BriefingSchedule, after: datetime) -> None:
    """Have the next report made at its weekday and hour, after a moment."""
    at = next_at(row.weekday, row.hour, after)
    due.schedule(session, row.county_code, TASK, row.id, f"{at.astimezone(ZONE):%Y%m%d%H}", at,
                 week=week_before(at).isoformat())  # fmt: skip


def next_at(weekday: int, hour: int, after: datetime) -> datetime:
    """Return the first moment after one that lies on a weekday (1: Monday) and hour in China."""
    day = clock.local_day(after)
    day += timedelta(days=(weekday - day.isoweekday()) % 7)
    at = datetime.combine(day, time(hour), ZONE)
    return at if at > after else at + timedelta(days=7)


def week_before(at: datetime) -> date:
    """Return the Monday of the week before the one in which a moment lies."""
    day = clock.local_day(at)
    return day - timedelta(days=day.isoweekday() - 1 + 7)


def end(session: Session, actor: Actor, schedule_id: uuid.UUID) -> BriefingSchedule:
    """Make no more reports of an order; raises NotFoundError where it is not the actor's."""
    permissions.check(actor, Permission.REPORT_READ)
    row = session.get(BriefingSchedule, (actor.county_code, schedule_id), with_for_update=True)
    if row is None or (row.made_by != actor.account_id and actor.role not in COUNTY_WIDE):
        raise NotFoundError(_("没有找到这个定期报告，或者不是您设置的。"))
    if row.ended_at is None:
        row.ended_at = clock.now(session)
        session.flush()
        due.cancel(session, actor.county_code, row.id, TASK)
        audit.record(session, actor.county_code, "briefing:end", "briefing", str(row.id),
                     actor=actor)  # fmt: skip
    return row


def list_orders(session: Session, actor: Actor) -> Sequence[BriefingSchedule]:
    """Return the orders that run and concern the actor: his own, or that tell him of reports."""
    permissions.check(actor, Permission.REPORT_READ)
    query = select(BriefingSchedule).where(_concerns(actor), BriefingSchedule.ended_at.is_(None))
    newest = query.order_by(BriefingSchedule.made_at.desc(), BriefingSchedule.id).limit(SHOWN)
    return session.scalars(newest).all()


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that an order is the actor's, tells him, or he heads the county."""
    same = BriefingSchedule.county_code == actor.county_code
    if actor.role in COUNTY_WIDE:
        return same
    told = BriefingSchedule.account_ids.contains([str(actor.account_id)])
    return and_(same, or_(BriefingSchedule.made_by == actor.account_id, told))


def list_filed(session: Session, actor: Actor) -> Sequence[BriefingFiled]:
    """Return the files of weekly reports that concern the actor, the newest week first."""
    permissions.check(actor, Permission.REPORT_READ)
    query = _filed(actor).with_only_columns(BriefingFiled)
    newest = query.order_by(
        BriefingFiled.week_on.desc(), BriefingFiled.schedule_id, BriefingFiled.kind
    )
    return session.scalars(newest.limit(SHOWN * len(FORMATS))).all()


def _filed(actor: Actor) -> Any:
    same = (BriefingSchedule.county_code == BriefingFiled.county_code) & (
        BriefingSchedule.id == BriefingFiled.schedule_id
    )
    return (
        select(BriefingFiled, BriefingSchedule).join(BriefingSchedule, same).where(_concerns(actor))
    )


def get_filed(session: Session, actor: Actor, filed_id: uuid.UUID) -> tuple[BriefingFiled, bytes]:
    """Return a file of a weekly report with its bytes; NotFoundError where he may not read it."""
    permissions.check(actor, Permission.REPORT_READ)
    found = session.execute(_filed(actor).where(BriefingFiled.id == filed_id)).first()
    if found is None or not _reaches(session, actor, found[1]):
        raise NotFoundError(_("没有找到这份报告，或者您无权查看。"))
    return found[0], files.read(actor.county_code, found[0].sha256)


def _reaches(session: Session, actor: Actor, row: BriefingSchedule) -> bool:
    """Tell whether a report's subject still is within the actor's reach."""
    try:
        read(session, actor, Wanted(**row.asked))
    except NotFoundError:
        return False
    return True
