"""Acts: look at a case's file, take a volume of it as PDF, take all of it as a package."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import IO

from flask import current_app
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.config import Config
from enforcement.dossier import contents, package, volume
from enforcement.dossier.contents import Contents
from enforcement.errors import StepNotAllowedError
from enforcement.i18n import _
from enforcement.law.dossier import Volume
from enforcement.permissions import Permission


@dataclass(frozen=True)
class Dossier:
    """A case and what stands in its file."""

    case: CaseFile
    contents: Contents


def look(session: Session, actor: Actor, case_id: uuid.UUID) -> Dossier:
    """Return what stands in the file of a case; raises NotFoundError."""
    permissions.check(actor, Permission.DOCUMENT_READ)
    case = cases.get(session, actor, case_id)
    return Dossier(case, contents.read(session, case))


def take_volume(session: Session, actor: Actor, case_id: uuid.UUID, which: Volume) -> bytes:
    """Return a volume as one PDF and log who took it.

    Raises NotFoundError, StepNotAllowedError for an empty volume.
    """
    found = look(session, actor, case_id)
    pdf = _volume(session, actor, found, which)
    _log(session, actor, found.case, str(which))
    return pdf


def take_package(session: Session, actor: Actor, case_id: uuid.UUID) -> IO[bytes]:
    """Return the whole file as a ZIP in the BagIt form and log who took it; errors as before."""
    found = look(session, actor, case_id)
    volumes = {
        one: _volume(session, actor, found, one) for one in Volume if found.contents.volumes[one]
    }
    entries = cases.history(session, found.case.county_code, found.case.id)
    out = package.write(found.case, found.contents, entries, volumes, clock.now(session))
    _log(session, actor, found.case, "package")
    return out


def _volume(session: Session, actor: Actor, found: Dossier, which: Volume) -> bytes:
    if not found.contents.volumes[which]:
        raise StepNotAllowedError(_("这一卷还没有文书。"))
    config: Config = current_app.extensions["enforcement.config"]
    return volume.build(
        found.case, found.contents, which,
        by_name=actor.name, at=clock.now(session), font_dirs=config.font_dirs,
    )  # fmt: skip


def _log(session: Session, actor: Actor, case: CaseFile, what: str) -> None:
    audit.record(
        session, case.county_code, "dossier_taken", "case", str(case.id), actor=actor, what=what
    )
