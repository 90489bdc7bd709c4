"""Extracts of OpenStreetMap: whether a file is whole, and which ways carry a car.

GDAL reads as far as it can and is silent about the rest, so that is looked at first.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from gis.errors import GisError

PBF_HEAD: Final = b"OSMHeader"
BROKEN: Final = "文件不完整或已损坏，请重新导出"
MOST_HEADER_BYTES: Final = 64 * 1024
MOST_BLOB_BYTES: Final = 32 * 1024 * 1024
NOT_DRIVEN: Final = frozenset({
    "footway", "cycleway", "path", "steps", "pedestrian", "bridleway", "corridor", "elevator",
    "construction", "proposed", "platform", "raceway", "bus_guideway", "escape", "abandoned",
    "razed", "via_ferrata", "rest_area", "services",
})  # fmt: skip


def highway_kind(highway: str) -> bool:
    """Tell whether a car may go on a way with this value of highway."""
    return bool(highway) and highway not in NOT_DRIVEN


def check_xml(path: Path, head: bytes) -> None:
    """Raise GisError unless it is OpenStreetMap's XML, whole, and declares no entities."""
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise GisError("文件带有 DOCTYPE 或实体声明，拒绝导入")
    if b"<osm" not in head:
        raise GisError("文件不是 OpenStreetMap 的 .osm（XML）")
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        if not file.read().rstrip().endswith((b"</osm>", b"/>")):
            raise GisError(BROKEN)


def check_pbf(path: Path) -> None:
    """Raise GisError unless the blocks of a .osm.pbf follow each other to the end of the file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        while file.tell() < size:
            length = int.from_bytes(file.read(4), "big")
            if not 0 < length <= MOST_HEADER_BYTES:
                raise GisError(BROKEN)
            blob = _datasize(file.read(length))
            if not 0 < blob <= MOST_BLOB_BYTES or file.tell() + blob > size:
                raise GisError(BROKEN)
            file.seek(blob, os.SEEK_CUR)


def _datasize(header: bytes) -> int:
    """Return field 3 of a BlobHeader, the bytes of the blob after it; 0 where it has none."""
    at, found = 0, 0
    try:
        while at < len(header):
            key, at = _varint(header, at)
            value, at = _varint(header, at)
            if key & 7 == 2:  # a text or bytes, so many of them
                at += value
            elif key & 7:
                return 0
            elif key >> 3 == 3:
                found = value
    except IndexError:
        return 0
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
