"""Working days of China: weekends, holidays and worked Saturdays of the State Council's notices."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from enforcement.law.errors import CalendarExhaustedError

DATA: Final = Path(__file__).parent / "data"
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Days off and worked days of the years that a notice covers."""

    years: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]

    def is_working(self, day: date) -> bool:
        """Tell whether a day is a working day; raises CalendarExhaustedError for other years."""
        if day.year not in self.years:
            raise CalendarExhaustedError(
                f"没有{day.year}年的工作日历，请先导入国务院节假日安排通知。"
            )
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def add(self, start: date, days: int) -> date:
        """Return the last of `days` working days after `start`; the start day is not counted."""
        day = start
        for _ in range(days):
            day = self.next(day + DAY)
        return day

    def next(self, day: date) -> date:
        """Return the day itself if it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += DAY
        return day

    def before(self, day: date) -> date:
        """Return the last working day before `day`."""
        day -= DAY
        while not self.is_working(day):
            day -= DAY
        return day


def read_calendar(lines: Iterable[str]) -> Calendar:
    """Read rows `year,day,kind,name,source`; a day is MM-DD or MM-DD..MM-DD, kind off or work."""
    rows = list(csv.DictReader(lines))
    days = {
        kind: frozenset(d for r in rows if r["kind"] == kind for d in _days(r))
        for kind in ("off", "work")
    }
    return Calendar(frozenset(int(row["year"]) for row in rows), days["off"], days["work"])


def _days(row: dict[str, str]) -> Iterator[date]:
    first, _, last = row["day"].partition("..")
    day = date.fromisoformat(f"{row['year']}-{first}")
    end = date.fromisoformat(f"{row['year']}-{last or first}")
    while day <= end:
        yield day
        day += DAY


@cache
def shipped() -> Calendar:
    """Return the calendar that ships with the platform."""
    with (DATA / "workdays.csv").open(encoding="utf-8") as file:
        return read_calendar(file)
