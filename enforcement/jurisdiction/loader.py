"""Rows of an import into the database: divisions, areas, the coarser areas dissolved from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import shapely
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement.ids import uuid7
from enforcement.jurisdiction.boundaries_file import BoundaryRow
from enforcement.jurisdiction.divisions_file import DivisionRow
from enforcement.jurisdiction.models import AREA_LAYER, Area, County, Division, Edition
from enforcement.jurisdiction.terms import CODE_DIGITS, Level
from gis.dissolve import dissolved
from gis.srid import STORAGE_SRID

SLIVER_M2: Final = 1_000.0
"""Overlaps and holes up to this size come from lines drawn twice, not from a dispute."""

INSERT_AREAS: Final = text("""
INSERT INTO area (county_code, id, edition_id, level, code, name, geom, label_lon, label_lat,
                  area_m2)
SELECT :county, given.id, :edition, :level, given.code, given.name, shape.geom,
  ST_X(label.spot), ST_Y(label.spot), ST_Area(geography(shape.geom))
FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[]), CAST(:names AS text[]),
            CAST(:wkbs AS bytea[])) AS given (id, code, name, wkb)
CROSS JOIN LATERAL (SELECT ST_GeomFromWKB(given.wkb, :srid) AS geom) shape
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(shape.geom) AS spot) label
""")


def save_county(session: Session, county_code: str, name: str | None) -> None:
    """Make the county known; a later name replaces the first, the short form stays as set."""
    if name is None:
        return
    row = insert(County).values(
        county_code=county_code, name=name, short=name[0], province_code=county_code[:2]
    )
    session.execute(row.on_conflict_do_update(index_elements=["county_code"], set_={"name": name}))


def save_divisions(
    session: Session, edition: Edition, rows: Sequence[DivisionRow], *, counted: bool = False
) -> None:
    """Insert or update divisions by code, parents first.

    counted -- the file tells of the inhabitants; else those that are known stay
    """
    if not rows:
        return
    values = [
        {
            "county_code": edition.county_code,
            "code": row.code,
            "name": row.name,
            "level": str(row.level),
            "edition_id": edition.id,
            "population": row.population,
            "parent_code": None if row.level == Level.COUNTY else row.parent_code,
        }
        for row in sorted(rows, key=lambda row: (len(row.code), row.code))
    ]
    new = insert(Division)
    names = ("name", "level", "parent_code", "edition_id", *(("population",) if counted else ()))
    changed = {name: new.excluded[name] for name in names}
    upsert = new.on_conflict_do_update(index_elements=["county_code", "code"], set_=changed)
    session.execute(upsert, values)


def save_areas(
    session: Session, edition: Edition, level: Level, rows: Sequence[BoundaryRow]
) -> None:
    """Insert areas with their label points and geodesic sizes."""
    shapes = [(row.code, row.name, shapely.to_wkb(row.geom)) for row in rows]
    _insert(session, edition, level, shapes)


def dissolve_upwards(session: Session, edition: Edition, names: dict[str, str]) -> None:
    """Make the coarser areas of an edition from its finest ones.

    names -- names of the county's divisions, by code
    """
    finest = AREA_LAYER.only(
        Area.county_code == edition.county_code,
        Area.edition_id == edition.id,
        Area.level == edition.level,
    )
    for level in list(Level)[: list(Level).index(Level(edition.level))]:
        group = func.left(Area.code, CODE_DIGITS[level])
        merged = dissolved(finest, group, fill_below_m2=SLIVER_M2).subquery("merged")
        rows = session.execute(select(merged.c.code, func.ST_AsBinary(merged.c.geom)))
        shapes = [(code, names[code], bytes(wkb)) for code, wkb in rows]
        _insert(session, edition, level, sorted(shapes))


def _insert(
    session: Session, edition: Edition, level: Level, shapes: Sequence[tuple[str, str, bytes]]
) -> None:
    session.execute(
        INSERT_AREAS,
        {
            "county": edition.county_code,
            "edition": edition.id,
            "level": str(level),
            "srid": STORAGE_SRID,
            "ids": [str(uuid7()) for _ in shapes],
            "codes": [code for code, _, _ in shapes],
            "names": [name for _, name, _ in shapes],
            "wkbs": [wkb for _, _, wkb in shapes],
        },
    )
