"""Databases that tests clone: the newest revision, and the demonstration county upon it.

Each is made once, by whoever needs it first, and kept until the program or this file changes or
the day ends: its name carries a digest. What the county's files need lies in a folder beside it.
The owner of the tables makes them; URLs that are returned are the application's, who owns nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url

from enforcement import cluster
from enforcement.cli import main
from enforcement.clock import ZONE
from enforcement.config import PROJECT, Config
from enforcement.people import accounts, services
from enforcement.postgres.migrations import migrate
from enforcement.postgres.server import Server

PREFIX = "enforcement_seed_"
STRONG = accounts.hasher  # as in service; what tests sign in with needs no such effort
accounts.hasher = services.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
AWAY = text("""
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = :name AND backend_type = 'client backend'
AND pg_has_role(current_user, usesysid, 'USAGE')
""")


def make_database(base: Config, name: str, template: str | None = None) -> str:
    """Create a database beside the configured one, empty or a copy; return its URL."""
    if template is None:
        template = cluster.TEMPLATE if cluster.is_private(base) else "template0"
    drop_database(base, name)
    with _admin(base) as connection:
        connection.execute(text(f"create database {name} template {template}"))
    return _url(base, name)


def drop_database(base: Config, name: str) -> None:
    """Remove a database; who is connected to it is sent away, a vacuum at work is stopped.

    `with (force)` would ask for a right over the vacuum that its owner does not have.
    """
    with _admin(base) as connection:
        connection.execute(AWAY, {"name": name})
        connection.execute(text(f"drop database if exists {name}"))


def clone_migrated(base: Config, name: str) -> str:
    """Make a database at the newest revision, without rows; return its URL."""
    return make_database(base, name, _seed(base, "migrated", _migrate))


def clone_county(base: Config, name: str, var: Path) -> str:
    """Make a database with the demonstration county, its files in `var`; return its URL."""
    made = partial(_seed, base, "migrated", _migrate)
    seed = _seed(base, "county", _load_county, upon=made)
    shutil.copytree(base.var / seed, var, dirs_exist_ok=True)
    return make_database(base, name, seed)


def hurry(server: Server) -> None:
    """Let the server leave writing to the system: no row of a test need outlive the machine."""
    file = server.data / "postgresql.auto.conf"
    said = "".join(f"{name} = off\n" for name in ("fsync", "full_page_writes"))
    if said not in file.read_text():
        with file.open("a") as conf:
            conf.write(said)
        os.kill(int(server.identity().split()[0]), signal.SIGHUP)


def owner_url(base: Config, url: str) -> str:
    """Return the URL of the same database for the owner of its tables."""
    return _url(base, make_url(url).database or "", base.owner)


def environment_of(base: Config, url: str) -> dict[str, str]:
    """Return the settings of the environment by which commands reach a database."""
    return {"ENFORCEMENT_DATABASE_URL": url, "ENFORCEMENT_OWNER_URL": owner_url(base, url)}


def _migrate(base: Config, url: str, _var: Path) -> None:
    bring_up(base, url)


def bring_up(base: Config, url: str) -> None:
    """Bring a database to the newest revision; tests may move its clock, the platform may not."""
    migrate(owner_url(base, url), base.app_role)
    engine = create_engine(owner_url(base, url))
    with engine.begin() as connection:
        connection.execute(text(f'grant update on clock_shift to "{base.app_role}"'))
    engine.dispose()


def lend(app: Flask) -> None:
    """Let an application's connections be the owner's that took on the application's role."""
    config: Config = app.extensions["enforcement.config"]
    owner = make_url(config.owner)

    def connect(_dialect: object, _record: object, _args: object, said: dict[str, Any]) -> None:
        said["user"] = owner.username
        said["options"] += f" -c role={config.app_role}"
        if owner.password:
            said["password"] = owner.password

    event.listen(app.extensions["enforcement.engine"], "do_connect", connect)


def _load_county(base: Config, url: str, var: Path) -> None:
    env = {
        **environment_of(base, url),
        "ENFORCEMENT_VAR": str(var),
        "ENFORCEMENT_FONTS": str(base.var / "fonts"),
    }
    result = CliRunner().invoke(main, ["demo", "load", "--not-walked", "--json"], env=env)
    assert result.exit_code == 0, (result.output, result.exception)
    assert json.loads(result.stdout)["loaded"], result.stdout
    bring_up(base, url)


Fill = Callable[[Config, str, Path], object]


def _seed(base: Config, kind: str, fill: Fill, upon: Callable[[], str] = lambda: "") -> str:
    """Return the name of a filled database, made now if nobody has; others wait meanwhile.

    upon -- gives the seed that it is a copy of to begin with; "" for an empty database
    """
    name = f"{PREFIX}{kind}_{_digest()}"
    template = upon() or None
    with _alone(base), _admin(base) as admin:
        if not _exists(admin, name):
            _drop_older(base, admin, kind)
            var = base.var / name
            shutil.rmtree(var, ignore_errors=True)
            shutil.copytree(base.var / "secrets", var / "secrets")
            filling = f"{PREFIX}filling_{os.getpid()}"
            fill(base, make_database(base, filling, template), var)
            admin.execute(text(f"alter database {filling} rename to {name}"))
    return name


def _drop_older(base: Config, admin: Connection, kind: str) -> None:
    like = {"like": f"{PREFIX}{kind}%"}
    sql = text("select datname from pg_database where datname like :like")
    for name in admin.scalars(sql, like).all():
        drop_database(base, name)
        shutil.rmtree(base.var / name, ignore_errors=True)


def _exists(admin: Connection, name: str) -> bool:
    sql = text("select exists (select from pg_database where datname = :name)")
    return bool(admin.scalar(sql, {"name": name}))


@cache
def _digest() -> str:
    found = hashlib.sha256(f"{datetime.now(ZONE):%Y%m%d}".encode())
    found.update(Path(__file__).read_bytes())
    for folder in ("enforcement", "gis"):
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and "static" not in path.parts and path.suffix != ".pyc":
                found.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return found.hexdigest()[:12]


@contextmanager
def _alone(base: Config) -> Iterator[None]:
    with (base.var / "seed.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _admin(base: Config) -> Iterator[Connection]:
    engine = create_engine(base.owner, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _url(base: Config, name: str, like: str | None = None) -> str:
    url = make_url(like or base.database_url)
    return url.set(database=name).render_as_string(hide_password=False)


def prepare() -> None:
    """Make the seeds before tests ask for them, while the gates take the other core."""
    base = Config.from_env()
    with cluster.running(base), tempfile.TemporaryDirectory() as var:
        if cluster.is_private(base):
            hurry(cluster.server(base.var))
        named = f"{PREFIX}ahead_{os.getpid()}"
        clone_county(base, named, Path(var))
        drop_database(base, named)


if __name__ == "__main__":
    prepare()
