"""A geometry taken apart in SQL: its polygons, and the rings of one polygon."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, Integer, TableValuedAlias, column, func
from sqlalchemy.dialects.postgresql import ARRAY


def parts_of(geom: ColumnElement[Any]) -> TableValuedAlias:
    """Return rows (path, geom) of the single geometries in a collection."""
    return _rows(func.ST_Dump(geom), "part")


def rings_of(polygon: ColumnElement[Any]) -> TableValuedAlias:
    """Return rows (path, geom) of a polygon's rings as polygons; `path[1]` is 0 for the shell."""
    return _rows(func.ST_DumpRings(polygon), "ring")


def points_of(geom: ColumnElement[Any]) -> TableValuedAlias:
    """Return rows (path, geom) of the corners of a geometry."""
    return _rows(func.ST_DumpPoints(geom), "corner")


def _rows(dump: Any, name: str) -> TableValuedAlias:
    path, geom = column("path", ARRAY(Integer)), column("geom", Geometry)
    rows: TableValuedAlias = dump.table_valued(path, geom).render_derived(name=name)
    return rows
