"""Bring a database to the newest revision, and say where it stands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from enforcement.config import PROJECT
from enforcement.postgres import grants
from enforcement.postgres.account import ClusterError
from enforcement.postgres.setup import APP_ROLE, EXTENSIONS

OTHERS: Final = text("""
SELECT pg_get_userbyid(relowner) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relname = 'alembic_version'
  AND NOT pg_has_role(current_user, relowner, 'USAGE')
""")
"""The owner of the tables, where it is neither the role that asks nor one that it belongs to."""
MINE: Final = text("""
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
  AND pg_has_role(current_user, relowner, 'USAGE')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')
ORDER BY relname
""")
TRY_MS, PAUSE_S, TAKING_S = 250, 0.25, 30.0
"""A try to take all tables, well below `deadlock_timeout` (1 s); the rest between; all tries."""
LOCK = 4490_0001  # advisory lock: one process migrates, the others wait and find nothing to do


def migrate(url: str, role: str = APP_ROLE) -> str:
    """Make missing extensions and run all newer revisions in one transaction; return the revision.

    url -- of the owner of the tables; role -- the application's, which gets its rights anew
    Raises ClusterError when the database cannot be reached, lacks PostGIS or the role, or when the
    tables belong to another role.
    """
    config = alembic_config()
    with _connected(url) as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        _require_extensions(connection)
        config.attributes["connection"] = connection
        if _is_behind(connection):
            _require_owner(connection)
            _take_tables(connection)
        command.upgrade(config, "head")
        grants.give(connection, role)
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


def _is_behind(connection: Connection) -> bool:
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() != head


def _take_tables(connection: Connection) -> None:
    """Hold all tables before the first change, so that the program before this one only waits.

    Locks taken one by one would meet those of its transactions: a deadlock, which one of both does
    not survive. So none is waited for longer than a deadlock takes to be noticed; where somebody is
    always in the middle of something, the upgrade goes on after a while and takes them one by one.
    """
    names = list(connection.scalars(MINE))
    until = time.monotonic() + (TAKING_S if names else 0)
    while time.monotonic() < until:
        try:
            with connection.begin_nested():
                connection.execute(text(f"SET LOCAL statement_timeout = {TRY_MS}"))
                connection.execute(text(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE"))
                connection.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
            return
        except OperationalError:
            time.sleep(PAUSE_S)


def _require_owner(connection: Connection) -> None:
    """Raise ClusterError where the tables belong to another role."""
    owner = connection.scalar(OTHERS)
    if owner:
        raise ClusterError(
            f"表属于角色 {owner}，升级请设 ENFORCEMENT_OWNER_URL / the tables belong to {owner}:"
            " set ENFORCEMENT_OWNER_URL to upgrade them"
        )


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
