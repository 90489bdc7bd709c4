"""How a slice hands over its table: a key, a geometry, and which rows count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True)
class SpatialLayer:
    """Rows with a geometry in STORAGE_SRID.

    key -- what names a row in results; ties are broken by it, the smallest first
    where -- conditions that rows of the layer meet, joined by AND
    """

    key: Column
    geom: Column
    where: tuple[ColumnElement[bool], ...] = ()

    def only(self, *conditions: ColumnElement[bool]) -> SpatialLayer:
        """Return the layer narrowed by further conditions."""
        return replace(self, where=(*self.where, *conditions))
