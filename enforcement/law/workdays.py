"""Working days of China: weekends, holidays and worked Saturdays of the State Council's notices.

The package chinese_calendar is the first source; notices that ship in `data/workdays.csv` stand in
its place for their years, and those that a county imported (slice `calendars`) in place of both.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from chinese_calendar import constants as package

from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.terms import N_

DATA: Final = Path(__file__).parent / "data"
DAY: Final = timedelta(days=1)
PACKAGE: Final = "chinese_calendar"
WEEKEND: Final = N_("周末")
NAMES: Final = (
    N_("元旦"), N_("春节"), N_("清明"), N_("清明节"), N_("劳动节"), N_("端午"), N_("端午节"),
    N_("国庆节"), N_("中秋"), N_("中秋节"), N_("国庆节、中秋节"), N_("元旦调休"), N_("春节调休"), N_("劳动节调休"),
    N_("国庆节调休"),
)  # fmt: skip


@dataclass(frozen=True)
class Calendar:
    """Days off and worked days of the years that a notice covers.

    names -- what a day off is called; sources -- year -> where its days come from
    """

    years: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]
    names: Mapping[date, str] = field(default_factory=dict)
    sources: Mapping[int, str] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Tell whether a day is a working day; raises CalendarExhaustedError for other years."""
        if day.year not in self.years:
            raise CalendarExhaustedError(
                f"没有{day.year}年的工作日历，请先导入国务院节假日安排通知。", day.year
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

    def name_of(self, day: date) -> str:
        """Return what a day off is called: its holiday, else a weekend."""
        return self.names.get(day, WEEKEND) if day in self.off else WEEKEND

    def replaced_by(self, other: Calendar) -> Calendar:
        """Return this calendar with the years of another one in place of its own."""
        return Calendar(
            self.years | other.years,
            frozenset(day for day in self.off if day.year not in other.years) | other.off,
            frozenset(day for day in self.worked if day.year not in other.years) | other.worked,
            {d: n for d, n in self.names.items() if d.year not in other.years} | dict(other.names),
            {**self.sources, **other.sources},
        )


def read_calendar(lines: Iterable[str]) -> Calendar:
    """Read rows `year,day,kind,name,source`; a day is MM-DD or MM-DD..MM-DD, kind off or work."""
    rows = list(csv.DictReader(lines))
    days = {
        kind: {day: row["name"] for row in rows if row["kind"] == kind for day in _days(row)}
        for kind in ("off", "work")
    }
    return Calendar(
        frozenset(int(row["year"]) for row in rows),
        frozenset(days["off"]),
        frozenset(days["work"]),
        days["off"] | days["work"],
        {int(row["year"]): row["source"] for row in rows},
    )


def _days(row: dict[str, str]) -> Iterator[date]:
    first, _, last = row["day"].partition("..")
    yield from span(
        date.fromisoformat(f"{row['year']}-{first}"),
        date.fromisoformat(f"{row['year']}-{last or first}"),
    )


def span(first: date, last: date) -> Iterator[date]:
    """Give the days from the first to the last, both included."""
    while first <= last:
        yield first
        first += DAY


@cache
def of_package() -> Calendar:
    """Return the calendar of the package chinese_calendar, the first source."""
    words = {one.value: one.chinese for one in package.Holiday}
    off, worked = package.holidays, {d: n for d, n in package.workdays.items() if d.weekday() > 4}
    years = frozenset(day.year for day in off)
    names = {day: words[name] for day, name in (*off.items(), *worked.items())}
    return Calendar(years, frozenset(off), frozenset(worked), names, dict.fromkeys(years, PACKAGE))


@cache
def shipped() -> Calendar:
    """Return the calendar that ships with the platform."""
    with (DATA / "workdays.csv").open(encoding="utf-8") as file:
        return of_package().replaced_by(read_calendar(file))
