"""Bring a cluster back from a backup: its data, then the log up to a target, then promotion."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Final, cast

import psycopg2

from enforcement.backup import archiving, feeding, manifest
from enforcement.backup.manifest import CLUSTER, Manifest
from enforcement.backup.places import Place
from enforcement.backup.sealing import BackupError, Key, inflated, read_sealed
from enforcement.i18n import _
from enforcement.postgres.account import ClusterError
from enforcement.postgres.server import Server
from enforcement.postgres.setup import superuser

LONGEST_S: Final = 7 * 24 * 3600
LOOK_S: Final = 0.1
SHORT: Final = "recovery ended before configured recovery target was reached"
RECOVERY: Final = {
    "restore_command": f'../{feeding.SCRIPT_NAME} "%f" "%p"',
    "recovery_target_action": "promote",
    "recovery_target_timeline": "latest",
    "hot_standby": "off",
}
"""Without hot standby nobody is let in before it is promoted."""


@dataclass(frozen=True)
class Target:
    """Up to where: a moment, or a backup's own restore point; all that was archived without."""

    at: datetime | None = None
    point: str | None = None

    def settings(self) -> dict[str, str]:
        """Return what PostgreSQL calls it."""
        if self.point is not None:
            return {"recovery_target_name": self.point}
        if self.at is not None:
            return {"recovery_target_time": self.at.astimezone(UTC).isoformat(" ")}
        return {}


def part(place: Place, key: Key, made: Manifest, part: str) -> Iterator[bytes]:
    """Yield a part of a backup as it was; raises ChangedError, WrongKeyError."""
    name = manifest.sealed_name(made.name, part)
    return inflated(read_sealed(place.base / name, key, name))


def unpack(server: Server, place: Place, key: Key, made: Manifest) -> None:
    """Unpack the data of a backup as the account that will run the server."""
    server.make_folder()
    account, folder = server.account(), server.folder.resolve()
    account.run(("mkdir", "-m", "700", str(server.data)), cwd=folder)
    with tempfile.TemporaryFile() as told:
        words = ("tar", "-x", "-f", "-", "-C", str(server.data))
        with account.opened(words, stdin=subprocess.PIPE, stderr=told) as tar:
            _pour(part(place, key, made, CLUSTER), tar)
        if tar.returncode:
            told.seek(0)
            raise BackupError(f"tar: {told.read().decode(errors='replace').strip()}")
    account.run((str(server.binaries() / "pg_verifybackup"), "-n", "-q", str(server.data)),
                cwd=folder)  # fmt: skip


def _pour(pieces: Iterable[bytes], tar: subprocess.Popen[bytes]) -> None:
    into = cast("IO[bytes]", tar.stdin)
    try:
        for piece in pieces:
            into.write(piece)
        into.close()
    except BrokenPipeError:
        pass  # it ended first, and says why
    except BaseException:
        tar.kill()
        raise


def recover(server: Server, place: Place, key: Key, made: Manifest, target: Target) -> int:
    """Start it, replay the log up to the target, promote; return the segments that were read."""
    folder, account = server.folder.resolve(), server.account()
    said = RECOVERY | target.settings()
    with (server.data / "postgresql.auto.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in said.items())
    account.run(("touch", "recovery.signal"), cwd=server.data)
    with feeding.feeding(place, key, folder, account) as feeder:
        try:
            server.start(wait_s=LONGEST_S, again=())
            _await_promotion(server)
        except ClusterError as error:
            raise feeder.bad or _why(server, place, made, error) from error
    with superuser(server, "postgres") as cursor:
        for name in said:
            cursor.execute(f"ALTER SYSTEM RESET {name}")
    shutil.rmtree(folder / feeding.FOLDER)
    (folder / feeding.SCRIPT_NAME).unlink()
    return feeder.given


def _await_promotion(server: Server) -> None:
    """Wait until the server lets people in; raises ClusterError when it ends before that."""
    while True:
        try:
            with superuser(server, "postgres"):
                return
        except psycopg2.OperationalError as error:
            if not server.is_running():
                raise ClusterError("\n".join(server.log_lines()[-5:])) from error
            time.sleep(LOOK_S)


def _why(server: Server, place: Place, made: Manifest, error: ClusterError) -> BackupError:
    """Return why recovery ended early: a hole in the log, or a moment after its end."""
    lines = [line for line in server.log_lines() if "FATAL" in line or "PANIC" in line]
    if not any(SHORT in line for line in lines):
        return BackupError("\n".join(lines[-3:]) or str(error))
    gap = archiving.first_gap(place, made.first_segment, made.moment.segment)
    if gap is not None:
        return holed(gap)
    return BackupError(
        _("归档的日志没有到这个时刻：不写 --to 就恢复到最后归档的时刻，或者写早一点的时刻。")
    )


def holed(gap: str) -> BackupError:
    """Return the error of a log that lacks a segment."""
    return BackupError(
        _("归档里缺少日志段“%(name)s”：只能恢复到它以前的时刻（--to）。", name=gap), name=gap
    )
