"""To whom an ask may be handed: the people of its village and township."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.ledger.models import Ask
from enforcement.people.models import Person, Post, Unit


def choices(session: Session, ask: Ask) -> list[tuple[str, str]]:
    """Return id and words of the people with a post in the township or the village today."""
    today = clock.today(session)
    query = (
        select(Person.id, Person.name, Unit.name)
        .join(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(
            Person.county_code == ask.county_code,
            Post.valid_from <= today,
            or_(Post.valid_to.is_(None), Post.valid_to > today),
            or_(
                Post.village_code == ask.village_code,
                Unit.home_code == ask.township_code,
                Unit.code == ask.unit_code,
            ),
        )
        .distinct()
        .order_by(Unit.name, Person.name, Person.id)
        .limit(200)
    )
    return [(str(row[0]), f"{row[1]} · {row[2]}") for row in session.execute(query)]
