"""The database: declarative base, constraint names, one engine per application, transactions."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from flask import Flask, current_app
from sqlalchemy import (
    CHAR,
    Date,
    DateTime,
    MetaData,
    Numeric,
    Text,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from enforcement import logs, wall
from enforcement.config import Config

IDLE_S: Final = 1.0
"""A kept connection that rested for longer is asked whether it still lives before it is used."""

OPTIONS: Final = (
    "-c timezone=UTC -c lock_timeout=10s -c jit=off -c max_parallel_workers_per_gather=0"
)
"""Many short questions at once: to start helpers for one of them costs more than they save."""

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
    """Return an engine with kept connections, checked after a rest, all in UTC."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=8,
        hide_parameters=True,  # errors are logged; what people typed is not
        connect_args={"options": OPTIONS, "connect_timeout": 5},
    )
    event.listen(engine, "checkin", _rest)
    event.listen(engine, "checkout", _check(engine))
    return engine


def _rest(_connection: Any, record: Any) -> None:
    """Remember since when a connection rests."""
    record.info["rests_since"] = time.monotonic()


def _check(engine: Engine) -> Any:
    """Return what asks a rested connection for a sign of life; a dead one empties the pool."""

    def check(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("rests_since")
        if since is None or time.monotonic() - since < IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    return check


def sessions() -> sessionmaker[Session]:
    """Return the session factory of the running application."""
    factory: sessionmaker[Session] = current_app.extensions["enforcement.sessions"]
    return factory


def reads() -> sessionmaker[Session]:
    """Return the factory of sessions for single reads: no transaction is opened around them."""
    factory: sessionmaker[Session] = current_app.extensions["enforcement.reads"]
    return factory


@contextmanager
def transaction() -> Iterator[Session]:
    """Give one session in one transaction: committed at the end, rolled back by an error."""
    with sessions()() as session, session.begin():
        yield session


def take_turn(session: Session, what: str) -> None:
    """Wait until no other transaction holds the turn `what`; hold it until this one ends.

    For rows that never change: to lock such a row asks for a right to change it, which nobody has.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def act_as(session: Session, account_id: uuid.UUID) -> None:
    """Tell the database who acts until this transaction ends; its triggers write it down."""
    wall.say(session.connection(), {"account": str(account_id)})


def _tell(session: Session, _transaction: Any, connection: Connection) -> None:
    """Say at the begin of a transaction for whom it reads and who acts in it."""
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    said = wall.said_now(logs.request_id())
    session.info[wall.REACH] = said.get("reach")
    wall.say(connection, said)


event.listen(Session, "after_begin", _tell)


def init_app(app: Flask, config: Config) -> None:
    """Give the application its engine and session factory."""
    engine = make_engine(config.database_url)
    logs.watch(engine, config.slow_ms)
    app.extensions["enforcement.engine"] = engine
    app.extensions["enforcement.sessions"] = sessionmaker(engine, expire_on_commit=False)
    app.before_request(wall.begin)
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    app.extensions["enforcement.reads"] = sessionmaker(alone, expire_on_commit=False)
