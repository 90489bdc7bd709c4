"""Restore into a folder that is new: the cluster up to a moment, its files, the secrets.

Never over something: the folder must be empty, and the server that comes up in it is a second
one. It ends promoted: a timeline of its own, open for writing.
"""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from enforcement import audit, cluster
from enforcement.backup import archiving, filing, manifest, recovering
from enforcement.backup.filing import Tally
from enforcement.backup.manifest import CLUSTER, STATE, Manifest
from enforcement.backup.places import Place
from enforcement.backup.recovering import Target
from enforcement.backup.sealing import BackupError, Key
from enforcement.clock import ZONE
from enforcement.config import Config
from enforcement.i18n import _
from enforcement.jurisdiction.models import County
from enforcement.postgres.server import SUPERUSER

Say = Callable[[str], None]
SPARE: Final = 1.2


@dataclass(frozen=True)
class Restored:
    """What was brought back; segments -- of the log that were read."""

    config: Config
    files: Tally
    segments: int


def choose(place: Place, key: Key, name: str | None, at: datetime | None) -> Manifest:
    """Return the backup to begin from: the one named, else the newest that is no later than `at`.

    Raises BackupError, which names the earliest moment that can be had.
    """
    have = manifest.whole(place, key)
    for one in [manifest.named(place, key, name)] if name or at is None else have:
        if at is None or one.at <= at:
            return one
    first = f"{have[-1].at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" if have else "—"
    raise BackupError(
        _("没有这个时刻以前的完整备份；能恢复到的最早时刻是 %(first)s。", first=first)
    )


def restore(
    config: Config, place: Place, key: Key, made: Manifest, into: Path, target: Target, say: Say
) -> Restored:
    """Restore a backup into an empty folder; its server is left running.

    config -- of this installation; that of the restored one is returned
    Raises BackupError, ClusterError; what was begun is then removed.
    """
    _require_empty(into)
    _require_room(place, made, into)
    _require_log(place, made, target)
    mine = config_in(config, into)
    server = cluster.server(into)
    into.mkdir(parents=True, exist_ok=True)
    try:
        say(_("解开备份 %(name)s……", name=made.name))
        _unpack_state(place, key, made, into)
        recovering.unpack(server, place, key, made)
        say(_("重放日志……"))
        segments = recovering.recover(server, place, key, made, target)
        mine = config_in(config, into)
        say(_("恢复文件……"))
        with session_of(mine) as session:
            tally = filing.bring_back(
                session, place, key, mine.files_dir,
                lambda so_far: say(_("已恢复 %(n)d 个文件", n=so_far.count)),
            )  # fmt: skip
    except BaseException:
        server.remove()
        for path in into.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    return Restored(mine, tally, segments)


def config_in(config: Config, into: Path) -> Config:
    """Return the settings of the installation in a folder, its own secrets and files included."""
    return replace(
        config, var=into, database_url=cluster.url(into), owner_url=cluster.owner_url(into),
        files_url="",
        secret_key=_secret(into, "session.key"), field_key=_secret(into, "field.key"),
        audit_key=_secret(into, "audit.key"),
    )  # fmt: skip


def _secret(into: Path, name: str) -> str:
    path = into / "secrets" / name
    return path.read_text().strip() if path.exists() else ""


@contextmanager
def session_of(config: Config) -> Iterator[Session]:
    """Give a session on the restored database, as its superuser; commits at the end."""
    engine = create_engine(as_superuser(config), poolclass=NullPool, hide_parameters=True)
    with Session(engine) as session, session.begin():
        yield session


def as_superuser(config: Config) -> str:
    """Return the URL by which the superuser reaches the private database of settings."""
    url = make_url(config.database_url).set(username=SUPERUSER)
    return url.render_as_string(hide_password=False)


def note(config: Config, act: str, name: str, **detail: Any) -> None:
    """Write into the audit log of each county what was done to the whole installation."""
    with session_of(config) as session:
        for code in session.scalars(select(County.county_code)).all():
            audit.record(session, code, act, "backup", name, **detail)


def _require_empty(into: Path) -> None:
    if into.is_symlink() or (into.exists() and (not into.is_dir() or any(into.iterdir()))):
        raise BackupError(
            _("%(path)s 不是空文件夹：恢复只写进新的或者空的文件夹，不覆盖任何东西。",
              path=str(into)), path=str(into)
        )  # fmt: skip


def _require_room(place: Place, made: Manifest, into: Path) -> None:
    near = next(path for path in (into, *into.parents) if path.exists())
    need = int((made.parts[CLUSTER].plain_bytes * 3 + made.files.bytes) * SPARE)
    free = shutil.disk_usage(near).free
    if free < need:
        raise BackupError(
            _("%(path)s 所在磁盘只剩 %(free).1f GB，恢复约需 %(need).1f GB。", path=str(near),
              free=free / 2**30, need=need / 2**30)
        )  # fmt: skip


def _require_log(place: Place, made: Manifest, target: Target) -> None:
    """Raise BackupError where the log has a hole before the point, or anywhere where all is asked.

    Where a moment is asked for, a hole may lie behind it: recovery tells.
    """
    needed = made.moment.segment
    gap = archiving.first_gap(place, made.first_segment, needed, beyond=target.point is None)
    if gap is not None and (target.at is None or gap <= needed):
        raise recovering.holed(gap)


def _unpack_state(place: Place, key: Key, made: Manifest, into: Path) -> None:
    data = b"".join(recovering.part(place, key, made, STATE))
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        tar.extractall(into, filter="data")
    (into / "secrets").mkdir(mode=0o700, exist_ok=True)
