"""What was done in a case so far, as the gates read it: acts in order, each with what was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from enforcement.law.terms import CaseEvent


@dataclass(frozen=True)
class Done:
    """One act: on which day in China, and what its history keeps."""

    event: CaseEvent
    on: date
    said: Mapping[str, Any]

    def day(self, name: str) -> date:
        """Return a day that was said, kept as ISO text."""
        return date.fromisoformat(str(self.said[name])[:10])

    @property
    def served_on(self) -> date:
        """Return the day from which the paper of this act counts as served."""
        return self.day("served_on") if "served_on" in self.said else self.on


@dataclass(frozen=True)
class Course:
    """All acts of a case, the first one first."""

    acts: tuple[Done, ...] = ()

    def last(self, event: CaseEvent, *, since: tuple[CaseEvent, ...] = ()) -> Done | None:
        """Return the latest act of a kind that no act of `since` has overtaken; None without."""
        for done in reversed(self.acts):
            if done.event is event:
                return done
            if done.event in since:
                return None
        return None

    def has(self, event: CaseEvent, *, since: tuple[CaseEvent, ...] = ()) -> bool:
        """Tell whether there is such an act."""
        return self.last(event, since=since) is not None

    def all(self, event: CaseEvent) -> tuple[Done, ...]:
        """Return every act of a kind."""
        return tuple(done for done in self.acts if done.event is event)


NOTHING_DONE: Final = Course()
