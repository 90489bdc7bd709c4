"""What the law tables refuse; they import the standard library only."""

from __future__ import annotations


class LawError(Exception):
    """A rule cannot be applied; the message says which and why."""


class CalendarExhaustedError(LawError):
    """No working-day calendar is known for `year`, which a period runs into."""

    def __init__(self, message: str, year: int = 0) -> None:
        super().__init__(message)
        self.year = year


class UnknownRuleError(LawError):
    """No such limit, paper, matter or step, or none in force on that day."""
