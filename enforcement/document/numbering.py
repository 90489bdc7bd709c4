"""Numbers from locked counter rows: unique, without gaps, never reused (R20)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement.document.models import NumberCounter


def take(session: Session, county_code: str, organ: str, word: str, year: int) -> int:
    """Return the next number and hold the counter until the transaction ends.

    A rollback gives the number back, so that there is never a gap.
    """
    key = (county_code, organ, word, year)
    session.execute(
        insert(NumberCounter)
        .values(county_code=county_code, organ=organ, word=word, year=year, last=0)
        .on_conflict_do_nothing()
    )
    counter = session.execute(
        select(NumberCounter)
        .where(
            NumberCounter.county_code == key[0],
            NumberCounter.organ == key[1],
            NumberCounter.word == key[2],
            NumberCounter.year == key[3],
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    counter.last += 1
    session.flush()
    return counter.last
