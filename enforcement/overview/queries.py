"""Reads: a township's month in figures, and what lies on the operations map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import RowMapping, select, text
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.time_limits import add_months
from enforcement.wall import over_county

BY_VILLAGE: Final = text("""
    with village as (
      select code, name from division
      where county_code = :county and level = 'village' and parent_code = :township
    ), reported as (
      select village_code as code, count(*) as incidents,
             count(*) filter (where state = 'closed') as closed,
             count(*) filter (where state = 'to_case') as to_case
      from incident
      where county_code = :county and township_code = :township
        and received_at >= :since and received_at < :until
      group by village_code
    ), filed as (
      select village_code as code, count(*) as cases from case_file
      where county_code = :county and township_code = :township
        and registered_at >= :since and registered_at < :until
      group by village_code
    )
    select v.code, v.name, coalesce(r.incidents, 0) as incidents, coalesce(r.closed, 0) as closed,
           coalesce(r.to_case, 0) as to_case, coalesce(f.cases, 0) as cases
    from village v left join reported r using (code) left join filed f using (code)
    order by incidents desc, v.code
""")

BY_CATEGORY: Final = text("""
    select category, count(*) as incidents, count(*) filter (where state = 'closed') as closed
    from incident
    where county_code = :county and township_code = :township
      and received_at >= :since and received_at < :until
    group by category order by incidents desc, category
""")

BY_MATTER: Final = text("""
    select matter_code, count(*) as cases, count(*) filter (where state = 'closed') as closed
    from case_file
    where county_code = :county and township_code = :township
      and registered_at >= :since and registered_at < :until
    group by matter_code order by cases desc, matter_code
""")

TOTALS: Final = text("""
    select
      (select count(*) from incident where county_code = :county and township_code = :township
         and received_at >= :since and received_at < :until) as incidents,
      (select count(*) from incident where county_code = :county and township_code = :township
         and received_at >= :since and received_at < :until and state = 'closed') as closed,
      (select count(*) from case_file where county_code = :county and township_code = :township
         and registered_at >= :since and registered_at < :until) as cases,
      (select count(*) from case_file where county_code = :county and township_code = :township
         and closed_on >= :first and closed_on < :next) as cases_closed,
      (select count(*) from patrol_stop where county_code = :county
         and village_code like :below and patrol_on >= :first and patrol_on < :next) as stops
""")


@dataclass(frozen=True)
class Month:
    """A calendar month in China."""

    first: date

    @property
    def next(self) -> date:
        """Return the first day of the month after."""
        return add_months(self.first, 1)

    def bounds(self) -> dict[str, Any]:
        """Return its first day, the next month's, and both as moments."""
        since, until = (
            datetime(day.year, day.month, 1, tzinfo=ZONE) for day in (self.first, self.next)
        )
        return {"first": self.first, "next": self.next, "since": since, "until": until}


@dataclass(frozen=True)
class TownshipMonth:
    """What happened in a township in a month, and the totals of the month before."""

    township_code: str
    month: Month
    totals: RowMapping
    before: RowMapping
    by_village: list[RowMapping]
    by_category: list[RowMapping]
    by_matter: list[RowMapping]


@over_county
def township_month(
    session: Session, county_code: str, township_code: str, month: Month
) -> TownshipMonth:
    """Return the figures of a township's month, in five statements."""
    asked = {"county": county_code, "township": township_code, "below": f"{township_code}%"}
    now = asked | month.bounds()
    before = asked | Month(add_months(month.first, -1)).bounds()
    return TownshipMonth(
        township_code,
        month,
        session.execute(TOTALS, now).mappings().one(),
        session.execute(TOTALS, before).mappings().one(),
        list(session.execute(BY_VILLAGE, now).mappings()),
        list(session.execute(BY_CATEGORY, now).mappings()),
        list(session.execute(BY_MATTER, now).mappings()),
    )


MOST_ON_MAP: Final = 2000


def open_incidents(session: Session, actor: Actor) -> list[Any]:
    """Return id, state and place (lon, lat) of the open incidents that the actor sees."""
    query = (
        select(Incident.id, Incident.state, Incident.lon, Incident.lat)
        .where(incidents.visible(actor), Incident.state.in_(OPEN_STATES), Incident.lon.is_not(None))
        .order_by(Incident.received_at.desc())
        .limit(MOST_ON_MAP)
    )
    return list(session.execute(query))


def cases_of_month(session: Session, actor: Actor, township_code: str, month: Month) -> list[Any]:
    """Return place (lon, lat) and state of a township's cases of a month that the actor sees."""
    bounds = month.bounds()
    query = select(CaseFile.id, CaseFile.state, CaseFile.lon, CaseFile.lat).where(
        cases.visible(actor),
        CaseFile.township_code == township_code,
        CaseFile.registered_at >= bounds["since"],
        CaseFile.registered_at < bounds["until"],
    )
    return list(session.execute(query))
