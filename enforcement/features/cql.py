"""CQL2 text as conditions: read by pygeofilter, turned into SQL here, strictly.

Only a collection's own properties may be named, and each is compared with values of its own type
only; functions, arithmetic and what else the grammar knows are refused. Values become parameters.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Final

import shapely.geometry
from pygeofilter import ast, values
from pygeofilter.backends.evaluator import Evaluator, handle
from sqlalchemy import ColumnElement, and_, func, not_, or_
from sqlalchemy.exc import SQLAlchemyError

from enforcement.clock import ZONE, midnight
from enforcement.errors import InvalidInputError
from enforcement.features.collections import DAY, MOMENT, STRING, Collection, Column
from enforcement.i18n import _

LONGEST: Final = 2000
DEEPEST: Final = 60
"""Brackets and words that join: beyond this a filter is not meant for people."""
GEOMETRY: Final = ("geom", "geometry")
SPATIAL: Final = {
    ast.GeometryIntersects: "ST_Intersects", ast.GeometryDisjoint: "ST_Disjoint",
    ast.GeometryContains: "ST_Contains", ast.GeometryWithin: "ST_Within",
    ast.GeometryTouches: "ST_Touches", ast.GeometryCrosses: "ST_Crosses",
    ast.GeometryOverlaps: "ST_Overlaps", ast.GeometryEquals: "ST_Equals",
}  # fmt: skip
COMPARED: Final = {
    "=": "__eq__", "<>": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip


def condition(collection: Collection, said: str, *, flipped: bool = False) -> ColumnElement[bool]:
    """Return what a CQL2 text says of a collection's rows; raises InvalidInputError.

    flipped -- coordinates in it come with the latitude first
    """
    if len(said) > LONGEST or said.count("(") + said.upper().count("NOT ") > DEEPEST:
        raise InvalidInputError("filter", _("过滤条件太长。"))
    try:
        found: ColumnElement[bool] = Strict(collection, flipped=flipped).evaluate(_parsed(said))
    except InvalidInputError:
        raise
    except (SQLAlchemyError, RecursionError):
        raise _refused() from None
    except Exception as error:  # the parser raises many kinds
        raise _refused() from error
    if not isinstance(found, ColumnElement):
        raise _refused()
    return found


def _parsed(said: str) -> ast.Node:
    from pygeofilter.parsers.cql2_text import parse  # it builds its tables when it is imported

    return parse(said)


def _refused() -> InvalidInputError:
    return InvalidInputError("filter", _("过滤条件不是有效的CQL2文本，或者用了不支持的写法。"))


class Strict(Evaluator):
    """Turns the tree of a filter into SQL; what it has no handler for is refused."""

    def __init__(self, collection: Collection, *, flipped: bool) -> None:
        super().__init__()
        self.collection, self.flipped = collection, flipped

    @handle(ast.Not)
    def negated(self, _node: Any, sub: Any) -> Any:
        """NOT."""
        return not_(sub)

    @handle(ast.And)
    def both(self, _node: Any, lhs: Any, rhs: Any) -> Any:
        """AND."""
        return and_(lhs, rhs)

    @handle(ast.Or)
    def either(self, _node: Any, lhs: Any, rhs: Any) -> Any:
        """OR."""
        return or_(lhs, rhs)

    @handle(ast.Comparison, subclasses=True)
    def compared(self, node: Any, lhs: Any, rhs: Any) -> Any:
        """Compare a property with a value, the property first."""
        column = _property(lhs)
        return getattr(column.sql, COMPARED[node.op.value])(_value(column, rhs))

    @handle(ast.Between)
    def between(self, node: Any, lhs: Any, low: Any, high: Any) -> Any:
        """BETWEEN, both ends included."""
        column = _property(lhs)
        found = column.sql.between(_value(column, low), _value(column, high))
        return not_(found) if node.not_ else found

    @handle(ast.In)
    def among(self, node: Any, lhs: Any, *options: Any) -> Any:
        """IN."""
        column = _property(lhs)
        found = column.sql.in_([_value(column, one) for one in options])
        return not_(found) if node.not_ else found

    @handle(ast.Like)
    def like(self, node: Any, lhs: Any) -> Any:
        """LIKE, with % for any text and _ for one character."""
        column = _property(lhs)
        if column.kind != STRING or not isinstance(node.pattern, str):
            raise _refused()
        found = (column.sql.ilike if node.nocase else column.sql.like)(node.pattern)
        return not_(found) if node.not_ else found

    @handle(ast.IsNull)
    def null(self, node: Any, lhs: Any) -> Any:
        """IS NULL."""
        column = _property(lhs)
        return column.sql.is_not(None) if node.not_ else column.sql.is_(None)

    @handle(*SPATIAL)
    def spatial(self, node: Any, lhs: Any, rhs: Any) -> Any:
        """Relate the geometry to one that is given, in either order."""
        for one in (lhs, rhs):
            if isinstance(one, (Column, str, int, float)):
                raise _refused()
        found = getattr(func, SPATIAL[type(node)])(lhs, rhs)
        if isinstance(node, ast.GeometryDisjoint):
            return found
        return and_(lhs.op("&&")(rhs), found)

    @handle(ast.Attribute)
    def attribute(self, node: Any) -> Any:
        """Return a property, or the geometry."""
        if node.name in GEOMETRY:
            return self.collection.geom
        if node.name not in self.collection.columns:
            raise InvalidInputError("filter", _("没有属性%(name)s。", name=node.name[:40]))
        return self.collection.columns[node.name]

    @handle(*values.LITERALS)
    def literal(self, node: Any) -> Any:
        """Return a value."""
        return node

    @handle(values.Geometry)
    def geometry(self, node: Any) -> Any:
        """Return a geometry in degrees."""
        if not shapely.geometry.shape(node.geometry).is_valid:  # raises ValueError too
            raise _refused()
        shape = func.ST_SetSRID(func.ST_GeomFromGeoJSON(json.dumps(node.geometry)), 4490)
        return func.ST_FlipCoordinates(shape) if self.flipped else shape


def _property(lhs: Any) -> Column:
    if not isinstance(lhs, Column):
        raise _refused()
    return lhs


def _value(column: Column, said: Any) -> Any:
    """Return a value as its column compares it; raises InvalidInputError for another type."""
    if column.kind == STRING and isinstance(said, str):
        return said
    if column.kind in ("number", "integer") and isinstance(said, (int, float)):
        return said
    if isinstance(said, datetime):
        said = said if said.tzinfo else said.replace(tzinfo=ZONE)
        if column.kind == MOMENT:
            return said
        if column.kind == DAY:
            return said.astimezone(ZONE).date()
    elif isinstance(said, date) and column.kind in (DAY, MOMENT):
        return said if column.kind == DAY else midnight(said)
    raise _refused()
