"""Stored days counted anew by the calendar in force: what slices that keep such days share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement.law import time_limits
from enforcement.law.articles import APL
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.limit_terms import Whose
from enforcement.settings import queries as settings
from enforcement.settings.terms import BY_KEY, limit_key
from enforcement.timing import calendars

ARTICLE: Final = APL[85].zh
"""By which days are counted; the article that the histories name."""


@dataclass(frozen=True)
class Importer:
    """In whose name days are counted anew: whoever imported the calendar."""

    account_id: uuid.UUID
    name: str


@dataclass(frozen=True)
class Change:
    """A stored day that became another one; before is None where no calendar had reached it."""

    name: str
    before: date | None
    after: date
    article: str

    def detail(self) -> dict[str, Any]:
        """Return what the history keeps of it."""
        return {self.name: self.after, "before_on": self.before}


class Counter:
    """The county's calendar and figures, read once; days that a citizen was told never shrink."""

    def __init__(self, session: Session, county_code: str) -> None:
        self.calendar = calendars.current(session, county_code)
        self.figures = settings.values(session, county_code)

    def change(
        self,
        row: Any,
        name: str,
        limit_id: str,
        start: date | None,
        *,
        rolled: bool = False,
        days: int | None = None,
    ) -> Iterator[Change]:
        """Count a day of a row anew and set it; yield the change, nothing where it stays.

        rolled -- the stored day is the one moved to a working day (C7), else the raw one
        days -- the county's figure where it is another setting than the limit's own
        """
        if start is None:
            return
        before: date | None = getattr(row, name)
        try:
            due = time_limits.due_on(
                limit_id, start, self.calendar, days=days or self._figure(limit_id)
            )  # fmt: skip
        except CalendarExhaustedError:
            return
        after = due.last if rolled else due.raw
        if due.limit.whose is Whose.CITIZEN and before is not None:
            after = max(before, after)
        if after != before:
            setattr(row, name, after)
            yield Change(name, before, after, due.limit.article.zh)

    def _figure(self, limit_id: str) -> int | None:
        key = limit_key(limit_id)
        return self.figures[key] if key in BY_KEY else None
