"""Posts that go on in another unit as theirs was merged, set by set."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from enforcement import bulk, clock
from enforcement.actor import Actor
from enforcement.ids import uuid7
from enforcement.people import history
from enforcement.people.models import Account, PersonEntry, Post, Unit


def move_posts(
    session: Session,
    actor: Actor,
    posts: Sequence[Post],
    into: Mapping[uuid.UUID, Unit],
    on: date,
) -> None:
    """End posts on a day and begin their successors; those not begun yet change their unit.

    into -- unit id -> the unit it goes into. Accounts follow at once where the day has come,
    else on that day, as the new post names the one it follows.
    """
    begun = [post for post in posts if post.valid_from < on]
    made = {post.id: _successor(post, into[post.unit_id], on) for post in begun}
    _settle_accounts(session, begun)
    if made:
        session.execute(
            update(Post)
            .where(Post.county_code == actor.county_code, Post.id.in_(list(made)))
            .values(valid_to=on)
        )
        bulk.insert_rows(session, Post, list(made.values()))
    for post in posts:
        if post.valid_from >= on:
            post.unit_id = into[post.unit_id].id
    session.flush()
    if on <= clock.today(session):
        _follow(session, actor.county_code, {old: row["id"] for old, row in made.items()})
    _remember(session, actor, posts, into, on)


def _successor(post: Post, unit: Unit, on: date) -> dict[str, Any]:
    return {
        "county_code": post.county_code, "id": uuid7(), "person_id": post.person_id,
        "unit_id": unit.id, "role": post.role, "village_code": post.village_code,
        "valid_from": on, "valid_to": post.valid_to, "follows_id": post.id,
    }  # fmt: skip


def _settle_accounts(session: Session, posts: Sequence[Post]) -> None:
    """Let accounts that reached a post through the one before it name it themselves."""
    for county_code in {post.county_code for post in posts}:
        before = {post.follows_id: post.id for post in posts if post.follows_id is not None}
        _follow(session, county_code, before)


def _follow(session: Session, county_code: str, posts: Mapping[Any, uuid.UUID]) -> None:
    """Let the accounts of some posts stand for others: old post id -> new post id."""
    rows = [{"old": old, "new": new} for old, new in posts.items()]
    bulk.update_where(session, Account, county_code, rows, match={"post_id": "old"},
                      change={"post_id": "new"})  # fmt: skip


def _remember(
    session: Session,
    actor: Actor,
    posts: Sequence[Post],
    into: Mapping[uuid.UUID, Unit],
    on: date,
) -> None:
    units = {unit.id: unit for unit in into.values()}
    rows = []
    for post in posts:
        unit = into.get(post.unit_id) or units[post.unit_id]
        person = {"county_code": post.county_code, "id": post.person_id}
        detail = {"role": post.role, "unit": unit.code, "name": unit.name}
        rows.append(history.values(PersonEntry, person, "move_post", actor, on, **detail))
    bulk.insert_rows(session, PersonEntry, rows)
