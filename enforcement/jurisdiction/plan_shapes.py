"""Drawn polygons of duties: read, drawn to the villages' borders, and kept inside the county."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.geometry import MultiPolygon
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.jurisdiction import queries
from enforcement.jurisdiction.models import AREA_LAYER, Area, Edition
from enforcement.jurisdiction.terms import Level
from enforcement.settings import queries as settings
from gis import drawing
from gis.areas import EARTH
from gis.drawing import Snapped
from gis.errors import InvalidGeometryError
from gis.srid import STORAGE_SRID

STRAY: Final = text("""
    WITH land AS (
      SELECT ST_Union(a.geom) AS geom FROM area a
      WHERE a.county_code = :county AND a.edition_id = :edition AND a.code = ANY (:codes)
    )
    SELECT coalesce(sum(ST_Area(geography(ST_CollectionExtract(ST_Difference(
      ST_GeomFromWKB(decode(given.wkb, 'hex'), :srid),
      coalesce(land.geom, ST_GeomFromText('POLYGON EMPTY', :srid))), 3)))), 0)
    FROM land, unnest(CAST(:wkbs AS text[])) AS given (wkb)
""")


@dataclass(frozen=True)
class Fitted:
    """A drawn polygon as it is stored, and what was done to it.

    wkb -- hex; moved_m -- how far its line went to the borders; area_m2 -- square metres after,
    drawn_m2 -- before; repairs -- what was mended, in words
    """

    wkb: str
    moved_m: float
    drawn_m2: float
    area_m2: float
    repairs: tuple[str, ...] = ()

    @property
    def shape(self) -> MultiPolygon:
        """Return the polygon itself."""
        return MultiPolygon(shapely.get_parts(shapely.from_wkb(bytes.fromhex(self.wkb))).tolist())

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "moved_m": self.moved_m,
            "drawn_m2": self.drawn_m2,
            "area_m2": self.area_m2,
            "repairs": list(self.repairs),
        }


def fit(
    session: Session, edition: Edition, value: Any, field: str, *, repair: bool = False
) -> Fitted:
    """Return a drawn shape (GeoJSON or WKT, degrees) snapped to the borders of the edition.

    It moves by at most the county's setting `duty_snap_m`. Raises InvalidInputError naming
    `field` where it is no sound area or a part lies outside the county, with the square metres.
    """
    bounds = queries.known_extent(session, edition.county_code) or EARTH
    try:
        shape, fixes = drawing.read_shape(value, bounds=bounds, repair=repair)
        found = _snapped(session, edition, shape)
    except InvalidGeometryError as error:
        raise InvalidInputError(field, str(error), kind=error.kind) from error
    if found.outside_m2 > 0:
        raise InvalidInputError(
            field,
            _("有%(m2)s平方米在县界以外，请改到县界以内。", m2=f"{found.outside_m2:,.0f}"),
            outside_m2=round(found.outside_m2, 1),
        )
    return Fitted(
        shapely.to_wkb(found.geom, hex=True),
        round(found.moved_m, 1),
        round(found.drawn_m2, 1),
        round(found.area_m2, 1),
        tuple(fix.what for fix in fixes),
    )


def _snapped(session: Session, edition: Edition, shape: Any) -> Snapped:
    areas = AREA_LAYER.only(Area.county_code == edition.county_code, Area.edition_id == edition.id)
    return drawing.snapped(
        session,
        shape,
        areas.only(Area.level == edition.level),
        areas.only(Area.level == Level.COUNTY),
        tolerance_m=settings.value(session, edition.county_code, "duty_snap_m"),
    )


def stray_m2(
    session: Session, county_code: str, edition_id: uuid.UUID, wkbs: Sequence[str],
    codes: Collection[str],
) -> float:  # fmt: skip
    """Return how many square metres of polygons (WKB, hex) lie outside some areas, by code."""
    asked = {
        "county": county_code,
        "edition": edition_id,
        "codes": sorted(codes),
        "wkbs": list(wkbs),
        "srid": STORAGE_SRID,
    }
    return float(session.scalar(STRAY, asked) or 0.0)
