"""Acts upon what must be covered: add a requirement, end it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, once
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.roster import reach
from enforcement.roster.entries import remember
from enforcement.roster.models import DutyRequirement
from enforcement.roster.pattern import check_years
from enforcement.roster.terms import DutyKind, Pattern

MOST_PEOPLE = 50


@dataclass(frozen=True)
class Hours:
    """A stretch of a weekly pattern: weekday (Monday is 0), start, minutes up to 24 h."""

    weekday: int
    start: time
    minutes: int


@dataclass(frozen=True)
class RequirementIn:
    """What must be covered, as a person states it; from today where no day is given."""

    kind: DutyKind
    pattern: Pattern
    at_least: int = 1
    certified: bool = False
    hours: tuple[Hours, ...] = field(default=())
    valid_from: date | None = None
    valid_to: date | None = None


def add_requirement(
    session: Session,
    actor: Actor,
    unit_id: uuid.UUID,
    what: RequirementIn,
    *,
    key: str | None = None,
) -> DutyRequirement:
    """State what must be covered in a unit; raises InvalidInputError, NotPermittedError."""
    unit = reach.check_change(session, actor, unit_id)
    earlier = once.claim(session, actor, key, "roster:requirement", [unit_id, vars(what)])
    if earlier is not None:
        return get_requirement(session, actor.county_code, earlier)
    start = what.valid_from or clock.today(session)
    _check(what, start)
    row = DutyRequirement(
        county_code=actor.county_code, id=uuid7(), unit_id=unit.id, kind=what.kind,
        pattern=what.pattern, hours=plain_hours(what.hours), at_least=what.at_least,
        certified=what.certified, valid_from=start, valid_to=what.valid_to,
    )  # fmt: skip
    session.add(row)
    session.flush()
    remember(
        session, actor, "requirement", row.id, "add_requirement", unit_id=unit.id, kind=row.kind,
        pattern=row.pattern, at_least=row.at_least, certified=row.certified, valid_from=start,
        valid_to=what.valid_to, hours=row.hours,
    )  # fmt: skip
    once.done(session, actor, key, row.id)
    return row


def _check(what: RequirementIn, start: date) -> None:
    check_years("valid_from", start)
    check_years("valid_to", what.valid_to)
    if not 1 <= what.at_least <= MOST_PEOPLE:
        raise InvalidInputError("at_least", _("人数应当在1到%(n)d之间。", n=MOST_PEOPLE))
    if what.valid_to is not None and what.valid_to <= start:
        raise InvalidInputError("valid_to", _("终止日须在起始日之后"))
    if (what.pattern is Pattern.WEEKLY) != bool(what.hours):
        raise InvalidInputError("hours", _("按周指定时段的，请填写时段；其他的不填。"))
    for n, row in enumerate(what.hours):
        if not (0 <= row.weekday <= 6 and 1 <= row.minutes <= 1440):
            raise InvalidInputError(f"hours.{n}", _("第%(n)d个时段有误。", n=n + 1))


def end_requirement(
    session: Session, actor: Actor, requirement_id: uuid.UUID, on: date | None = None
) -> DutyRequirement:
    """End a requirement: `on`, by default tomorrow, is the first day on which it no longer holds.

    Raises NotFoundError, NotPermittedError, InvalidInputError, StepNotAllowedError.
    """
    row = get_requirement(session, actor.county_code, requirement_id, lock=True)
    reach.check_change(session, actor, row.unit_id)
    today = clock.today(session)
    if row.valid_to is not None and row.valid_to <= today:
        raise StepNotAllowedError(_("该要求已经终止。"))
    day = on or date.fromordinal(today.toordinal() + 1)
    check_years("on", day)
    if day < today:
        raise InvalidInputError("on", _("终止日不能早于今天。"))
    row.valid_to = max(day, date.fromordinal(row.valid_from.toordinal() + 1))
    session.flush()
    remember(
        session, actor, "requirement", row.id, "end_requirement", unit_id=row.unit_id,
        valid_to=row.valid_to,
    )  # fmt: skip
    return row


def get_requirement(
    session: Session, county_code: str, requirement_id: uuid.UUID, *, lock: bool = False
) -> DutyRequirement:
    """Return a requirement; raises NotFoundError."""
    query = select(DutyRequirement).where(
        DutyRequirement.county_code == county_code, DutyRequirement.id == requirement_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该值班要求。"))
    return found


def plain_hours(hours: Sequence[Hours]) -> list[dict[str, Any]]:
    """Return hours as the table holds them."""
    return [
        {
            "weekday": row.weekday,
            "start": row.start.isoformat("minutes"),
            "minutes": row.minutes,
        }
        for row in hours
    ]
