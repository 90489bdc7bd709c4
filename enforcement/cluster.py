"""The private PostgreSQL + PostGIS cluster below var/: made, started and stopped on demand.

var/pg        data, socket and log; 0700, owned by whoever runs the server
var/*.lock    advisory locks: `starting` is held while the cluster is made, started or stopped,
              `using` is shared by all that need it, and the last of them stops it
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

from enforcement.config import Config
from enforcement.postgres.account import ClusterError
from enforcement.postgres.server import PORT, Server
from enforcement.postgres.setup import APP_ROLE, DATABASE, ROLE, TEMPLATE, ensure_databases

__all__ = [
    "APP_ROLE", "DATABASE", "ROLE", "TEMPLATE", "ClusterError", "is_private", "owner_url",
    "running", "server", "url",
]  # fmt: skip

SOCKET_PATH_MAX = 107 - len("/.s.PGSQL.5432.lock")  # bytes; the kernel's sun_path


def url(var: Path, database: str = DATABASE, *, role: str = APP_ROLE) -> str:
    """Return the SQLAlchemy URL of a database of the private cluster; makes nothing.

    It is the application's: its role owns nothing.
    """
    host = quote(str(socket_dir(var)))
    return f"postgresql+psycopg2://{role}@/{database}?host={host}&port={PORT}"


def owner_url(var: Path, database: str = DATABASE) -> str:
    """Return the URL of the same database for the owner of its tables.

    That role may create databases from `TEMPLATE`, which has all extensions.
    """
    return url(var, database, role=ROLE)


def socket_dir(var: Path) -> Path:
    """Return the folder of the unix socket: var/pg, or a short one where that path is too long."""
    pg = var / "pg"
    if len(str(pg).encode()) <= SOCKET_PATH_MAX:
        return pg
    return Path("/tmp") / f"enforcement-{_digest(var)}"  # noqa: S108 -- 0700, owner is checked


def is_private(config: Config) -> bool:
    """Say whether the settings point to the private cluster rather than to somebody's database."""
    return config.database_url in (url(config.var), owner_url(config.var))


def server(var: Path) -> Server:
    """Return the server of `var`, running or not; makes nothing."""
    return Server(folder=var / "pg", socket_dir=socket_dir(var), digest=_digest(var))


@contextmanager
def running(config: Config) -> Iterator[None]:
    """Keep the private cluster up: made when absent, started when down, stopped by the last user.

    A cluster that somebody started by hand is left running. Does nothing where another database
    is configured. Raises ClusterError, whose message says what to do.
    """
    if not is_private(config):
        yield
        return
    with _lock(config.var, "using") as using:
        with _lock(config.var, "starting") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(using, fcntl.LOCK_SH)
            _up(config.var)
        try:
            yield
        finally:
            _leave(config.var, using)


def _up(var: Path) -> None:
    it, mark = server(var), var / "pg.started"
    if not it.is_running():
        it.create()
        _start(it)
        mark.unlink(missing_ok=True)  # perhaps another account's
        mark.write_text(it.identity())
    ensure_databases(it)


def _start(it: Server) -> None:
    try:
        it.start()
    except BaseException:  # a signal between its start and our mark: nobody else would stop it
        if it.is_running():
            it.stop()
        raise


def _leave(var: Path, using: IO[str]) -> None:
    """Stop the server when nobody else uses it and it is the one that `running` started."""
    with _lock(var, "starting") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        try:
            fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        it, mark = server(var), var / "pg.started"
        if mark.exists() and it.is_running() and mark.read_text() == it.identity():
            it.stop()
            mark.unlink()


@contextmanager
def _lock(var: Path, name: str) -> Iterator[IO[str]]:
    try:
        var.mkdir(parents=True, exist_ok=True)
        file = (var / f"{name}.lock").open("a")
    except PermissionError as error:
        raise ClusterError(
            f"{error.filename} 属于别的用户：请用同一用户运行，或用 ENFORCEMENT_VAR 另指文件夹。"
            f" / belongs to another user: run as that user, or set ENFORCEMENT_VAR."
        ) from error
    with file:
        yield file


def _digest(var: Path) -> str:
    return hashlib.sha256(str(var).encode()).hexdigest()[:12]
