"""Acts upon the place of an incident: found at the report, confirmed, corrected by a person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.actor import Actor
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _
from enforcement.incident import queries, ruling, storing
from enforcement.incident.field_acts import may_handle
from enforcement.incident.models import Incident, IncidentEntry
from enforcement.incident.telling import publish
from enforcement.jurisdiction import routing
from enforcement.jurisdiction import services as jurisdiction
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.jurisdiction.routing import Choice, OutsideCountyError, Routing
from enforcement.jurisdiction.terms import DecisionBasis
from enforcement.law.terms import IncidentEvent, IncidentState
from enforcement.permissions import Permission, allows
from enforcement.rules.deciding import Ruling

ENDED = (IncidentState.CLOSED, IncidentState.REJECTED, IncidentState.TO_CASE)


def _found(
    session: Session, actor: Actor, incident: Incident, lon: float, lat: float, on: date
) -> tuple[Routing, Ruling]:
    """Return who answers for another point, and what the county's rules make of it."""
    try:
        found = routing.route(session, actor.county_code, lon, lat, on, incident.category)
        return found, ruling.ask(session, incident, found)
    except OutsideCountyError as error:
        message = _("位置不在本县范围内：%(why)s", why=error)
        raise InvalidInputError("lon", message, **error.data) from error


def _settle(
    session: Session, incident: Incident, found: Routing, decision: RoutingDecision
) -> None:
    session.flush()
    incident.lon, incident.lat = found.lon, found.lat
    incident.point = storing.point(found.lon, found.lat)
    incident.routing_id = decision.id
    incident.village_code, incident.township_code = found.village_code, found.township_code
    incident.responsible_unit_code = found.unit_code


def may_correct(actor: Actor, incident: Incident) -> bool:
    """Tell whether the actor may confirm or correct the place: the reporter, the desk, handlers."""
    mine = incident.reported_by == actor.account_id and allows(actor, Permission.INCIDENT_REPORT)
    handles = allows(actor, Permission.INCIDENT_HANDLE) and may_handle(actor, incident)
    return incident.state not in ENDED and (
        mine or handles or allows(actor, Permission.INCIDENT_DISPATCH)
    )


def choices(session: Session, incident: Incident) -> list[Choice]:
    """Return the villages a person may choose from where the point lies near a border."""
    if incident.lon is None or incident.lat is None:
        return []
    day = clock.local_day(incident.occurred_at)
    return routing.choices(
        session, incident.county_code, incident.lon, incident.lat, day, incident.category
    )


def confirm(
    session: Session,
    actor: Actor,
    incident_id: uuid.UUID,
    village_code: str,
    *,
    version: int | None = None,
) -> Incident:
    """Keep which village a point near a border belongs to, as a person on the spot says.

    Raises InvalidInputError for a village farther away than the county's confirming distance,
    StepNotAllowedError, StaleVersionError, NotPermittedError, NotFoundError.
    """
    incident = _locked(session, actor, incident_id, version)
    near = [one.code for one in choices(session, incident)]
    if village_code not in near:
        raise InvalidInputError("village_code", _("只能在界线附近的村之间选择。"))
    assert incident.lon is not None  # noqa: S101 -- it has choices
    assert incident.lat is not None  # noqa: S101
    by_place = routing.route_in(
        session,
        actor.county_code,
        village_code,
        incident.lon,
        incident.lat,
        clock.local_day(incident.occurred_at),
        incident.category,
    )
    ruled = ruling.ask(session, incident, by_place)
    found = ruling.applied(ruled, by_place)
    ruling.keep(session, incident, ruled, by_place)
    said = {"village": found.village_name}
    return _changed(
        session, actor, incident, found, DecisionBasis.CONFIRMED, IncidentEvent.CONFIRM_PLACE, said
    )


@dataclass(frozen=True)
class Change:
    """One thing that another position changes: its word, before and after (names)."""

    word: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Move:
    """What a corrected position would give; `changes` lists only what becomes different."""

    found: Routing
    changes: tuple[Change, ...]


def preview_move(
    session: Session, actor: Actor, incident_id: uuid.UUID, lon: float, lat: float
) -> Move:
    """Return what would change with another position (degrees, WGS 84); nothing is stored."""
    incident = queries.get(session, actor, incident_id)
    _check_may(actor, incident)
    day = clock.local_day(incident.occurred_at)
    by_place, ruled = _found(session, actor, incident, lon, lat, day)
    found = ruling.applied(ruled, by_place)
    return Move(found, _changes(queries.place_of(session, incident), found))


def _changes(before: dict[str, Any], found: Routing) -> tuple[Change, ...]:
    pairs = (
        Change(_("村（社区）"), before.get("village"), found.village_name),
        Change(_("乡镇（街道）"), before.get("township"), found.township_name),
        Change(_("责任中队"), before.get("squad"), found.unit_name),
        Change(_("责任大队"), before.get("brigade"), found.brigade_name),
    )
    return tuple(one for one in pairs if one.before != one.after)


def move(
    session: Session,
    actor: Actor,
    incident_id: uuid.UUID,
    lon: float,
    lat: float,
    reason: str,
    *,
    version: int | None = None,
) -> Incident:
    """Correct the position of an incident; the position as received stays beside it.

    Raises as `confirm`, and InvalidInputError outside the county or without a reason.
    """
    incident = _locked(session, actor, incident_id, version)
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    before = queries.place_of(session, incident)
    day = clock.local_day(incident.occurred_at)
    by_place, ruled = _found(session, actor, incident, lon, lat, day)
    found = ruling.applied(ruled, by_place)
    said = {
        "note": reason.strip(),
        "lon": lon,
        "lat": lat,
        "changes": [f"{one.word}：{one.before or '—'} → {one.after or '—'}"
                    for one in _changes(before, found)],
    }  # fmt: skip
    ruling.keep(session, incident, ruled, by_place)
    return _changed(
        session, actor, incident, found, DecisionBasis.MOVED, IncidentEvent.MOVE_PLACE, said
    )


def _locked(
    session: Session, actor: Actor, incident_id: uuid.UUID, version: int | None
) -> Incident:
    incident = queries.get(session, actor, incident_id, lock=True)
    _check_may(actor, incident)
    if version is not None and version != incident.version:
        raise StaleVersionError(
            _("该事件刚被他人修改，请刷新后再操作。"),
            your_version=version,
            current={"version": incident.version, "state": incident.state},
        )
    return incident


def _check_may(actor: Actor, incident: Incident) -> None:
    if incident.state in ENDED:
        raise StepNotAllowedError(_("该事件已经结束，位置不能再改。"))
    if not may_correct(actor, incident):
        raise NotPermittedError(_("只有上报人、派遣和处置人员可以核实、更正位置。"))


def _changed(
    session: Session,
    actor: Actor,
    incident: Incident,
    found: Routing,
    basis: DecisionBasis,
    event: IncidentEvent,
    said: dict[str, Any],
) -> Incident:
    decision = jurisdiction.record_routing(
        session,
        found,
        basis=basis,
        replaces_id=incident.routing_id,
        decided_by=actor.account_id,
        reason=said.get("note"),
        confirm=False if basis is DecisionBasis.CONFIRMED else None,
    )
    _settle(session, incident, found, decision)
    incident.version += 1
    history.append(
        session, IncidentEntry.incident_id, incident, event, actor, clock.now(session), said,
        seq=incident.version,
    )  # fmt: skip
    publish(session, incident, str(event))
    return incident
