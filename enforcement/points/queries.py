"""Reads: the register of village points."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, aliased

from enforcement import clock
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.jurisdiction.models import Division
from enforcement.people.models import Person, Post
from enforcement.points.models import VillagePoint
from enforcement.settings import queries as settings

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A point with the names of its village, township and owner.

    silent -- active, and not heard for longer than the county's setting
    """

    point: VillagePoint
    village: str
    township: str | None
    owner: str | None
    silent: bool


def silent_before(session: Session, county_code: str) -> datetime:
    """Return the moment before which a point must have been heard to count as silent."""
    minutes = settings.value(session, county_code, "point_silent_minutes")
    return clock.now(session) - timedelta(minutes=minutes)


def list_points(
    session: Session,
    actor: Actor,
    *,
    only_silent: bool = False,
    after: tuple[str, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return the county's points by village, each with its names, in one statement.

    after -- village code and id of the last row of the page before
    """
    before = silent_before(session, actor.county_code)
    seen = func.coalesce(VillagePoint.last_seen_at, VillagePoint.created_at)
    silent = VillagePoint.active & (seen < before)
    village, township = aliased(Division), aliased(Division)
    query = (
        select(
            VillagePoint,
            village.name,
            township.name,
            func.coalesce(Person.name, VillagePoint.owner),
            silent,
        )
        .join(
            village,
            (village.county_code == VillagePoint.county_code)
            & (village.code == VillagePoint.village_code),
        )
        .outerjoin(
            township,
            (township.county_code == village.county_code)
            & (township.code == func.left(VillagePoint.village_code, 9)),
        )
        .outerjoin(
            Person,
            (Person.county_code == VillagePoint.county_code) & (Person.id == VillagePoint.owner_id),
        )
        .where(VillagePoint.county_code == actor.county_code)
        .order_by(VillagePoint.village_code, VillagePoint.id)
        .limit(limit)
    )
    if only_silent:
        query = query.where(silent)
    if after is not None:
        query = query.where(tuple_(VillagePoint.village_code, VillagePoint.id) > after)
    return [Listed(*row) for row in session.execute(query)]


def get(session: Session, actor: Actor, point_id: uuid.UUID) -> VillagePoint:
    """Return a point of the county; raises NotFoundError."""
    point = session.get(VillagePoint, (actor.county_code, point_id))
    if point is None:
        raise NotFoundError(_("没有这个服务点。"))
    return point


def villages(session: Session, county_code: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return township name -> code and name of its villages, for a field to choose from."""
    township = aliased(Division)
    query = (
        select(township.name, Division.code, Division.name)
        .join(
            township,
            (township.county_code == Division.county_code)
            & (township.code == Division.parent_code),
        )
        .where(Division.county_code == county_code, Division.level == "village")
        .order_by(Division.code)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for name, code, village in session.execute(query):
        found.setdefault(name, []).append((code, village))
    return list(found.items())


def keepers(session: Session, county_code: str, village_code: str) -> list[tuple[str, str]]:
    """Return id and name of the people who answer for villages of the same township today."""
    query = (
        select(Person.id, Person.name, Division.name)
        .join(Post, (Post.county_code == Person.county_code) & (Post.person_id == Person.id))
        .join(
            Division,
            (Division.county_code == Post.county_code) & (Division.code == Post.village_code),
        )
        .where(
            Person.county_code == county_code,
            Post.village_code.startswith(village_code[:9]),
            Post.valid_from <= clock.sql_today(),
            Post.valid_to.is_(None) | (Post.valid_to > clock.sql_today()),
        )
        .order_by(Post.village_code != village_code, Post.village_code, Person.id)
    )
    return [(str(row[0]), f"{row[1]}（{row[2]}）") for row in session.execute(query)]
