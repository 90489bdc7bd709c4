"""The database: declarative base, constraint names, one engine per application, transactions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from flask import Flask, current_app
from sqlalchemy import CHAR, Date, DateTime, MetaData, Numeric, Text, create_engine
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from enforcement.config import Config

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


Code = Annotated[str, mapped_column(Text(collation="C"))]  # ordered by bytes: ranges are subtrees


class Base(DeclarativeBase):
    """Base of all tables; moments are aware UTC, days are days, money is Decimal."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        date: Date(),
        Decimal: Numeric(14, 2),
        uuid.UUID: UUID(as_uuid=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class CountyRow:
    """Key of every business row: the county leads, so that a province can shard by it."""

    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Return an engine with kept connections, checked before use, all in UTC."""
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=8,
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged; what people typed is not
        connect_args={"options": "-c timezone=UTC -c lock_timeout=10s", "connect_timeout": 5},
    )


def sessions() -> sessionmaker[Session]:
    """Return the session factory of the running application."""
    factory: sessionmaker[Session] = current_app.extensions["enforcement.sessions"]
    return factory


@contextmanager
def transaction() -> Iterator[Session]:
    """Give one session in one transaction: committed at the end, rolled back by an error."""
    with sessions()() as session, session.begin():
        yield session


def init_app(app: Flask, config: Config) -> None:
    """Give the application its engine and session factory."""
    engine = make_engine(config.database_url)
    app.extensions["enforcement.engine"] = engine
    app.extensions["enforcement.sessions"] = sessionmaker(engine, expire_on_commit=False)
