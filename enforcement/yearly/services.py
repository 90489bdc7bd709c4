"""Acts: say that the figures of a year were reported, and correct them by a new version."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, files, notices, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.indicators import services as indicators
from enforcement.permissions import Permission
from enforcement.yearly import queries, reading
from enforcement.yearly.models import YearlyReport

LOCK: Final = "yearly:{}:{}"


def submit(
    session: Session,
    actor: Actor,
    year: int,
    *,
    submitted_on: date,
    submitted_to: str,
    note: str | None = None,
) -> YearlyReport:
    """Keep the figures of a year as reported; the first is version 1, a correction the next.

    Raises StepNotAllowedError before the year is over and where no figure changed,
    InvalidInputError, NotPermittedError, NotFoundError.
    """
    permissions.check(actor, Permission.YEARLY_SUBMIT)
    reading.check_year(session, year)
    _alone(session, actor.county_code, year)
    before = queries.reports(session, actor.county_code, year)
    _check(session, year, submitted_on, submitted_to, again=bool(before), note=note)
    indicators.refresh(session, actor.county_code)
    data = reading.as_bytes(reading.make(session, actor, year))
    if before and before[0].sha256 == files.digest(data):
        raise StepNotAllowedError(_("数字和上一版一样，不用再报。"))
    row = YearlyReport(
        county_code=actor.county_code, id=uuid7(), year=year, version=len(before) + 1,
        sha256=_kept(session, actor, year, data), submitted_on=submitted_on,
        submitted_to=submitted_to.strip(), note=(note or "").strip(), by=actor.account_id,
        by_name=actor.name, at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    audit.record(session, actor.county_code, "yearly:submit", "year", str(year), actor=actor,
                 version=row.version)  # fmt: skip
    notices.hear_about(session, actor, subject_of(actor.county_code, year))
    session.flush()
    return row


def subject_of(county_code: str, year: int) -> uuid.UUID:
    """Return the id by which notices name the figures of a year."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{county_code}:yearly:{year}")


def _alone(session: Session, county_code: str, year: int) -> None:
    """Let one report of a year at a time; the lock goes with the transaction."""
    key = func.hashtext(LOCK.format(county_code, year))
    session.execute(select(func.pg_advisory_xact_lock(key)))


def _check(
    session: Session, year: int, on: date, receiver: str, *, again: bool, note: str | None
) -> None:
    today = clock.today(session)
    if today.year <= year:
        raise StepNotAllowedError(_("这一年还没有结束，不能上报。"))
    if not date(year + 1, 1, 1) <= on <= today:
        raise InvalidInputError("submitted_on", _("上报日期应当在年度结束之后，不晚于今天。"))
    if not receiver.strip():
        raise InvalidInputError("submitted_to", _("必填。"))
    if again and not (note or "").strip():
        raise InvalidInputError("note", _("已经上报过，更正须写明原因。"))


def _kept(session: Session, actor: Actor, year: int, data: bytes) -> bytes:
    kept = files.store(
        session, actor.county_code, data, name=f"yearly-{year}.json",
        media_type="application/json", actor=actor,
    )  # fmt: skip
    return kept.sha256
