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
    first = insert(NumberCounter).values(
        county_code=county_code, organ=organ, word=word, year=year, last=1
    )
    upsert = first.on_conflict_do_update(
        constraint="pk_number_counter", set_={"last": NumberCounter.last + 1}
    )
    return session.execute(upsert.returning(NumberCounter.last)).scalar_one()
