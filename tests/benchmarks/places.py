"""Where benchmarks work: a database and a folder of state of their own, removed at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from enforcement import cluster, create_app, demo
from enforcement.config import Config
from tests.asking import as_owner
from tests.seed import bring_up, drop_database, environment_of, lend, make_database


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set variables of the environment, for child processes too, and put them back."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def folder() -> Iterator[Path]:
    """Give a short new folder that every account may enter."""
    path = Path(tempfile.mkdtemp(prefix="ef-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def own_database(name: str) -> Iterator[Config]:
    """Give the settings of a migrated database, also in the environment of child processes."""
    base = Config.from_env()
    named = f"enforcement_bench_{os.getpid()}_{name}"
    with cluster.running(base), folder() as var:
        url = make_database(base, named)
        try:
            bring_up(base, url)
            with environment(
                **environment_of(base, url),
                ENFORCEMENT_VAR=str(var),
                ENFORCEMENT_FONTS=str(base.var / "fonts"),
            ):
                yield Config.from_env()
        finally:
            drop_database(base, named)


@contextmanager
def application(config: Config) -> Iterator[Flask]:
    """Give the application; its connections are closed at the end."""
    app = create_app(config)
    lend(app)
    try:
        yield app
    finally:
        app.extensions["enforcement.engine"].dispose()


def sessions(app: Flask) -> sessionmaker[Session]:
    """Return the application's sessions."""
    found: sessionmaker[Session] = app.extensions["enforcement.sessions"]
    return found


def load_demo(app: Flask) -> None:
    """Load the demonstration county and let the planner know its tables."""
    with app.app_context(), sessions(app).begin() as session:
        demo.load(session)
    vacuum(app)


def vacuum(app: Flask) -> None:
    """Do what autovacuum would have done by now."""
    engine = app.extensions["enforcement.engine"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET ROLE NONE")
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("RESET ROLE")


INDEXES: Final = text("select indexname, indexdef from pg_indexes where tablename = :name"
                      " and indexname like 'ix_%'")  # fmt: skip
KEYS: Final = text("select conname as name, pg_get_constraintdef(oid) as said from pg_constraint"
                   " where conrelid = CAST(:name AS regclass) and contype = 'f'")  # fmt: skip


@contextmanager
def filling(session: Session, table: str, *triggers: str) -> Iterator[None]:
    """Fill a table at once: indexes, keys of other tables and some triggers come afterwards."""
    indexes = session.execute(INDEXES, {"name": table}).all()
    keys = session.execute(KEYS, {"name": table}).all()
    with as_owner(session):
        for key in keys:
            session.execute(text(f"alter table {table} drop constraint {key.name}"))
        for row in indexes:
            session.execute(text(f"drop index {row.indexname}"))
        for name in triggers:
            session.execute(text(f"alter table {table} disable trigger {name}"))
    yield
    with as_owner(session):
        for row in indexes:
            session.connection().exec_driver_sql(row.indexdef)
        for key in keys:
            session.execute(text(f"alter table {table} add constraint {key.name} {key.said}"))
        for name in triggers:
            session.execute(text(f"alter table {table} enable trigger {name}"))
