"""A look under a grant: it is written down before anything is shown, and the first one is told."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor, Glass
from enforcement.glass import queries, telling
from enforcement.glass.models import GlassGrant, GlassKind, GlassLook
from enforcement.ids import uuid7
from enforcement.permissions import Permission


def begin(
    session: Session, actor: Actor, kind: GlassKind, object_id: uuid.UUID, what: str, path: str
) -> Actor | None:
    """Return the actor as he looks under the grant that opens an object; None without one.

    He holds nothing then but the right to read that one object. A token that is narrower than its
    account opens nothing, nor does a post that may no longer ask.
    """
    if actor.scopes is not None or not permissions.allows(actor, Permission.GLASS_ASK):
        return None
    grant = queries.find_standing(session, actor, kind, object_id)
    if grant is None:
        return None
    session.add(
        GlassLook(
            county_code=grant.county_code, id=uuid7(), grant_id=grant.id, what=what,
            path=path[:500], at=clock.now(session),
        )
    )  # fmt: skip
    telling.record(session, "glass:look", grant, actor, page=what)
    if grant.first_used_at is None:
        _first(session, grant)
    session.flush()
    glass = Glass(grant.id, str(kind), object_id, grant.number, grant.until)
    return replace(actor, glass=glass)


def _first(session: Session, grant: GlassGrant) -> None:
    """Note the first look, and tell it; of two at once one tells."""
    first = (
        update(GlassGrant)
        .where(
            GlassGrant.county_code == grant.county_code,
            GlassGrant.id == grant.id,
            GlassGrant.first_used_at.is_(None),
        )
        .values(first_used_at=clock.now(session))
        .returning(GlassGrant.id)
    )
    if session.execute(first).first() is not None:
        telling.auditors(session, grant, "glass_used")
