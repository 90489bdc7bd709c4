"""Open incidents on a map: single points where there is room, counted cells where there is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    Numeric,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from enforcement import scope
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident.listing import UNITS, VILLAGE_DIGITS
from enforcement.incident.models import Incident
from enforcement.law.incidents import OPEN_STATES
from gis.geojson import Bounds

CELL_PX: Final = 48
"""Points nearer to each other than this on the screen become one cell."""

ALONE_FROM_ZOOM: Final = 15
"""From here on every point stands alone, up to MOST."""

MOST: Final = 2000
WORLD_DEG: Final = 360.0
TILE_PX: Final = 256
COLUMNS: Final = (Incident.id, Incident.lon, Incident.lat, Incident.state, Incident.urgency)


def open_points(session: Session, actor: Actor, bounds: Bounds, zoom: float) -> dict[str, Any]:
    """Return the open incidents within a box (west, south, east, north; degrees) that he sees.

    Each feature has `n`; with n = 1 also `id`, `state` and `urgency`, else `red`: how many are
    urgent. Raises InvalidInputError for a box that is none.
    """
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InvalidInputError("bbox", _("范围应为：西,南,东,北（度）。"))
    inside = and_(Incident.lon.between(west, east), Incident.lat.between(south, north))
    rows = open_rows(actor, inside).subquery("rows")
    cells = (_alone(rows) if zoom >= ALONE_FROM_ZOOM else _cells(rows, zoom)).subquery("cells")
    found = session.scalar(select(func.json_agg(_feature(cells))).select_from(cells))
    return {"type": "FeatureCollection", "features": found or []}


def count_without_place(session: Session, actor: Actor) -> int:
    """Return how many open incidents that he sees have no point."""
    rows = open_rows(actor, Incident.lon.is_(None)).subquery("rows")
    return session.scalar(select(func.count()).select_from(rows)) or 0


def open_rows(actor: Actor, *wanted: Any) -> Any:
    """Return the open rows that the actor sees: each of his conditions by its own index.

    Columns: id, lon, lat, state, urgency.
    """
    base = (
        Incident.county_code == actor.county_code,
        Incident.state.in_(OPEN_STATES),
        *wanted,
    )
    if actor.role in scope.NOTHING:
        return select(*COLUMNS).where(false())
    if actor.role in scope.COUNTY_WIDE:
        return select(*COLUMNS).where(*base)
    mine = Incident.reported_by == actor.account_id
    if actor.role in scope.BY_AREA:
        return _each_once(base, [*map(_area, actor.area_codes), mine])
    return _each_once(base, [*(scope.below(column, actor) for column in UNITS), mine])


def _each_once(base: Sequence[Any], conditions: Sequence[Any]) -> Any:
    """Return the rows of any of the conditions; a row that an earlier one finds is not repeated."""
    branches = []
    for n, one in enumerate(conditions):
        new = [before.is_not(true()) for before in conditions[:n]]
        branches.append(select(*COLUMNS).where(*base, one, *new))
    return union_all(*branches)


def _area(code: str) -> Any:
    if len(code) == VILLAGE_DIGITS:
        return and_(Incident.township_code == code[:9], Incident.village_code == code)
    return Incident.township_code == code


def _alone(rows: Any) -> Select[Any]:
    return select(
        rows.c.lon, rows.c.lat, literal(1).label("n"), literal(0).label("red"),
        rows.c.id, rows.c.state, rows.c.urgency,
    ).limit(MOST)  # fmt: skip


def _cells(rows: Any, zoom: float) -> Select[Any]:
    """Count the rows of each cell of the screen; a cell of one keeps what it is."""
    cell_deg = WORLD_DEG / (TILE_PX * 2**zoom) * CELL_PX
    x, y = func.floor(rows.c.lon / cell_deg), func.floor(rows.c.lat / cell_deg)
    alone = func.count() == 1
    return select(
        func.avg(rows.c.lon).label("lon"),
        func.avg(rows.c.lat).label("lat"),
        func.count().label("n"),
        func.count().filter(rows.c.urgency == "red").label("red"),
        case((alone, _any_of(rows.c.id))).label("id"),
        case((alone, _any_of(rows.c.state))).label("state"),
        case((alone, _any_of(rows.c.urgency))).label("urgency"),
    ).group_by(x, y)


def _any_of(column: Any) -> Any:
    """Return the value of one row of a group; to compare them for the least costs three times."""
    return func.array_agg(column, type_=ARRAY(column.type))[1]


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
