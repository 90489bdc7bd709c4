"""Open incidents on a map: single points where there is room, counted cells where there is not."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    Double,
    Integer,
    Numeric,
    Select,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from enforcement import scope
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident.listing import UNITS, VILLAGE_DIGITS
from enforcement.incident.models import Incident
from enforcement.law.incidents import OPEN_STATES
from enforcement.unchanged import Unchanged
from gis.geojson import Bounds

CELL_PX: Final = 48
"""Points nearer to each other than this on the screen become one cell."""

ALONE_FROM_ZOOM: Final = 15
"""From here on every point stands alone, up to MOST."""

MOST: Final = 2000
WORLD_DEG: Final = 360.0
SIDES: Final = ("west", "south", "east", "north")
TILE_PX: Final = 256
MAPS: Final = Unchanged(most=128)
COLUMNS: Final = (Incident.id, Incident.lon, Incident.lat, Incident.state, Incident.urgency)


def open_points(session: Session, actor: Actor, bounds: Bounds, zoom: float) -> dict[str, Any]:
    """Return the open incidents within a box (west, south, east, north; degrees) that he sees.

    Each feature has `n`; with n = 1 also `id`, `state` and `urgency`, else `red`: how many are
    urgent. Raises InvalidInputError for a box that is none.
    """
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InvalidInputError("bbox", _("范围应为：西,南,东,北（度）。"))
    box = {"west": west, "south": south, "east": east, "north": north}
    scale = {"per_deg": TILE_PX * 2**zoom / (WORLD_DEG * CELL_PX)}
    alone = zoom >= ALONE_FROM_ZOOM

    def ask() -> Any:
        return session.scalar(_statement(actor, alone=alone), box if alone else box | scale) or []

    asked = (actor, tuple(bounds), 0.0 if alone else zoom)
    found = MAPS.get(session, actor.county_code, asked, ask)
    return {"type": "FeatureCollection", "features": found}


@functools.lru_cache(maxsize=512)
def _statement(actor: Actor, *, alone: bool) -> Select[Any]:
    """Return what a map of this person asks; to put it together costs as much as to answer it."""
    west, south, east, north = (bindparam(side, type_=Double) for side in SIDES)
    inside = and_(Incident.lon.between(west, east), Incident.lat.between(south, north))
    cells = (_alone(actor, inside) if alone else _cells(actor, inside)).subquery("cells")
    return select(func.json_agg(_feature(cells))).select_from(cells)


def count_without_place(session: Session, actor: Actor) -> int:
    """Return how many open incidents that he sees have no point."""
    rows = open_rows(actor, Incident.lon.is_(None)).subquery("rows")
    return session.scalar(select(func.count()).select_from(rows)) or 0


def open_rows(actor: Actor, *wanted: Any) -> Any:
    """Return the open rows that the actor sees: each of his conditions by its own index.

    Columns: id, lon, lat, state, urgency.
    """
    return union_all(*(select(*COLUMNS).where(*one) for one in _branches(actor, wanted)))


def _branches(actor: Actor, wanted: Sequence[Any]) -> list[list[Any]]:
    """Return conditions that together give the open rows he sees, none of them twice."""
    base = [
        Incident.county_code == actor.county_code,
        Incident.state.in_(OPEN_STATES),
        *wanted,
    ]
    if actor.role in scope.NOTHING:
        return [[false()]]
    if actor.role in scope.COUNTY_WIDE:
        return [base]
    own = [Incident.reported_by == actor.account_id]
    by_area = actor.role in scope.BY_AREA
    mine = map(_area, actor.area_codes) if by_area else (scope.below(c, actor) for c in UNITS)
    return _each_once(base, [*mine, *own])


def _each_once(base: list[Any], conditions: list[Any]) -> list[list[Any]]:
    """Give each condition its own branch; a row that an earlier one finds is not repeated."""
    return [
        [*base, one, *(before.is_not(true()) for before in conditions[:n])]
        for n, one in enumerate(conditions)
    ]


def _area(code: str) -> Any:
    if len(code) == VILLAGE_DIGITS:
        return and_(Incident.township_code == code[:9], Incident.village_code == code)
    return Incident.township_code == code


def _alone(actor: Actor, inside: Any) -> Select[Any]:
    rows = open_rows(actor, inside).subquery("rows")
    return select(
        rows.c.lon, rows.c.lat, literal(1).label("n"), literal(0).label("red"),
        rows.c.id, rows.c.state, rows.c.urgency,
    ).limit(MOST)  # fmt: skip


def _cells(actor: Actor, inside: Any) -> Select[Any]:
    """Count the rows of each cell of the screen; a cell of one tells which row that is.

    Each branch counts for itself, from its index alone, with sums and whole numbers only: what a
    thousand rows cost is what a map of the township costs.
    """
    per_deg = bindparam("per_deg", type_=Double)
    cell = [cast(column * per_deg, Integer) for column in (Incident.lon, Incident.lat)]
    columns = (
        cell[0].label("x"), cell[1].label("y"),
        func.sum(Incident.lon).label("lon"), func.sum(Incident.lat).label("lat"),
        func.count().label("n"),
        func.count(func.nullif(Incident.urgency == "red", false())).label("red"),
        func.max(Incident.received_at).label("at"),
    )  # fmt: skip
    parts = union_all(
        *(select(*columns).where(*one).group_by(*cell) for one in _branches(actor, [inside]))
    ).subquery("parts")
    return _named(_together(parts), actor)


def _together(parts: Any) -> Any:
    """Add up what several branches counted in a cell; lon, lat are the middle of its rows."""
    n = func.sum(parts.c.n)
    return (
        select(
            (func.sum(parts.c.lon) / n).label("lon"), (func.sum(parts.c.lat) / n).label("lat"),
            n.label("n"), func.sum(parts.c.red).label("red"), func.max(parts.c.at).label("at"),
        ).group_by(parts.c.x, parts.c.y).cte("counted").prefix_with("MATERIALIZED")
    )  # fmt: skip


def _named(counted: Any, actor: Actor) -> Select[Any]:
    """Return the cells, those of one row with its id, state and urgency."""
    one = (
        select(Incident.id, Incident.state, Incident.urgency)
        .where(
            counted.c.n == 1,
            Incident.county_code == actor.county_code,
            Incident.received_at == counted.c.at,
            Incident.lon == counted.c.lon,
            Incident.lat == counted.c.lat,
            Incident.state.in_(OPEN_STATES),
        )
        .limit(1)
        .lateral("one")
    )
    return select(
        counted.c.lon, counted.c.lat, counted.c.n, counted.c.red,
        one.c.id, one.c.state, one.c.urgency,
    ).select_from(counted.outerjoin(one, true()))  # fmt: skip


def _feature(cells: Any) -> Any:
    """Return one cell as GeoJSON, built in the database."""
    c = cells.c
    place = func.json_build_array(_round(c.lon), _round(c.lat))
    return func.json_build_object(
        "type", "Feature",
        "geometry", func.json_build_object("type", "Point", "coordinates", place),
        "properties", func.json_strip_nulls(
            func.json_build_object(
                "n", c.n, "red", func.nullif(c.red, 0), "id", c.id, "state", c.state,
                "urgency", c.urgency,
            )
        ),
    )  # fmt: skip


def _round(value: Any) -> Any:
    return func.round(cast(value, Numeric), 5)
