"""The county as vector tiles (MVT): what maps lie on where no tile service is set up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.atlas.grid import Tile
from enforcement.i18n import _
from enforcement.jurisdiction import map_queries, plan_queries
from enforcement.jurisdiction.duty_sql import owners
from enforcement.jurisdiction.maps import note_of
from enforcement.jurisdiction.models import Edition
from enforcement.law.terms import UnitKind
from enforcement.people.models import Unit
from gis import map_style
from gis.geojson import Bounds
from gis.map_style import LegendItem

DEEPEST: Final = 15
ROADS_FROM: Final = 9
VILLAGE_NAMES_FROM: Final = 11

_LAYER: Final = (
    "(SELECT ST_AsMVT(q, '{name}', 4096, 'geom') FROM ({rows}) q WHERE geom IS NOT NULL)"
)
_SHAPE: Final = "ST_AsMVTGeom(ST_Transform({geom}, 3857), t.merc, 4096, {buffer}, true) AS geom"
_AREA: Final = """a.county_code = :county AND a.edition_id = :edition AND a.geom && t.box"""
VILLAGES: Final = f"""
  SELECT a.code, (SELECT b.code FROM unit b WHERE b.county_code = :county
      AND b.kind IN ('{UnitKind.BRIGADE}', '{UnitKind.SUB_BUREAU}')
      AND (own.unit_code = b.code OR starts_with(own.unit_code, b.code || '.'))
      ORDER BY length(b.code) DESC LIMIT 1) AS brigade,
    {_SHAPE.format(geom="a.geom", buffer=64)}
  FROM tile t JOIN area a ON {_AREA} AND a.level = :level LEFT JOIN own ON own.code = a.code
"""  # noqa: S608
TOWNSHIPS: Final = f"""
  SELECT a.code, {_SHAPE.format(geom="ST_Boundary(a.geom)", buffer=64)}
  FROM tile t JOIN area a ON {_AREA} AND a.level = 'township'
"""  # noqa: S608
NAMES: Final = f"""
  SELECT a.name, a.level,
    {_SHAPE.format(geom="ST_SetSRID(ST_MakePoint(a.label_lon, a.label_lat), 4490)", buffer=0)}
  FROM tile t JOIN area a ON {_AREA}
    AND a.level = CASE WHEN :z >= {VILLAGE_NAMES_FROM} THEN :level ELSE 'township' END
"""  # noqa: S608
ROADS: Final = f"""
  SELECT r.kind, {_SHAPE.format(geom="r.geom", buffer=64)}
  FROM tile t JOIN road r ON r.county_code = :county AND r.geom && t.box
  WHERE :z >= {ROADS_FROM}
"""  # noqa: S608
TILE: Final = """
WITH tile AS (
  SELECT ST_TileEnvelope(:z, :x, :y) AS merc,
    ST_Expand(ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490), 0.02) AS box
), own AS ({owners})
SELECT {layers}
"""
QUERY: Final = TILE.format(
    owners=owners("day"),
    layers=" || ".join(
        f"coalesce({_LAYER.format(name=name, rows=rows)}, '')"
        for name, rows in (
            ("village", VILLAGES), ("township", TOWNSHIPS), ("road", ROADS), ("name", NAMES),
        )
    ),
)  # fmt: skip
NEWEST: Final = text("""
SELECT concat_ws(' ', (SELECT max(greatest(created_at, ended_at)) FROM responsibility
    WHERE county_code = :county), (SELECT id FROM road_file WHERE county_code = :county
    AND replaced_at IS NULL))
""")


@dataclass(frozen=True)
class Ground:
    """What a page must know of the county under its map.

    version -- changes with boundaries, duties, roads and the day: part of the tiles' address
    legend -- brigades by code, each with its colour
    """

    bounds: Bounds
    version: str
    note: str | None
    legend: list[LegendItem]


def ground(session: Session, actor: Actor, on: date) -> Ground:
    """Return the ground of a county's map on a day; NotFoundError without boundaries."""
    edition = plan_queries.edition_on(session, actor.county_code, on)
    brigades = session.execute(
        select(Unit.code, Unit.name)
        .where(Unit.county_code == actor.county_code,
               Unit.kind.in_((UnitKind.BRIGADE, UnitKind.SUB_BUREAU)), Unit.valid_to.is_(None))
        .order_by(Unit.code)
    ).all()  # fmt: skip
    palette = map_style.BRIGADE_COLOURS
    legend = [LegendItem(row.code, row.name, palette[n % len(palette)])
              for n, row in enumerate(brigades)]  # fmt: skip
    legend.append(LegendItem("", _("尚无负责单位"), map_style.NOBODY_COLOUR))
    return Ground(map_queries.extent(session, edition), version(session, edition, on),
                  note_of(edition), legend)  # fmt: skip


def version(session: Session, edition: Edition, on: date) -> str:
    """Return what names the content of all tiles of a day."""
    newest = session.scalar(NEWEST, {"county": edition.county_code})
    said = f"{edition.id} {on} {newest}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def tile(session: Session, actor: Actor, at: Tile) -> tuple[str, bytes]:
    """Return the version and the MVT of a tile of 256 px: village, township, road, name."""
    on = clock.today(session)
    edition = plan_queries.edition_on(session, actor.county_code, on)
    asked: dict[str, Any] = {
        "county": actor.county_code, "edition": edition.id, "level": edition.level, "on": on,
        "z": at.z, "x": at.x, "y": at.y,
    }  # fmt: skip
    return version(session, edition, on), bytes(session.scalar(text(QUERY), asked) or b"")
