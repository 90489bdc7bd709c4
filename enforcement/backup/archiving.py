"""The archive of the write-ahead log: PostgreSQL hands finished segments over, we seal them away.

The server runs as an account that may be unable to read the program or the backups. So its
`archive_command` is a small script beside its data that copies a segment into a spool, whole or
not at all, and refuses to overwrite one that differs; whoever runs the platform (the worker each
minute, and each backup) seals what lies there into the place of the backups.
"""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path
from typing import Final

from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- a class named in lower case

from enforcement.backup.places import Place, whole_file
from enforcement.backup.sealing import (
    BackupError,
    Key,
    deflated,
    inflated,
    pieces_of,
    read_sealed,
    seal,
)  # fmt: skip
from enforcement.i18n import _
from enforcement.postgres.server import ARCHIVE, Server
from enforcement.postgres.setup import superuser

SPOOL: Final = "wal-out"
TIMEOUT_S: Final = 60
"""A segment that anything was written to is handed over after so long at the latest."""
WAIT_S: Final = 180
SEGMENT: Final = re.compile(r"[0-9A-F]{24}")
SCRIPT: Final = """#!/bin/sh
# archive_command: $1 is the segment's path, $2 its name
to="$(dirname "$0")/wal-out/$2"
if [ -e "$to" ]; then cmp -s "$1" "$to"; exit; fi
cp "$1" "$to.part" && sync "$to.part" && ln "$to.part" "$to" && rm "$to.part" &&
    sync "$(dirname "$to")"
"""


def spool_of(server: Server) -> Path:
    """Return the folder in which segments wait."""
    return server.folder.resolve() / SPOOL


def is_on(server: Server) -> bool:
    """Tell whether segments are handed over."""
    return (server.folder / ARCHIVE).exists()


def turn_on(server: Server, cursor: Cursor) -> None:
    """Have segments handed over from now on; raises BackupError where the server cannot."""
    cursor.execute("SHOW archive_mode")
    if cursor.fetchone() != ("on",):
        raise BackupError(_("数据库是旧版本启动的，还不能归档日志：请重新启动平台，再做备份。"))
    account, spool = server.account(), spool_of(server)
    if not spool.exists():
        spool.mkdir(mode=0o700)
        account.own(spool)
    script = server.folder.resolve() / ARCHIVE
    if not script.exists() or script.read_text() != SCRIPT:
        with whole_file(script) as file:
            file.write(SCRIPT.encode())
            account.own(Path(file.name))
    cursor.execute("ALTER SYSTEM SET archive_timeout = %s", (TIMEOUT_S,))
    cursor.execute("SELECT pg_reload_conf()")


def turn_off(server: Server, cursor: Cursor) -> None:
    """Have no more segments handed over, and forget those that wait."""
    cursor.execute("ALTER SYSTEM RESET archive_timeout")
    cursor.execute("SELECT pg_reload_conf()")
    (server.folder / ARCHIVE).unlink(missing_ok=True)
    for path in waiting(server):
        path.unlink()


def waiting(server: Server) -> list[Path]:
    """Return the segments that wait to be sealed, in their order."""
    spool = spool_of(server)
    found = spool.iterdir() if spool.is_dir() else ()
    return sorted(path for path in found if not path.name.endswith(".part"))


def ship(place: Place, server: Server, key: Key, *, most: int = 10_000) -> int:
    """Seal waiting segments into the place; return how many.

    One that is there already with the same bytes is let go. Raises BackupError where they differ:
    two servers write into one place.
    """
    with place.alone("wal", wait=True):
        found = waiting(server)[:most]
        for path in found:
            _ship(place, path, key)
            path.unlink(missing_ok=True)
    return len(found)


def _ship(place: Place, path: Path, key: Key) -> None:
    target = place.segment(path.name)
    if target.exists():
        if _hash_sealed(target, key) != _hash(path):
            raise BackupError(
                _("归档里已有内容不同的日志段“%(name)s”：是不是两个数据库用了同一个备份文件夹？",
                  name=path.name), name=path.name
            )  # fmt: skip
        return
    with path.open("rb") as source, whole_file(target) as file:
        seal(deflated(pieces_of(source)), file, key, sealed_name(path.name))


def sealed_name(segment: str) -> str:
    """Return the name under which a segment is sealed."""
    return f"wal/{segment}"


def _hash(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _hash_sealed(path: Path, key: Key) -> str:
    digest = hashlib.sha256()
    for piece in inflated(read_sealed(path, key, sealed_name(path.name))):
        digest.update(piece)
    return digest.hexdigest()


def switch(cursor: Cursor) -> str:
    """End the segment that is being written, so that it is handed over; return its name.

    Where nothing was written since the last one, that one's name is returned.
    """
    cursor.execute("SELECT pg_walfile_name(pg_switch_wal())")
    [(segment,)] = cursor.fetchall()
    return str(segment)


def wait_for(place: Place, server: Server, key: Key, segment: str) -> None:
    """Seal segments until one is in the place; raises BackupError where it does not come."""
    end = time.monotonic() + WAIT_S
    while not place.segment(segment).exists():
        if not ship(place, server, key):
            if time.monotonic() > end:
                raise BackupError(
                    _("日志段“%(name)s”没有归档，请看 %(log)s。", name=segment,
                      log=str(server.folder / "log")), name=segment
                )  # fmt: skip
            time.sleep(0.05)


def first_gap(place: Place, first: str, needed: str, *, beyond: bool = True) -> str | None:
    """Return the first missing segment from one to another, of one timeline; None without a gap.

    beyond -- look also at those after `needed`, up to the last that is there
    """
    there = {path.name for path in place.wal.iterdir() if path.name.startswith(first[:8])}
    segments = [name for name in there if SEGMENT.fullmatch(name)]
    name, end = first, max([needed, *segments]) if beyond else needed
    while name <= end:
        if name not in there:
            return name
        name = following(name)
    return None


def following(segment: str) -> str:
    """Return the name of the next segment of 16 MiB on the same timeline."""
    number = int(segment[8:16], 16) * 256 + int(segment[16:], 16) + 1
    return f"{segment[:8]}{number // 256:08X}{number % 256:08X}"


def catch_up(place: Place, server: Server, key: Key) -> None:
    """Bring into the place what a server of ours has written until now, if it runs and archives."""
    if is_on(server) and server.is_running():
        with superuser(server, "postgres") as cursor:
            segment = switch(cursor)
        wait_for(place, server, key, segment)
    ship(place, server, key)
