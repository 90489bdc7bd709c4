"""Village points of two townships of the demonstration county; nobody is told their keys."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.jurisdiction.models import Area, Division, Edition
from enforcement.people.queries import find_actor_by_name
from enforcement.points import services
from enforcement.points.models import VillagePoint

ADMINISTRATOR: Final = "xitong"
HOME: Final = "fujing"
NAME: Final = "党群服务中心"
TOWNSHIPS: Final = 2


def load(session: Session, county_code: str) -> int:
    """Register one point in each village of two townships; return how many, 0 where there are.

    The first township is that of the demonstration auxiliary, so that a press reaches people.
    """
    there = select(VillagePoint.id).where(VillagePoint.county_code == county_code).limit(1)
    actor, home = (find_actor_by_name(session, name) for name in (ADMINISTRATOR, HOME))
    if actor is None or home is None or session.scalars(there).first() is not None:
        return 0
    rows = _villages(session, county_code, _townships(session, county_code, home.area_codes[0]))
    for code, lon, lat in rows:
        services.add(
            session, actor, code, NAME, place="村委会一楼", lon=lon, lat=lat, owner="村文书"
        )
    return len(rows)


def _townships(session: Session, county_code: str, home: str) -> list[str]:
    """Return the codes of the townships that get points: the auxiliary's own, then the first."""
    query = select(Division.code).where(
        Division.county_code == county_code, Division.level == "township"
    )
    others = session.scalars(query.where(Division.code != home[:9]).order_by(Division.code))
    return [home[:9], *others.all()[: TOWNSHIPS - 1]]


def _villages(
    session: Session, county_code: str, townships: list[str]
) -> list[tuple[str, float, float]]:
    query = (
        select(Area.code, Area.label_lon, Area.label_lat)
        .join(
            Edition,
            (Edition.county_code == Area.county_code) & (Edition.id == Area.edition_id),
        )
        .where(
            Area.county_code == county_code,
            Area.level == "village",
            Edition.status == "active",
            Area.code.in_(select(Division.code).where(Division.parent_code.in_(townships))),
        )
        .order_by(Area.code)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
