"""Files that arrive in pieces: each piece is on disk before it is answered, and none is lost.

A phone names a file by the SHA-256 it computed; the pieces lie in a part file of its account until
all are there, and then the bytes must have that hash. Shaped after tus (https://tus.io).
"""

from __future__ import annotations

import fcntl
import logging
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    LargeBinary,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from enforcement import files
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.db import Base, CountyRow
from enforcement.errors import (
    DomainError,
    InvalidInputError,
    StaleVersionError,
    StoreUnavailableError,
)
from enforcement.i18n import _
from enforcement.ids import uuid7

log = logging.getLogger(__name__)
MAX_BYTES: Final = 40 * 1024 * 1024
LOCK: Final = "lock"


class Upload(CountyRow, Base):
    """That an account brought all bytes of a file; the file itself is kept once for the county."""

    __tablename__ = "upload"
    account_id: Mapped[uuid.UUID]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    __table_args__ = (
        UniqueConstraint("county_code", "account_id", "sha256"),
        ForeignKeyConstraint(
            ["county_code", "account_id"], ["account.county_code", "account.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
    )  # fmt: skip


def read_hash(text: str) -> bytes:
    """Return the 32 bytes that 64 hexadecimal digits name; raises InvalidInputError."""
    try:
        found = bytes.fromhex(text) if len(text) == 64 else b""
    except ValueError:
        found = b""
    if len(found) != 32:
        raise InvalidInputError("photos", _("照片的校验码应为64位十六进制数字。"))
    return found


def offset_of(session: Session, actor: Actor, sha256: bytes) -> tuple[int, bool]:
    """Return how many bytes of a file have come from this account, and whether that is all."""
    size = session.execute(
        select(files.StoredFile.size_bytes)
        .join(
            Upload,
            (Upload.county_code == files.StoredFile.county_code)
            & (Upload.sha256 == files.StoredFile.sha256),
        )
        .where(*_mine(actor), Upload.sha256 == sha256)
    ).scalar()
    if size is not None:
        return size, True
    part = _part(actor, sha256)
    return (part.stat().st_size if part.exists() else 0), False


def append(
    session: Session, actor: Actor, sha256: bytes, offset: int, data: bytes, *, total: int
) -> tuple[int, bool]:
    """Add a piece that begins at `offset` of `total` bytes; return as `offset_of` does.

    The last piece makes the file: its hash is compared, and it must be a photo
    or a voice note. Raises
    StaleVersionError, with the offset to go on from, for a piece that does not follow;
    InvalidInputError for what is too large or no such photo, and then the pieces are dropped.
    """
    if not 0 < total <= MAX_BYTES:
        raise InvalidInputError("photos", _("照片应为1字节至40 MB，请压缩后重试。"))
    with _locked(_part(actor, sha256)) as part:
        now, done = offset_of(session, actor, sha256)
        if done:
            return now, True
        if offset != now:
            raise StaleVersionError(_("照片应从第%(n)d字节继续上传。", n=now), offset=now)
        if now + len(data) > total:
            raise InvalidInputError("photos", _("收到的内容比照片长。"))
        _add(part, data)
        if now + len(data) < total:
            return now + len(data), False
        _finish(session, actor, sha256, part)
        return total, True


def drop(actor: Actor, sha256: bytes) -> None:
    """Remove the pieces of a file that is kept by now."""
    _part(actor, sha256).unlink(missing_ok=True)


def prune(county_code: str, before: datetime) -> int:
    """Remove the pieces of files that nobody added to since; return how many files those were.

    A phone that comes back with such a file is told 0 bytes, and sends it from the beginning.
    """
    gone = 0
    for part in _folder(county_code).glob("*/*"):
        if part.name == LOCK:
            continue
        with _locked(part):
            if part.exists() and part.stat().st_mtime < before.timestamp():
                part.unlink()
                gone += 1
    return gone


def require(session: Session, county_code: str, account_id: uuid.UUID | None,
            hashes: Sequence[bytes]) -> list[str]:  # fmt: skip
    """Return the media types of files; InvalidInputError unless the account brought each one."""
    if not hashes:
        return []
    query = (
        select(Upload.sha256, files.StoredFile.media_type)
        .join(
            files.StoredFile,
            (files.StoredFile.county_code == Upload.county_code)
            & (files.StoredFile.sha256 == Upload.sha256),
        )
        .where(
            Upload.county_code == county_code,
            Upload.account_id == account_id,
            Upload.sha256.in_(hashes),
        )
    )
    kinds: dict[bytes, str] = {row.sha256: row.media_type for row in session.execute(query)}
    lacking = set(hashes) - set(kinds)
    if lacking:
        raise InvalidInputError(
            "photos", _("有照片还没有上传完。"), lacking=sorted(one.hex() for one in lacking)
        )
    return [kinds[one] for one in hashes]


def _finish(session: Session, actor: Actor, sha256: bytes, part: Path) -> None:
    whole = part.read_bytes()
    try:
        if files.digest(whole) != sha256:
            raise InvalidInputError("photos", _("照片在途中损坏，请重新发送。"))
        kind = files.check_media(whole, "photos")
    except DomainError:
        part.unlink()
        raise
    files.store(
        session, actor.county_code, whole, name=sha256.hex()[:16], media_type=kind, actor=actor
    )
    session.execute(
        insert(Upload)
        .values(
            county_code=actor.county_code, id=uuid7(), account_id=actor.account_id, sha256=sha256
        )
        .on_conflict_do_nothing()
    )


def _mine(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return Upload.county_code == actor.county_code, Upload.account_id == actor.account_id


def _part(actor: Actor, sha256: bytes) -> Path:
    return _folder(actor.county_code) / str(actor.account_id) / sha256.hex()


def _folder(county_code: str) -> Path:
    config: Config = current_app.extensions["enforcement.config"]
    return config.files_dir / county_code / "parts"


@contextmanager
def _locked(part: Path) -> Iterator[Path]:
    """Let one request at a time write to a part file."""
    part.parent.mkdir(parents=True, exist_ok=True)
    with (part.parent / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield part


def _add(part: Path, data: bytes) -> None:
    """Add a piece; what a full disk took of it stays, and the phone goes on from there."""
    try:
        with part.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        log.error("a piece cannot be kept: %s", error)
        raise StoreUnavailableError(_("文件存储暂时不可用，请稍后重试。")) from error
