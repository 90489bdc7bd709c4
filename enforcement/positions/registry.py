"""The register of devices: found by what they call themselves, added, retired, given keys."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, NotPermittedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.people.models import Person
from enforcement.permissions import Permission
from enforcement.positions.models import Device, DeviceName, Protocol

LONGEST: Final = 100


def digest(secret: str) -> bytes:
    """Return what is kept of a key; it is long and random, so that one round is enough."""
    return hashlib.sha256(secret.encode()).digest()


def find(session: Session, protocol: Protocol, *idents: str) -> Device | None:
    """Return the device in service that has one of these names, the first name first."""
    query = (
        select(DeviceName.ident, Device)
        .join(Device, (Device.county_code == DeviceName.county_code)
              & (Device.id == DeviceName.device_id))
        .where(DeviceName.protocol == protocol, DeviceName.ident.in_(idents))
    )  # fmt: skip
    found = {row[0]: row[1] for row in session.execute(query)}
    return next((found[ident] for ident in idents if ident in found), None)


def may_speak(device: Device, key: str | None) -> bool:
    """Tell whether a device has shown what it must: strict ones their key, others nothing."""
    return not device.strict or (
        key is not None and hmac.compare_digest(digest(key), device.key_hash)
    )


def add(
    session: Session,
    actor: Actor,
    ident: str,
    protocol: Protocol,
    *,
    person_id: uuid.UUID | None = None,
    label: str | None = None,
    strict: bool = False,
) -> tuple[Device, str]:
    """Register a device; return it with its key, which is shown this once.

    person_id -- who carries it; None is a vehicle's
    Raises NotPermittedError, InvalidInputError for a name in use, empty or too long, an unknown
    person.
    """
    permissions.check(actor, Permission.DEVICE_MANAGE)
    name, key = _checked(session, actor, ident, person_id), secrets.token_urlsafe(24)
    device = _new(session, actor, name, protocol, person_id, key)
    device.label, device.strict = label and label.strip()[:LONGEST], strict
    if not _insert(session, device):
        raise InvalidInputError("ident", _("设备编号%(ident)s已经登记过。", ident=name))
    _record(session, actor, device, "add")
    return device, key


def retire(session: Session, actor: Actor, device_id: uuid.UUID) -> Device:
    """Take a device out of service: it is refused from now on, its name is free again."""
    permissions.check(actor, Permission.DEVICE_MANAGE)
    device = get(session, actor, device_id, lock=True)
    if device.retired_at is None:
        device.retired_at = clock.now(session)
        device.version += 1
        name = session.get(DeviceName, (device.protocol, device.ident))
        if name is not None:
            session.delete(name)
        _record(session, actor, device, "retire")
    return device


def give_key(session: Session, actor: Actor, device_id: uuid.UUID) -> tuple[Device, str]:
    """Give a device a new key, shown this once; a terminal may register anew with it gone."""
    permissions.check(actor, Permission.DEVICE_MANAGE)
    device, key = get(session, actor, device_id, lock=True), secrets.token_urlsafe(24)
    device.key_hash, device.code_hash, device.registered_at = digest(key), None, None
    device.version += 1
    _record(session, actor, device, "key")
    return device, key


def get(session: Session, actor: Actor, device_id: uuid.UUID, *, lock: bool = False) -> Device:
    """Return a device of the actor's county; raises NotFoundError."""
    found = session.get(Device, (actor.county_code, device_id), with_for_update=lock or None)
    if found is None:
        raise NotFoundError(_("没有找到该设备。"))
    return found


def phone_of(session: Session, actor: Actor) -> Device:
    """Return the device that stands for a person's own phone page, made at its first position."""
    if not permissions.allows(actor, Permission.INCIDENT_REPORT):
        raise NotPermittedError(_("您的岗位不能执行此操作（%(what)s）。", what="phone"))
    ident = str(actor.person_id)
    found = find(session, Protocol.PHONE, ident)
    if found is not None:
        return found
    device = _new(session, actor, ident, Protocol.PHONE, actor.person_id, secrets.token_urlsafe(24))
    device.strict = True
    if not _insert(session, device):  # another page of the same person was faster
        return phone_of(session, actor)
    return device


def _new(
    session: Session, actor: Actor, ident: str, protocol: Protocol, person_id: uuid.UUID | None,
    key: str,
) -> Device:  # fmt: skip
    return Device(
        county_code=actor.county_code, id=uuid7(), ident=ident, protocol=str(protocol),
        person_id=person_id, strict=False, key_hash=digest(key), added_at=clock.now(session),
        version=1,
    )  # fmt: skip


def _insert(session: Session, device: Device) -> bool:
    """Insert a device under its name; return whether the name was free over all counties."""
    free = session.execute(
        insert(DeviceName)
        .values(protocol=device.protocol, ident=device.ident, county_code=device.county_code,
                device_id=device.id)
        .on_conflict_do_nothing()
        .returning(DeviceName.ident)
    ).first()  # fmt: skip
    if free is not None:
        session.add(device)
        session.flush()
    return free is not None


def _checked(session: Session, actor: Actor, ident: str, person_id: uuid.UUID | None) -> str:
    name = ident.strip()
    if not name or len(name) > LONGEST or "\x00" in name:
        raise InvalidInputError("ident", _("请填写设备编号，最多%(n)d个字。", n=LONGEST))
    if person_id is not None and session.get(Person, (actor.county_code, person_id)) is None:
        raise InvalidInputError("person_id", _("没有找到该人员。"))
    return name


def _record(session: Session, actor: Actor, device: Device, act: str) -> None:
    audit.record(
        session, actor.county_code, f"device:{act}", "device", str(device.id), actor=actor,
        ident=device.ident, protocol=device.protocol,
        person=str(device.person_id) if device.person_id else None,
    )  # fmt: skip
