"""Tables: how many rows lie in each cell of the map, and what has changed since they were counted.

Triggers on `incident` and `case_file` write changes in the act's own transaction; the worker adds
them to the cells. Cells and changes together are always what a full count gives.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CHAR,
    BigInteger,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base


def _code() -> Any:
    return mapped_column(Text(collation="C"))


class MapDim(Base):
    """What the rows of a cell have in common, as far as rights and filters ask; "" for nothing.

    kind -- "incident" or "case", or with "/all" behind it what all units and townships have in
    common; sort -- category of level 1, or matter
    """

    __tablename__ = "map_dim"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    unit_code: Mapped[str] = _code()
    handler_code: Mapped[str] = _code()
    reporter_code: Mapped[str] = _code()
    township_code: Mapped[str] = _code()
    sort: Mapped[str]
    state: Mapped[str]
    __table_args__ = (
        UniqueConstraint(
            "county_code", "kind", "unit_code", "handler_code", "reporter_code", "township_code",
            "sort", "state", name="uq_map_dim_content",
        ),
    )  # fmt: skip


class MapCell(Base):
    """How many rows of a dimension lie in a cell; of all without a place, at level 0 and cell -1.

    level -- of the Web Mercator grid of 2^level cells a side; cell -- Morton number in it
    lon_e6, lat_e6 -- sums of millionths of degrees, so that the middle is exact
    """

    __tablename__ = "map_cell"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    dim_id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    lon_e6: Mapped[int] = mapped_column(BigInteger)
    lat_e6: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (
        ForeignKeyConstraint(["county_code", "dim_id"], ["map_dim.county_code", "map_dim.id"]),
        Index("ix_map_cell_empty", "county_code", postgresql_where=text("n = 0")),
    )


class MapChange(Base):
    """A row that came to a place (n = 1) or left it (n = -1) and is not yet in the cells.

    code -- Morton number at level 18, -1 for no place
    """

    __tablename__ = "map_change"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    unit_code: Mapped[str] = _code()
    handler_code: Mapped[str] = _code()
    reporter_code: Mapped[str] = _code()
    township_code: Mapped[str] = _code()
    sort: Mapped[str]
    state: Mapped[str]
    code: Mapped[int] = mapped_column(BigInteger)
    lon_e6: Mapped[int] = mapped_column(BigInteger)
    lat_e6: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(SmallInteger)
