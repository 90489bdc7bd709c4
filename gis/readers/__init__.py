"""Files of boundaries as offices have them: what kind a file is, and its one layer."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from gis.datum import Datum
from gis.errors import GisError, MissingOptionError
from gis.geojson import read_geojson
from gis.readers.archive import unpack
from gis.readers.kml import read_kml
from gis.readers.limits import check_size
from gis.readers.ogr import choose_layer, read_layer, spatial_layers
from gis.readers.shapefile import read_shapefile, shapefiles
from gis.source import Source

__all__ = ["ReadOptions", "Source", "read_source"]

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
SQLITE: Final = b"SQLite format 3\0"
UTF16: Final = (b"\xff\xfe<", b"\xfe\xff\0<")
SHAPES: Final = b"\x00\x00\x27\x0a"
FOREIGN: Final = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip"}
SINGLE: Final = (".gpkg", ".kml", ".geojson", ".json")


@dataclass(frozen=True)
class ReadOptions:
    """What a person says about a file; None leaves it to the file.

    crs -- EPSG code of its coordinates, such as "EPSG:4529"
    datum -- what its degrees refer to
    repair -- mend shapes that can be mended, and say so
    """

    crs: str | None = None
    datum: Datum = Datum.CGCS2000
    encoding: str | None = None
    layer: str | None = None
    repair: bool = False


def read_source(data: bytes, options: ReadOptions) -> Source:
    """Return the layer that a file holds, told by its content and not by its name.

    Raises GisError where it is no such file, broken, too large or not safe to open, and
    MissingOptionError where a person has to say more.
    """
    check_size(len(data))
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(ZIP):
        return _from_archive(unpack(data), options)
    if data.startswith(SQLITE):
        return _from_file(data, ".gpkg", "GPKG", options)
    if head.startswith(b"<") or data.startswith(UTF16):
        return read_kml(data)
    if data.startswith(SHAPES):
        raise GisError("只有 .shp 还不够：请把 .shp、.shx、.dbf、.prj 一起压缩成 zip 再导入")
    if kind := next((name for mark, name in FOREIGN.items() if data.startswith(mark)), None):
        raise GisError(f"不支持 {kind} 压缩包，请改用 zip")
    return read_geojson(data)


def _from_archive(members: dict[str, bytes], options: ReadOptions) -> Source:
    """Read the one data set of an archive."""
    if found := shapefiles(members):
        return read_shapefile(found, layer=options.layer, encoding=options.encoding)
    single = [name for name in members if PurePosixPath(name).suffix.lower() in SINGLE]
    if not single:
        raise GisError("压缩包里没有界线文件（Shapefile、GeoPackage、KML 或 GeoJSON）")
    if len(single) > 1:
        raise MissingOptionError(
            f"压缩包里有 {len(single)} 个界线文件（{'、'.join(sorted(single))}），请只留一个",
            "layer",
        )
    return read_source(members[single[0]], options)


def _from_file(data: bytes, suffix: str, driver: str, options: ReadOptions) -> Source:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"layer{suffix}")
        path.write_bytes(data)
        layer = choose_layer(spatial_layers(path), options.layer)
        return read_layer(path, driver, layer=layer)
