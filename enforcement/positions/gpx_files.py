"""Tracks handed in as GPX files: each file of a device once, each moment once."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.permissions import Permission
from enforcement.positions import registry
from enforcement.positions.models import Device, GpxFile, Protocol
from enforcement.positions.protocols import gpx
from enforcement.positions.protocols.reading import BadReadingError
from enforcement.positions.storing import Carrier, Stored, keep

AT_ONCE = 2000


def take(
    session: Session, actor: Actor, data: bytes, name: str, device_id: uuid.UUID | None = None
) -> Stored:
    """Keep the positions of a GPX file, of a registered device or of the person's own phone.

    Raises InvalidInputError naming what is wrong in the file, NotPermittedError for a device of
    somebody else without the right to manage devices.
    """
    device = _device(session, actor, device_id)
    try:
        found = gpx.decode(data)
    except BadReadingError as error:
        raise InvalidInputError("file", str(error)) from error
    if not found.readings:
        raise InvalidInputError("file", _("文件里没有带时间的轨迹点。"))
    if not _is_new(session, actor, device, data, name, len(found.readings)):
        return Stored(0, len(found.readings), 0)
    carrier = Carrier(device.county_code, device.id, device.person_id)
    parts = [
        keep(session, carrier, Protocol.GPX, found.readings[n : n + AT_ONCE])
        for n in range(0, len(found.readings), AT_ONCE)
    ]
    return Stored(
        sum(one.stored for one in parts), sum(one.known for one in parts),
        sum(one.off_duty for one in parts),
    )  # fmt: skip


def _device(session: Session, actor: Actor, device_id: uuid.UUID | None) -> Device:
    if device_id is None:
        return registry.phone_of(session, actor)
    device = registry.get(session, actor, device_id)
    if device.person_id != actor.person_id:
        permissions.check(actor, Permission.DEVICE_MANAGE)
    if device.retired_at is not None:
        raise NotPermittedError(_("该设备已停用。"))
    return device


def _is_new(
    session: Session, actor: Actor, device: Device, data: bytes, name: str, count: int
) -> bool:
    row = session.execute(
        insert(GpxFile)
        .values(county_code=device.county_code, id=uuid7(), device_id=device.id,
                sha256=hashlib.sha256(data).digest(), name=name[-200:], fixes=count,
                taken_by=actor.account_id, taken_at=clock.now(session))
        .on_conflict_do_nothing()
        .returning(GpxFile.id)
    ).first()  # fmt: skip
    return row is not None
