"""Evidence: the eight kinds of 罚46, and which acts must be recorded in sound and picture (罚47)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from enforcement.law.measure_terms import MeasureEvent
from enforcement.law.terms import CaseEvent, Term
from enforcement.law.workdays import DATA


class EvidenceKind(Term):
    """The eight kinds of evidence (罚46)."""

    DOCUMENT = "document", "书证", "Document"
    OBJECT = "object", "物证", "Physical evidence"
    RECORDING = "recording", "视听资料", "Audio-visual material"
    DIGITAL = "digital", "电子数据", "Electronic data"
    WITNESS = "witness", "证人证言", "Testimony of a witness"
    STATEMENT = "statement", "当事人的陈述", "Statement of the party"
    EXPERT = "expert", "鉴定意见", "Expert opinion"
    SCENE = "scene", "勘验笔录、现场笔录", "Record of the scene"


class CustodyAct(Term):
    """What happens to a physical item on its way (chain of custody)."""

    TAKE = "take", "接收保管", "Taken into custody"
    HAND_OVER = "hand_over", "移交", "Handed over"
    TEST = "test", "送检", "Sent for testing"
    RETURN = "return", "退还", "Given back"
    DISPOSE = "dispose", "处理", "Disposed of"


ENDS_CUSTODY: Final = frozenset({CustodyAct.RETURN, CustodyAct.DISPOSE})


@dataclass(frozen=True)
class Recording:
    """That an act is to be recorded.

    way -- only where a paper was served in this way, a measure is of this kind; "" for any
    must -- the absence is a defect, else a reminder; pictures -- photos do as well
    """

    event: CaseEvent | MeasureEvent
    way: str
    must: bool
    pictures: bool
    source: str

    def is_for(self, event: str, way: str | None) -> bool:
        """Tell whether an act, done in a way, falls under this row."""
        return self.event == event and self.way in ("", way)

    def met_by(self, media_types: Iterable[str]) -> bool:
        """Tell whether one of the files that show the act is such a record."""
        kinds = ("video/", "audio/", "image/") if self.pictures else ("video/", "audio/")
        return any(one.startswith(kinds) for one in media_types)


@cache
def recordings() -> tuple[Recording, ...]:
    """Return which acts upon a case are to be recorded, as the law ships."""
    return _read("recordings.csv", CaseEvent, "way")


@cache
def measure_recordings() -> tuple[Recording, ...]:
    """Return which acts upon a measure are to be recorded; way -- the kind of measure."""
    return _read("recordings_measures.csv", MeasureEvent, "kind")


def _read(
    name: str, events: type[CaseEvent] | type[MeasureEvent], way: str
) -> tuple[Recording, ...]:
    with (DATA / name).open(encoding="utf-8") as file:
        return tuple(
            Recording(
                events(row["event"]), row[way], row["need"] == "must", row["pictures"] == "yes",
                row["source"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def recording_of(event: str, way: str | None) -> Recording | None:
    """Return the row for an act upon a case, None where nothing need be recorded."""
    return next((one for one in recordings() if one.is_for(event, way)), None)


def measure_recording_of(event: str, kind: str) -> Recording | None:
    """Return the row for an act upon a measure of a kind, None where nothing need be recorded."""
    return next((one for one in measure_recordings() if one.is_for(event, kind)), None)
