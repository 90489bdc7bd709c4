"""Where backups lie, the key that opens them, and files that are there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from enforcement.backup.sealing import BackupError, Key, WrongKeyError
from enforcement.config import Config
from enforcement.i18n import _

KEY_FILE: Final = "backup.key"
MARK_FILE: Final = "key.mark"
"""What tells the key of a place from others, so that no other one ever writes there."""
HALF: Final = ".part"


@dataclass(frozen=True)
class Place:
    """A folder of backups."""

    folder: Path

    @property
    def base(self) -> Path:
        """Folder of the base backups."""
        return self.folder / "base"

    @property
    def wal(self) -> Path:
        """Folder of the archived segments."""
        return self.folder / "wal"

    @property
    def files(self) -> Path:
        """Folder of the kept files."""
        return self.folder / "files"

    @property
    def reports(self) -> Path:
        """Folder of the drills' reports."""
        return self.folder / "reports"

    def segment(self, name: str) -> Path:
        """Return where a segment of the log lies."""
        return self.wal / name

    def make(self) -> None:
        """Make the folders, for the owner only."""
        for folder in (self.folder, self.base, self.wal, self.files, self.reports):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @contextmanager
    def alone(self, what: str, *, wait: bool = False) -> Iterator[None]:
        """Hold a lock of the place; raises BackupError where another process holds it."""
        path = self.folder / f"{what}.lock"
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise BackupError(_("另一个进程正在做备份或者清理备份，请等它结束。")) from error
            yield


def place_of(config: Config) -> Place:
    """Return the place of the settings: ENFORCEMENT_BACKUP_DIR, else var/backup."""
    return Place(config.backup_dir or config.var / "backup")


def key_path(config: Config) -> Path:
    """Return the key file of the settings: ENFORCEMENT_BACKUP_KEY, else var/secrets/backup.key."""
    return config.backup_key or config.var / "secrets" / KEY_FILE


def read_key(config: Config) -> Key:
    """Return the key that opens the backups; raises BackupError where there is none.

    Raises WrongKeyError where the place belongs to another: two keys never write into one place.
    """
    path = key_path(config)
    try:
        return _fitting(place_of(config), Key.of(path.read_text()))
    except OSError as error:
        raise BackupError(
            _("没有备份密钥 %(path)s：请把另存的密钥放到那里，或者用 ENFORCEMENT_BACKUP_KEY "
              "指明它在哪里。", path=str(path)), path=str(path)
        ) from error  # fmt: skip


def _fitting(place: Place, key: Key) -> Key:
    mark = place.folder / MARK_FILE
    if mark.exists() and mark.read_text() != key.mark.hex():
        raise WrongKeyError(
            _("备份密钥不对：%(path)s 里的备份是用另一把密钥做的。", path=str(place.folder)),
            path=str(place.folder),
        )
    return key


def find_key(config: Config) -> Key | None:
    """Return the key that opens the backups, None where there is none."""
    return read_key(config) if key_path(config).is_file() else None


def make_key(config: Config) -> tuple[Key, bool]:
    """Return the key, and whether it was made now; one that a setting names is never made."""
    path, made = key_path(config), False
    if config.backup_key is None and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole_file(path) as file:
            file.write(secrets.token_urlsafe(32).encode())
        made = True
    key, mark = read_key(config), place_of(config).folder / MARK_FILE
    if not mark.exists():
        with whole_file(mark) as file:
            file.write(key.mark.hex().encode())
    return key, made


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that gets its name when all is written and safe, and else leaves nothing.

    Readable by its owner only; a file of that name is replaced.
    """
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", suffix=HALF, delete=False
    ) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).rename(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
