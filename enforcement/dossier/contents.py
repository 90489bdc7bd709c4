"""What stands in a case's file, in order, and on which page; counted without making the file."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.case.models import CaseFile
from enforcement.document import queries as documents
from enforcement.document import sealing
from enforcement.document.models import Document
from enforcement.document.typesetting import page_count
from enforcement.dossier.photos import PER_PAGE
from enforcement.evidence import queries as evidence
from enforcement.evidence.models import EvidenceItem
from enforcement.law import paperwork
from enforcement.law.dossier import EVIDENCE_SHELF, MADE_WITH_VOLUME, SHELF_OF, SHELVES, Volume

BLOCKS: Final = ("organ", "case", "party", "officers", "decision")


@dataclass(frozen=True)
class Entry:
    """A line of the index. pages -- 0 for what lies beside the volume (a disc, a thing).

    page -- the first page, once the volume is counted; papers or photos say where it comes from
    """

    shelf: int
    title: str
    pages: int
    number: str | None = None
    dated_on: date | None = None
    page: int | None = None
    remark: str = ""
    document_id: uuid.UUID | None = None
    sha256: bytes | None = None
    photos: tuple[EvidenceItem, ...] = ()

    @property
    def chapter(self) -> str:
        """Return the shelf's name."""
        return SHELVES[self.shelf].zh


@dataclass(frozen=True)
class Contents:
    """A case's papers and evidence as they are kept, and the index of each volume."""

    papers: tuple[Document, ...]
    items: tuple[EvidenceItem, ...]
    volumes: Mapping[Volume, tuple[Entry, ...]]

    def pages(self, volume: Volume) -> int:
        """Return how many numbered pages a volume has."""
        return sum(one.pages for one in self.volumes[volume])

    def blocks(self) -> dict[str, Any]:
        """Return who, what and which decision, as the newest paper that states it does."""
        found: dict[str, Any] = {}
        for paper in self.papers:
            found |= {key: paper.inputs[key] for key in BLOCKS if key in paper.inputs}
        return found

    def made(self, code: str) -> Document | None:
        """Return the newest paper of a kind, None without one."""
        return next((one for one in reversed(self.papers) if one.code == code), None)


def read(session: Session, case: CaseFile) -> Contents:
    """Return what the file of a case holds at this moment, in three statements.

    A paper with seal or handwriting stands there as it was sealed or signed.
    """
    papers = documents.list_of_case(session, case.county_code, case.id)
    items = evidence.in_use(evidence.of_case(session, case.county_code, case.id))
    newest = sealing.newest_of_case(session, case.county_code, case.id)
    entries = [*(_paper(one, newest.get(one.id)) for one in _kept(papers)), *_evidence(items)]
    volumes = {
        volume: _paged(one for one in entries if SHELVES[one.shelf].volume == volume)
        for volume in Volume
    }
    return Contents(tuple(papers), tuple(items), volumes)


def _kept(papers: Sequence[Document]) -> list[Document]:
    return [one for one in papers if one.code not in MADE_WITH_VOLUME]


def _paper(paper: Document, newest: bytes | None) -> Entry:
    pages = page_count(files.read(paper.county_code, newest)) if newest else paper.pages
    return Entry(
        SHELF_OF[paper.code], paperwork.paper(paper.code).name, pages,
        number=paper.number, dated_on=clock.local_day(paper.issued_at),
        document_id=paper.id, sha256=newest or paper.sha256,
    )  # fmt: skip


def _evidence(items: Sequence[EvidenceItem]) -> Iterator[Entry]:
    """Yield one line for the sheets of photos, one for each thing or file that lies beside."""
    photos = tuple(one for one in items if one.media_type.startswith("image/"))
    if photos:
        sheets = -(-len(photos) // PER_PAGE)
        yield Entry(EVIDENCE_SHELF, "证据照片", sheets, remark=f"{len(photos)}张", photos=photos)
    for one in items:
        if one in photos:
            continue
        kept = "光盘" if one.media_type.split("/")[0] in ("audio", "video") else "另存"
        day = clock.local_day(one.captured_at)
        title = f"证据{one.no} {one.name}"
        yield Entry(EVIDENCE_SHELF, title, 0, dated_on=day, remark=kept, sha256=one.sha256)


def _paged(entries: Iterator[Entry]) -> tuple[Entry, ...]:
    """Return entries in the order of their shelves with their first pages; stable within one."""
    page, placed = 1, []
    for one in sorted(entries, key=lambda entry: entry.shelf):
        placed.append(replace(one, page=page if one.pages else None))
        page += one.pages
    return tuple(placed)
