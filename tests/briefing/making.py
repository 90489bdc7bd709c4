"""A month of a township whose figures are known by heart."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from geoalchemy2.shape import from_shape
from shapely import Point
from sqlalchemy.orm import Session

from enforcement.briefing import services
from enforcement.briefing.asking import Wanted
from enforcement.briefing.figures import Briefing
from enforcement.clock import ZONE
from enforcement.ids import uuid7
from enforcement.incident.models import Incident
from tests.asking import actor_of, set_clock
from tests.case.making import home_point

COUNTY = "220322"
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
MARCH = {"first": FIRST, "last": LAST}
DEGREE_M = 111_195.0


def village_of(session: Session) -> str:
    """Return the code of the village where things happen."""
    return actor_of(session, "fujing").area_codes[0]


def happened(
    session: Session, day: date, *, hour: int = 9, category: str = "04", north_m: float = 0,
    minutes: int | None = None, **more: Any,
) -> Incident:  # fmt: skip
    """Add an incident of the demonstration squad in the auxiliary's village."""
    lon, lat = home_point(session)
    lat += north_m / DEGREE_M
    at = datetime(day.year, day.month, day.day, hour, 15, tzinfo=ZONE)
    said: dict[str, Any] = {
        "number": f"T{uuid7().hex}", "category": category, "description": "占道",
        "state": "received",
        "source": "phone_app", "occurred_at": at, "received_at": at, "lon": lon, "lat": lat,
        "point": from_shape(Point(lon, lat), 4490), "village_code": village_of(session),
        "township_code": village_of(session)[:9],
        "responsible_unit_code": actor_of(session, "zhifa1").unit_code,
        "arrived_at": None if minutes is None else at + timedelta(minutes=minutes),
    }  # fmt: skip
    row = Incident(county_code=COUNTY, id=uuid7(), **said | more)
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def busy(county: Session) -> Session:
    """Five incidents in March, four of them at one place, two in February; it is April."""
    set_clock(county, "2026-04-02 09:00")
    for day, minutes in ((2, 10), (3, 20), (4, 30), (20, None)):
        happened(county, date(2026, 3, day), minutes=minutes, north_m=day,
                 state="closed" if day == 2 else "received")  # fmt: skip
    happened(county, date(2026, 3, 10), category="V8", north_m=900, hour=16)
    for day in (10, 11):
        happened(county, date(2026, 2, day), north_m=300)
    return county


def made(session: Session, username: str, **said: Any) -> Briefing:
    """Return the report of March that an account asks for."""
    return services.make(session, actor_of(session, username), Wanted(**MARCH | said))


def of_township(session: Session, username: str = "juzhang", **said: Any) -> Briefing:
    """Return the report of March on the township where things happened."""
    return made(session, username, township=village_of(session)[:9], **said)
