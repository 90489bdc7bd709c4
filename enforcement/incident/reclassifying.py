"""Who answers for an incident of another category: duties and rules are asked anew.

The point stays where it is, confirmed or named as it was, and so does the day whose duties count.
The decision before stays in the history and
is named by the new one.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from enforcement.i18n import _
from enforcement.incident import ruling
from enforcement.incident.said import Acting
from enforcement.jurisdiction import routing
from enforcement.jurisdiction import services as jurisdiction
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.jurisdiction.routing import BY_PERSON, OutsideCountyError, Routing
from enforcement.jurisdiction.terms import DecisionBasis
from enforcement.people.models import Unit
from enforcement.rules import queries as rules
from enforcement.rules.deciding import Ruling


def ask_anew(act: Acting, reason: str, *, category_changed: bool) -> list[str]:
    """Ask who answers now, keep that decision with its reason, and return what changes in words.

    reason -- kept with the decision; category_changed -- False where the urgency alone changed: a
    unit that a person chose stays then
    The incident carries its new category and urgency already. A place that boundaries no longer
    know keeps its decision, and the rules alone are asked, as where there is no place.
    """
    incident, before = act.incident, _decision(act)
    if before is not None and before.rule == BY_PERSON and not category_changed:
        return []
    was = incident.responsible_unit_code
    found = _found(act, before) if before is not None else None
    ruled = ruling.ask(act.session, incident, found)
    if before is None or found is None:
        incident.responsible_unit_code = _without_place(act, ruled)
    else:
        _settle(act, before, ruled.on(found) or found, reason)
    ruling.keep(act.session, incident, ruled, found)
    now = incident.responsible_unit_code
    return [] if now == was else [_words(act, was, now)]


def _decision(act: Acting) -> RoutingDecision | None:
    incident = act.incident
    if incident.routing_id is None:
        return None
    return act.session.get_one(RoutingDecision, (incident.county_code, incident.routing_id))


def _found(act: Acting, before: RoutingDecision) -> Routing | None:
    """Return who answers for the place as it was decided; None where no boundaries hold it."""
    incident, code = act.incident, before.village_code or before.township_code
    county, day, kind = incident.county_code, before.on_day, incident.category
    try:
        if incident.lon is None or incident.lat is None:
            return routing.route_area(act.session, county, code or county, day, kind)
        if before.basis == DecisionBasis.CONFIRMED and code is not None:
            return _in(act, code, incident.lon, incident.lat, day)
        return routing.route(act.session, county, incident.lon, incident.lat, day, kind)
    except OutsideCountyError:
        return None


def _in(act: Acting, code: str, lon: float, lat: float, day: date) -> Routing:
    incident = act.incident
    return routing.route_in(
        act.session, incident.county_code, code, lon, lat, day, incident.category
    )


def _settle(act: Acting, before: RoutingDecision, found: Routing, reason: str) -> None:
    """Keep the new decision beside the old one."""
    kept = DecisionBasis(before.basis)
    same = kept in (DecisionBasis.CONFIRMED, DecisionBasis.NAMED)
    decision = jurisdiction.record_routing(
        act.session,
        found,
        basis=kept if same else DecisionBasis.ROUTED,
        replaces_id=before.id,
        decided_by=act.actor.account_id,
        reason=reason,
        confirm=False if kept is DecisionBasis.CONFIRMED else None,
    )
    act.incident.routing_id = decision.id
    act.incident.village_code, act.incident.township_code = found.village_code, found.township_code
    act.incident.responsible_unit_code = found.unit_code


def _without_place(act: Acting, ruled: Ruling) -> str | None:
    """Return who answers where rules alone can say; what a rule gave before, it may take."""
    if ruled.unit is not None:
        return ruled.unit.unit_code
    incident = act.incident
    last = rules.find_decided(act.session, incident.county_code, incident.id)
    given = last.unit_code if last is not None else None
    return None if incident.responsible_unit_code == given else incident.responsible_unit_code


def _words(act: Acting, was: str | None, now: str | None) -> str:
    query = select(Unit.code, Unit.name).where(
        Unit.county_code == act.incident.county_code,
        Unit.code.in_([one for one in (was, now) if one]),
    )
    names = {row.code: row.name for row in act.session.execute(query)}
    nobody = _("暂无")
    return _(
        "责任单位：%(before)s → %(after)s",
        before=names.get(was or "", nobody), after=names.get(now or "", nobody),
    )  # fmt: skip
