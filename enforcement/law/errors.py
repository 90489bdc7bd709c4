"""What the law tables refuse; they import the standard library only."""

from __future__ import annotations


class LawError(Exception):
    """A rule cannot be applied; the message says which and why."""


class CalendarExhaustedError(LawError):
    """No working-day calendar is known for a year that a period runs into."""


class UnknownRuleError(LawError):
    """No such limit, paper, matter or step, or none in force on that day."""
