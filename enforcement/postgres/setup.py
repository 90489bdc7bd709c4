"""What the private cluster holds from its first start: the roles, the databases, the extensions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- a class named in lower case

from enforcement.postgres.server import PORT, SUPERUSER, Server

ROLE = "enforcement"  # owns its databases and tables, is no superuser, may clone TEMPLATE
APP_ROLE = "enforcement_app"  # whom the application connects as: owns nothing
DATABASE = "enforcement"
TEMPLATE = "enforcement_template"
EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")


def ensure_databases(server: Server) -> None:
    """Make roles, template and database where missing; the database comes last, so it shows all.

    May be interrupted anywhere and called again. A cluster of a release that knew one role gets
    the other one here.
    """
    with superuser(server, "postgres") as cursor:
        _ensure_roles(cursor)
        cursor.execute("SELECT datname, datistemplate FROM pg_database")
        found = dict(cursor.fetchall())
        if DATABASE in found:
            return
        if TEMPLATE not in found:
            _create(cursor, TEMPLATE, "template1")
        _ensure_extensions(server)
        cursor.execute(
            sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE true").format(sql.Identifier(TEMPLATE))
        )
        _create(cursor, DATABASE, TEMPLATE)


def _ensure_roles(cursor: Cursor) -> None:
    """Make the owner and the application's role; the owner may send the application away."""
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN %s", ((ROLE, APP_ROLE),))
    found = {name for (name,) in cursor.fetchall()}
    owner, app = sql.Identifier(ROLE), sql.Identifier(APP_ROLE)
    if ROLE not in found:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB NOBYPASSRLS").format(owner))
    if APP_ROLE not in found:
        cursor.execute(sql.SQL(
            "BEGIN; CREATE ROLE {0} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;"
            " GRANT {0} TO {1}; COMMIT").format(app, owner))  # fmt: skip


def _create(cursor: Cursor, name: str, template: str) -> None:
    names = (sql.Identifier(item) for item in (name, ROLE, template))
    cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(*names))


def _ensure_extensions(server: Server) -> None:
    with superuser(server, TEMPLATE) as cursor:
        for name in EXTENSIONS:
            cursor.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name))
            )


@contextmanager
def superuser(server: Server, database: str) -> Iterator[Cursor]:
    """Give a cursor of the superuser that commits by itself."""
    with closing(
        psycopg2.connect(
            host=str(server.socket_dir), port=PORT, user=SUPERUSER, dbname=database,
            connect_timeout=10,
        )
    ) as connection:  # fmt: skip
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
