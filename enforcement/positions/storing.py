"""Positions go in: one call of a device, or a batch of many; "kept" is said after the commit."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from enforcement.positions.models import Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.storing_sql import COLUMNS, FROM_JSON, store
from enforcement.prepared import Statement
from gis.datum import Datum, to_cgcs2000

STORE: Final = Statement("fix_store", store(FROM_JSON), (("county", "text"), ("rows", "text")))
NAMES: Final = tuple(name for name, _kind in COLUMNS)
LONGEST: Final = 200


@dataclass(frozen=True)
class Carrier:
    """A device as positions need it: its county, itself, and who carries it (None: a vehicle)."""

    county_code: str
    device_id: uuid.UUID
    person_id: uuid.UUID | None


@dataclass(frozen=True)
class Stored:
    """What became of positions: new, known already, of somebody off duty (forgotten at once).

    sos -- devices that call for help by them, on duty or not: nobody is refused help
    """

    stored: int
    known: int
    off_duty: int
    sos: tuple[uuid.UUID, ...] = ()


def keep(
    session: Session, carrier: Carrier, source: Protocol, readings: Iterable[Reading]
) -> Stored:
    """Keep what a device sent; the caller commits. Repeated positions are kept once.

    Without any position only the device's being heard is not noted: call `queries.hear`.
    """
    rows = [as_row(carrier, source, one) for one in readings]
    values = {"county": carrier.county_code, "rows": json.dumps(rows, default=str)}
    return counted(STORE.find_one(session, values))


def counted(found: Any) -> Stored:
    """Return the answer of the statement in words."""
    return Stored(
        found["stored"], found["on_duty"] - found["stored"], found["said"] - found["on_duty"],
        tuple(found["sos"] or ()),
    )  # fmt: skip


def as_row(carrier: Carrier, source: Protocol, reading: Reading) -> dict[str, Any]:
    """Return a reading as the row that the statement takes; lon, lat are CGCS2000."""
    lon, lat = reading.lon, reading.lat
    if reading.datum in (Datum.GCJ02, Datum.BD09):
        lon, lat = to_cgcs2000(np.array([[lon, lat]]), Datum(reading.datum))[0].tolist()
    return {
        "device_id": carrier.device_id, "person_id": carrier.person_id,
        "fixed_at": reading.fixed_at and reading.fixed_at.isoformat(),
        "lon": lon, "lat": lat, "raw_lon": reading.lon, "raw_lat": reading.lat,
        "datum": reading.datum, "accuracy_m": reading.accuracy_m,
        "speed_mps": reading.speed_mps, "course_deg": reading.course_deg,
        "altitude_m": reading.altitude_m, "battery_pct": reading.battery_pct,
        "source": str(source), "mock": reading.mock, "late": reading.late,
        "valid": reading.valid,
        "alarm": reading.alarm and reading.alarm.replace("\x00", "")[:LONGEST],
        "extra": without_nul(reading.extra) or None,
    }  # fmt: skip


def without_nul(said: dict[str, Any]) -> dict[str, Any]:
    """Return what a device says beside its position, without NUL, which no text may hold here."""
    return {
        name: value.replace("\x00", "") if isinstance(value, str) else value
        for name, value in said.items()
    }
