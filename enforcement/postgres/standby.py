"""A second server that follows a running one: made from it, looked at, and made the first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- a class named in lower case
from psycopg2.extensions import make_dsn

from enforcement.postgres.account import Account, ClusterError
from enforcement.postgres.server import PORT, SUPERUSER, Server

NAME: Final = "standby"
ANSWERS_S: Final = 3
"""A primary that does not answer within so many seconds is taken for gone."""
FOLLOWERS: Final = """
SELECT s.slot_name, r.application_name, r.state, r.sync_state,
  pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(r.replay_lsn, s.restart_lsn))::bigint,
  extract(epoch FROM coalesce(r.replay_lag, '0'))::float8, s.wal_status
FROM pg_stat_replication r
FULL JOIN pg_replication_slots s ON s.active_pid = r.pid
WHERE s.slot_type IS DISTINCT FROM 'logical' ORDER BY 1, 2
"""
FOLLOWS: Final = """
SELECT pg_last_wal_receive_lsn()::text,
  pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::bigint,
  extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8,
  (SELECT status FROM pg_stat_wal_receiver)
"""


@dataclass(frozen=True)
class Follower:
    """A standby as its primary sees it; state None: it is away, and its slot keeps the log for it.

    sync -- sync, potential, quorum or async; behind -- bytes of the log; lag_s -- seconds
    wal -- what the slot says of the log that it keeps: reserved, extended, unreserved, lost
    """

    slot: str | None
    name: str | None
    state: str | None
    sync: str | None
    behind: int | None
    lag_s: float
    wal: str | None


@dataclass(frozen=True)
class Following:
    """How a standby stands: the log it has, bytes not yet replayed, seconds since the last act."""

    received: str | None
    behind: int | None
    last_act_s: float | None
    receiver: str | None


@dataclass(frozen=True)
class Status:
    """What a server is: a primary with whom its commits wait for, or a standby."""

    primary: bool
    waits_for: str
    followers: tuple[Follower, ...]
    following: Following | None


def conninfo(server: Server) -> str:
    """Return how to reach a server of ours through its socket."""
    return make_dsn(host=str(server.socket_dir), port=PORT, user=SUPERUSER, dbname="postgres")


@contextmanager
def opened(where: str) -> Iterator[Cursor]:
    """Give a cursor that commits by itself; raises ClusterError where nobody answers."""
    try:
        connection = psycopg2.connect(where, connect_timeout=ANSWERS_S)
    except psycopg2.OperationalError as error:
        raise ClusterError(f"数据库没有应答 / the database does not answer: {error}") from error
    with closing(connection):
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def copy(source: str, data: Path, bin_: Path, account: Account, name: str = NAME) -> None:
    """Copy a running primary into a new data folder that will follow it under a slot.

    source -- how libpq reaches the primary as a role that may replicate
    Raises ClusterError, with what pg_basebackup says.
    """
    if data.exists() and any(data.iterdir()):
        raise ClusterError(f"{data} 不是空的 / is not empty")
    _make_slot(source, name)
    try:
        account.run(
            (str(bin_ / "pg_basebackup"), "-d", make_dsn(source, application_name=name),
             "-D", str(data), "-R", "-S", name, "-X", "stream", "-c", "fast"),
            cwd=Path("/"),
        )  # fmt: skip
    except ClusterError:
        _drop_slot(source, name)
        raise


def _make_slot(source: str, name: str) -> None:
    """Make the slot anew; raises ClusterError while a standby of that name follows."""
    with opened(source) as cursor:
        cursor.execute("SELECT active FROM pg_replication_slots WHERE slot_name = %s", (name,))
        found = cursor.fetchone()
        if found == (True,):
            raise ClusterError(
                f"备机 {name} 已经在跟随：另取 --name / a standby of that name follows already"
            )
        if found is not None:
            cursor.execute("SELECT pg_drop_replication_slot(%s)", (name,))
        cursor.execute("SELECT pg_create_physical_replication_slot(%s, true)", (name,))


def _drop_slot(source: str, name: str) -> None:
    with opened(source) as cursor:
        cursor.execute("SELECT pg_drop_replication_slot(%s)", (name,))


def wait_for(primary: str, name: str, *, within_s: float = 60) -> None:
    """Return when a standby follows its primary; raises ClusterError when time is up."""
    until = time.monotonic() + within_s
    with opened(primary) as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT 1 FROM pg_stat_replication WHERE application_name = %s "
                           "AND state = 'streaming'", (name,))  # fmt: skip
            if cursor.fetchone():
                return
            time.sleep(0.1)
    raise ClusterError("备机没有跟上，见它的日志 / the standby does not follow: see its log")


def require(primary: str, names: str) -> None:
    """Let commits of a primary wait for a standby; "" lets them wait for nobody."""
    with opened(primary) as cursor:
        _require(cursor, names)


def _require(cursor: Cursor, names: str) -> None:
    cursor.execute(
        sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(sql.Literal(names))
    )
    cursor.execute("SELECT pg_reload_conf()")


def status(where: str) -> Status:
    """Return how a server stands."""
    with opened(where) as cursor:
        primary = not _value(cursor, "SELECT pg_is_in_recovery()")
        names = str(_value(cursor, "SHOW synchronous_standby_names"))
        if primary:
            cursor.execute(FOLLOWERS)
            return Status(True, names, tuple(Follower(*row) for row in cursor.fetchall()), None)
        cursor.execute(FOLLOWS)
        row = cursor.fetchone() or (None, None, None, None)
        return Status(False, names, (), Following(*row))


def primary_answers(standby: str) -> bool:
    """Tell whether the primary that a standby follows can still be reached from here."""
    with opened(standby) as cursor:
        source = str(_value(cursor, "SHOW primary_conninfo"))
    try:
        connection = psycopg2.connect(make_dsn(source, dbname="postgres"),
                                      connect_timeout=ANSWERS_S)  # fmt: skip
    except psycopg2.OperationalError:
        return False
    connection.close()
    return True


def promote(where: str, *, within_s: int = 60) -> None:
    """Make a standby the primary, which waits for no standby of its own.

    Its checkpoint comes at once: without it pg_rewind finds nothing to do on the old primary.
    Raises ClusterError where it is no standby.
    """
    with opened(where) as cursor:
        if not _value(cursor, "SELECT pg_is_in_recovery()"):
            raise ClusterError("这不是备机，已经可写 / this is no standby: it takes writes already")
        if not _value(cursor, "SELECT pg_promote(true, %s)", within_s):
            raise ClusterError("没有升为主机，见日志 / it was not promoted: see its log")
        _require(cursor, "")
        cursor.execute("CHECKPOINT")


def _value(cursor: Cursor, statement: str, *said: Any) -> Any:
    cursor.execute(statement, said)
    row = cursor.fetchone()
    return row[0] if row else None
