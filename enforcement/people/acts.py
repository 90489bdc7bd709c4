"""What pages, API and commands share: codes to rows, each act done once for a key."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import once
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.terms import CertificateStatus, Employment, Role, UnitKind
from enforcement.people import services
from enforcement.people.models import Certificate, Person, Post, Unit
from enforcement.people.services import Facts
from enforcement.people.unit_queries import find_unit

Said = dict[str, Any]
STATUS_OF: Final = {
    "suspend": CertificateStatus.SUSPENDED,
    "restore": CertificateStatus.VALID,
    "revoke": CertificateStatus.REVOKED,
}
SECRET: Final = ("id_number", "phone")


def unit_coded(session: Session, actor: Actor, code: str | None, field: str) -> Unit:
    """Return the unit that a person names by its code; raises InvalidInputError."""
    unit = find_unit(session, actor.county_code, code or "")
    if unit is None:
        raise InvalidInputError(field, _("没有代码为%(code)s的单位。", code=code or ""))
    return unit


def _once(
    session: Session, actor: Actor, act: str, said: Said, do: Callable[[Said], uuid.UUID]
) -> uuid.UUID:
    """Do an act and return the id of its row; again with the same key returns the same id."""
    said = dict(said)
    key = said.pop("key", None) or None
    plain = {name: value for name, value in said.items() if name not in SECRET}
    earlier = once.claim(session, actor, key, act, plain)
    if earlier is not None:
        return earlier
    made = do(said)
    once.done(session, actor, key, made)
    return made


def open_unit(session: Session, actor: Actor, said: Said) -> uuid.UUID:
    """Open a unit as `fields.UNIT_OPEN` says; return its id."""

    def do(said: Said) -> uuid.UUID:
        said.pop("version", None)
        parent = unit_coded(session, actor, said.pop("parent"), "parent")
        kind = _kind(said.pop("kind"))
        return services.open_unit(session, actor, kind=kind, parent_id=parent.id, **said).id

    return _once(session, actor, "unit:open", said, do)


def _kind(text: str) -> UnitKind:
    found = next((kind for kind in UnitKind if kind == text), None)
    if found is None:
        raise InvalidInputError("kind", _("没有这种机构。"))
    return found


def merge_plan(session: Session, actor: Actor, unit_id: uuid.UUID, said: Said) -> Any:
    """Return the plan of a merger; raises InvalidInputError."""
    target = unit_coded(session, actor, said["target"], "target")
    return services.plan_merger(session, actor, unit_id, target.id, said["on"])


def merge_unit(session: Session, actor: Actor, unit_id: uuid.UUID, said: Said) -> Unit:
    """Merge a unit as `fields.UNIT_MERGE` says, by the plan of `digest` where one was seen."""
    target = unit_coded(session, actor, said["target"], "target")
    return services.merge_unit(
        session, actor, unit_id, target.id, on=said["on"], reason=said["reason"],
        decree=said.get("decree"), digest=said.get("digest") or None,
    )  # fmt: skip


def facts_of(said: Said) -> Facts:
    """Return what `fields.PERSON` says of a person."""
    employment = said.get("employment")
    return Facts(
        said["name"], Employment(employment) if employment else None, said.get("id_number"),
        said.get("phone"), said.get("legal_number"), said.get("legal_on"),
    )  # fmt: skip


def enter_person(session: Session, actor: Actor, said: Said) -> uuid.UUID:
    """Enter a person, with the first post where a unit is named; return the person's id."""

    def do(said: Said) -> uuid.UUID:
        person = services.enter_person(session, actor, facts_of(said))
        if said.get("unit"):
            for name in ("role", "valid_from"):
                if not said.get(name):
                    raise InvalidInputError(name, _("填写单位后，岗位和任职日期必填。"))
            _give(session, actor, person.id, said)
        return person.id

    return _once(session, actor, "person:enter", said, do)


def give_post(session: Session, actor: Actor, person_id: uuid.UUID, said: Said) -> uuid.UUID:
    """Give a post as `fields.POST` says; return its id."""
    what = said | {"person": str(person_id)}
    return _once(
        session, actor, "post:give", what, lambda said: _give(session, actor, person_id, said).id
    )


def _give(session: Session, actor: Actor, person_id: uuid.UUID, said: Said) -> Post:
    unit = unit_coded(session, actor, said["unit"], "unit")
    return services.give_post(
        session, actor, person_id, unit_id=unit.id, role=Role(said["role"]),
        valid_from=said["valid_from"], valid_to=said.get("valid_to"),
        village_code=said.get("village") or None,
    )  # fmt: skip


def issue_certificate(
    session: Session, actor: Actor, person_id: uuid.UUID, said: Said
) -> uuid.UUID:
    """Enter a certificate as `fields.CERTIFICATE` says; return its id."""

    def do(said: Said) -> uuid.UUID:
        organ = unit_coded(session, actor, said["organ"], "organ")
        return services.issue_certificate(
            session, actor, person_id, number=said["number"], organ_id=organ.id,
            valid_from=said["valid_from"], valid_to=said["valid_to"],
            field=said.get("field") or "", area=said.get("area") or "",
            area_code=said.get("area_code") or None,
        ).id  # fmt: skip

    return _once(session, actor, "certificate:issue", said | {"person": str(person_id)}, do)


def renew_certificate(
    session: Session, actor: Actor, certificate_id: uuid.UUID, said: Said
) -> Certificate:
    """Renew a certificate as `fields.RENEW` says."""
    return services.renew_certificate(
        session, actor, certificate_id, valid_to=said["valid_to"], on=said.get("on"),
        reason=said.get("reason") or "", version=said.get("version"),
    )  # fmt: skip


def set_status(
    session: Session, actor: Actor, certificate_id: uuid.UUID, act: str, said: Said
) -> Certificate:
    """Suspend, restore or revoke a certificate as `fields.STATUS` says."""
    return services.set_certificate_status(
        session, actor, certificate_id, STATUS_OF[act], on=said.get("on"),
        reason=said["reason"], version=said.get("version"),
    )  # fmt: skip


def change_person(session: Session, actor: Actor, person_id: uuid.UUID, said: Said) -> Person:
    """Change a person as `fields.PERSON` says; numbers left out stay as they are."""
    return services.change_person(
        session, actor, person_id, facts_of(said), version=said.get("version")
    )
