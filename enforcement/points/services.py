"""Acts upon the register of village points: add one, give it a new key, close or open it."""

from __future__ import annotations

import secrets
import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto, due, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.jurisdiction.models import Division
from enforcement.people.models import Person
from enforcement.permissions import Permission
from enforcement.points.models import VillagePoint

SILENT_TASK: Final = "points:silent"
LONGEST_NAME: Final = 60


def new_secret() -> str:
    """Return a key for a device: 43 characters that fit into an address."""
    return secrets.token_urlsafe(32)


def add(
    session: Session,
    actor: Actor,
    village_code: str,
    name: str,
    *,
    place: str | None = None,
    owner_id: uuid.UUID | None = None,
    phone: str | None = None,
) -> tuple[VillagePoint, str]:
    """Register a point; return it with its key, which is shown this once only.

    Raises NotPermittedError, InvalidInputError for an unknown village or person, a name that is
    empty, too long or taken in that village.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    _check(session, actor, village_code, name.strip(), owner_id)
    secret, now = new_secret(), clock.now(session)
    point = VillagePoint(
        county_code=actor.county_code,
        id=uuid7(),
        village_code=village_code,
        name=name.strip(),
        place=(place or "").strip() or None,
        owner_id=owner_id,
        phone_encrypted=crypto.seal((phone or "").strip() or None),
        secret_encrypted=crypto.seal(secret),
        created_at=now,
    )
    session.add(point)
    session.flush()
    watch(session, actor.county_code)
    _record(session, actor, point, "add")
    return point, secret


def watch(session: Session, county_code: str) -> None:
    """Have the county's points looked at for silence, from now on; asked twice, done once."""
    subject = uuid.uuid5(uuid.NAMESPACE_OID, county_code)
    due.schedule(session, county_code, SILENT_TASK, subject, "watch", clock.now(session))


def _check(
    session: Session, actor: Actor, village_code: str, name: str, owner_id: uuid.UUID | None
) -> None:
    village = session.get(Division, (actor.county_code, village_code))
    if village is None or len(village_code) != 12:
        raise InvalidInputError("village_code", _("没有这个村（社区）。"))
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInputError("name", _("名称应为1到%(n)d个字。", n=LONGEST_NAME))
    if owner_id is not None and session.get(Person, (actor.county_code, owner_id)) is None:
        raise InvalidInputError("owner_id", _("没有这个人员。"))
    taken = select(VillagePoint.id).where(
        VillagePoint.county_code == actor.county_code,
        VillagePoint.village_code == village_code,
        VillagePoint.name == name,
    )
    if session.scalars(taken).first() is not None:
        raise InvalidInputError("name", _("该村已有同名的服务点。"))


def replace_key(
    session: Session, actor: Actor, point_id: uuid.UUID, *, version: int | None = None
) -> tuple[VillagePoint, str]:
    """Give a point a new key, shown this once; the old one is refused from now on.

    Raises NotPermittedError, NotFoundError, StaleVersionError.
    """
    point = _locked(session, actor, point_id, version)
    secret = new_secret()
    sealed = crypto.seal(secret)
    assert sealed is not None  # noqa: S101 -- of a text that is not empty
    point.secret_encrypted = sealed
    point.version += 1
    _record(session, actor, point, "replace_key")
    return point, secret


def set_active(
    session: Session,
    actor: Actor,
    point_id: uuid.UUID,
    active: bool,
    *,
    version: int | None = None,
) -> VillagePoint:
    """Close a point, whose device is refused from then on, or open it again; as `replace_key`."""
    point = _locked(session, actor, point_id, version)
    if point.active != active:
        point.active, point.silent_since = active, None
        point.version += 1
        _record(session, actor, point, "open" if active else "close")
    return point


def _locked(
    session: Session, actor: Actor, point_id: uuid.UUID, version: int | None
) -> VillagePoint:
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    point = session.get(
        VillagePoint, (actor.county_code, point_id), with_for_update=True, populate_existing=True
    )
    if point is None:
        raise NotFoundError(_("没有这个服务点。"))
    if version is not None and version != point.version:
        raise StaleVersionError(
            _("该服务点刚被他人修改，请刷新后再操作。"), current={"version": point.version}
        )
    return point


def _record(session: Session, actor: Actor, point: VillagePoint, act: str) -> None:
    audit.record(
        session, actor.county_code, f"point:{act}", "village_point", str(point.id), actor=actor,
        name=point.name, village_code=point.village_code,
    )  # fmt: skip
