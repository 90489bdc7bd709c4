"""The record in sound and picture (全过程记录): which acts need one, and which lack it (罚47)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from enforcement.case.models import CaseEntry, CaseFile
from enforcement.evidence import queries as evidence
from enforcement.evidence.models import EvidenceItem
from enforcement.law.evidence import Recording, measure_recording_of, recording_of
from enforcement.measure import queries as measures


@dataclass(frozen=True)
class Act:
    """An act of a case, or upon a measure of it, that is to be recorded, and the rule.

    seq -- of an act of the case; entry_id -- of an act upon a measure; number -- of the measure
    """

    rule: Recording
    at: datetime
    seq: int | None = None
    entry_id: uuid.UUID | None = None
    measure_id: uuid.UUID | None = None
    number: str | None = None

    @property
    def key(self) -> str:
        """Return what a form sends for the act: its number in the case, or the entry's id."""
        return str(self.seq) if self.seq is not None else str(self.entry_id)


def to_record(session: Session, case: CaseFile, entries: Sequence[CaseEntry]) -> list[Act]:
    """Return the acts of a case and upon its measures that are to be recorded, in order."""
    return sorted([*_own(entries), *_measures(session, case)], key=lambda one: one.at)


def _own(entries: Sequence[CaseEntry]) -> Iterator[Act]:
    for one in entries:
        rule = recording_of(one.event, one.detail.get("way"))
        if rule is not None:
            yield Act(rule, one.at, seq=one.seq)


def _measures(session: Session, case: CaseFile) -> Iterator[Act]:
    for one, measure in measures.acts_of_case(session, case.county_code, case.id):
        rule = measure_recording_of(one.event, measure.kind)
        if rule is not None:
            yield Act(
                rule, one.at, entry_id=one.id, measure_id=measure.id, number=measure.number
            )  # fmt: skip


def lacking(
    session: Session,
    case: CaseFile,
    entries: Sequence[CaseEntry],
    items: Sequence[EvidenceItem],
) -> list[Act]:
    """Return the acts whose record no item of the case holds."""
    shown: dict[tuple[int | None, uuid.UUID | None], list[str]] = {}
    for one in evidence.in_use(items):
        shown.setdefault((one.of_seq, one.measure_entry_id), []).append(one.media_type)
    return [
        one
        for one in to_record(session, case, entries)
        if not one.rule.met_by(shown.get((one.seq, one.entry_id), ()))
    ]
