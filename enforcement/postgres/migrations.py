"""Bring a database to the newest revision, and say where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from enforcement.config import PROJECT
from enforcement.postgres.account import ClusterError
from enforcement.postgres.setup import EXTENSIONS

LOCK = 4490_0001  # advisory lock: one process migrates, the others wait and find nothing to do


def migrate(url: str) -> str:
    """Make missing extensions and run all newer revisions in one transaction; return the revision.

    Raises ClusterError when the database cannot be reached or lacks PostGIS.
    """
    config = alembic_config()
    with _connected(url) as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        _require_extensions(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return revisions(url)[0] or ""


def revisions(url: str) -> tuple[str | None, str | None]:
    """Return the revision of the database and the newest one of the program."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision(), head


def alembic_config() -> AlembicConfig:
    """Return Alembic's settings from pyproject.toml, with its own chatter off."""
    return AlembicConfig(toml_file=str(PROJECT / "pyproject.toml"))


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise ClusterError(
            f"连不上数据库，请检查 ENFORCEMENT_DATABASE_URL / the database cannot be reached,"
            f" check ENFORCEMENT_DATABASE_URL: {error.orig}"
        ) from error
    with connection:
        yield connection


def _require_extensions(connection: Connection) -> None:
    found = set(connection.scalars(text("SELECT extname FROM pg_extension")))
    for name in EXTENSIONS:
        if name not in found:
            _add_extension(connection, name)


def _add_extension(connection: Connection, name: str) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {name}"))
    except (OperationalError, ProgrammingError) as error:
        database = connection.engine.url.database
        raise ClusterError(
            f"数据库没有扩展 {name}，请超级用户运行 / the database lacks {name}; a superuser runs:"
            f"  psql -d {database} -c 'CREATE EXTENSION {name}'"
        ) from error
