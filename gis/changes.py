"""What differs between two layers whose rows carry the same keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from gis.layers import SpatialLayer


@dataclass(frozen=True)
class Change:
    """A key whose area differs.

    kind -- "added", "removed" or "changed"
    area_m2 -- square metres that are in one of the two areas only; `geom` is where they lie
    """

    key: Any
    kind: str
    area_m2: float
    geom: BaseGeometry


def list_changes(
    session: Session, before: SpatialLayer, after: SpatialLayer, *, above_m2: float
) -> list[Change]:
    """Return the keys whose areas differ by more than `above_m2`, the largest change first."""
    old, new = _rows(before, "old"), _rows(after, "new")
    kind = case((old.c.key.is_(None), "added"), (new.c.key.is_(None), "removed"), else_="changed")
    where = func.coalesce(_difference(old.c.geom, new.c.geom), new.c.geom, old.c.geom)
    differing = (
        select(
            func.coalesce(new.c.key, old.c.key).label("key"),
            kind.label("kind"),
            func.ST_Area(func.geography(where)).label("area_m2"),
            func.ST_AsBinary(where).label("wkb"),
        )
        .select_from(old)
        .join(new, old.c.key == new.c.key, full=True)
        .where(func.coalesce(func.ST_OrderingEquals(old.c.geom, new.c.geom), False).is_(False))
        .subquery("differing")
    )
    found = select(differing).where(differing.c.area_m2 > above_m2)
    found = found.order_by(differing.c.area_m2.desc(), differing.c.key)
    return [
        Change(row.key, row.kind, row.area_m2, shapely.from_wkb(bytes(row.wkb)))
        for row in session.execute(found)
    ]


def total_area_m2(session: Session, layer: SpatialLayer) -> float:
    """Return the square metres of all rows of a layer together; 0 without rows."""
    area = func.sum(func.ST_Area(func.geography(layer.geom)))
    return float(session.scalar(select(area).where(*layer.where)) or 0.0)


def _difference(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    made: ColumnElement[Any] = func.ST_CollectionExtract(func.ST_SymDifference(one, other), 3)
    return made


def _rows(layer: SpatialLayer, name: str) -> Any:
    return (
        select(layer.key.label("key"), layer.geom.label("geom")).where(*layer.where).subquery(name)
    )
