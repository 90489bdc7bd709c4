"""The worker's part of weekly reports: make last week's, file it, tell people, mail it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import clock, due, files, mailing, notices
from enforcement.actor import Actor
from enforcement.briefing import drawn, out, schedules, services, wording
from enforcement.briefing.asking import Wanted
from enforcement.briefing.figures import Briefing
from enforcement.briefing.models import BriefingFiled, BriefingSchedule
from enforcement.config import Config
from enforcement.due import DueStep
from enforcement.errors import NotFoundError, NotPermittedError
from enforcement.ids import uuid7
from enforcement.law.escalation import Does
from enforcement.people.queries import find_actor
from enforcement.sheets.writing import TYPES

MAIL: str = "briefing:mail"
MEDIA = {"html": "text/html", "pdf": "application/pdf", "xlsx": TYPES["xlsx"]}


def work(session: Session, step: DueStep) -> None:
    """Make the report of the week that the step names, once, and plan the next."""
    row = session.get(BriefingSchedule, (step.county_code, step.subject_id))
    if row is None or row.ended_at is not None:
        return
    actor = find_actor(session, row.county_code, row.made_by)
    if actor is not None:
        with force_locale("zh"):
            issue(session, row, actor, date.fromisoformat(step.data["week"]))
    schedules.plan(session, row, clock.now(session))


def issue(session: Session, row: BriefingSchedule, actor: Actor, week_on: date) -> bool:
    """File the report of a week and tell people; False where that was done before.

    It is made by the rights that who ordered it has now; where these no longer reach so far,
    nothing is made.
    """
    wanted = Wanted(first=week_on, last=week_on + timedelta(days=6), **row.asked)
    try:
        briefing = services.make(session, actor, wanted)
    except (NotFoundError, NotPermittedError):
        return False
    made = [_file(session, row, actor, briefing, week_on, kind) for kind in row.formats]
    if not any(made):
        return False
    _tell(session, row, briefing, week_on)
    config: Config = current_app.extensions["enforcement.config"]
    for address in row.mail_to if config.smtp_url else ():
        due.schedule(session, row.county_code, MAIL, row.id, f"{week_on}:{address}",
                     clock.now(session), week=week_on.isoformat(), to=address)  # fmt: skip
    return True


def _file(
    session: Session, row: BriefingSchedule, actor: Actor, briefing: Briefing, week_on: date,
    kind: str,
) -> bool:  # fmt: skip
    """Keep one file of a week's report; False where there is one, or it cannot be drawn."""
    try:
        data = _bytes(session, actor, briefing, kind)
    except NotFoundError:  # no boundaries: no map
        return False
    kept = files.store(session, row.county_code, data, name=f"briefing-{week_on}.{kind}",
                       media_type=MEDIA[kind], by=row.made_by)  # fmt: skip
    added = insert(BriefingFiled).values(
        county_code=row.county_code, id=uuid7(), schedule_id=row.id, week_on=week_on, kind=kind,
        title=f"{wording.title(briefing)} {wording.about(briefing)}", sha256=kept.sha256,
        made_at=clock.now(session),
    )  # fmt: skip
    done = session.execute(added.on_conflict_do_nothing().returning(BriefingFiled.id))
    return done.first() is not None


def _bytes(session: Session, actor: Actor, briefing: Briefing, kind: str) -> bytes:
    if kind == "xlsx":
        return out.as_book(briefing)
    if kind == "pdf":
        return out.as_pdf(session, briefing)
    return drawn.as_html(session, actor, briefing).encode()


def _tell(session: Session, row: BriefingSchedule, briefing: Briefing, week_on: date) -> None:
    """Notify everybody who is to be told and may still read the report."""
    for account_id in row.account_ids:
        reader = find_actor(session, row.county_code, uuid.UUID(account_id))
        if reader is not None and schedules.may(session, reader, briefing.asked.subject):
            notices.send(
                session, row.county_code, reader.person_id, "briefing", row.id,
                does=str(Does.NOTIFY), rule="briefing", number=row.name,
                week=week_on.isoformat(),
            )  # fmt: skip


def mail(session: Session, step: DueStep) -> None:
    """Mail a week's report to one address; the step is done only when the server took it."""
    config: Config = current_app.extensions["enforcement.config"]
    week_on = date.fromisoformat(step.data["week"])
    rows = session.query(BriefingFiled).filter_by(
        county_code=step.county_code, schedule_id=step.subject_id, week_on=week_on
    )
    kept: list[Any] = rows.order_by(BriefingFiled.kind).all()
    if kept:
        attached = [(f"briefing-{week_on}.{one.kind}", MEDIA[one.kind],
                     files.read(one.county_code, one.sha256)) for one in kept]  # fmt: skip
        mailing.send(config.smtp_url, step.data["to"], kept[0].title, attached)
