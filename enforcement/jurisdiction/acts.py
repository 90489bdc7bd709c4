"""The same acts as in services, for a signed-in person: permission, county, audit."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, files, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.files import StoredFile
from enforcement.i18n import _
from enforcement.jurisdiction import divisions_file, queries, services
from enforcement.jurisdiction.findings import Findings
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.results import ImportResult
from enforcement.jurisdiction.routing import Routing
from enforcement.jurisdiction.terms import Level
from enforcement.permissions import Permission
from gis.readers import ReadOptions


def import_divisions(
    session: Session, actor: Actor, data: bytes, name: str, *, skip_rejected: bool = False
) -> ImportResult:
    """Import divisions of the actor's own county."""
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    if divisions_file.county_in(data) != actor.county_code:
        raise NotPermittedError(_("文件不是本县的区划。"))
    result = services.import_divisions(session, data, name, skip_rejected, by=actor.username)
    return _logged(session, actor, "import:divisions", name, result)


def import_boundaries(
    session: Session,
    actor: Actor,
    data: bytes,
    name: str,
    *,
    level: str = Level.VILLAGE,
    skip_rejected: bool = False,
    activate: bool = False,
    valid_from: date | None = None,
    decree: str | None = None,
    reading: ReadOptions = ReadOptions(),  # noqa: B008 -- frozen
    mapping: Mapping[str, str] | None = None,
) -> ImportResult:
    """Import boundaries of the actor's own county; see `importing.import_boundaries`."""
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    result = services.import_boundaries(
        session,
        data,
        name,
        level=Level(level),
        skip_rejected=skip_rejected,
        activate=activate,
        valid_from=valid_from,
        decree=decree,
        reading=reading,
        mapping=mapping,
        by=actor.username,
    )
    if result.edition_id is not None and result.county_code != actor.county_code:
        raise NotPermittedError(_("文件不是本县的界线。"))
    return _logged(session, actor, "import:boundaries", name, result)


def _logged(
    session: Session, actor: Actor, act: str, name: str, result: ImportResult
) -> ImportResult:
    if result.edition_id is not None:
        audit.record(
            session,
            actor.county_code,
            act,
            "edition",
            str(result.edition_id),
            actor=actor,
            name=name,
            accepted=result.accepted,
        )
    return result


def activate(
    session: Session,
    actor: Actor,
    edition_id: uuid.UUID,
    *,
    from_day: date | None = None,
    accept_problems: bool = False,
) -> Edition:
    """Put a draft edition of the actor's county in force from a day, by default today.

    accept_problems -- the actor has looked at what the check found
    """
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    edition = services.activate(
        session,
        actor.county_code,
        edition_id,
        from_day or clock.today(session),
        accept_problems=accept_problems,
        by=actor.username,
    )
    audit.record(
        session,
        actor.county_code,
        "edition:activate",
        "edition",
        str(edition_id),
        actor=actor,
        accepted_problems=edition.findings["problems"],
    )
    return edition


def check_edition(
    session: Session, actor: Actor, edition_id: uuid.UUID
) -> tuple[Edition, Findings]:
    """Return an edition of the actor's county and what is wrong with it; nothing is altered."""
    permissions.check(actor, Permission.JURISDICTION_READ)
    edition = queries.get_boundaries(session, actor.county_code, edition_id)
    return edition, services.check_edition(session, edition)


def keep_upload(session: Session, actor: Actor, data: bytes, name: str) -> str:
    """Keep a file of boundaries until its fields are chosen; return its SHA-256 in hex."""
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    kept = files.store(
        session,
        actor.county_code,
        data,
        name=name,
        media_type="application/octet-stream",
        actor=actor,
    )
    return kept.sha256.hex()


def kept_upload(session: Session, actor: Actor, sha256: str) -> tuple[bytes, str]:
    """Return bytes and name of a file the county keeps; raises InvalidInputError without it."""
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    digest = bytes.fromhex(sha256) if re.fullmatch("[0-9a-f]{64}", sha256) else b""
    row = session.scalar(
        select(StoredFile).where(
            StoredFile.county_code == actor.county_code, StoredFile.sha256 == digest
        )
    )
    if row is None:
        raise InvalidInputError("file", _("没有找到上传的文件，请重新上传。"))
    return files.read(actor.county_code, digest), row.name


def located(found: Routing) -> dict[str, Any]:
    """Return a routing as commands and API print it: codes, and names beside them."""
    return {
        "county": found.county_code,
        "county_name": found.county_name,
        "township": found.township_code,
        "township_name": found.township_name,
        "village": found.village_code,
        "village_name": found.village_name,
        "squad": found.unit_code,
        "squad_name": found.unit_name,
        "brigade": found.brigade_code,
        "brigade_name": found.brigade_name,
        "edition": str(found.edition_id),
        "border_m": round(found.border_m, 1),
        "rule": found.rule,
        "confirm": found.confirm,
        "schematic": found.schematic,
    }
