"""One act under way: who does it, upon which case, what was said; checks that acts share."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.models import CaseFile
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.time_limits import Due
from enforcement.people.models import Person
from enforcement.timing import limits


@dataclass(frozen=True)
class Doing:
    """One act under way."""

    session: Session
    actor: Actor
    case: CaseFile
    said: dict[str, Any]
    today: date

    def not_future(self, name: str) -> None:
        """Raise InvalidInputError for a moment or day that has not come yet."""
        value = self.said[name]
        now = clock.now(self.session) if hasattr(value, "hour") else self.today
        if value > now:
            raise InvalidInputError(name, _("时间不能在将来。"))

    def due(self, limit_id: str, start: date) -> Due:
        """Count a limit as the county counts it; raises CalendarExhaustedError."""
        return limits.due_on(self.session, self.case.county_code, limit_id, start)

    def person(self, name: str) -> Person:
        """Return the person that a field names by id; raises InvalidInputError."""
        found = self.session.get(Person, (self.case.county_code, self._id(name)))
        if found is None:
            raise InvalidInputError(name, _("没有这名人员。"))
        return found

    def _id(self, name: str) -> uuid.UUID:
        try:
            return uuid.UUID(str(self.said[name]))
        except ValueError:
            raise InvalidInputError(name, _("没有这名人员。")) from None
