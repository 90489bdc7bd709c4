"""Calls: certificates by their last day, what needs attention, and the acts upon one."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.people import acts, alarms, history, schemas, telling
from enforcement.people import certificate_queries as certificates
from enforcement.people.api_blueprint import blp
from enforcement.people.cursors import read_ending, write_ending
from enforcement.people.models import CertificateEntry
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor


@blp.route("/people/certificates")
@requires(Permission.PEOPLE_READ)
@blp.arguments(schemas.CertificatesQuery, location="query")
def list_certificates(query: dict[str, Any]) -> dict[str, Any]:
    """List certificates by their last day, with how pressing each is."""
    with transaction() as session:
        today = clock.today(session)
        rows = alarms.list_page(
            session, current_actor().county_code, today, only=query["which"],
            after=read_ending(query["after"]), limit=query["limit"],
        )  # fmt: skip
    more = write_ending(rows[-1].certificate) if len(rows) == query["limit"] else None
    return {"certificates": [telling.alarm_told(row, today) for row in rows], "next": more}


@blp.route("/people/<uuid:person_id>/certificates", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.CertificateNew)
def issue_certificate(body: dict[str, Any], person_id: Any) -> tuple[dict[str, Any], int]:
    """Enter a certificate that a person was given."""
    with transaction() as session:
        made = acts.issue_certificate(session, current_actor(), person_id, body)
        return certificate_in_full(session, made), 201


def certificate_in_full(session: Session, certificate_id: uuid.UUID) -> dict[str, Any]:
    """Return a certificate with its holder, organ and history."""
    county_code, today = current_actor().county_code, clock.today(session)
    row = certificates.get(session, county_code, certificate_id)
    entries = history.of(session, CertificateEntry, county_code, certificate_id)
    state = certificates.state_of(row.Certificate, today, list(reversed(entries)))
    return telling.certificate_told(row.Certificate, today, str(state)) | {
        "person": row.Person.name,
        "organ": row.Unit.name,
        "history": [telling.entry_told(one) for one in entries],
    }


@blp.route("/people/certificates/<uuid:certificate_id>")
@requires(Permission.PEOPLE_READ)
def get_certificate(certificate_id: Any) -> dict[str, Any]:
    """One certificate with its history."""
    with transaction() as session:
        return certificate_in_full(session, certificate_id)


@blp.route("/people/certificates/<uuid:certificate_id>/renew", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.CertificateRenew)
def renew_certificate(body: dict[str, Any], certificate_id: Any) -> dict[str, Any]:
    """Let a certificate last longer."""
    with transaction() as session:
        acts.renew_certificate(session, current_actor(), certificate_id, body)
        return certificate_in_full(session, certificate_id)


@blp.route("/people/certificates/<uuid:certificate_id>/<string:act>", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.CertificateStatusBody)
def change_certificate(body: dict[str, Any], certificate_id: Any, act: str) -> dict[str, Any]:
    """Suspend, restore or revoke a certificate from a day on."""
    if act not in acts.STATUS_OF:
        raise NotFoundError(_("没有这种操作。"))
    with transaction() as session:
        acts.set_status(session, current_actor(), certificate_id, act, body)
        return certificate_in_full(session, certificate_id)
