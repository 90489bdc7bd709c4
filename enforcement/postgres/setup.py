"""What the private cluster holds from its first start: the role, the databases, the extensions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- a class named in lower case

from enforcement.postgres.server import PORT, SUPERUSER, Server

ROLE = "enforcement"  # owns its databases, is no superuser, may clone TEMPLATE
DATABASE = "enforcement"
TEMPLATE = "enforcement_template"
EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")


def ensure_databases(server: Server) -> None:
    """Make role, template and database where missing; the database comes last, so it shows all.

    May be interrupted anywhere and called again.
    """
    with superuser(server, "postgres") as cursor:
        cursor.execute("SELECT datname, datistemplate FROM pg_database")
        found = dict(cursor.fetchall())
        if DATABASE in found:
            return
        _ensure_role(cursor)
        if TEMPLATE not in found:
            _create(cursor, TEMPLATE, "template1")
        _ensure_extensions(server)
        cursor.execute(
            sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE true").format(sql.Identifier(TEMPLATE))
        )
        _create(cursor, DATABASE, TEMPLATE)


def _ensure_role(cursor: Cursor) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,))
    if cursor.fetchone() is None:
        cursor.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEDB NOBYPASSRLS").format(sql.Identifier(ROLE))
        )


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
