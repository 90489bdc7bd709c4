"""Acts upon the register of village points: add, change, give a new key, close or open."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto, due, once, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import outside
from enforcement.jurisdiction import routing
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.routing import OutsideCountyError
from enforcement.people.models import Person
from enforcement.permissions import Permission
from enforcement.points.models import VillagePoint
from gis.errors import GisError

SILENT_TASK: Final = "points:silent"
LONGEST_NAME: Final = 60


def new_secret() -> str:
    """Return a key for a device: 43 characters that fit into an address."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Described:
    """What a person says of a point; lon, lat -- degrees, WGS 84 or CGCS2000, both or neither.

    owner_id, owner -- who looks after it: a person of the county, or words
    """

    village_code: str
    name: str
    place: str | None = None
    lon: float | None = None
    lat: float | None = None
    owner_id: uuid.UUID | None = None
    owner: str | None = None
    phone: str | None = None


def add(
    session: Session,
    actor: Actor,
    village_code: str,
    name: str,
    *,
    place: str | None = None,
    lon: float | None = None,
    lat: float | None = None,
    owner_id: uuid.UUID | None = None,
    owner: str | None = None,
    phone: str | None = None,
    key: str | None = None,
) -> tuple[VillagePoint, str]:
    """Register a point; return it with its key, which is shown this once only.

    key -- sent twice, it is one point with one key of its device
    Raises NotPermittedError, InvalidInputError for an unknown village or person, a name that is
    empty, too long or taken in that village, a position outside the county.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    said = Described(village_code, name, place, lon, lat, owner_id, owner, phone)
    earlier = once.claim(session, actor, key, "point:add", repr(said))
    if earlier is not None:
        before = session.get_one(VillagePoint, (actor.county_code, earlier))
        return before, crypto.unseal(before.secret_encrypted) or ""
    secret, now = new_secret(), clock.now(session)
    point = VillagePoint(
        county_code=actor.county_code,
        id=uuid7(),
        secret_encrypted=crypto.seal(secret),
        created_at=now,
        version=1,
        **_columns(session, actor, said),
    )
    session.add(point)
    session.flush()
    once.done(session, actor, key, point.id)
    watch(session, actor.county_code)
    _record(session, actor, point, "add")
    return point, secret


def edit(
    session: Session,
    actor: Actor,
    point_id: uuid.UUID,
    said: Described,
    *,
    version: int | None = None,
) -> VillagePoint:
    """Change what is said of a point; its device and key stay as they are.

    Raises as `add`, and NotFoundError, StaleVersionError.
    """
    point = _locked(session, actor, point_id, version)
    new = _columns(session, actor, said, point.id)
    changed = [name for name, value in new.items() if _was(point, name) != _is(name, value)]
    if not changed:
        return point
    for name, value in new.items():
        setattr(point, name, value)
    point.version += 1
    session.flush()
    _record(session, actor, point, "edit", changed=changed)
    return point


def _was(point: VillagePoint, name: str) -> Any:
    return _is(name, getattr(point, name))


def _is(name: str, value: Any) -> Any:
    """Return a value as it is compared: the same number is never encrypted to the same bytes."""
    return crypto.unseal(value) if name == "phone_encrypted" else value


def _columns(
    session: Session, actor: Actor, said: Described, own_id: uuid.UUID | None = None
) -> dict[str, Any]:
    """Return what is stored of a description; raises InvalidInputError, naming the field."""
    name = outside.words(said.name, "name", LONGEST_NAME, required=True) or ""
    _check(session, actor, said.village_code, name, said.owner_id, own_id)
    _check_position(session, actor, said.lon, said.lat)
    return {
        "village_code": said.village_code,
        "name": name,
        "place": outside.words(said.place, "place", 200),
        "lon": said.lon,
        "lat": said.lat,
        "owner_id": said.owner_id,
        "owner": outside.words(said.owner, "owner", LONGEST_NAME),
        "phone_encrypted": crypto.seal(outside.phone(said.phone)),
    }


def _check_position(session: Session, actor: Actor, lon: float | None, lat: float | None) -> None:
    if (lon is None) != (lat is None):
        raise InvalidInputError("lon", _("经度和纬度必须同时填写。"))
    if lon is None or lat is None:
        return
    try:
        routing.route(session, actor.county_code, lon, lat, clock.today(session))
    except (OutsideCountyError, GisError) as error:
        message = _("位置不在本县范围内：%(why)s", why=error)
        raise InvalidInputError("lon", message) from error


def watch(session: Session, county_code: str) -> None:
    """Have the county's points looked at for silence, from now on; asked twice, done once."""
    subject = uuid.uuid5(uuid.NAMESPACE_OID, county_code)
    due.schedule(session, county_code, SILENT_TASK, subject, "watch", clock.now(session))


def _check(
    session: Session,
    actor: Actor,
    village_code: str,
    name: str,
    owner_id: uuid.UUID | None,
    own_id: uuid.UUID | None,
) -> None:
    village = session.get(Division, (actor.county_code, village_code))
    if village is None or len(village_code) != 12:
        raise InvalidInputError("village_code", _("没有这个村（社区）。"))
    if owner_id is not None and session.get(Person, (actor.county_code, owner_id)) is None:
        raise InvalidInputError("owner_id", _("没有这个人员。"))
    taken = select(VillagePoint.id).where(
        VillagePoint.county_code == actor.county_code,
        VillagePoint.village_code == village_code,
        VillagePoint.name == name,
    )
    if session.scalars(taken).first() not in (None, own_id):
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


def _record(session: Session, actor: Actor, point: VillagePoint, act: str, **more: Any) -> None:
    audit.record(
        session, actor.county_code, f"point:{act}", "village_point", str(point.id), actor=actor,
        name=point.name, village_code=point.village_code, **more,
    )  # fmt: skip
