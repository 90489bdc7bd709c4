"""Positions as rows of COPY's binary format (PostgreSQL manual, COPY, "Binary Format").

One `struct` for each pattern of unknown values: a row costs a call, not a call for each column.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from enforcement.positions.judging import Judged
from enforcement.positions.storing import LONGEST, Carrier, without_nul

HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
TAIL: Final = struct.pack(">h", -1)
EPOCH: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
SIZE: Final = struct.Struct(">i").pack
NAMES: Final = (
    "county_code", "device_id", "received_at", "source", "fixed_at", "lon", "lat", "raw_lon",
    "raw_lat", "mock", "late", "accuracy_m", "speed_mps", "course_deg", "altitude_m",
    "battery_pct", "datum", "alarm", "extra",
)  # fmt: skip
COPY: Final = f"COPY fix ({', '.join(NAMES)}) FROM STDIN (FORMAT binary)"
FIXED: Final = ">iqidididid" + "i?i?"
"""fixed_at, lon, lat, raw_lon, raw_lat, mock, late, each behind its length."""
encode: Final = json.JSONEncoder(ensure_ascii=False).encode
NULL: Final = b"\xff\xff\xff\xff"
PATTERNS: Final = tuple(
    struct.Struct(FIXED + "".join("i" if n >> bit & 1 else "if" for bit in (4, 3, 2, 1, 0))).pack
    for n in range(32)
)
"""What packs the numbers of a row, by which of the last five are unknown."""


def head_of(carrier: Carrier, source: str, received: datetime) -> bytes:
    """Return what all rows of a device in a batch begin with."""
    return (
        struct.pack(">h", len(NAMES))
        + text(carrier.county_code)
        + _sized(carrier.device_id.bytes)
        + struct.pack(">iq", 8, micros(received))
        + text(source)
    )


def row(head: bytes, one: Judged) -> bytes:
    """Return a believed position as a row; `head` is its device's."""
    said = one.reading
    unknown, values = 0, [
        8, micros(one.at), 8, one.lon, 8, one.lat, 8, said.lon, 8, said.lat, 1, said.mock, 1,
        said.late,
    ]  # fmt: skip
    for value in (
        said.accuracy_m, said.speed_mps, said.course_deg, said.altitude_m, said.battery_pct
    ):  # fmt: skip
        unknown <<= 1
        if value is None:
            unknown += 1
            values.append(-1)
        else:
            values += (4, value)
    return b"".join((
        head,
        PATTERNS[unknown](*values),
        text(said.datum),
        text(said.alarm[:LONGEST]) if said.alarm else NULL,
        _json(said.extra) if said.extra else NULL,
    ))  # fmt: skip


def _json(said: dict[str, Any]) -> bytes:
    """Return JSON as jsonb takes it (version 1); it takes no NUL."""
    written = encode(said)
    if "\\u0000" in written:
        written = encode(without_nul(said))
    data = written.encode()
    return SIZE(len(data) + 1) + b"\x01" + data


def micros(moment: datetime) -> int:
    """Return microseconds since 2000, as PostgreSQL keeps a moment."""
    return round(moment.timestamp() * 1_000_000) - EPOCH


@lru_cache(maxsize=1024)
def _text(value: str) -> bytes:
    return _sized(value.replace("\x00", "").encode())


def text(value: str) -> bytes:
    """Return a text behind its length; short words are kept, for they repeat."""
    return _text(value) if len(value) <= 16 else _sized(value.replace("\x00", "").encode())


def _sized(data: bytes) -> bytes:
    return SIZE(len(data)) + data
