"""Acts upon beats: add one or a file of them, change, retire, give a checkpoint a new code."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import clock, history, once, permissions
from enforcement.actor import Actor
from enforcement.errors import (
    DomainError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import outside
from enforcement.jurisdiction import routing
from enforcement.jurisdiction.routing import OutsideCountyError
from enforcement.law.terms import Role
from enforcement.patrol import beat_queries as queries
from enforcement.patrol.beat_models import Beat, BeatEntry
from enforcement.patrol.terms import BeatKind, BeatSource, BeatState, Per, PlaceKind
from enforcement.people import unit_queries as units
from enforcement.permissions import Permission
from gis.errors import GisError
from gis.marks import Shape, middle, read_mark
from gis.srid import STORAGE_SRID

LONGEST_NAME: Final = 60
SHAPES: Final = {
    BeatKind.AREA: ("Polygon", "MultiPolygon"),
    BeatKind.ROUTE: ("LineString", "MultiLineString"),
    BeatKind.POINT: ("Point",),
}


@dataclass(frozen=True)
class Described:
    """What a person says of a beat; geometry -- GeoJSON or WKT, degrees, lon before lat.

    from_minute, to_minute -- of the day; radius_m -- of checkpoints only, 100 where nobody said
    """

    kind: BeatKind
    name: str
    unit_code: str
    geometry: Any
    place_kind: PlaceKind | None = None
    times: int = 1
    per: Per = Per.WEEK
    from_minute: int = 0
    to_minute: int = 1440
    radius_m: int | None = None
    dwell_min: int = 15
    instructions: str | None = None
    photo: bool = False


def new_tag() -> str:
    """Return a checkpoint's code: 128 random bits, 22 characters that fit into an address."""
    return secrets.token_urlsafe(16)


def add(
    session: Session,
    actor: Actor,
    said: Described,
    *,
    source: BeatSource = BeatSource.MAP,
    key: str | None = None,
) -> Beat:
    """Register a beat; raises NotPermittedError, InvalidInputError that names the field."""
    permissions.check(actor, Permission.PATROL_ASSIGN)
    earlier = once.claim(session, actor, key, "beat:add", repr(said))
    if earlier is not None:
        return queries.get(session, actor, earlier)
    beat = Beat(
        county_code=actor.county_code, id=uuid7(), source=source, state=BeatState.ACTIVE,
        tag=new_tag() if said.kind == BeatKind.POINT else None, made_at=clock.now(session),
        version=1, **_columns(session, actor, said),
    )  # fmt: skip
    session.add(beat)
    session.flush()
    _remember(session, beat, "add", actor, {"name": beat.name, "source": str(source)})
    once.done(session, actor, key, beat.id)
    return beat


def add_many(
    session: Session, actor: Actor, rows: Sequence[Described], *, source: BeatSource
) -> list[Beat]:
    """Register the beats of a file, all or none; an error says which row, counted from 1."""
    made = []
    for n, said in enumerate(rows, start=1):
        try:
            made.append(add(session, actor, said, source=source))
        except InvalidInputError as error:
            message = _("第%(n)d行“%(name)s”：%(why)s", n=n, name=said.name, why=error)
            raise InvalidInputError(error.field, message, row=n) from error
    return made


def edit(
    session: Session, actor: Actor, beat_id: uuid.UUID, said: Described, *, version: int | None
) -> Beat:
    """Change a beat; its kind and its code stay. Raises as `add`, and StaleVersionError."""
    beat = _locked(session, actor, beat_id, version)
    if said.kind != beat.kind:
        raise InvalidInputError("kind", _("类别不能修改，请停用后新建。"))
    new = _columns(session, actor, said)
    changed = {name: value for name, value in new.items() if _differs(session, beat, name, value)}
    if not changed:
        return beat
    for name, value in changed.items():
        setattr(beat, name, value)
    beat.version += 1
    said_now = {name: value for name, value in changed.items() if name != "geom"}
    _remember(session, beat, "edit", actor, {**said_now, "changed": sorted(changed)})
    return beat


def set_state(
    session: Session, actor: Actor, beat_id: uuid.UUID, state: BeatState, *, version: int | None
) -> Beat:
    """Retire a beat, or put it to use again; what was visited stays known."""
    beat = _locked(session, actor, beat_id, version)
    if beat.state == state:
        raise StepNotAllowedError(_("已经是该状态。"))
    beat.state, beat.version = state, beat.version + 1
    _remember(session, beat, "retire" if state == BeatState.RETIRED else "resume", actor, {})
    return beat


def renew_tag(session: Session, actor: Actor, beat_id: uuid.UUID, *, version: int | None) -> Beat:
    """Give a checkpoint a new code; sheets and tags with the old one count no more."""
    beat = _locked(session, actor, beat_id, version)
    if beat.kind != BeatKind.POINT:
        raise StepNotAllowedError(_("只有点位才有巡查码。"))
    beat.tag, beat.version = new_tag(), beat.version + 1
    _remember(session, beat, "renew_tag", actor, {})
    return beat


def unknown_act() -> DomainError:
    """Return the error of an act upon a beat that there is none of."""
    return NotFoundError(_("没有这种操作。"))


def check_unit(session: Session, actor: Actor, unit_code: str) -> None:
    """Raise InvalidInputError for an unknown unit, NotPermittedError for one not below his."""
    unit = units.find_unit(session, actor.county_code, unit_code)
    if unit is None or (unit.valid_to is not None and unit.valid_to <= clock.today(session)):
        raise InvalidInputError("unit_code", _("没有这个单位，或者已经撤销。"))
    leads = actor.role in (Role.BRIGADE_LEADER, Role.SQUAD_LEADER)
    if leads and not unit.code.startswith(actor.unit_code):
        raise NotPermittedError(_("只能管理本单位的巡查点位。"))


def _columns(session: Session, actor: Actor, said: Described) -> dict[str, Any]:
    """Return what is stored of a description; raises InvalidInputError, naming the field."""
    check_unit(session, actor, said.unit_code)
    shape = _shape(said)
    lon, lat = middle(shape)
    point = said.kind == BeatKind.POINT
    return {
        "kind": said.kind,
        "name": outside.words(said.name, "name", LONGEST_NAME, required=True),
        "place_kind": (said.place_kind or PlaceKind.OTHER) if point else None,
        "unit_code": said.unit_code,
        "village_code": _village(session, actor, lon, lat),
        "geom": from_shape(shape, STORAGE_SRID),
        "lon": lon,
        "lat": lat,
        "times": _within(said.times, "times", 0, 50),
        "per": said.per,
        **_hours(said),
        "radius_m": _within(said.radius_m or 100, "radius_m", 5, 5000) if point else None,
        "dwell_min": _within(said.dwell_min, "dwell_min", 0, 600),
        "instructions": outside.words(said.instructions, "instructions", 2000),
        "photo": said.photo,
    }


def _shape(said: Described) -> Shape:
    try:
        shape = read_mark(said.geometry)
    except GisError as error:
        raise InvalidInputError("geometry", str(error)) from error
    if shape.geom_type not in SHAPES[BeatKind(said.kind)]:
        raise InvalidInputError("geometry", _("图形与类别不符：巡区为面，路线为线，点位为点。"))
    return shape


def _village(session: Session, actor: Actor, lon: float, lat: float) -> str | None:
    """Return the village of a beat's middle; raises InvalidInputError outside the county."""
    try:
        found = routing.route(session, actor.county_code, lon, lat, clock.today(session))
    except (OutsideCountyError, GisError) as error:
        raise InvalidInputError("geometry", _("位置不在本县范围内：%(why)s", why=error)) from error
    return found.village_code


def _hours(said: Described) -> dict[str, int]:
    if not 0 <= said.from_minute < said.to_minute <= 1440:
        raise InvalidInputError("to_minute", _("结束时间应当晚于开始时间。"))
    return {"from_minute": said.from_minute, "to_minute": said.to_minute}


def _within(value: int, field: str, low: int, high: int) -> int:
    if not low <= value <= high:
        raise InvalidInputError(field, _("应当在%(low)d与%(high)d之间。", low=low, high=high))
    return value


def _differs(session: Session, beat: Beat, name: str, value: Any) -> bool:
    if name != "geom":
        return bool(getattr(beat, name) != value)
    stored: Any = session.scalar(
        select(func.ST_AsBinary(Beat.geom)).where(
            Beat.county_code == beat.county_code, Beat.id == beat.id
        )
    )
    before, after = (shapely.from_wkb(bytes(one)) for one in (stored, value.data))
    return not shapely.equals_exact(before, after)


def _locked(session: Session, actor: Actor, beat_id: uuid.UUID, version: int | None) -> Beat:
    permissions.check(actor, Permission.PATROL_ASSIGN)
    beat = queries.get(session, actor, beat_id, lock=True)
    check_unit(session, actor, beat.unit_code)
    if version is not None and version != beat.version:
        message = _("该巡查点位刚被他人修改，请刷新后再操作。")
        raise StaleVersionError(message, current={"version": beat.version})
    return beat


def _remember(
    session: Session, beat: Beat, event: str, actor: Actor, detail: dict[str, Any]
) -> None:
    history.append(session, BeatEntry.beat_id, beat, event, actor, clock.now(session), detail)
