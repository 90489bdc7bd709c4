"""What an import answers: how many rows, which were refused and why, and what was made."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Rejected:
    """A refused row: its number in the file, its code (None without one) and the reason.

    kind -- the defect in one word for programs: "bowtie", "null", "duplicate_code", "swapped" ...
    """

    row: int
    code: str | None
    reason: str
    kind: str = "invalid"


@dataclass(frozen=True)
class Repair:
    """What was mended in a row, and by how many square metres its area grew (or shrank)."""

    row: int
    code: str | None
    what: str
    area_change_m2: float


@dataclass(frozen=True)
class Origin:
    """How a file of boundaries was read.

    driver -- the kind of file; crs -- its reference system; datum -- of its degrees
    mapping -- attribute of code and of name; fields -- all attributes of the file
    """

    driver: str
    crs: str
    datum: str
    mapping: dict[str, str | None]
    fields: tuple[str, ...]
    layer: str | None = None
    encoding: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what the edition keeps and a program reads."""
        return {**asdict(self), "fields": list(self.fields)}


@dataclass(frozen=True)
class ImportResult:
    """The outcome of an import.

    edition_id -- None where nothing was changed
    problems -- what keeps the edition a draft until a person decides; warnings do not
    first -- put in force because the county had no boundaries of that level before
    origin -- how a file of boundaries was read; repairs -- what was mended in it, row by row
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
    origin: Origin | None = None
    repairs: tuple[Repair, ...] = ()

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
            "repairs": [asdict(repair) for repair in self.repairs],
            **(self.origin.as_json() if self.origin else {}),
        }
