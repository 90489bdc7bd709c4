"""The same acts as in services, for a signed-in person: permission, county, audit."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import NotPermittedError
from enforcement.i18n import _
from enforcement.jurisdiction import divisions_file, services
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.results import ImportResult
from enforcement.jurisdiction.routing import Routing
from enforcement.jurisdiction.terms import Level
from enforcement.permissions import Permission


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
) -> ImportResult:
    """Import boundaries of the actor's own county."""
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    result = services.import_boundaries(
        session,
        data,
        name,
        level=Level(level),
        skip_rejected=skip_rejected,
        activate=activate,
        valid_from=valid_from,
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


def activate(session: Session, actor: Actor, edition_id: uuid.UUID) -> Edition:
    """Put a draft edition of the actor's county in force from today."""
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    edition = services.activate(session, actor.county_code, edition_id, clock.today(session))
    audit.record(
        session, actor.county_code, "edition:activate", "edition", str(edition_id), actor=actor
    )
    return edition


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
