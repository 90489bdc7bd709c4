"""A county of two villages with whatever units, people, shifts and leave a test needs."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.ids import uuid7
from enforcement.jurisdiction import services as jurisdiction
from enforcement.jurisdiction.models import Responsibility
from enforcement.law.terms import Role
from enforcement.people.models import Certificate, Person, Post, Unit
from enforcement.roster.models import DutyLeave, DutyRequirement, DutyShift
from enforcement.roster.terms import LeaveKind, LeaveState, Pattern

SMALL = "990002"
TOWN, VILLAGE, OTHER_VILLAGE = "990002100", "990002100200", "990002100201"
DIVISIONS = f"""code,name,level,parent_code
{SMALL},试点县,county,9900
{TOWN},东镇,township,{SMALL}
{VILLAGE},一村,village,{TOWN}
{OTHER_VILLAGE},二村,village,{TOWN}
"""
LONG_AGO = date(2020, 1, 1)


def moment(words: str) -> datetime:
    """Return a moment of China's time: "2026-03-02 09:00"."""
    return datetime.fromisoformat(words).replace(tzinfo=ZONE)


class Small:
    """Makes rows of the small county, without asking any rule."""

    def __init__(self, session: Session) -> None:
        self.session = session
        jurisdiction.import_divisions(session, DIVISIONS.encode(), "small.csv")
        self.count = 0

    def add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def unit(
        self, code: str, kind: str, home: str | None = None, parent: Unit | None = None
    ) -> Unit:
        made: Unit = self.add(
            Unit(
                county_code=SMALL, id=uuid7(), code=code, name=f"单位{code}", kind=kind,
                parent_id=parent.id if parent else None, home_code=home, valid_from=LONG_AGO,
            )
        )  # fmt: skip
        return made

    def person(
        self,
        unit: Unit | None = None,
        role: Role = Role.OFFICER,
        since: date = LONG_AGO,
        until: date | None = None,
        village: str | None = None,
    ) -> uuid.UUID:
        """Make a person, with a post where a unit is named; return his id."""
        self.count += 1
        made = self.add(
            Person(
                county_code=SMALL, id=uuid7(), name=f"人员{self.count:02d}",
                created_at=moment("2020-01-01 00:00"),
            )
        )  # fmt: skip
        if unit is not None:
            self.post(made.id, unit, role, since, until, village)
        found: uuid.UUID = made.id
        return found

    def post(
        self,
        person_id: uuid.UUID,
        unit: Unit,
        role: Role = Role.OFFICER,
        since: date = LONG_AGO,
        until: date | None = None,
        village: str | None = None,
    ) -> None:
        self.add(
            Post(
                county_code=SMALL, id=uuid7(), person_id=person_id, unit_id=unit.id, role=role,
                village_code=village, valid_from=since, valid_to=until,
            )
        )  # fmt: skip

    def paper(
        self, person_id: uuid.UUID, organ: Unit, since: date, until: date, status: str = "valid"
    ) -> None:
        self.count += 1
        self.add(
            Certificate(
                county_code=SMALL, id=uuid7(), person_id=person_id, number=f"9{self.count:06d}",
                organ_unit_id=organ.id, field="综合", area="本县",
                area_code=SMALL, valid_from=since,
                valid_to=until, status=status,
            )
        )  # fmt: skip

    def shift(
        self,
        unit: Unit,
        kind: str,
        start: datetime,
        hours: float,
        person_id: uuid.UUID | None,
        state: str = "planned",
    ) -> DutyShift:
        made: DutyShift = self.add(
            DutyShift(
                county_code=SMALL, id=uuid7(), unit_id=unit.id, kind=kind, person_id=person_id,
                starts_at=start, ends_at=start + timedelta(hours=hours), state=state,
                made_at=start,
            )
        )  # fmt: skip
        return made

    def leave(
        self,
        person_id: uuid.UUID,
        start: datetime,
        hours: float,
        state: str = LeaveState.APPROVED,
    ) -> None:
        self.add(
            DutyLeave(
                county_code=SMALL, id=uuid7(), person_id=person_id, starts_at=start,
                ends_at=start + timedelta(hours=hours), kind=LeaveKind.ANNUAL, reason="",
                state=state, asked_at=start,
            )
        )  # fmt: skip

    def need(
        self, unit: Unit, kind: str, pattern: str = Pattern.ALWAYS, least: int = 1, **more: Any
    ) -> DutyRequirement:
        said = {"hours": [], "certified": False, "valid_from": LONG_AGO, "valid_to": None} | more
        made: DutyRequirement = self.add(
            DutyRequirement(
                county_code=SMALL, id=uuid7(), unit_id=unit.id, kind=kind, pattern=pattern,
                at_least=least, **said,
            )
        )  # fmt: skip
        return made

    def duty(
        self, unit: Unit, area: str, category: str | None = None, priority: int = 0
    ) -> Responsibility:
        return jurisdiction.assign_responsibility(
            self.session, SMALL, unit.id, valid_from=LONG_AGO, area_code=area,
            category=category, priority=priority,
        )  # fmt: skip
