"""Remove what no kept backup needs: old backups, the log before them, files none of them names."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from enforcement.backup import archiving, filing, manifest
from enforcement.backup.manifest import FILES, Manifest
from enforcement.backup.places import HALF, Place
from enforcement.backup.sealing import BackupError, Key, inflated, read_sealed
from enforcement.i18n import _

LEAST: Final = 2
"""Whole backups that are kept however old they are."""
FRESH: Final = timedelta(days=2)


@dataclass(frozen=True)
class Plan:
    """What goes, and the names of the backups that stay."""

    keep: tuple[str, ...]
    backups: tuple[Path, ...]
    segments: tuple[Path, ...]
    files: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        """Return the bytes that become free."""
        inside = (path for folder in self.backups for path in folder.iterdir())
        return sum(path.stat().st_size for path in (*inside, *self.segments, *self.files))


def plan(place: Place, key: Key, now: datetime, *, keep: timedelta, least: int = LEAST) -> Plan:
    """Return what may go: backups older than `keep`, but never one of the newest `least`.

    Files younger than the oldest kept backup stay, as a moment after it may need them.
    Raises BackupError where no whole backup would be left.
    """
    have = manifest.whole(place, key)
    stay = [one for n, one in enumerate(have) if n < max(1, least) or one.at >= now - keep]
    if not stay:
        raise BackupError(_("%(path)s 里没有完整的备份，什么都不清理。", path=str(place.folder)))
    oldest = min(stay, key=lambda one: one.started_at)
    go = tuple(place.base / one.name for one in have if one not in stay)
    return Plan(
        tuple(one.name for one in stay), (*go, *_halves(place, now)),
        _segments(place, min(one.first_segment[8:] for one in stay)),
        _files(place, key, stay, oldest.started_at),
    )  # fmt: skip


def carry_out(planned: Plan) -> None:
    """Remove what the plan names: first the backups, so that none is left without its log."""
    for folder in planned.backups:
        gone = folder.with_name(f".{folder.name.strip('.')}{HALF}")
        folder.rename(gone)
        shutil.rmtree(gone)
    for path in (*planned.segments, *planned.files):
        path.unlink(missing_ok=True)


def _halves(place: Place, now: datetime) -> tuple[Path, ...]:
    """Return what unfinished backups left behind; the caller holds the lock of making."""
    found = place.base.glob(f".*{HALF}")
    return tuple(path for path in found if path.stat().st_mtime < (now - FRESH).timestamp())


def _segments(place: Place, first: str) -> tuple[Path, ...]:
    """Return the segments before the first that is needed, on whatever timeline."""
    return tuple(
        path for path in sorted(place.wal.iterdir())
        if archiving.SEGMENT.match(path.name) and path.name[8:24] < first
    )  # fmt: skip


def _files(place: Place, key: Key, stay: list[Manifest], since: datetime) -> tuple[Path, ...]:
    wanted: set[str] = set()
    for one in stay:
        name = manifest.sealed_name(one.name, FILES)
        lines = inflated(read_sealed(place.base / name, key, name))
        wanted.update(file for file, _size in filing.listed(lines))
    return tuple(
        path for path in sorted(place.files.glob("*/*/*"))
        if path.relative_to(place.files).as_posix() not in wanted
        and path.stat().st_mtime < since.timestamp()
    )  # fmt: skip
