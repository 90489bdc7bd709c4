"""Areas as GeoJSON for maps, built in SQL; names of divisions and units are official."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from geoalchemy2 import Geometry
from sqlalchemy import CTE, Numeric, Select, Text, Uuid, and_, cast, func, or_, select, text, true
from sqlalchemy.orm import Session, aliased

from enforcement.jurisdiction.duty_sql import owners
from enforcement.jurisdiction.models import AREA_LAYER, Area, Edition
from enforcement.jurisdiction.terms import CODE_DIGITS, Level
from enforcement.law.terms import UnitKind
from enforcement.people.models import Unit
from gis.features import Collection, collected, feature
from gis.geojson import Bounds
from gis.layers import SpatialLayer
from gis.simplify import digits, simplified, tolerance_deg, zoom_of

FARTHEST, NEAREST = 8.0, 12.0
"""Zooms between which a county's map is simplified, whatever its size."""

DRAWN: Final = """
  SELECT r.id, r.unit_id, u.code AS unit_code, u.name AS unit_name, r.geom
  FROM responsibility r JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
  WHERE r.county_code = :county AND r.geom IS NOT NULL AND r.category IS NULL
    AND r.valid_from <= :on AND (r.valid_to IS NULL OR r.valid_to > :on)
    AND u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on)
"""
UNIT_COLUMNS: Final[dict[str, Any]] = {"unit_id": Uuid, "unit_code": Text, "unit_name": Text}


@dataclass(frozen=True)
class CountyLayers:
    """A county's areas as FeatureCollections that share their borders.

    squads -- what each unit answers for: its divisions in one shape, and its polygons
    """

    villages: Collection
    townships: Collection
    squads: Collection


def zoom_for(bounds: Bounds) -> float:
    """Return the zoom for whose pixels a county of these bounds (degrees) is simplified."""
    return min(NEAREST, max(FARTHEST, zoom_of(bounds[2] - bounds[0])))


def county_layers(
    session: Session, edition: Edition, on: date, *, zoom: float, with_squads: bool = True
) -> CountyLayers:
    """Return the areas of an edition for a map, in one statement, simplified for a zoom.

    Villages are simplified once; townships and what units answer for are made of them, so that
    all their borders meet. Townships carry their label points, villages their township's name.
    """
    leaf = simplified(_of_level(edition, Level(edition.level)), tolerance_deg(zoom))
    places = digits(zoom)
    squads = _squads(edition, leaf, zoom) if with_squads else None
    parts = [_villages(edition, leaf, places), _townships(edition, leaf, places), squads]
    asked = {"county": edition.county_code, "edition": edition.id, "level": edition.level, "on": on}
    row = session.execute(
        select(*[collected(part) for part in parts if part is not None]), asked
    ).one()
    found = [{"type": "FeatureCollection", "features": rows or []} for rows in row]
    return CountyLayers(*found, *([] if with_squads else [{**found[0], "features": []}]))


def villages(session: Session, edition: Edition, *, zoom: float) -> Collection:
    """Return the finest areas of an edition, simplified for a zoom; neighbours share borders."""
    leaf = simplified(_of_level(edition, Level(edition.level)), tolerance_deg(zoom))
    rows = session.scalar(select(collected(_villages(edition, leaf, digits(zoom)))))
    return {"type": "FeatureCollection", "features": rows or []}


def _of_level(edition: Edition, level: Level) -> SpatialLayer:
    return AREA_LAYER.only(
        Area.county_code == edition.county_code, Area.edition_id == edition.id, Area.level == level
    )


def _villages(edition: Edition, leaf: CTE, places: int) -> Select[Any]:
    above = aliased(Area)
    shown = {"name": Area.name, "parent": above.name}
    same = and_(
        above.county_code == Area.county_code,
        above.edition_id == Area.edition_id,
        above.code == func.left(Area.code, func.length(Area.code) - 3),
    )
    return (
        select(
            feature(str(edition.level), Area.code, leaf.c.geom, places, shown),
            Area.code.label("place"),
        )
        .join(leaf, leaf.c.key == Area.code)
        .outerjoin(above, same)
        .where(Area.county_code == edition.county_code, Area.edition_id == edition.id)
    )


def _townships(edition: Edition, leaf: CTE, places: int) -> Select[Any]:
    """Return the statement of townships as lines; a border that two share comes once."""
    code = func.left(leaf.c.key, CODE_DIGITS[Level.TOWNSHIP])
    border = (
        select(code.label("code"), func.ST_Boundary(func.ST_Union(leaf.c.geom)).label("line"))
        .group_by(code)
        .cte("border")
    )
    before = border.alias("before")
    drawn = (
        select(func.ST_Union(before.c.line))
        .where(before.c.code < border.c.code, before.c.line.op("&&")(border.c.line))
        .scalar_subquery()
    )
    line = func.coalesce(func.ST_Difference(border.c.line, drawn), border.c.line)
    shown = {
        "name": Area.name,
        "label_lon": func.round(cast(Area.label_lon, Numeric), places),
        "label_lat": func.round(cast(Area.label_lat, Numeric), places),
    }
    return (
        select(feature("township", Area.code, line, places, shown), Area.code.label("place"))
        .join(border, border.c.code == Area.code)
        .where(Area.county_code == edition.county_code, Area.edition_id == edition.id)
    )


def _squads(edition: Edition, leaf: CTE, zoom: float) -> Select[Any]:
    """Return the statement of what units answer for; it asks for what `duty_sql.owners` does."""
    own = text(owners("day")).columns(code=Text, **UNIT_COLUMNS).subquery("own")
    drawn = text(DRAWN).columns(id=Uuid, geom=Geometry, **UNIT_COLUMNS).subquery("drawn")
    unit = own.c.unit_id, own.c.unit_code, own.c.unit_name
    whole = (
        select(
            cast(own.c.unit_id, Text).label("id"), *unit, func.ST_Union(leaf.c.geom).label("geom")
        )
        .join(leaf, leaf.c.key == own.c.code)
        .group_by(*unit)
    )
    fewer = func.ST_SimplifyPreserveTopology(drawn.c.geom, tolerance_deg(zoom))
    polygons = select(
        cast(drawn.c.id, Text), drawn.c.unit_id, drawn.c.unit_code, drawn.c.unit_name, fewer
    )
    return _with_brigades(edition.county_code, whole.union_all(polygons).subquery("shape"), zoom)


def _with_brigades(county_code: str, shape: Any, zoom: float) -> Select[Any]:
    """Return the statement of the features of units' shapes, each with its brigade."""
    below = func.starts_with(shape.c.unit_code, Unit.code.concat("."))
    brigade = (
        select(Unit.code, Unit.name)
        .where(
            Unit.county_code == county_code,
            Unit.kind.in_((UnitKind.BRIGADE, UnitKind.SUB_BUREAU)),
            or_(shape.c.unit_code == Unit.code, below),
        )
        .order_by(func.length(Unit.code).desc())
        .limit(1)
        .lateral("brigade")
    )
    shown = {
        "unit": shape.c.unit_id, "code": shape.c.unit_code, "name": shape.c.unit_name,
        "parent": brigade.c.name, "brigade": brigade.c.code,
    }  # fmt: skip
    return select(
        feature("squad", shape.c.id, shape.c.geom, digits(zoom), shown),
        shape.c.unit_code.concat(shape.c.id).label("place"),
    ).select_from(shape.outerjoin(brigade, true()))


def extent(session: Session, edition: Edition) -> Bounds:
    """Return west, south, east and north of an edition's areas in degrees."""
    return extent_of(
        session,
        AREA_LAYER.only(Area.county_code == edition.county_code, Area.edition_id == edition.id),
    )


def extent_of(session: Session, layer: SpatialLayer) -> Bounds:
    """Return west, south, east and north of a layer's areas in degrees."""
    box = func.ST_Extent(layer.geom)
    row = session.execute(
        select(func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box)).where(
            *layer.where
        )
    ).one()
    return row[0], row[1], row[2], row[3]
