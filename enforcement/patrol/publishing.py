"""Act: publish squads' lists of a day: phones are told at once, and say that they heard."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement import clock, events, history, notices, once, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError
from enforcement.i18n import _
from enforcement.law.escalation import Does
from enforcement.law.terms import PatrolState
from enforcement.patrol import assigning, services
from enforcement.patrol.models import Patrol, PatrolEntry
from enforcement.people.models import Post
from enforcement.permissions import Permission


def publish(
    session: Session,
    actor: Actor,
    day: date,
    squads: Sequence[str],
    *,
    versions: Mapping[str, int] | None = None,
    key: str | None = None,
) -> list[Patrol]:
    """Publish the lists of squads (codes) and tell everybody in them; return those that are new.

    A list whose version the squad was told of already is left alone. Raises NotPermittedError,
    InvalidInputError, StaleVersionError where a list is not as the actor saw it.
    """
    permissions.check(actor, Permission.PATROL_ASSIGN)
    if once.claim(session, actor, key, "patrol:publish", [day, sorted(squads)]) is not None:
        return []
    found = assigning.load(session, actor.county_code, day)
    told = []
    for code in sorted(set(squads)):
        services.check_reach(actor, code)
        patrol = found.list_of(code)
        if patrol is None or not found.stops[patrol.id]:
            raise InvalidInputError("squads", _("中队%(code)s当天还没有清单。", code=code))
        if versions is not None and versions.get(code) != patrol.version:
            message = _("中队%(code)s的清单刚被修改，请核对后再下达。", code=code)
            current = {"squad": code, "version": patrol.version}
            raise StaleVersionError(message, current=current)
        if patrol.told_version != patrol.version:
            told.append(patrol)
            _tell(session, actor, patrol)
    once.done(session, actor, key, told[0].id if told else actor.account_id)
    return told


def _tell(session: Session, actor: Actor, patrol: Patrol) -> None:
    if patrol.state == PatrolState.DRAFT:
        patrol.state = PatrolState.PUBLISHED
    patrol.version += 1
    patrol.told_version = patrol.version
    people = _people(session, patrol)
    history.append(session, PatrolEntry.patrol_id, patrol, "publish", actor, clock.now(session),
                   {"told": len(people)})  # fmt: skip
    events.publish(session, patrol.county_code, "patrol", "publish", patrol.id,
                   units=[patrol.squad_code], number=patrol.number)  # fmt: skip
    for person_id in people:
        notices.send(
            session, patrol.county_code, person_id, "patrol", patrol.id, does=str(Does.NOTIFY),
            rule="patrol_published", number=patrol.number, version=patrol.version,
        )  # fmt: skip


def _people(session: Session, patrol: Patrol) -> list[uuid.UUID]:
    """Return who serves in the squad on the day."""
    on = patrol.patrol_on
    query = select(Post.person_id).where(
        Post.county_code == patrol.county_code, Post.unit_id == patrol.squad_id,
        Post.valid_from <= on, or_(Post.valid_to.is_(None), Post.valid_to > on),
    )  # fmt: skip
    return sorted(set(session.scalars(query)))
