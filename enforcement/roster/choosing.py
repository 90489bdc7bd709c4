"""What pages of the roster share: the unit and the day of the address, people to choose from."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import request
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.people.models import Unit
from enforcement.roster import problems, queries
from enforcement.roster.forms import people_choices
from enforcement.roster.problems import Ask
from enforcement.roster.terms import FIRST_YEAR, LAST_YEAR


@dataclass(frozen=True)
class Chosen:
    """The units a page offers, and the one it shows; None where there are none."""

    units: Sequence[Unit]
    unit: Unit | None


def choose_unit(session: Session, actor: Actor, within: ColumnElement[bool]) -> Chosen:
    """Return the unit that the address names, else the actor's own, else the first he reaches.

    Raises NotFoundError for one that is out of reach.
    """
    units = queries.list_units(session, within)
    code = request.args.get("unit")
    if code:
        found = next((unit for unit in units if unit.code == code), None)
        if found is None:
            raise NotFoundError(_("没有找到该单位，或者您无权查看它的值班表。"), unit=code)
        return Chosen(units, found)
    own = next((unit for unit in units if unit.id == actor.unit_id), None)
    return Chosen(units, own or (units[0] if units else None))


def day_asked(session: Session, name: str = "day") -> date:
    """Return the day of the address; today where it names none, or none that exists."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return clock.today(session)


def moment_asked(name: str) -> datetime | None:
    """Return the moment of the address, in China's time where it says no zone; None without."""
    try:
        found = datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found if found.tzinfo else found.replace(tzinfo=clock.ZONE)


def people_for(
    session: Session,
    county_code: str,
    unit_id: uuid.UUID,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    shift_id: uuid.UUID | None = None,
) -> dict[str, list[tuple[str, str]]]:
    """Return a unit's people as choices for a time: the free ones first, others with reasons."""
    people = queries.list_people(session, county_code, unit_id, clock.local_day(starts_at))
    asks = [Ask(row.id, unit_id, kind, starts_at, ends_at, shift_id) for row in people]
    why = problems.judge(session, county_code, asks)
    return people_choices(people, why, _("（空缺）"))
