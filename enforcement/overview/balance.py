"""Who carries how much: squads of a day by area, people, work and staff, and how even that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.clock import ZONE
from enforcement.i18n import _
from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.models import Edition
from enforcement.law.terms import N_, UnitKind
from enforcement.law.time_limits import add_months
from enforcement.overview import balance_sql
from enforcement.permissions import Permission
from enforcement.wall import over_county
from gis.regions import gini, variation

MEASURES: Final = {
    "incidents": N_("事件（件）"),
    "cases": N_("案件（件）"),
    "area": N_("面积（平方公里）"),
    "population": N_("人口（人）"),
    "villages": N_("村（个）"),
}
"""What is compared, with its words."""

MONTHS: Final = 12


@dataclass(frozen=True)
class Load:
    """What one unit answers for on a day, what happened in the last 12 months, and its staff.

    area_m2 -- square metres by the duties of the day, drawn polygons included
    population -- None where it is not known of every village
    incidents -- whose responsible unit it is; cases -- whose unit it is; officers -- staff that
    may hold a certificate, certified -- of them with one valid on the day
    """

    code: str
    name: str
    kind: str
    brigade_code: str | None
    brigade_name: str | None
    villages: int
    polygons: int
    area_m2: float
    population: int | None
    incidents: int
    cases: int
    officers: int
    certified: int

    def value(self, measure: str) -> float | None:
        """Return what one of the MEASURES counts; None where it is not known."""
        if measure == "area":
            return round(self.area_m2 / 1e6, 2)
        found: float | None = getattr(self, measure)
        return found


@dataclass(frozen=True)
class Spread:
    """How evenly a measure is spread over the squads; both figures are 0 where all are equal.

    variation -- standard deviation by mean; gini -- up to nearly 1, where one has everything
    """

    measure: str
    low: float
    high: float
    mean: float
    variation: float
    gini: float

    @property
    def words(self) -> str:
        """Return how even that is, in words."""
        if self.variation < 0.15:
            return _("均衡")
        return _("基本均衡") if self.variation < 0.35 else _("差距较大")


@dataclass(frozen=True)
class Balance:
    """The squads of a day, other units that answer for areas, and the spread of each measure.

    elsewhere -- incidents and cases of the same months that belong to none of these units
    """

    on: date
    since: date
    loads: list[Load]
    spreads: dict[str, Spread]
    elsewhere: dict[str, int]

    @property
    def squads(self) -> list[Load]:
        """Return the squads, without other units."""
        return [load for load in self.loads if load.kind == UnitKind.SQUAD]

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "on": self.on.isoformat(),
            "since": self.since.isoformat(),
            "squads": [_load_json(load) for load in self.loads],
            "spread": {name: _spread_json(spread) for name, spread in self.spreads.items()},
            "elsewhere": self.elsewhere,
        }


def _load_json(load: Load) -> dict[str, Any]:
    return {
        "unit": load.code,
        "name": load.name,
        "kind": load.kind,
        "brigade": load.brigade_code,
        "villages": load.villages,
        "area_km2": load.value("area"),
        "population": load.population,
        "incidents": load.incidents,
        "cases": load.cases,
        "officers": load.officers,
        "certified": load.certified,
    }


def _spread_json(spread: Spread) -> dict[str, float]:
    names = ("low", "high", "mean", "variation", "gini")
    return {name: round(getattr(spread, name), 4) for name in names}


@over_county
def balance(session: Session, actor: Actor, on: date | None = None) -> Balance:
    """Return the balance between the squads of the actor's county on a day, by default today.

    Counted over the 12 months that end with the day. Raises NotFoundError without boundaries.
    """
    permissions.check(actor, Permission.JURISDICTION_READ)
    day = on or clock.today(session)
    asked = question(plan_queries.edition_on(session, actor.county_code, day), day)
    rows = session.execute(text(balance_sql.squads()), asked).all()
    loads = [
        Load(**{name: getattr(row, name) for name in Load.__dataclass_fields__}) for row in rows
    ]
    totals = session.execute(text(balance_sql.TOTALS), asked).one()
    elsewhere = {
        name: getattr(totals, name) - sum(getattr(load, name) for load in loads)
        for name in ("incidents", "cases")
    }
    squads = [load for load in loads if load.kind == UnitKind.SQUAD]
    return Balance(day, first_day(day), loads, spreads_of(squads), elsewhere)


def question(edition: Edition, day: date) -> dict[str, Any]:
    """Return what the statements of `balance_sql` ask for."""
    return {
        "county": edition.county_code,
        "edition": edition.id,
        "level": edition.level,
        "on": day,
        "since": datetime.combine(first_day(day), time(), ZONE),
        "until": datetime.combine(day + timedelta(days=1), time(), ZONE),
    }


@over_county
def places(session: Session, actor: Actor) -> Sequence[Any]:
    """Return rows of code, incidents, cases: how much happened in each village in 12 months."""
    permissions.check(actor, Permission.JURISDICTION_READ)
    day = clock.today(session)
    edition = plan_queries.edition_on(session, actor.county_code, day)
    return session.execute(text(balance_sql.places()), question(edition, day)).all()


def first_day(day: date) -> date:
    """Return the first of the 12 months' days that end with a day."""
    return add_months(day + timedelta(days=1), -MONTHS)


def spreads_of(loads: Sequence[Load]) -> dict[str, Spread]:
    """Return the spread of each measure that is known of every squad."""
    found = {}
    for measure in MEASURES:
        values = [load.value(measure) for load in loads]
        known = [value for value in values if value is not None]
        if known and len(known) == len(values):
            found[measure] = spread_of(measure, known)
    return found


def spread_of(measure: str, values: Sequence[float]) -> Spread:
    """Return how evenly some values are spread."""
    mean = sum(values) / len(values)
    return Spread(measure, min(values), max(values), mean, variation(values), gini(values))
