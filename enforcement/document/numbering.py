"""Numbers from locked counter rows: unique, without gaps, never reused (R20)."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement.document.models import NumberCounter


def take(session: Session, county_code: str, organ: str, word: str, year: int) -> int:
    """Return the next number and hold the counter until the transaction ends.

    A rollback gives the number back, so that there is never a gap. Take it as late as can be:
    others that number the same kind wait for the end of this transaction.
    """
    return take_block(session, county_code, organ, word, year, 1)


def take_block(
    session: Session, county_code: str, organ: str, word: str, year: int, count: int
) -> int:
    """Return the first of `count` numbers in a row, under the same rules as `take`."""
    first = insert(NumberCounter).values(
        county_code=county_code, organ=organ, word=word, year=year, last=count
    )
    upsert = first.on_conflict_do_update(
        constraint="pk_number_counter", set_={"last": NumberCounter.last + count}
    )
    return session.execute(upsert.returning(NumberCounter.last)).scalar_one() - count + 1
