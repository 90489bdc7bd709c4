"""Make a backup: the cluster as PostgreSQL streams it, the state beside it, the kept files."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, cast

from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- a class named in lower case

from enforcement import __version__, cluster
from enforcement.backup import archiving, counting, filing, manifest
from enforcement.backup.filing import Tally
from enforcement.backup.manifest import CLUSTER, STATE, Files, Manifest, Moment
from enforcement.backup.places import (
    HALF,
    KEY_FILE,
    Place,
    make_key,
    place_of,
    sync_folder,
    whole_file,
)  # fmt: skip
from enforcement.backup.sealing import BackupError, Key, Sealed, deflated, pieces_of, seal
from enforcement.config import Config
from enforcement.i18n import _
from enforcement.postgres.server import SUPERUSER, Server
from enforcement.postgres.setup import superuser

Say = Callable[[str], None]
SLOT: Final = "SELECT pg_create_physical_replication_slot(%s, true, true)"
"""Ends with the connection; until then no segment that the stream still needs is removed."""
HERE: Final = """
SELECT current_setting('server_version'), system_identifier::text,
  pg_walfile_name(pg_current_wal_lsn()) FROM pg_control_system()
"""


def make(config: Config, say: Say) -> Manifest:
    """Make a whole backup of the private cluster and its files; the cluster must be up.

    Raises BackupError, ClusterError, StoreUnavailableError; what was begun is then removed.
    """
    if not cluster.is_private(config):
        raise BackupError(
            _("ENFORCEMENT_DATABASE_URL 指向另设的数据库：请用 pgBackRest 备份数据库（见 README），"
              "用 enforcement backup files 备份文件。")
        )  # fmt: skip
    place, server = place_of(config), cluster.server(config.var)
    place.make()
    with place.alone("making"):
        key = _key(config, say)
        with _half(place, manifest.name_of(datetime.now(UTC))) as folder:
            made = _made(config, place, server, key, folder, say)
            manifest.write(folder, made, key)
    return made


def _key(config: Config, say: Say) -> Key:
    key, made = make_key(config)
    if made:
        path = config.var / "secrets" / KEY_FILE
        say(_("新建了备份密钥 %(path)s：请另存一份到别处，没有它什么都恢复不了。", path=str(path)))
    return key


@contextmanager
def _half(place: Place, name: str) -> Iterator[Path]:
    """Give the folder of a backup under a half name; it gets its own when all is there."""
    folder = place.base / f".{name}{HALF}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
        sync_folder(folder)
        folder.rename(place.base / name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sync_folder(place.base)


def _made(
    config: Config, place: Place, server: Server, key: Key, folder: Path, say: Say
) -> Manifest:
    name = folder.name.removeprefix(".").removesuffix(HALF)
    started_at, parts, tally = datetime.now(UTC), {}, Tally()
    with superuser(server, "postgres") as cursor:
        archiving.turn_on(server, cursor)
        version, system, first = _here(cursor, name)
        say(_("备份数据库……"))
        parts[CLUSTER] = _cluster(server, key, folder, name)
        with counting.snapshot(dsn(server), f"backup {name}") as seen:
            say(_("备份文件……"))
            lines = filing.copy(seen.files(), filing.store(config), place, key, tally)
            parts[manifest.FILES] = _part(folder, manifest.FILES, lines, key, name)
        parts[STATE] = _part(folder, STATE, [_state(config.var)], key, name)
        archiving.switch(cursor)
    archiving.wait_for(place, server, key, seen.moment.segment)
    moment: Moment = seen.moment
    files = Files(tally.count, tally.bytes, tally.copied, tally.lost)
    return Manifest(name, started_at, __version__, version, system, first, moment, files, parts)


def dsn(server: Server, database: str = cluster.DATABASE) -> dict[str, Any]:
    """Return how psycopg2 reaches a database of a private server as its superuser."""
    return {"host": str(server.socket_dir), "user": SUPERUSER, "dbname": database,
            "connect_timeout": 10}  # fmt: skip


def _here(cursor: Cursor, name: str) -> tuple[str, str, str]:
    cursor.execute(SLOT, (f"backup_{name.lower()}",))
    cursor.execute(HERE)
    version, system, segment = cursor.fetchone() or ("", "", "")
    return version, system, segment


def _part(folder: Path, part: str, pieces: Any, key: Key, name: str) -> Sealed:
    """Write a part of a backup, compressed and sealed."""
    with whole_file(folder / part) as file:
        return seal(deflated(pieces), file, key, manifest.sealed_name(name, part))


def _cluster(server: Server, key: Key, folder: Path, name: str) -> Sealed:
    """Write the cluster as one tar with the log it needs, straight from the server."""
    words = (
        str(server.binaries() / "pg_basebackup"), "-h", str(server.socket_dir), "-U", SUPERUSER,
        "-D", "-", "-F", "tar", "-X", "fetch", "-c", "fast", "-l", name, "--no-password",
    )  # fmt: skip
    with (
        tempfile.TemporaryFile() as told,
        server.account().opened(words, stdout=subprocess.PIPE, stderr=told) as process,
    ):
        tar = cast("IO[bytes]", process.stdout)
        sealed = _part(folder, CLUSTER, pieces_of(tar), key, name)
        if process.wait():
            told.seek(0)
            raise BackupError(f"pg_basebackup: {told.read().decode(errors='replace').strip()}")
    return sealed


def _state(var: Path) -> bytes:
    """Return a tar of the secrets and the templates that papers were issued with."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for name in ("secrets", "templates"):
            if (var / name).is_dir():
                tar.add(var / name, name, filter=_but_key)
    return held.getvalue()


def _but_key(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out the key of the backups: it must not lie in what it opens."""
    return None if Path(member.name).name == KEY_FILE else member
