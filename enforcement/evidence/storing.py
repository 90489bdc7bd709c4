"""Items become rows: numbers without gaps, bytes by their hash, distance from the scene."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.document import numbering
from enforcement.evidence.models import EvidenceItem
from enforcement.files import IMAGE_TYPES
from enforcement.ids import uuid7
from enforcement.law.evidence import EvidenceKind
from gis.proximity import distances_m

COUNTER: Final = "evidence"
OTHER: Final = "application/octet-stream"


@dataclass(frozen=True)
class Draft:
    """What is said of an item; captured_at is aware; lon, lat -- degrees, WGS 84."""

    kind: EvidenceKind
    name: str
    captured_at: datetime
    taker: str
    source: str
    sha256: bytes | None = None
    lon: float | None = None
    lat: float | None = None
    place: str | None = None
    device: str | None = None
    proves: str | None = None
    of_seq: int | None = None
    measure_entry_id: uuid.UUID | None = None
    replaces_id: uuid.UUID | None = None
    reason: str | None = None
    from_incident: bool = False


@dataclass(frozen=True)
class Scene:
    """Where a case happened (degrees), None where the point is unknown."""

    case_id: uuid.UUID
    lon: float | None
    lat: float | None


def store(
    session: Session, actor: Actor, scene: Scene, drafts: Sequence[Draft]
) -> list[EvidenceItem]:
    """Add items in the order given, numbered after those of the case; the caller holds it."""
    if not drafts:
        return []
    first = numbering.take_block(
        session, actor.county_code, COUNTER, str(scene.case_id), 0, len(drafts)
    )
    apart = distances_m(session, scene.lon, scene.lat, [(one.lon, one.lat) for one in drafts])
    at = clock.now(session)
    items = [
        EvidenceItem(
            county_code=actor.county_code, id=uuid7(), case_id=scene.case_id, no=first + n,
            kind=str(one.kind), name=one.name, sha256=one.sha256, captured_at=one.captured_at,
            lon=one.lon, lat=one.lat, distance_m=apart[n], place=one.place, device=one.device,
            taker=one.taker, source=one.source, proves=one.proves, of_seq=one.of_seq,
            measure_entry_id=one.measure_entry_id, from_incident=one.from_incident,
            replaces_id=one.replaces_id, reason=one.reason,
            by=actor.account_id, by_name=actor.name, at=at,
        )
        for n, one in enumerate(drafts)
    ]  # fmt: skip
    session.add_all(items)
    session.flush()
    return items


def media_of(data: bytes) -> str:
    """Return the media type of a file by its own bytes; what is unknown is only downloaded."""
    head = data[:64]
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:12] == b"M4A " else "video/mp4"
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head:
        return "video/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    return _picture(data) or OTHER


def _picture(data: bytes) -> str | None:
    try:
        with Image.open(BytesIO(data)) as image:
            return IMAGE_TYPES.get(image.format or "")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
