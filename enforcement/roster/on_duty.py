"""Who is on duty for a village now: the people in the order in which they are to be called."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from enforcement.clock import ZONE, local_day
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.terms import Role
from enforcement.roster.on_duty_sql import ON_DUTY
from enforcement.roster.pattern import check_years
from enforcement.roster.terms import LONGEST, DutyKind, Level


@dataclass(frozen=True)
class OnCall:
    """One step of the call order.

    person_id -- None where the level has nobody on duty, so that the silence can be recorded
    kind -- None for the village's auxiliary, who is called whether or not he has a shift
    unit_name -- of an empty level, the units that should have had somebody; None without any
    until -- when the shift ends; certified -- holds an enforcement certificate valid that day
    """

    number: int
    level: Level
    kind: DutyKind | None
    unit_id: uuid.UUID | None
    unit_code: str | None
    unit_name: str | None
    shift_id: uuid.UUID | None
    person_id: uuid.UUID | None
    person_name: str | None
    role: Role | None
    until: datetime | None
    certified: bool

    @property
    def nobody(self) -> bool:
        """Tell whether this level has nobody on duty."""
        return self.person_id is None

    @property
    def is_shift(self) -> bool:
        """Tell whether the person is here by a shift of the roster."""
        return self.shift_id is not None


def on_duty(
    session: Session,
    county_code: str,
    place_code: str,
    at: datetime,
    category: str | None = None,
) -> list[OnCall]:
    """Return who is to be called for a village at a moment, in order, by one statement.

    place_code -- village (12 digits) or township (9); category -- of an incident, where units
    answer for some categories only. Which unit answers is decided as routing decides it, drawn
    polygons apart: its own category first, then village before township before county. Every
    level stands in the answer; one without anybody as a row of its own. People on approved leave,
    or whose post in the unit has ended, are left out. Raises NotFoundError,
    InvalidInputError ("at").
    """
    check_years("at", at)
    values = {
        "county": county_code,
        "place": place_code,
        "at": at,
        "on": local_day(at),
        "earliest": at - LONGEST,
        "category": category,
    }
    rows = session.execute(ON_DUTY, values).mappings().all()
    if not rows:
        raise NotFoundError(
            _("没有代码为%(code)s的村或者乡镇。", code=place_code), place=place_code
        )
    return [_step(row) for row in rows]


def _step(row: RowMapping) -> OnCall:
    nobody = row["person_id"] is None
    return OnCall(
        number=row["number"],
        level=Level(row["level"]),
        kind=DutyKind(row["kind"]) if row["kind"] else None,
        unit_id=row["unit_id"],
        unit_code=row["unit_code"],
        unit_name=row["expected_unit_name"] if nobody else row["unit_name"],
        shift_id=row["shift_id"],
        person_id=row["person_id"],
        person_name=row["person_name"],
        role=Role(row["role"]) if row["role"] else None,
        until=row["until"],
        certified=row["certified"],
    )


def as_json(found: OnCall) -> dict[str, Any]:
    """Return a step as JSON holds it."""
    return {
        "number": found.number,
        "level": str(found.level),
        "kind": str(found.kind) if found.kind else None,
        "unit_code": found.unit_code,
        "unit": found.unit_name,
        "person_id": str(found.person_id) if found.person_id else None,
        "person": found.person_name,
        "role": str(found.role) if found.role else None,
        "until": found.until.astimezone(ZONE).isoformat() if found.until else None,
        "shift": found.is_shift,
        "shift_id": str(found.shift_id) if found.shift_id else None,
        "certified": found.certified,
        "nobody": found.nobody,
    }
