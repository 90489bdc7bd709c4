"""What a reader hands over: rows as they stand in the file, before any check of their shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gis.areas import AreaFile, Feature, Making, Problem, sound_area
from gis.errors import InvalidGeometryError
from gis.rings import rings_of_json, rings_of_shape


@dataclass(frozen=True)
class RawRow:
    """One feature: its index from 0, attributes, and a GeoJSON geometry or a Shapely one."""

    row: int
    properties: dict[str, Any]
    geometry: Any
    is_feature: bool = True


@dataclass
class Source:
    """A layer of a file.

    driver -- the kind of file: "GeoJSON", "ESRI Shapefile", "GPKG", "KML"
    crs -- what the file says of its reference system (a name or WKT); None where it says nothing
    encoding -- of its attributes, where a file may have one or another
    notes -- remarks that a person should read
    """

    driver: str
    rows: list[RawRow]
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def fields(self) -> list[str]:
        """Return the names of the attributes, in the order in which they appear."""
        return list(dict.fromkeys(name for row in self.rows for name in row.properties))


def areas_of(source: Source, making: Making) -> AreaFile:
    """Return the areas of a layer; a row without a sound one becomes a problem."""
    result = AreaFile()
    for raw in source.rows:
        try:
            geom, fixes = sound_area(_rings(raw), making)
        except InvalidGeometryError as error:
            result.problems.append(Problem(raw.row, raw.properties, str(error), error.kind))
        else:
            result.features.append(Feature(raw.row, raw.properties, geom, fixes))
    return result


def _rings(raw: RawRow) -> Any:
    if not raw.is_feature:
        raise InvalidGeometryError("不是 GeoJSON Feature")
    if raw.geometry is None or isinstance(raw.geometry, dict):
        return rings_of_json(raw.geometry)
    if isinstance(raw.geometry, InvalidGeometryError):
        raise raw.geometry
    if not hasattr(raw.geometry, "geom_type"):
        return rings_of_json(raw.geometry)
    return rings_of_shape(raw.geometry)
