"""Import a State Council notice: what a file would change, and the same as new editions."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from enforcement import audit, clock, due, permissions
from enforcement.actor import Actor
from enforcement.errors import StaleVersionError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law.workdays import Calendar
from enforcement.permissions import Permission
from enforcement.sheets import reading as sheets
from enforcement.sheets.plans import Change, Preview, take_turn
from enforcement.timing import calendars, reading
from enforcement.timing.columns import NOTICE, DayKind
from enforcement.timing.models import CalendarDay, CalendarEdition
from enforcement.timing.reading import Year

RECOUNT: Final = "timing:recount"
"""The task that counts anew what no calendar reached."""


@dataclass
class Plan(Preview):
    """What a file would do; `dropped` -- days that the calendar in force names and the file not.

    years -- year -> its days, none where a row is refused
    """

    dropped: list[Change] = field(default_factory=list)
    years: dict[int, Year] = field(default_factory=dict)
    new_years: list[int] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """Return how many days become different."""
        return len(self.added) + len(self.changed) + len(self.dropped)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as the API tells it."""
        dropped = [{"code": one.code, "name": one.name} for one in self.dropped]
        return super().as_json() | {"dropped": dropped, "years": sorted(self.years)}


def preview(session: Session, actor: Actor, data: bytes, name: str) -> Plan:
    """Return what a file would do; nothing is changed. Raises InvalidInputError("file")."""
    permissions.check(actor, Permission.SETTING_CHANGE)
    return _plan(session, actor.county_code, data, name)


def apply(
    session: Session, actor: Actor, data: bytes, name: str, *, digest: str | None = None
) -> Plan:
    """Let the notice of a file hold for its years; nothing where there is any problem.

    The days of a year are replaced whole. digest -- of the preview that was seen; raises
    StaleVersionError where the calendar has changed since, StepNotAllowedError where another
    import of the county takes too long.
    """
    permissions.check(actor, Permission.SETTING_CHANGE)
    take_turn(
        session, f"calendar:{actor.county_code}", _("另一人正在导入本县的放假安排，请稍后再试。")
    )
    plan = _plan(session, actor.county_code, data, name)
    if digest is not None and digest != plan.digest:
        raise StaleVersionError(_("日历在预览之后已被他人更改，请重新预览。"))
    if plan.problems or not plan.changes:
        return plan
    for number, year in sorted(plan.years.items()):
        _store(session, actor, number, year, name, hashlib.sha256(data).digest())
    audit.record(
        session, actor.county_code, "calendar:import", "calendar", name,
        actor=actor, years=sorted(plan.years), changes=plan.changes,
    )  # fmt: skip
    _count_anew(session, actor.county_code)
    session.flush()
    plan.applied = True
    return plan


def _count_anew(session: Session, county_code: str) -> None:
    """Have every stored day counted anew; each import has its own step."""
    now = clock.now(session)
    subject = uuid.uuid5(uuid.NAMESPACE_OID, county_code)
    due.schedule(session, county_code, RECOUNT, subject, f"{now:%Y%m%d%H%M%S%f}", now)


def order_recount(session: Session, actor: Actor) -> None:
    """Have the stored days of all that is open counted anew, without an import."""
    permissions.check(actor, Permission.SETTING_CHANGE)
    _count_anew(session, actor.county_code)


def _store(
    session: Session, actor: Actor, number: int, year: Year, name: str, sha256: bytes
) -> None:
    edition = CalendarEdition(
        county_code=actor.county_code, id=uuid7(), year=number, source=year.source,
        file_name=name, file_sha256=sha256, by=actor.account_id, by_name=actor.name,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    session.execute(
        insert(CalendarDay),
        [
            {"county_code": actor.county_code, "id": uuid7(), "edition_id": edition.id,
             "day": day, "kind": str(one.kind), "name": one.name}
            for day, one in sorted(year.days.items())
        ],
    )  # fmt: skip


def _plan(session: Session, county_code: str, data: bytes, name: str) -> Plan:
    sheet = sheets.read(NOTICE, data, name)
    now = calendars.current(session, county_code)
    plan = Plan(len(sheet.rows), problems=list(sheet.problems), examples=sheet.examples)
    found, problems = reading.years(sheet.rows)
    plan.problems = sorted([*plan.problems, *problems], key=lambda one: one.row)
    before = sorted((year, source) for year, source in now.sources.items() if year in found)
    plan.source = hashlib.sha256(data).hexdigest() + repr(before)
    if not plan.problems:
        plan.years = found
        plan.new_years = sorted(set(found) - now.years)
        for number, year in sorted(found.items()):
            _compare(plan, _days_of(now, number), number, year)
    return plan


def _days_of(calendar: Calendar, year: int) -> dict[date, DayKind]:
    found = {day: DayKind.OFF for day in calendar.off if day.year == year}
    return found | {day: DayKind.WORK for day in calendar.worked if day.year == year}


def _compare(plan: Plan, before: dict[date, DayKind], number: int, year: Year) -> None:
    for day, one in sorted(year.days.items()):
        held = before.get(day)
        words = (f"{label(held)} → {label(one.kind)}",) if held else (label(one.kind),)
        change = Change(one.row, day.isoformat(), one.name, words)
        if held is None:
            plan.added.append(change)
        elif held is not one.kind:
            plan.changed.append(change)
        else:
            plan.same += 1
    plan.dropped += [
        Change(0, day.isoformat(), label(kind), ())
        for day, kind in sorted(before.items())
        if day not in year.days
    ]
