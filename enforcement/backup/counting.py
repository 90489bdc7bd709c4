"""The rows of every table at one point of the log, so that a drill can hold what it restored to it.

For the blink of an eye nobody writes: all tables are locked (SHARE) without waiting in line, the
point is set, and a snapshot is taken; then the locks go, and the rows are counted in the snapshot.
A transaction's locks end after its commit is in the log and can be seen, so what the snapshot sees
is what recovery to the point brings back. Where some transaction always writes, rows are counted
before and after the point, and the drill asks for a number between.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any, Final

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- a class named in lower case

from enforcement.backup.manifest import Moment

TRIES: Final = 60
PAUSE_S: Final = 0.1
TABLES: Final = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname <> 'information_schema'
  AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1, 2
"""
POINT: Final = """
SELECT pg_walfile_name(p.lsn), clock_timestamp()
FROM (SELECT pg_create_restore_point(%s) AS lsn) p
"""
FILES: Final = "SELECT county_code, sha256, size_bytes FROM stored_file ORDER BY 1, 2"
Table = tuple[str, str]


class Snapshot:
    """The database as it was at a restore point, and counts of it."""

    def __init__(self, seen: connection, moment: Moment) -> None:
        self.seen, self.moment = seen, moment

    def files(self) -> Iterator[tuple[str, bytes, int]]:
        """Yield county, SHA-256 and size of each kept file that the snapshot names."""
        if "public.stored_file" not in self.moment.tables:
            return
        with self.seen.cursor("backup_files") as cursor:
            cursor.itersize = 5000
            cursor.execute(FILES)
            for county_code, sha256, size_bytes in cursor:
                yield county_code, bytes(sha256), size_bytes


@contextmanager
def snapshot(dsn: dict[str, Any], point: str, *, tries: int = TRIES) -> Iterator[Snapshot]:
    """Set a restore point and give the database as it is there; dsn -- a superuser's."""
    with closing(psycopg2.connect(**dsn)) as locker, closing(psycopg2.connect(**dsn)) as seen:
        seen.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        before: dict[str, int] | None = None
        if not _locked(locker, tries):
            before = counts(seen)
            seen.rollback()
        with seen.cursor() as cursor:
            cursor.execute("SELECT 1")  # from here on `seen` sees this moment only
        at, segment = _point(locker, point)
        locker.rollback()
        if before is not None:
            seen.rollback()
        after = counts(seen)
        ranges = _ranges(after if before is None else before, after)
        yield Snapshot(seen, Moment(point, at, segment, ranges, _revision(seen, ranges)))


def counts(seen: connection) -> dict[str, int]:
    """Return "schema.table" -> rows, in the transaction that is open."""
    found: dict[str, int] = {}
    with seen.cursor() as cursor:
        for schema, name in _list(cursor):
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name)))
            found[f"{schema}.{name}"] = (cursor.fetchone() or (0,))[0]
    return found


def _ranges(before: dict[str, int], after: dict[str, int]) -> dict[str, list[int]]:
    return {name: sorted((before.get(name, 0), count)) for name, count in after.items()}


def _list(cursor: Cursor) -> list[Table]:
    cursor.execute(TABLES)
    return cursor.fetchall()


def _locked(locker: connection, tries: int) -> bool:
    """Lock all tables against writing, without making anybody wait in line behind us."""
    for _try in range(tries):
        try:
            with locker.cursor() as cursor:
                _lock(cursor)
            return True
        except (psycopg2.errors.LockNotAvailable, psycopg2.errors.UndefinedTable):
            locker.rollback()
            time.sleep(PAUSE_S)
    return False


def _lock(cursor: Cursor) -> None:
    names = [sql.Identifier(*table) for table in _list(cursor)]
    if names:
        cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE NOWAIT").format(
            sql.SQL(", ").join(names)))  # fmt: skip


def _point(locker: connection, point: str) -> tuple[datetime, str]:
    with locker.cursor() as cursor:
        cursor.execute(POINT, (point,))
        [(segment, at)] = cursor.fetchall()
    return at, segment


def _revision(seen: connection, tables: Collection[str]) -> str | None:
    if "public.alembic_version" not in tables:
        return None
    with seen.cursor() as cursor:
        cursor.execute("SELECT version_num FROM alembic_version")
        row = cursor.fetchone()
    return str(row[0]) if row else None
