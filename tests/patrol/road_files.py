"""Files of roads for tests: OpenStreetMap as XML and as protocol buffers, Shapefile, GeoPackage."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pyogrio
import shapely

Way = tuple[list[tuple[float, float]], dict[str, str]]

STREET: Way = ([(124.30, 43.31), (124.33, 43.31), (124.36, 43.31)],
               {"highway": "primary", "name": "中心街"})  # fmt: skip
SIDE: Way = ([(124.33, 43.31), (124.33, 43.34)], {"highway": "residential"})
PATH: Way = ([(124.30, 43.31), (124.31, 43.32)], {"highway": "footway"})
ISLAND: Way = ([(124.40, 43.40), (124.42, 43.40)], {"highway": "unclassified", "name": "<b>岛</b>"})
RIVER: Way = ([(124.30, 43.30), (124.36, 43.35)], {"waterway": "river"})
ALL = (STREET, SIDE, PATH, ISLAND, RIVER)


def _nodes(ways: Sequence[Way]) -> dict[tuple[float, float], int]:
    return {at: n for n, at in enumerate(dict.fromkeys(at for way in ways for at in way[0]), 1)}


def osm(ways: Sequence[Way] = ALL) -> bytes:
    """Return an extract as XML."""
    nodes = _nodes(ways)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    lines += [f'<node id="{n}" lon="{lon}" lat="{lat}"/>' for (lon, lat), n in nodes.items()]
    for n, (points, tags) in enumerate(ways, 1):
        refs = "".join(f'<nd ref="{nodes[at]}"/>' for at in points)
        said = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
        lines.append(f'<way id="{n}">{refs}{said}</way>')
    return "\n".join([*lines, "</osm>", ""]).encode()


def pbf(ways: Sequence[Way] = ALL) -> bytes:
    """Return an extract as protocol buffers (.osm.pbf): a header and one block."""
    nodes = _nodes(ways)
    words = [b"", *dict.fromkeys(w.encode() for _p, t in ways for kv in t.items() for w in kv)]
    index = {word: n for n, word in enumerate(words)}
    table = b"".join(_bytes(1, word) for word in words)
    said = b"".join(
        _bytes(1, _number(1, _zigzag(n)) + _number(8, _zigzag(round(lat * 1e7)))
               + _number(9, _zigzag(round(lon * 1e7)))) for (lon, lat), n in nodes.items()
    )  # fmt: skip
    made = b""
    for n, (points, tags) in enumerate(ways, 1):
        refs = [nodes[at] for at in points]
        steps = [b - a for a, b in zip([0, *refs], refs, strict=False)]
        made += _bytes(3, _number(1, n)
                       + _bytes(2, b"".join(_varint(index[k.encode()]) for k in tags))
                       + _bytes(3, b"".join(_varint(index[v.encode()]) for v in tags.values()))
                       + _bytes(8, b"".join(_varint(_zigzag(one)) for one in steps)))  # fmt: skip
    block = _bytes(1, table) + _bytes(2, said) + _bytes(2, made)
    head = _bytes(4, b"OsmSchema-V0.6")
    return _blob(b"OSMHeader", head) + _blob(b"OSMData", block)


def _blob(kind: bytes, data: bytes) -> bytes:
    blob = _number(2, len(data)) + _bytes(3, zlib.compress(data))
    header = _bytes(1, kind) + _number(3, len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def _bytes(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    found = b""
    while value > 127:
        found, value = found + bytes([value & 127 | 128]), value >> 7
    return found + bytes([value])


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def layer(
    path: Path, lines: Sequence[Any], kinds: Sequence[str], *, field: str = "道路等级",
    crs: str | None = "EPSG:4490", driver: str = "GPKG",
) -> Path:  # fmt: skip
    """Write shapes with their kinds as a layer of a GeoPackage or Shapefile."""
    kind = shapely.get_type_id(lines[0])
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(lines, dtype=object)), [np.array(kinds, dtype=object)],
        [field], geometry_type={0: "Point", 1: "LineString", 5: "MultiLineString"}[int(kind)],
        crs=crs, driver=driver, encoding="UTF-8",
    )  # fmt: skip
    return path


def zipped(folder: Path) -> bytes:
    """Return all files of a folder as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for one in sorted(folder.iterdir()):
            archive.write(one, one.name)
    return buffer.getvalue()
