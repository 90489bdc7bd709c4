"""Which areas share a border, and how long it is: the graph that regions are grown on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Text, cast, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session

from gis.layers import SpatialLayer

Edges = dict[tuple[str, str], float]
"""Metres of border between two areas, the smaller key first."""


def shared_borders(session: Session, layer: SpatialLayer) -> Edges:
    """Return the pairs of a layer's areas that share a border, in one statement.

    Areas that overlap a little count as neighbours along the edge of what they share; areas that
    meet in points only do not.
    """
    rows = select(layer.key.label("key"), layer.geom.label("geom")).where(*layer.where)
    one, other = rows.subquery("one"), rows.subquery("other")
    common = func.ST_Intersection(one.c.geom, other.c.geom)
    line = func.ST_Length(func.geography(func.ST_CollectionExtract(common, 2)))
    strip = func.ST_Perimeter(func.geography(func.ST_CollectionExtract(common, 3))) / 2
    pair = (
        select(one.c.key.label("a"), other.c.key.label("b"), (line + strip).label("border_m"))
        .join(other, one.c.key < other.c.key)
        .where(func.ST_Intersects(one.c.geom, other.c.geom))
        .subquery("pair")
    )
    found = select(pair).where(pair.c.border_m > 0).order_by(pair.c.a, pair.c.b)
    return {(row.a, row.b): row.border_m for row in session.execute(found)}


def neighbours(session: Session, layer: SpatialLayer, key: str) -> list[str]:
    """Return the keys of the areas that share a border with one, as `shared_borders` measures."""
    own = select(layer.geom).where(*layer.where, layer.key == key).limit(1).scalar_subquery()
    near = layer.only(layer.geom.op("&&")(own))
    rows = select(near.key.label("key"), near.geom.label("geom")).where(*near.where)
    one, other = rows.subquery("one"), rows.subquery("other")
    common = func.ST_Intersection(one.c.geom, other.c.geom)
    lines = func.ST_Length(func.ST_CollectionExtract(common, 2))
    strips = func.ST_Perimeter(func.ST_CollectionExtract(common, 3))
    found = (
        select(other.c.key)
        .join(one, one.c.key != other.c.key)
        .where(one.c.key == key, func.ST_Intersects(one.c.geom, other.c.geom), lines + strips > 0)
        .order_by(other.c.key)
    )
    return list(session.scalars(found))


def nearest_links(
    session: Session, layer: SpatialLayer, part_of: Mapping[str, int]
) -> list[tuple[str, str, float]]:
    """Return, for each two parts, the two areas by which they are nearest, and the metres between.

    part_of -- key -> number of the part that an area belongs to; the shortest link comes first
    """
    keys = sorted(part_of)
    given = (
        func.unnest(_texts(keys), cast([part_of[key] for key in keys], ARRAY(Integer)))
        .table_valued(column("key", Text), column("part", Integer))
        .render_derived(name="given")
    )
    rows = (
        select(layer.key.label("key"), layer.geom.label("geom"), given.c.part)
        .join(given, given.c.key == layer.key)
        .where(*layer.where)
    )
    one, other = rows.cte("one"), rows.cte("other")
    metres = func.ST_Distance(func.geography(one.c.geom), func.geography(other.c.geom))
    first = (
        select(one.c.key.label("a"), other.c.key.label("b"), metres.label("metres"))
        .join(other, one.c.part < other.c.part)
        .ext(distinct_on(one.c.part, other.c.part))
        .order_by(one.c.part, other.c.part, one.c.geom.op("<->")(other.c.geom), one.c.key,
                  other.c.key)
        .subquery("first_link")
    )  # fmt: skip
    found = select(first).order_by(first.c.metres, first.c.a, first.c.b)
    return [(row.a, row.b, row.metres) for row in session.execute(found)]


def _texts(keys: Sequence[str]) -> Any:
    return cast(list(keys), ARRAY(Text))
