"""Near repeats: whether a kind happens again nearby and soon more often than by chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import CTE, Integer, and_, cast, column, func, literal, select, true, values
from sqlalchemy.orm import Session

from gis.clusters import zone_of
from gis.layers import Column, SpatialLayer

DAY_ZERO: Final = date(2000, 1, 1)
AROUND: Final = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]


@dataclass(frozen=True)
class NearRepeats:
    """Pairs of events of one kind; expected -- pairs that chance would bring.

    events -- that have a place; near -- pairs within the distance, whatever their days;
    pairs -- of them those within the days, too
    """

    events: int
    near: int
    pairs: int
    expected: float


def near_repeats(
    session: Session, layer: SpatialLayer, *, kind: Column, day: Column, within_m: float,
    within_days: int,
) -> NearRepeats:  # fmt: skip
    """Return how often two events of a kind lie within metres and days, and what chance gives.

    day -- SQL of a date. Chance is found by shifting days (Knox): of each pair that is near, one
    event takes the day of every other event of its kind in turn; the share that then lies within
    the days is what is expected. Metres are those of the zone of the points (CGCS2000).
    """
    event = _events(layer, kind, day, within_m, within_days)
    one, other = event.alias("one"), event.alias("other")
    around = values(column("dx", Integer), column("dy", Integer), name="around").data(AROUND)
    apart = func.power(one.c.x - other.c.x, 2) + func.power(one.c.y - other.c.y, 2)
    soon = func.abs(one.c.day - other.c.day) <= within_days
    chance = (one.c.soon + other.c.soon - 2) / (2.0 * (one.c.size - 1))
    beside = and_(
        other.c.kind == one.c.kind, other.c.cx == one.c.cx + around.c.dx,
        other.c.cy == one.c.cy + around.c.dy, one.c.n < other.c.n, apart <= within_m**2,
    )  # fmt: skip
    found = select(
        select(func.count()).select_from(event).scalar_subquery().label("events"),
        func.count().label("near"),
        func.count().filter(soon).label("pairs"),
        func.coalesce(func.sum(chance), 0).label("expected"),
    ).select_from(one.join(around, true()).join(other, beside))
    row = session.execute(found).one()
    return NearRepeats(row.events, row.near, row.pairs, float(row.expected))


def _events(
    layer: SpatialLayer, kind: Column, day: Column, within_m: float, within_days: int
) -> CTE:
    """Return the CTE of events: metres, cell, how many of their kind there are, how many soon."""
    given = (
        select(
            func.row_number().over(order_by=layer.key).label("n"), kind.label("kind"),
            _number(day).label("day"), layer.geom.label("geom"),
        )
        .where(*layer.where, layer.geom.is_not(None))
        .cte("given")
        .prefix_with("MATERIALIZED")
    )  # fmt: skip
    flat = (
        select(given.c.n, given.c.kind, given.c.day,
               func.ST_Transform(given.c.geom, zone_of(given)).label("geom"))
        .cte("flat")
        .prefix_with("MATERIALIZED")
    )  # fmt: skip
    x, y = func.ST_X(flat.c.geom), func.ST_Y(flat.c.geom)
    soon = func.count().over(
        partition_by=flat.c.kind, order_by=flat.c.day, range_=(-within_days, within_days)
    )
    return (
        select(
            flat.c.n, flat.c.kind, flat.c.day, x.label("x"), y.label("y"),
            cast(func.floor(x / within_m), Integer).label("cx"),
            cast(func.floor(y / within_m), Integer).label("cy"),
            func.count().over(partition_by=flat.c.kind).label("size"), soon.label("soon"),
        )
        .cte("event")
        .prefix_with("MATERIALIZED")
    )  # fmt: skip


def _number(day: Column) -> Any:
    """Return SQL of a date as a whole number of days."""
    return cast(day.op("-", return_type=Integer())(literal(DAY_ZERO)), Integer)
