"""Who holds posts of some roles today, and has an account to be told at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.law.terms import Role
from enforcement.people.models import Account, Post


def holders(session: Session, county_code: str, roles: Iterable[Role]) -> list[uuid.UUID]:
    """Return the people who hold a post of some roles today, each once, by id."""
    today = clock.today(session)
    query = (
        select(Account.person_id)
        .join(Post, and_(Post.county_code == Account.county_code, Post.id == Account.post_id))
        .where(
            Account.county_code == county_code,
            Account.active,
            Post.role.in_([str(role) for role in roles]),
            Post.valid_from <= today,
            or_(Post.valid_to.is_(None), Post.valid_to > today),
        )
        .distinct()
    )
    return sorted(session.scalars(query))
