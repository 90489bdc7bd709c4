"""Files to import, kept encrypted between looking at them and carrying them out."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from enforcement import clock, crypto, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import importing
from enforcement.people.models import ImportUpload
from enforcement.permissions import Permission
from enforcement.sheets.plans import Preview

KIND: Final = "incidents"


def keep(session: Session, actor: Actor, data: bytes, name: str) -> uuid.UUID:
    """Keep a file, encrypted, until it is imported; the actor's earlier ones go."""
    permissions.check(actor, Permission.INCIDENT_DISPATCH)
    _forget(session, actor)
    row = ImportUpload(
        county_code=actor.county_code, id=uuid7(), account_id=actor.account_id, kind=KIND,
        name=name[:200], sealed=crypto.seal_bytes(data), at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def apply_kept(session: Session, actor: Actor, upload_id: str, digest: str) -> Preview:
    """Carry out the file that the actor has looked at, and forget it; InvalidInputError."""
    permissions.check(actor, Permission.INCIDENT_DISPATCH)
    try:
        wanted = uuid.UUID(upload_id)
    except ValueError:
        wanted = None
    row = session.get(ImportUpload, (actor.county_code, wanted)) if wanted else None
    if row is None or (row.account_id, row.kind) != (actor.account_id, KIND):
        raise InvalidInputError("file", _("没有找到上传的文件，请重新上传。"))
    done = importing.apply(session, actor, crypto.unseal_bytes(row.sealed), row.name, digest=digest)
    if done.applied:
        _forget(session, actor)
    return done


def _forget(session: Session, actor: Actor) -> None:
    session.execute(
        delete(ImportUpload).where(
            ImportUpload.county_code == actor.county_code,
            ImportUpload.account_id == actor.account_id,
            ImportUpload.kind == KIND,
        )
    )
