"""Units, people, certificates and their histories as the API and commands tell them.

Numbers that identify a person are masked in every one of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from enforcement import crypto, masking
from enforcement.api import plain_row
from enforcement.people.alarms import Listed as ListedCertificate
from enforcement.people.certificate_queries import state_of
from enforcement.people.merging import Plan
from enforcement.people.models import Certificate, CertificateEntry, Person, Post, Unit
from enforcement.people.person_queries import Listed
from enforcement.people.unit_queries import Node

Told = dict[str, Any]


def unit_told(unit: Unit) -> Told:
    """Return a unit."""
    return plain_row(
        unit, "id", "code", "name", "kind", "home_code", "uscc", "valid_from", "valid_to",
        "closed_reason", "closed_by_decree", "version",
    ) | {
        "parent_id": str(unit.parent_id) if unit.parent_id else None,
        "merged_into_id": str(unit.merged_into_id) if unit.merged_into_id else None,
    }  # fmt: skip


def nodes_told(nodes: Iterable[Node]) -> list[Told]:
    """Return a tree as one list, what is below after its parent, with figures of the day."""
    found = []
    for node in nodes:
        found.append(
            {
                "id": str(node.unit.id), "code": node.unit.code, "name": node.name,
                "kind": node.unit.kind, "open": node.open, "people": node.people,
                "certified": node.certified, "all_people": node.all_people,
                "all_certified": node.all_certified,
            }
        )  # fmt: skip
        found += nodes_told(node.below)
    return found


def plan_told(plan: Plan) -> Told:
    """Return what a merger would do."""
    return {
        "unit": plan.unit.code, "target": plan.target.code, "on": plan.on.isoformat(),
        "digest": plan.digest,
        "units": [
            {
                "code": one.unit.code, "name": one.unit.name,
                "into": one.into.code if one.into else None,
            }
            for one in plan.goes
        ],
        "people": [
            {"post_id": str(post.id), "name": name, "role": post.role} for post, name in plan.posts
        ],
        "duties": [
            {"area_code": duty.area_code, "area_name": duty.area_name, "category": duty.category}
            for duty in plan.duties
        ],
    }  # fmt: skip


def person_told(person: Person) -> Told:
    """Return a person, numbers masked."""
    return plain_row(person, "id", "name", "employment", "legal_number", "legal_on", "version") | {
        "id_number": masking.id_number(crypto.unseal(person.id_number_encrypted)) or None,
        "phone": masking.phone(crypto.unseal(person.phone_encrypted)) or None,
    }


def post_told(post: Post, unit: Unit) -> Told:
    """Return a post with its unit."""
    return plain_row(post, "id", "role", "village_code", "valid_from", "valid_to") | {
        "unit": unit.code, "unit_name": unit.name,
    }  # fmt: skip


def certificate_told(row: Certificate, on: date, state: str | None = None) -> Told:
    """Return a certificate with its state on a day."""
    return plain_row(
        row, "id", "number", "field", "area", "area_code", "valid_from", "valid_to", "status",
        "status_on", "status_reason", "version",
    ) | {"person_id": str(row.person_id), "state": state or str(state_of(row, on))}  # fmt: skip


def listed_told(row: Listed, on: date) -> Told:
    """Return a person of a list with posts and certificates."""
    return person_told(row.person) | {
        "posts": [post_told(post, unit) for post, unit in row.posts],
        "certificates": [certificate_told(one, on) for one in row.certificates],
    }


def alarm_told(row: ListedCertificate, on: date) -> Told:
    """Return a certificate of a list with its holder and how pressing it is."""
    return certificate_told(row.certificate, on, str(row.state)) | {
        "person": row.person.name,
        "unit": row.unit.code if row.unit else None,
        "unit_name": row.unit.name if row.unit else None,
        "organ": row.organ.name,
        "level": str(row.level) if row.level else None,
        "days_left": (row.certificate.valid_to - on).days,
    }


def entry_told(entry: Any) -> Told:
    """Return an entry of a history."""
    found = plain_row(entry, "event", "on_day", "by_name", "at", "detail")
    if isinstance(entry, CertificateEntry):
        found |= plain_row(entry, "status", "valid_to")
    return found
