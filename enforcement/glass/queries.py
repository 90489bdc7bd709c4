"""Reads: which object a grant opens now, grants of a person, grants that wait, all with looks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, select, text, tuple_
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.glass.models import GlassGrant, GlassKind, GlassLook, GlassState
from enforcement.i18n import _
from enforcement.settings import queries as settings

PAGE: Final = 20
LOOKS: Final = 100
SETTING: Final = "glass_hours"
OBJECT_OF: Final = {
    GlassKind.CASE: (GlassGrant.case_id, "case_file"),
    GlassKind.INCIDENT: (GlassGrant.incident_id, "incident"),
}
"""Kind -> the column of the grant that names the object, and the object's table."""


def standing(actor: Actor) -> ColumnElement[bool]:
    """Return which grants stand for the actor's account at this moment of the database clock."""
    return and_(
        GlassGrant.county_code == actor.county_code,
        GlassGrant.account_id == actor.account_id,
        GlassGrant.state == GlassState.AGREED,
        GlassGrant.until > func.app_now(),
    )


def shows(actor: Actor, kind: GlassKind, table: Any, *, lock: bool = False) -> ColumnElement[bool]:
    """Return which rows of a table the actor sees by the grant under which he looks: one, or none.

    Lists do not ask this; only what reads one object by its id does. lock -- the row is wanted for
    an act, which no grant allows.
    """
    if actor.glass is None or actor.glass.kind != kind or lock:
        return false()
    column, _table = OBJECT_OF[kind]
    mine = (standing(actor), GlassGrant.id == actor.glass.grant_id, column == table.id)
    return and_(table.county_code == actor.county_code, exists().where(*mine))


def find_standing(
    session: Session, actor: Actor, kind: GlassKind, object_id: uuid.UUID
) -> GlassGrant | None:
    """Return the grant that opens an object to the actor now, the one that lasts longest."""
    column, _table = OBJECT_OF[kind]
    query = select(GlassGrant).where(standing(actor), column == object_id)
    return session.scalars(query.order_by(GlassGrant.until.desc()).limit(1)).first()


def find_object(
    session: Session, county_code: str, kind: GlassKind, number: str
) -> uuid.UUID | None:
    """Return the id of a case or incident by its number; numbers run on, so that they tell nothing.

    What it is and whether it may be seen is not asked here.
    """
    _column, table = OBJECT_OF[kind]
    query = text(f"SELECT id FROM {table} WHERE county_code = :county AND number = :number")  # noqa: S608
    found: uuid.UUID | None = session.scalar(query, {"county": county_code, "number": number})
    return found


def longest(session: Session, county_code: str) -> timedelta:
    """Return for how long a grant may be asked at most."""
    return timedelta(hours=settings.value(session, county_code, SETTING))


def get(
    session: Session, county_code: str, grant_id: uuid.UUID, *, lock: bool = False
) -> GlassGrant:
    """Return a grant; raises NotFoundError."""
    query = select(GlassGrant).where(
        GlassGrant.county_code == county_code, GlassGrant.id == grant_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有这条应急授权，或者您无权查看。"))
    return found


def list_mine(session: Session, actor: Actor, limit: int = PAGE) -> list[GlassGrant]:
    """Return what the account asked for, the newest first."""
    query = select(GlassGrant).where(
        GlassGrant.county_code == actor.county_code, GlassGrant.account_id == actor.account_id
    )
    query = query.order_by(GlassGrant.asked_at.desc(), GlassGrant.id.desc())
    return list(session.scalars(query.limit(limit)))


def list_open(session: Session, actor: Actor, limit: int = 50) -> list[GlassGrant]:
    """Return the county's grants that wait for a decision or stand, those that wait first."""
    query = select(GlassGrant).where(
        GlassGrant.county_code == actor.county_code,
        GlassGrant.state.in_([GlassState.ASKED, GlassState.AGREED]),
        GlassGrant.until > func.app_now(),
    )
    first = GlassGrant.state == GlassState.AGREED
    return list(session.scalars(query.order_by(first, GlassGrant.asked_at).limit(limit)))


@dataclass(frozen=True)
class Listed:
    """A grant, how often somebody looked under it, and when last."""

    grant: GlassGrant
    looks: int
    last_at: datetime | None


def list_page(
    session: Session,
    county_code: str,
    *,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return a page of all grants of a county, the newest first."""
    query = select(GlassGrant).where(GlassGrant.county_code == county_code)
    if after is not None:
        query = query.where(tuple_(GlassGrant.asked_at, GlassGrant.id) < after)
    query = query.order_by(GlassGrant.asked_at.desc(), GlassGrant.id.desc()).limit(limit)
    rows = list(session.scalars(query))
    looks = _looks(session, county_code, [row.id for row in rows])
    return [Listed(row, *looks.get(row.id, (0, None))) for row in rows]


def _looks(
    session: Session, county_code: str, ids: list[uuid.UUID]
) -> dict[uuid.UUID, tuple[int, datetime]]:
    query = (
        select(GlassLook.grant_id, func.count(), func.max(GlassLook.at))
        .where(GlassLook.county_code == county_code, GlassLook.grant_id.in_(ids))
        .group_by(GlassLook.grant_id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def list_looks(
    session: Session,
    grant: GlassGrant,
    *,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = LOOKS,
) -> list[GlassLook]:
    """Return the looks under a grant, the latest first."""
    query = select(GlassLook).where(
        GlassLook.county_code == grant.county_code, GlassLook.grant_id == grant.id
    )
    if after is not None:
        query = query.where(tuple_(GlassLook.at, GlassLook.id) < after)
    return list(
        session.scalars(query.order_by(GlassLook.at.desc(), GlassLook.id.desc()).limit(limit))
    )
