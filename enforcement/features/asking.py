"""What a client asks of a collection: part of the map, time, properties, a CQL2 filter, a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_

from enforcement.boxes import read_bbox
from enforcement.clock import ZONE, day_of, midnight
from enforcement.errors import InvalidInputError
from enforcement.features import cql
from enforcement.features.collections import DAY, Collection
from enforcement.i18n import _
from gis.cells import in_box
from gis.geojson import Bounds

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG4490: Final = "http://www.opengis.net/def/crs/EPSG/0/4490"
SYSTEMS: Final = (CRS84, EPSG4490)
USUAL, MOST = 100, 2000
RESERVED: Final = {
    "f", "limit", "after", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang",
    "filter-crs", "encoding",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A page of a collection: conditions, how many rows, after which id, in which system."""

    conditions: tuple[ColumnElement[bool], ...]
    limit: int = USUAL
    after: str = ""
    crs: str = CRS84


def read(collection: Collection, args: Mapping[str, str]) -> Asked:
    """Return what the query of an address asks for; raises InvalidInputError."""
    found: list[ColumnElement[bool]] = []
    boxes = _boxes(args)
    if boxes:
        found.append(or_(*[_within(collection, box) for box in boxes]))
    if said := args.get("datetime"):
        found += _during(collection, said)
    if said := args.get("filter"):
        if args.get("filter-lang", "cql2-text") != "cql2-text":
            raise InvalidInputError("filter-lang", _("过滤条件只支持 cql2-text。"))
        found.append(cql.condition(collection, said, flipped=_system(args, "filter-crs")))
    found += _equal(collection, args)
    crs = args.get("crs") or CRS84
    if crs not in SYSTEMS:
        raise InvalidInputError("crs", _("坐标系只支持 CRS84 和 EPSG:4490。"))
    return Asked(tuple(found), _limit(args), args.get("after") or "", crs)


def _system(args: Mapping[str, str], name: str) -> bool:
    """Tell whether coordinates come with the latitude first; raises InvalidInputError."""
    said = args.get(name) or CRS84
    if said not in SYSTEMS:
        raise InvalidInputError(name, _("坐标系只支持 CRS84 和 EPSG:4490。"))
    return said == EPSG4490


def _boxes(args: Mapping[str, str]) -> tuple[Bounds, ...]:
    said = args.get("bbox")
    if said and _system(args, "bbox-crs"):
        parts = said.split(",")
        if len(parts) == 4:
            said = ",".join((parts[1], parts[0], parts[3], parts[2]))
    return read_bbox(said)


def _within(collection: Collection, box: Bounds) -> ColumnElement[bool]:
    if collection.celled is not None:
        return in_box(collection.celled, box)
    shape = func.ST_MakeEnvelope(*box, 4490)
    return and_(collection.geom.op("&&")(shape), func.ST_Intersects(collection.geom, shape))


def _during(collection: Collection, said: str) -> list[ColumnElement[bool]]:
    """Return the conditions of a moment, a day, or an interval whose ends may be ".."."""
    if collection.when is None:
        return []
    column = collection.columns[collection.when]
    first, slash, last = said.partition("/")
    if not slash:
        last = first
    found = []
    if first not in ("", ".."):
        found.append(column.sql >= _end(first, column.kind, after=False))
    if last not in ("", ".."):
        found.append(column.sql <= _end(last, column.kind, after=True))
    if not found and said not in ("../..", "/", "../", "/.."):
        raise InvalidInputError("datetime", _("时间写法无效。"))
    return found


def _end(said: str, kind: str, *, after: bool) -> date | datetime:
    try:
        if len(said) == 10:
            day = day_of(said)
            if kind == DAY:
                return day
            return midnight(day).replace(hour=23, minute=59, second=59) if after else midnight(day)
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise InvalidInputError("datetime", _("时间写法无效。")) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    return moment.astimezone(ZONE).date() if kind == DAY else moment


def _equal(collection: Collection, args: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """Return the conditions of ?state=closed and such; an unknown name is refused."""
    found: list[Any] = []
    for name, value in args.items():
        if name in RESERVED:
            continue
        column = collection.columns.get(name)
        if column is None or column.kind != "string":
            raise InvalidInputError(name, _("没有参数%(name)s。", name=name[:40]))
        found.append(column.sql == value)
    return found


def _limit(args: Mapping[str, str]) -> int:
    said = args.get("limit")
    if said is None:
        return USUAL
    if not said.isascii() or not said.isdigit() or int(said) == 0:
        raise InvalidInputError("limit", _("limit 须为正整数。"))
    return min(MOST, int(said))
