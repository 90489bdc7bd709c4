"""Reference systems of files: from their coordinates to degrees in STORAGE_SRID."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer, network
from pyproj.exceptions import CRSError, ProjError

from gis.datum import Datum, to_cgcs2000
from gis.errors import GisError, InvalidGeometryError, MissingOptionError
from gis.rings import rings_of_json, rings_of_shape
from gis.source import Source
from gis.srid import STORAGE_SRID

network.set_network_enabled(active=False)  # type: ignore[attr-defined]  # not re-exported

Points = NDArray[np.float64]
CODE: Final = re.compile(r"(?:EPSG:)?(\d{4,5})", re.IGNORECASE)
MODERN_AXIS_M: Final = 6_378_137.0
"""Of WGS 84's and CGCS2000's ellipsoids; Beijing 54 and Xian 80 have others."""

ZONES_3: Final = range(25, 46)
"""Numbers of the 3-degree Gauss-Krüger zones of China; zone 41 lies around 3 x 41 degrees."""

ZONES_6: Final = range(13, 24)
FIRST_CODE: Final = {ZONES_3: 4513, ZONES_6: 4491}
"""EPSG codes of the first zones whose eastings begin with the zone's number."""


@dataclass(frozen=True)
class Reference:
    """How a file's coordinates are read.

    name -- of the reference system, for people; code -- such as "EPSG:4529", None without one
    exact -- False where the shift to CGCS2000 has no public parameters: up to 100 m off
    """

    name: str
    code: str | None
    exact: bool
    to_degrees: Callable[[Points], Points]


def reference_of(source: Source, crs: str | None, datum: Datum) -> Reference:
    """Return how to read the coordinates of a layer.

    crs -- what a person says, against what the file says; datum -- of its degrees
    Raises MissingOptionError where neither tells the system, GisError where it is no such.
    """
    given = _given(crs) if crs is not None else None
    system = given or _stated(source)
    if given is not None and source.crs and not _stated_same(source, given):
        source.notes.append(f"文件自称坐标系 {_short(source.crs)}，按您指定的 {crs} 读取")
    return _reference(system, datum)


def guess_crs(points: Points) -> str | None:
    """Return the EPSG code that numbers look like they are in; None where they do not say.

    Degrees look like EPSG:4490; metres with a zone in front of them like a Gauss-Krüger zone.
    Metres without one name no meridian.
    """
    middle = np.median(points, axis=0)
    x, y = float(middle[0]), float(middle[1])
    if 73 <= x <= 136 and 3 <= y <= 54:
        return f"EPSG:{STORAGE_SRID}"
    zone = int(x // 1_000_000)
    known = next((zones for zones in FIRST_CODE if zone in zones and 3e5 < y < 6e6), None)
    return f"EPSG:{FIRST_CODE[known] + zone - known[0]}" if known else None


def hint(source: Source) -> str:
    """Return what the coordinates of a layer look like, in words for a person."""
    points = _some_points(source)
    looks = guess_crs(points) if len(points) else None
    return f"坐标像是 {looks}" if looks else "例如 --crs EPSG:4529"


def _given(crs: str) -> CRS:
    code = CODE.fullmatch(crs.strip())
    if code is None:
        raise GisError(f"坐标系 {crs} 写法不对：请写 EPSG 代码，如 EPSG:4529")
    return _parsed(f"EPSG:{code[1]}", crs)


def _stated(source: Source) -> CRS:
    if source.crs:
        return _parsed(source.crs, source.crs)
    if source.driver == "GeoJSON":
        return CRS.from_epsg(STORAGE_SRID)
    raise MissingOptionError(
        f"文件没有说明坐标系（缺 .prj），请用 --crs 指明；{hint(source)}", "crs"
    )


def _parsed(text: str, shown: str) -> CRS:
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise GisError(f"坐标系 {_short(shown)} 无法识别，请用 --crs 指明 EPSG 代码") from error


def _stated_same(source: Source, given: CRS) -> bool:
    try:
        return CRS.from_user_input(source.crs).equals(given, ignore_axis_order=True)
    except CRSError:
        return False


def _reference(system: CRS, datum: Datum) -> Reference:
    if not (system.is_geographic or system.is_projected):
        raise GisError(f"坐标系 {system.name} 既不是经纬度也不是平面坐标")
    code = system.to_epsg()
    ellipsoid = system.ellipsoid
    exact = ellipsoid is not None and ellipsoid.semi_major_metre == MODERN_AXIS_M
    return Reference(
        system.name, f"EPSG:{code}" if code else None, exact, _converter(system, datum)
    )


def _converter(system: CRS, datum: Datum) -> Callable[[Points], Points]:
    """Return what turns coordinates into degrees; the datum is undone last."""
    if system.is_geographic and system.to_epsg() in {4326, 4490, 4979, None}:
        return lambda points: to_cgcs2000(points, datum)
    change = Transformer.from_crs(system, CRS.from_epsg(STORAGE_SRID), always_xy=True)

    def convert(points: Points) -> Points:
        try:
            lon, lat = change.transform(points[:, 0], points[:, 1])
        except ProjError as error:
            raise GisError(f"坐标无法按 {system.name} 换算：{error}") from error
        return to_cgcs2000(np.stack([lon, lat], axis=1), datum)

    return convert


def _some_points(source: Source) -> Points:
    """Return one point of each of the first shapes of a layer."""
    spots = [spot for row in source.rows[:50] if (spot := _corner(row.geometry)) is not None]
    return np.array(spots, dtype=np.float64).reshape(-1, 2)


def _corner(geometry: Any) -> Points | None:
    if isinstance(geometry, GisError):
        return None
    try:
        rings = rings_of_shape(geometry) if hasattr(geometry, "bounds") else rings_of_json(geometry)
    except InvalidGeometryError:
        return None
    return rings[0][0][0, :2] if len(rings[0]) else None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
