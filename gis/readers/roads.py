"""Files of roads: an extract of OpenStreetMap (.osm, .osm.pbf), a zipped Shapefile, GeoPackage.

Files are read in place, however large; only what lies within the box asked for is taken.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyogrio
import shapely

from gis.datum import Datum
from gis.errors import GisError, InvalidGeometryError, MissingOptionError
from gis.geojson import Bounds
from gis.readers.archive import unpack
from gis.readers.limits import MAX_FILE_BYTES, MB, check_size, read_limited
from gis.readers.ogr import OGR_ERRORS, choose_layer, read_layer, spatial_layers
from gis.readers.osm import PBF_HEAD, check_pbf, check_xml, highway_kind
from gis.readers.shapefile import read_shapefile, shapefiles
from gis.reference import reference_of
from gis.source import RawRow, Source

MAX_OSM_BYTES: Final = 2048 * MB
MOST_LINES: Final = 300_000
SQLITE: Final = b"SQLite format 3\0"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
SHAPES: Final = b"\x00\x00\x27\x0a"
TAG: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
KIND_FIELDS: Final = (
    "highway",
    "fclass",
    "道路等级",
    "技术等级",
    "等级",
    "类型",
    "kind",
    "class",
    "type",
)
NAME_FIELDS: Final = ("name", "名称", "道路名称", "路名", "路线名称")
ONEWAY_FIELDS: Final = ("oneway", "单行")
SPEED_FIELDS: Final = ("maxspeed", "限速")


@dataclass(frozen=True)
class RoadLine:
    """A road as it stands in the file; line -- degrees, EPSG:4490, in the order of its points.

    kind -- the file's own word for what it is; oneway -- 1 along it, -1 against it, 0 both ways
    """

    row: int
    kind: str
    name: str | None
    line: shapely.LineString
    oneway: int = 0
    speed_kmh: float | None = None


@dataclass
class RoadFile:
    """The roads of a file; meets -- lines that cross meet there, even without a common point.

    skipped -- how many rows were left out, by why
    """

    driver: str
    crs: str
    meets: bool
    lines: list[RoadLine] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)

    def skip(self, why: str) -> None:
        """Count a row that is left out."""
        self.skipped[why] = self.skipped.get(why, 0) + 1


def read_roads(
    path: Path,
    *,
    bounds: Bounds | None = None,
    crs: str | None = None,
    datum: Datum = Datum.CGCS2000,
    layer: str | None = None,
) -> RoadFile:
    """Return the roads of a file, told by its content and not by its name.

    bounds -- of an OpenStreetMap extract only what touches them is read
    Raises GisError where it is no such file, broken, empty, too large or not safe to open, and
    MissingOptionError where a person has to say more.
    """
    size = path.stat().st_size
    if not size:
        raise GisError("文件是空的")
    with path.open("rb") as file:
        head = file.read(4096)
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if PBF_HEAD in head[:64]:
        check_size(size, at_most=MAX_OSM_BYTES)
        check_pbf(path)
        return _osm(path, ".osm.pbf", bounds)
    if bare.startswith(b"<"):
        check_size(size, at_most=MAX_OSM_BYTES)
        check_xml(path, bare)
        return _osm(path, ".osm", bounds)
    found = _taken(_source(path, head, bare, layer), crs, datum)
    if not found.lines:
        raise GisError("文件里没有道路线（LineString）" + _why(found))
    return found


def _source(path: Path, head: bytes, bare: bytes, layer: str | None) -> Source:
    if head.startswith(ZIP):
        members = shapefiles(unpack(read_limited(path)))
        if not members:
            raise GisError("压缩包里没有 Shapefile")
        return _shapefile(members, layer)
    if head.startswith(SHAPES):
        raise GisError("只有 .shp 还不够：请把 .shp、.shx、.dbf、.prj 一起压缩成 zip 再导入")
    for mark, suffix, driver in ((SQLITE, ".gpkg", "GPKG"), (b"{", ".geojson", "GeoJSON")):
        if (head if suffix == ".gpkg" else bare).startswith(mark):
            check_size(path.stat().st_size, at_most=MAX_FILE_BYTES * 4)
            return _named(path, suffix, driver, layer)
    raise GisError("文件不是 .osm、.osm.pbf、Shapefile（zip）、GeoPackage 或者 GeoJSON")


def _shapefile(members: dict[str, dict[str, bytes]], layer: str | None) -> Source:
    """Read a Shapefile; nobody is asked for an encoding, as names of roads are of little weight."""
    try:
        return read_shapefile(members, layer=layer, encoding=None)
    except MissingOptionError as error:
        if error.option != "encoding":
            raise
        raise GisError("属性表的编码无法识别，请另存为 UTF-8 编码后再导入") from error


def _named(path: Path, suffix: str, driver: str, layer: str | None) -> Source:
    """Read a layer under a name of our own: GDAL tells some kinds of files by their names."""
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder, f"roads{suffix}")
        link.symlink_to(path.resolve())
        return read_layer(link, driver, layer=choose_layer(spatial_layers(link), layer))


def _osm(path: Path, suffix: str, bounds: Bounds | None) -> RoadFile:
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder, f"roads{suffix}")
        link.symlink_to(path.resolve())
        try:
            _meta, _ids, shapes, columns = pyogrio.raw.read(
                link, layer="lines", columns=["name", "highway", "other_tags"],
                where="highway IS NOT NULL", bbox=bounds,
            )  # fmt: skip
        except OGR_ERRORS as error:
            raise GisError(f"文件无法打开，可能不完整或已损坏（{error}）") from error
    found = RoadFile("OSM", "EPSG:4326", meets=False)
    rows = zip(shapely.from_wkb(shapes, on_invalid="ignore"), *columns, strict=True)
    for row, (line, name, highway, tags) in enumerate(rows):
        said = dict(TAG.findall(tags or ""))
        _add(found, row, line, {"name": name, "highway": highway, **said})
    if not found.lines:
        raise GisError("文件在本县范围内没有可以行车的道路" + _why(found))
    return found


def _taken(source: Source, crs: str | None, datum: Datum) -> RoadFile:
    """Return a layer's lines in degrees."""
    reference = reference_of(source, crs, datum)
    found = RoadFile(source.driver, reference.name, meets=True)
    for raw in source.rows:
        for line in _lines(raw):
            moved = None if line is None else shapely.transform(
                shapely.force_2d(line), reference.to_degrees)  # fmt: skip
            _add(found, raw.row, moved, raw.properties)
    return found


def _lines(raw: RawRow) -> list[Any]:
    shape = raw.geometry
    if shape is None or isinstance(shape, InvalidGeometryError):
        return [None]
    return list(shape.geoms) if shape.geom_type == "MultiLineString" else [shape]


def _add(found: RoadFile, row: int, line: Any, said: dict[str, Any]) -> None:
    """Take a line with what is said of it, or count why not."""
    kind = _first(said, KIND_FIELDS)
    if found.driver == "OSM" and (not highway_kind(kind) or said.get("access") == "no"):
        found.skip("不通车")
    elif line is None or line.geom_type != "LineString" or line.is_empty:
        found.skip("不是线")
    elif not _sound(line):
        found.skip("坐标无效")
    elif len(found.lines) >= MOST_LINES:
        raise GisError(f"道路超过 {MOST_LINES} 条，请只导出本县的道路")
    else:
        found.lines.append(RoadLine(row, kind, _first(said, NAME_FIELDS) or None, line,
                                    _oneway(said), _speed(said)))  # fmt: skip


def _sound(line: Any) -> bool:
    west, south, east, north = line.bounds
    on_earth = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return bool(on_earth and line.length > 0)


def _first(said: dict[str, Any], names: tuple[str, ...]) -> str:
    low = {str(key).lower(): value for key, value in said.items()}
    return next((str(low[name]).strip() for name in names if low.get(name)), "")


def _oneway(said: dict[str, Any]) -> int:
    word = _first(said, ONEWAY_FIELDS).lower()
    if word in ("-1", "reverse", "t"):
        return -1
    one = word in ("yes", "1", "true", "f", "是") or said.get("junction") == "roundabout"
    return 1 if one else 0


def _speed(said: dict[str, Any]) -> float | None:
    text = _first(said, SPEED_FIELDS).removesuffix("km/h").strip()
    try:
        speed = float(text)
    except ValueError:
        return None
    return speed if 5 <= speed <= 130 else None


def _why(found: RoadFile) -> str:
    said = "、".join(f"{why} {count} 条" for why, count in sorted(found.skipped.items()))
    return f"（{said}）" if said else ""
