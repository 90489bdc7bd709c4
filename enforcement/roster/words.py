"""How times of duty are said, on pages and by commands."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from enforcement.clock import ZONE, local_day
from enforcement.i18n import _
from enforcement.roster.terms import WEEKDAYS


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Return clock times: "08:30–17:00", "20:00–次日08:00", with dates where days lie between."""
    start, end = starts_at.astimezone(ZONE), ends_at.astimezone(ZONE)
    nights = (end.date() - start.date()).days
    if nights == 1 and end.time() == datetime.min.time():
        return f"{start:%H:%M}–24:00"
    if nights == 0:
        return f"{start:%H:%M}–{end:%H:%M}"
    if nights == 1:
        return _("%(start)s–次日%(end)s", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
    return f"{start:%m-%d %H:%M}–{end:%m-%d %H:%M}"


def weekday(on: date) -> str:
    """Return the word of a day's weekday in the language of the page."""
    return _(WEEKDAYS[on.weekday()])


def when(starts_at: datetime, ends_at: datetime) -> str:
    """Return day and clock times: "2026-03-02 周一 08:30–17:00"."""
    day = local_day(starts_at)
    if ends_at - starts_at > timedelta(days=2):
        start, end = starts_at.astimezone(ZONE), ends_at.astimezone(ZONE)
        return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"
    return f"{day} {weekday(day)} {hours(starts_at, ends_at)}"
