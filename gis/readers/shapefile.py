"""A Shapefile out of an archive: its parts together, whole, with the encoding they are in."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from gis.errors import GisError
from gis.readers.encoding import check_encoding, encoding_of
from gis.readers.ogr import choose_layer, read_layer
from gis.source import Source

REQUIRED: Final = (".shp", ".shx", ".dbf")
HEADER_BYTES: Final = 100
Parts = dict[str, bytes]


def shapefiles(members: Mapping[str, bytes]) -> dict[str, Parts]:
    """Return the Shapefiles among the members of an archive: name -> suffix -> bytes."""
    found: dict[str, Parts] = {}
    for name, data in members.items():
        path = PurePosixPath(name)
        found.setdefault(str(path.with_suffix("")).lower(), {})[path.suffix.lower()] = data
    names = {str(PurePosixPath(name).with_suffix("")).lower(): name for name in members}
    return {
        PurePosixPath(names[key]).stem: parts for key, parts in found.items() if ".shp" in parts
    }


def read_shapefile(
    found: Mapping[str, Parts], *, layer: str | None, encoding: str | None
) -> Source:
    """Return the one Shapefile, or the one named `layer`; raises GisError.

    encoding -- of its attributes; None finds it out
    """
    name = choose_layer(sorted(found), layer)
    parts = found[name]
    if missing := [suffix for suffix in REQUIRED if suffix not in parts]:
        raise GisError(f"压缩包缺少 {name}{'、'.join(missing)}：须有 {'、'.join(REQUIRED)}")
    _check_whole(parts)
    remark = None
    if encoding is None:
        encoding, remark = encoding_of(parts[".dbf"], _declared(parts.get(".cpg")))
    source = _read(parts, check_encoding(encoding))
    source.layer = name
    if remark:
        source.notes.append(remark)
    return source


def _read(parts: Parts, encoding: str) -> Source:
    with tempfile.TemporaryDirectory() as folder:
        for suffix, data in parts.items():
            if suffix in {*REQUIRED, ".prj"}:
                Path(folder, f"layer{suffix}").write_bytes(data)
        return read_layer(Path(folder, "layer.shp"), "ESRI Shapefile", encoding=encoding)


def _declared(cpg: bytes | None) -> str | None:
    return cpg.decode("ascii", "replace").strip() or None if cpg is not None else None


def _check_whole(parts: Parts) -> None:
    """Raise GisError where shapes or their index are cut short, or do not belong together."""
    for suffix in (".shp", ".shx"):
        data = parts[suffix]
        if len(data) < HEADER_BYTES or struct.unpack_from(">i", data, 24)[0] * 2 > len(data):
            raise GisError(f"图形文件（{suffix}）不完整，请重新导出")
    if len(parts[".dbf"]) < 32:
        raise GisError("属性表（.dbf）不完整")
    shapes = (struct.unpack_from(">i", parts[".shx"], 24)[0] * 2 - HEADER_BYTES) // 8
    rows = struct.unpack_from("<I", parts[".dbf"], 4)[0]
    if shapes != rows:
        raise GisError(f"图形有 {shapes} 个，属性却有 {rows} 行：文件不是同一套，请重新导出")
