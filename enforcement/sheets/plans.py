"""What a file would do to a list, shown before it is done; and the turn of those who do it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from enforcement.errors import StepNotAllowedError
from enforcement.sheets.reading import Problem

LOCK_NOT_AVAILABLE: Final = "55P03"


@dataclass(frozen=True)
class Change:
    """What happens to one row of the list: what it becomes, in words for a person."""

    row: int
    code: str
    name: str
    words: tuple[str, ...]


@dataclass
class Preview:
    """What a file would do. `digest` names exactly this plan, so that no other is applied.

    source -- hash of the file, where the words of the plan do not tell all of it
    """

    rows: int
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    applied: bool = False
    source: str = ""
    examples: int = 0

    @property
    def digest(self) -> str:
        """Return the name of this plan."""
        seen = repr((self.source, self.added, self.changed, self.same))
        return hashlib.sha256(seen.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Return the plan as the API tells it."""
        lists = {
            name: [
                {"row": one.row, "code": one.code, "name": one.name, "changes": list(one.words)}
                for one in getattr(self, name)
            ]
            for name in ("added", "changed")
        }
        problems = [
            {"row": one.row, "column": one.column, "reason": one.reason} for one in self.problems
        ]
        return {
            "rows": self.rows, **lists, "same": self.same, "problems": problems,
            "digest": self.digest, "applied": self.applied,
        }  # fmt: skip


def take_turn(session: Session, what: str, told: str) -> None:
    """Wait until nobody else's transaction holds the turn `what`; hold it until this one ends.

    told -- what the person hears where the wait is too long (StepNotAllowedError)
    """
    lock = func.pg_advisory_xact_lock(func.hashtextextended(what, 0))
    try:
        session.execute(select(lock))
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
            raise
        raise StepNotAllowedError(told) from error
