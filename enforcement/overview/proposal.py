"""A proposal for fairer squads: connected regions of like weight, close to those of today."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.jurisdiction import plan_queries, plan_reach, plans
from enforcement.jurisdiction.models import AREA_LAYER, Area, Edition
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.jurisdiction.plan_queries import UnitRef
from enforcement.law.terms import UnitKind
from enforcement.overview import balance_sql
from enforcement.overview.balance import MEASURES, Spread, question, spread_of
from enforcement.overview.proposal_model import Group, Moved, Place, Proposal
from enforcement.permissions import Permission
from enforcement.wall import over_county
from gis import regions
from gis.adjacency import Edges, nearest_links, shared_borders
from gis.layers import SpatialLayer
from gis.regions import Graph

COUNTY: Final = "county"
BRIGADES: Final = "brigades"
LEAST_GAIN: Final = 0.005
"""A spread that falls by less is not worth a change."""


def propose(
    session: Session,
    actor: Actor,
    *,
    weights: Mapping[str, float],
    scope: str = BRIGADES,
    most: int | None = None,
    on: date | None = None,
) -> Proposal:
    """Return fairer regions for squads on a day, by default today; nothing is changed.

    weights -- how much each of the MEASURES counts; scope -- "brigades" (each by itself),
    "county", or the code of one brigade; most -- at most so many villages change hands in each
    brigade, which takes the steps that even the most; None draws the regions anew (METIS).
    A brigade leader gets his own brigade. The same question has the same answer.
    Raises InvalidInputError, NotFoundError.
    """
    permissions.check(actor, Permission.DUTY_PLAN)
    day = on or clock.today(session)
    edition = plan_queries.edition_on(session, actor.county_code, day)
    places = _places(session, edition, day, _weights(weights))
    units = [unit for unit in plan_queries.units_on(session, actor.county_code, day) if unit.live]
    layer = _layer(edition)
    edges = shared_borders(session, layer)
    groups = [
        _group(session, layer, edges, unit, units, places, most)
        for unit in _scopes(actor, scope, units)
    ]
    today = {place.code: place.unit_code for place in places}
    return Proposal(day, dict(weights), [group for group in groups if group is not None], today)


def save(
    session: Session, actor: Actor, proposal: Proposal, name: str, *, key: str | None = None
) -> DutyPlan:
    """Make a draft plan of a proposal; raises InvalidInputError where it proposes nothing."""
    ops = proposal.ops()
    if not ops:
        raise InvalidInputError("proposal", _("没有可保存的建议。"))
    plan = plans.start(session, actor, name, on=proposal.on, key=key)
    if plan.version > 1:  # the same key again
        return plan
    return plans.apply(session, actor, plan.id, ops, plan.version).plan


def _weights(weights: Mapping[str, float]) -> dict[str, float]:
    wrong = [name for name in weights if name not in MEASURES]
    if wrong:
        known = "、".join(MEASURES)
        raise InvalidInputError("weights", _("没有这种权重，应当是：%(known)s", known=known))
    sound = all(math.isfinite(value) and value >= 0 for value in weights.values())
    if not sound or not sum(weights.values()):
        raise InvalidInputError("weights", _("权重不能为负，至少一项大于零。"))
    return {name: value for name, value in weights.items() if value > 0}


@over_county
def _places(
    session: Session, edition: Edition, day: date, weights: Mapping[str, float]
) -> list[Place]:
    """Return the finest areas with their weight: the mean of their shares of each measure."""
    rows = session.execute(text(balance_sql.places()), question(edition, day)).all()
    values = [_values(row) for row in rows]
    share = [0.0] * len(rows)
    for name, weight in weights.items():
        known = [one[name] for one in values if name in one]
        if len(known) < len(rows):
            raise InvalidInputError("weights", _("有的村没有人口数据，不能按人口计算。"))
        total = sum(known)
        if not total:
            word = _(MEASURES[name])
            raise InvalidInputError(
                "weights", _("全县没有%(measure)s，不能按它计算。", measure=word)
            )
        for number, value in enumerate(known):
            share[number] += weight * value / total
    whole = sum(weights.values())
    return [
        Place(row.code, row.name, row.unit_code, value, part / whole)
        for row, value, part in zip(rows, values, share, strict=True)
    ]


def _values(row: Any) -> dict[str, float]:
    found = {
        "incidents": float(row.incidents), "cases": float(row.cases),
        "area": row.area_m2 / 1e6, "villages": 1.0,
    }  # fmt: skip
    return found if row.population is None else {**found, "population": float(row.population)}


def _layer(edition: Edition) -> SpatialLayer:
    return AREA_LAYER.only(
        Area.county_code == edition.county_code,
        Area.edition_id == edition.id,
        Area.level == edition.level,
    )


def _scopes(actor: Actor, scope: str, units: Sequence[UnitRef]) -> list[UnitRef | None]:
    """Return the brigades to look at, each by itself; [None] is the county as a whole."""
    reach = plan_reach.reach_of(actor)
    brigades = [unit for unit in units if unit.kind in (UnitKind.BRIGADE, UnitKind.SUB_BUREAU)]
    if reach is not None:
        return [unit for unit in brigades if unit.code == reach]
    if scope == COUNTY:
        return [None]
    if scope == BRIGADES:
        return list(brigades)
    found = [unit for unit in brigades if unit.code == scope]
    if not found:
        raise InvalidInputError("scope", _("没有代码为%(code)s的大队（分局）。", code=scope))
    return list(found)


def _group(
    session: Session,
    layer: SpatialLayer,
    edges: Edges,
    brigade: UnitRef | None,
    units: Sequence[UnitRef],
    places: Sequence[Place],
    most: int | None,
) -> Group | None:
    """Return what is proposed for the squads of a brigade; None where it has none or no area."""
    mine = [unit for unit in units if brigade is None or plan_reach.within(brigade.code, unit.code)]
    squads = [unit for unit in mine if unit.kind == UnitKind.SQUAD]
    codes = {unit.code for unit in mine}
    inside = [place for place in places if brigade is None or place.unit_code in codes]
    if not squads or not inside:
        return None
    graph = _linked(session, layer, Graph(tuple(place.code for place in inside), edges))
    number = {unit.code: place for place, unit in enumerate(squads)}
    today = [number.get(place.unit_code or "", -1) for place in inside]
    labels, why = _labels(graph, [place.weight for place in inside], today, len(squads), most)
    return _told(brigade, squads, inside, today, labels, why)


def _linked(session: Session, layer: SpatialLayer, graph: Graph) -> Graph:
    """Return the graph in one part: exclaves are linked to the nearest area."""
    parts = graph.parts()
    if len(parts) == 1:
        return graph
    part_of = {graph.keys[node]: n for n, part in enumerate(parts) for node in part}
    return graph.linked(nearest_links(session, layer, part_of))


def _labels(
    graph: Graph, weights: Sequence[float], today: Sequence[int], count: int, most: int | None
) -> tuple[list[int], str | None]:
    """Return the region of each node, and why it is today's still, where it is."""
    if most is None:
        found, why = _drawn_anew(graph, weights, today, count)
    else:
        found, why = _stepwise(graph, weights, today, count, most)
    if why is None and not regions.contiguous(graph, found, count):
        why = _("得到的区域不连片，不予建议。")
    before, after = (
        regions.variation(regions.sums(weights, labels, count)) for labels in (today, found)
    )
    if why is None and after > before - LEAST_GAIN:
        why = _("没有比现状更均衡的划分。")
    return (found, None) if why is None else (list(today), why)


def _drawn_anew(
    graph: Graph, weights: Sequence[float], today: Sequence[int], count: int
) -> tuple[list[int], str | None]:
    drawn = regions.split(graph, weights, count)
    if drawn is None:
        return list(today), _("分不出%(n)d个连片的区域。", n=count)
    return regions.as_today(today, drawn, count), None


def _stepwise(
    graph: Graph, weights: Sequence[float], today: Sequence[int], count: int, most: int
) -> tuple[list[int], str | None]:
    """Even today's regions out step by step; what lies apart from its region is handed over first.

    Counts as handed over what differs from today in the end.
    """
    start = regions.adopted(graph, regions.largest_parts(graph, today, count))
    moved = sum(a != b for a, b in zip(start, today, strict=True))
    if moved > most:
        return list(today), _("现在的责任区不连片，要连片至少变动%(n)d个村，超过上限。", n=moved)
    return regions.evened(graph, weights, start, count, most=most - moved), None


def _told(
    brigade: UnitRef | None,
    squads: Sequence[UnitRef],
    inside: Sequence[Place],
    today: Sequence[int],
    labels: Sequence[int],
    why: str | None,
) -> Group:
    before, after = (_totals(squads, inside, numbers) for numbers in (today, labels))
    moved = tuple(
        Moved(place.code, place.name, place.unit_code, squads[new].code)
        for place, old, new in zip(inside, today, labels, strict=True)
        if old != new
    )
    return Group(
        code=brigade.code if brigade else COUNTY,
        name=brigade.name if brigade else _("全县"),
        squads=tuple(squads),
        before=before,
        after=after,
        spread_before=_spread(before),
        spread_after=_spread(after),
        moved=moved,
        why=why,
    )


def _spread(totals: Mapping[str, Mapping[str, float]]) -> Spread:
    return spread_of("weight", [one["weight"] for one in totals.values()])


def _totals(
    squads: Sequence[UnitRef], inside: Sequence[Place], labels: Sequence[int]
) -> dict[str, dict[str, float]]:
    """Return, for each squad, the sum of each measure and of the weight over its areas."""
    names = [name for name in MEASURES if all(name in place.values for place in inside)]
    found = {unit.code: dict.fromkeys((*names, "weight"), 0.0) for unit in squads}
    for place, label in zip(inside, labels, strict=True):
        if label >= 0:
            mine = found[squads[label].code]
            for name in names:
                mine[name] += place.values[name]
            mine["weight"] += place.weight
    return found
