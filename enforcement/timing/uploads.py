"""The file of a notice is kept between the look at it and the import, under its hash."""

from __future__ import annotations

from sqlalchemy.orm import Session

from enforcement import files, permissions
from enforcement.actor import Actor
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
    return files.uploaded(session, actor, sha256)
