"""What an import answers: how many rows, which were refused and why, and what was made."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Rejected:
    """A refused row: its number in the file, its code (None without one) and the reason."""

    row: int
    code: str | None
    reason: str


@dataclass(frozen=True)
class ImportResult:
    """The outcome of an import.

    edition_id -- None where nothing was changed
    problems -- what keeps the edition a draft until a person decides; warnings do not
    first -- put in force because the county had no boundaries of that level before
    """

    county_code: str
    read: int
    accepted: int
    rejected: tuple[Rejected, ...] = ()
    edition_id: uuid.UUID | None = None
    status: str | None = None
    valid_from: date | None = None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    first: bool = field(default=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads; rows are numbered as the kind of file numbers them."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": [asdict(rejected) for rejected in self.rejected],
            "edition": str(self.edition_id) if self.edition_id else None,
            "county": self.county_code,
            "status": self.status,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "problems": list(self.problems),
            "warnings": list(self.warnings),
        }
