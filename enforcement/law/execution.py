"""Who may demolish by which law, and what an execution must never do (强13, 34, 43, 44, 50).

A matter without a row has no building to demolish. Townships hold M16 themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from enforcement.law.articles import LAND, URBAN, Article
from enforcement.law.workdays import Calendar
from enforcement.law.working_time import ZONE

NIGHT_FROM: Final = time(22)
NIGHT_TO: Final = time(6)
"""强43 does not say when night is; 22-06 stands in the former noise law (default)."""


@dataclass(frozen=True)
class Demolition:
    """By which articles a building is ordered away and pulled down.

    county_order -- the county's government must have charged the organ to do it
    court_only -- no organ may pull it down itself
    """

    order: Article
    power: Article
    county_order: bool = False
    court_only: bool = False


# fmt: off
DEMOLITIONS: Final[dict[str, Demolition]] = {
    "M15": Demolition(URBAN[64], URBAN[68], county_order=True),
    "M16": Demolition(URBAN[65], URBAN[65]),
    "M17": Demolition(URBAN[66], URBAN[68], county_order=True),
    "M18": Demolition(LAND[78],  LAND[83],  court_only=True),
    "M19": Demolition(LAND[77],  LAND[83],  court_only=True),
    "M20": Demolition(LAND[75],  LAND[83],  court_only=True),
}
# fmt: on


def is_night(start: datetime, end: datetime) -> bool:
    """Tell whether any part of a span lies between 22 and 6 o'clock in China."""
    first, last = start.astimezone(ZONE), end.astimezone(ZONE)
    day = first.date() - timedelta(days=1)
    while day <= last.date():
        dusk = datetime.combine(day, NIGHT_FROM, ZONE)
        dawn = datetime.combine(day + timedelta(days=1), NIGHT_TO, ZONE)
        if (first < dawn and last > dusk) or dusk <= first < dawn:
            return True
        day += timedelta(days=1)
    return False


def holiday_in(start: datetime, end: datetime, calendar: Calendar) -> date | None:
    """Return the first day off by the State Council's notice in a span, None without one.

    A weekend that no notice names is a day of rest, no statutory holiday.
    """
    day, last = start.astimezone(ZONE).date(), end.astimezone(ZONE).date()
    while day <= last:
        if day in calendar.off:
            return day
        day += timedelta(days=1)
    return None
