"""Content-addressed store: a file is found by the SHA-256 of its bytes, and never changed."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from flask import Response, current_app
from PIL import Image, UnidentifiedImageError
from sqlalchemy import LargeBinary, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from enforcement import exif
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.db import Base, CountyRow
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.stores import Store, store_of

IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MAX_PIXELS = 80_000_000
MOST_SOUND_BYTES = 6 * 1024 * 1024
SOUNDS: dict[str, Callable[[bytes], bool]] = {
    "audio/webm": lambda head: head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head,
    "audio/mp4": lambda head: (
        head[4:8] == b"ftyp"
        and head[8:12] in {b"M4A ", b"isom", b"iso5", b"iso6", b"mp41", b"mp42", b"dash"}
    ),
    "audio/ogg": lambda head: head.startswith(b"OggS") and b"OpusHead" in head,
}
"""What browsers record, by its first bytes (WebM, MP4, Ogg with Opus)."""


class StoredFile(CountyRow, Base):
    """What is known of a file: name, type, size, hash, who brought it and when.

    exif_taken_at, exif_lon, exif_lat -- what a photo says of itself (degrees, WGS 84)
    """

    __tablename__ = "stored_file"
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    stored_by: Mapped[uuid.UUID | None]
    stored_at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    exif_taken_at: Mapped[datetime | None]
    exif_lon: Mapped[float | None]
    exif_lat: Mapped[float | None]
    __table_args__ = (UniqueConstraint("county_code", "sha256"),)


def digest(data: bytes) -> bytes:
    """Return the SHA-256 by which a file is kept."""
    return hashlib.sha256(data).digest()


def check_image(data: bytes, field: str) -> str:
    """Return the media type of a photo; raises InvalidInputError where it is none."""
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise InvalidInputError(field, _("照片尺寸过大。"))
            image.verify()
            media_type = IMAGE_TYPES.get(image.format or "")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        media_type = None
    if media_type is None:
        raise InvalidInputError(
            field, _("文件不是可以打开的照片（支持JPEG、PNG、WebP），请重新拍照。")
        )
    return media_type


def check_sound(data: bytes, field: str) -> str:
    """Return the media type of a voice note by its first bytes; raises InvalidInputError."""
    media_type = next((kind for kind, fits in SOUNDS.items() if fits(data[:64])), None)
    if media_type is None:
        raise InvalidInputError(field, _("文件不是可以播放的录音（支持WebM、MP4、Ogg）。"))
    if len(data) > MOST_SOUND_BYTES:
        raise InvalidInputError(field, _("录音太长，最多60秒。"))
    return media_type


def check_media(data: bytes, field: str) -> str:
    """Return the media type of a photo or a voice note; raises InvalidInputError for others."""
    if any(fits(data[:64]) for fits in SOUNDS.values()):
        return check_sound(data, field)
    return check_image(data, field)


def store(
    session: Session,
    county_code: str,
    data: bytes,
    *,
    name: str,
    media_type: str,
    actor: Actor | None = None,
    by: uuid.UUID | None = None,
) -> StoredFile:
    """Keep bytes for good: in the store first, then the row; the same bytes are kept once.

    by -- account of who brought them, where no actor is at hand
    Raises StoreUnavailableError where the store did not say that it has them.
    """
    sha256 = digest(data)
    said = exif.read(data) if media_type in IMAGE_TYPES.values() else exif.Exif()
    _store().write(key_of(county_code, sha256), data)
    session.execute(
        insert(StoredFile)
        .values(
            county_code=county_code,
            id=uuid7(),
            sha256=sha256,
            name=name,
            media_type=media_type,
            size_bytes=len(data),
            stored_by=actor.account_id if actor else by,
            exif_taken_at=said.taken_at,
            exif_lon=said.lon,
            exif_lat=said.lat,
        )
        .on_conflict_do_nothing()
    )
    return session.query(StoredFile).filter_by(county_code=county_code, sha256=sha256).one()


def read(county_code: str, sha256: bytes) -> bytes:
    """Return the bytes, checked against their hash; raises OSError where they are not these."""
    data = _store().read(key_of(county_code, sha256))
    if digest(data) != sha256:
        raise OSError(f"stored file {sha256.hex()} has changed where it is kept")
    return data


def key_of(county_code: str, sha256: bytes) -> str:
    """Return under which key of the store a file of that hash lies."""
    text = sha256.hex()
    return f"{county_code}/{text[:2]}/{text[2:]}"


def _store() -> Store:
    config: Config = current_app.extensions["enforcement.config"]
    return store_of(config.files_dir, config.files_url, config.files_key, config.files_secret)


def uploaded(session: Session, actor: Actor, sha256: str) -> tuple[bytes, str]:
    """Return bytes and name of a file that the actor brought; raises InvalidInputError without it.

    sha256 -- in hex, as a page carries it between the look at a file and the act upon it
    """
    asked = bytes.fromhex(sha256) if re.fullmatch("[0-9a-f]{64}", sha256) else b""
    row = session.scalar(
        select(StoredFile).where(
            StoredFile.county_code == actor.county_code,
            StoredFile.sha256 == asked,
            StoredFile.stored_by == actor.account_id,
        )
    )
    if row is None:
        raise InvalidInputError("file", _("没有找到上传的文件，请重新上传。"))
    return read(actor.county_code, asked), row.name


def as_pdf(county_code: str, sha256: bytes, name: str) -> Response:
    """Return a kept paper as an answer that a browser shows and keeps nowhere."""
    answer = Response(read(county_code, sha256), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
