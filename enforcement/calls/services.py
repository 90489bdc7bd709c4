"""Acts at the telephone: take a caller's report, and look up what he reported before."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from enforcement import audit, permissions
from enforcement.actor import Actor
from enforcement.calls import queries
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident import intake, outside
from enforcement.incident.intake import Report, Sender, Taken
from enforcement.incident.models import Incident
from enforcement.law.terms import IncidentSource
from enforcement.permissions import Permission


def take(session: Session, actor: Actor, what: Report, *, key: str | None = None) -> Taken:
    """Take the report of somebody on the telephone; the same key gives the same incident.

    Raises NotPermittedError, InvalidInputError.
    """
    permissions.check(actor, Permission.INCIDENT_DISPATCH)
    said = replace(
        what,
        source=IncidentSource.DESK,
        description=outside.words(what.description, "description", 2000, required=True) or "",
        place=outside.words(what.place, "place", 200),
        reporter_name=outside.words(what.reporter_name, "reporter_name", 60),
        reporter_phone=outside.phone(what.reporter_phone, "reporter_phone"),
        village_code=what.village_code if what.lon is None else None,
    )
    return intake.take(session, Sender.of(actor), said, key=key)


def caller(session: Session, actor: Actor, number: str | None) -> list[Incident]:
    """Return what was reported from a number before, of what the actor sees; it is audited.

    Raises NotPermittedError, InvalidInputError ("reporter_phone").
    """
    permissions.check(actor, Permission.INCIDENT_DISPATCH)
    phone = outside.phone(number, "reporter_phone")
    if phone is None:
        raise InvalidInputError("reporter_phone", _("请先填写来电号码。"))
    found = queries.history(session, actor, phone)
    audit.record(
        session, actor.county_code, "incident:caller", "telephone", "", actor=actor,
        found=len(found),
    )  # fmt: skip
    return found
