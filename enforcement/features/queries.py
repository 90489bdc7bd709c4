"""Reads: a page of a collection as GeoJSON built in the database, one feature, rows for a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import JSON, Select, cast, func, literal, select, text
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.features.asking import CRS84, EPSG4490, Asked
from enforcement.features.collections import Collection
from enforcement.i18n import _
from gis.geojson import Bounds

COUNTED: Final = 10_000
"""Beyond this the number of rows is not told: to count them all would take too long."""
DIGITS: Final = 7
LONGEST_MS: Final = 10_000


@dataclass(frozen=True)
class Page:
    """Features in the order of their ids; matched -- of all pages, None beyond COUNTED."""

    features: list[dict[str, Any]]
    matched: int | None
    next: str | None


def page(session: Session, actor: Actor, collection: Collection, asked: Asked) -> Page:
    """Return a page of what is asked for, of the rows the actor may see."""
    _hurry(session)
    rows = _rows(session, actor, collection, asked)
    if asked.after:
        rows = rows.where(collection.key > asked.after)
    rows = rows.add_columns(_feature(collection, asked.crs).label("feature"))
    found = session.execute(rows.order_by(collection.key).limit(asked.limit + 1)).all()
    more = len(found) > asked.limit
    shown = found[: asked.limit]
    counted = _rows(session, actor, collection, asked).limit(COUNTED + 1).subquery()
    matched = session.scalar(select(func.count()).select_from(counted)) or 0
    return Page([row.feature for row in shown], matched if matched <= COUNTED else None,
                shown[-1].key if more else None)  # fmt: skip


def feature(
    session: Session, actor: Actor, collection: Collection, key: str, crs: str
) -> dict[str, Any]:
    """Return one feature; NotFoundError is the same for hidden and absent."""
    rows = _rows(session, actor, collection, Asked(())).where(collection.key == key)
    row = session.execute(rows.add_columns(_feature(collection, crs).label("feature"))).first()
    if row is None:
        raise NotFoundError(_("没有找到该要素，或者您无权查看。"))
    found: dict[str, Any] = row.feature
    return found


def extent(session: Session, actor: Actor) -> Bounds:
    """Return the bounds of the county's boundaries today in degrees."""
    from enforcement import clock
    from enforcement.jurisdiction import map_queries, plan_queries

    edition = plan_queries.edition_on(session, actor.county_code, clock.today(session))
    return map_queries.extent(session, edition)


def plain_rows(
    session: Session, actor: Actor, collection: Collection, asked: Asked, most: int
) -> Iterator[Any]:
    """Return rows of key, properties in order, and WKB in EPSG:4490; at most `most`."""
    _hurry(session)
    columns = [column.sql.label(name) for name, column in collection.columns.items()]
    rows = _rows(session, actor, collection, asked).add_columns(
        *columns, func.ST_AsBinary(collection.geom).label("wkb")
    )
    return iter(session.execute(rows.order_by(collection.key).limit(most)))


def _rows(session: Session, actor: Actor, collection: Collection, asked: Asked) -> Select[Any]:
    start: Select[Any] = collection.start(select(collection.key.label("key")))
    return start.where(*collection.rows(session, actor), *asked.conditions)


def _feature(collection: Collection, crs: str) -> Any:
    shape = collection.geom
    if crs == EPSG4490:  # its axes are latitude, longitude
        shape = func.ST_FlipCoordinates(shape)
    pairs = [part for name, column in collection.columns.items() for part in (name, column.sql)]
    return func.json_build_object(
        "type", "Feature", "id", collection.key, "properties", func.json_build_object(*pairs),
        "geometry", cast(func.ST_AsGeoJSON(shape, literal(DIGITS), literal(0)), JSON),
    )  # fmt: skip


def _hurry(session: Session) -> None:
    """Let no filter keep the database busy for long."""
    session.execute(text(f"SET LOCAL statement_timeout = {LONGEST_MS}"))


__all__ = ["CRS84", "Page", "extent", "feature", "page", "plain_rows"]
