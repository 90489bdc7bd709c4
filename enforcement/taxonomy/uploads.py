"""A spreadsheet is kept between the look at it and the import, under its hash."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import files, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.files import StoredFile
from enforcement.i18n import _
from enforcement.permissions import Permission


def keep(session: Session, actor: Actor, data: bytes, name: str) -> str:
    """Keep a file until it is applied; return its SHA-256 in hex."""
    permissions.check(actor, Permission.SETTING_CHANGE)
    kept = files.store(
        session, actor.county_code, data, name=name, media_type="application/octet-stream",
        actor=actor,
    )  # fmt: skip
    return kept.sha256.hex()


def kept(session: Session, actor: Actor, sha256: str) -> tuple[bytes, str]:
    """Return bytes and name of a file the actor uploaded; raises InvalidInputError without it."""
    permissions.check(actor, Permission.SETTING_CHANGE)
    digest = bytes.fromhex(sha256) if re.fullmatch("[0-9a-f]{64}", sha256) else b""
    row = session.scalar(
        select(StoredFile).where(
            StoredFile.county_code == actor.county_code,
            StoredFile.sha256 == digest,
            StoredFile.stored_by == actor.account_id,
        )
    )
    if row is None:
        raise InvalidInputError("file", _("没有找到上传的文件，请重新上传。"))
    return files.read(actor.county_code, digest), row.name
