"""What pages, API and commands share: the question by codes, a kept file, answers as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, files, permissions
from enforcement.actor import Actor
from enforcement.api import plain_row
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType
from enforcement.people.models import Unit
from enforcement.permissions import Permission
from enforcement.power import importing, services, spreadsheet
from enforcement.power.models import PowerItem, PowerProvision


def ask(
    session: Session,
    actor: Actor,
    unit_code: str,
    act_type: ActType,
    matter_code: str,
    place_code: str,
    on: date | None = None,
    decided_on: date | None = None,
) -> Answer:
    """Answer the question for a unit of the actor's county, by default for today."""
    permissions.check(actor, Permission.POWER_READ)
    query = select(Unit).where(Unit.county_code == actor.county_code, Unit.code == unit_code)
    unit = session.scalars(query).first()
    if unit is None:
        raise InvalidInputError("unit", _("本县没有代码为该值的单位。"))
    day = on or clock.today(session)
    return services.may(
        session, actor.county_code, unit.id, act_type, matter_code, place_code, day,
        decided_on=decided_on,
    )  # fmt: skip


def keep_upload(session: Session, actor: Actor, data: bytes, name: str) -> str:
    """Keep a spreadsheet until it is applied; return its SHA-256 in hex."""
    permissions.check(actor, Permission.POWER_CHANGE)
    kept = files.store(
        session, actor.county_code, data, name=name, media_type="application/octet-stream",
        actor=actor,
    )  # fmt: skip
    return kept.sha256.hex()


def kept_upload(session: Session, actor: Actor, sha256: str) -> tuple[bytes, str]:
    """Return bytes and name of a file the actor uploaded; raises InvalidInputError without it."""
    permissions.check(actor, Permission.POWER_CHANGE)
    return files.uploaded(session, actor, sha256)


def export(session: Session, actor: Actor, suffix: str) -> bytes:
    """Return the whole list as a file, "xlsx" or "csv"."""
    permissions.check(actor, Permission.POWER_READ)
    return spreadsheet.write(importing.export_rows(session, actor.county_code), suffix)


def answer_json(found: Answer) -> dict[str, Any]:
    """Return an answer as JSON."""
    version = found.provision
    return {
        "allowed": found.allowed,
        "reason": found.reason,
        "article": found.article,
        "in_name_of": found.in_name_of,
        "seal_of": found.seal_of,
        "channel": str(found.channel) if found.channel else None,
        "item_id": str(found.item_id) if found.item_id else None,
        "provision_id": str(version.id) if version else None,
        "basis": version.basis if version else None,
        "violated": version.violated if version else None,
        "flagged": found.flagged,
        "refer_to": found.refer_to,
    }


def item_json(item: PowerItem, unit_name: str) -> dict[str, Any]:
    """Return an item as JSON."""
    return plain_row(
        item, "id", "code", "name", "act_type", "channel", "holder", "matter_code", "territory",
        "valid_from", "valid_to", "status", "status_on", "status_reason", "approval_number",
        "approval_on", "published_url", "published_on",
    ) | {"exercising_unit": unit_name}  # fmt: skip


def version_json(row: PowerProvision) -> dict[str, Any]:
    """Return a version of a provision as JSON."""
    return plain_row(
        row, "id", "violated", "basis", "person_min_yuan", "person_max_yuan",
        "organisation_min_yuan", "organisation_max_yuan", "other", "valid_from", "valid_to",
    )  # fmt: skip
