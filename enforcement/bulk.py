"""Many rows changed by one statement: UPDATE … FROM (VALUES …), some thousand rows a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from typing import cast as typed

from sqlalchemy import Table, cast, column, insert, update, values
from sqlalchemy.orm import Session

from enforcement.db import Base

MOST: Final = 2000


def insert_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that name the same columns, some thousand by a statement."""
    if rows:
        made = typed(
            Table, table.__table__
        )  # the table itself: the mapper would part rows by NULLs
        session.execute(insert(made), [dict(row) for row in rows])


def update_where(
    session: Session,
    table: type[Base],
    county_code: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    match: Mapping[str, str],
    change: Mapping[str, str],
) -> None:
    """Change rows of a county's table: where columns equal a row's values, set others to them.

    match, change -- column of the table -> name of the value in a row; at least one of each
    """
    made = typed(Table, table.__table__)
    names = [*match.values(), *change.values()]
    kinds = {**{v: made.c[c].type for c, v in match.items()},
             **{v: made.c[c].type for c, v in change.items()}}  # fmt: skip
    for some in _chunks(rows):
        given = values(*[column(f"v_{name}", kinds[name]) for name in names], name="given")
        given = given.data([tuple(row[name] for name in names) for row in some])
        query = update(made).where(
            made.c.county_code == county_code,
            *[made.c[c] == cast(given.c[f"v_{v}"], kinds[v]) for c, v in match.items()],
        )
        session.execute(
            query.values({c: cast(given.c[f"v_{v}"], kinds[v]) for c, v in change.items()})
        )


def _chunks(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    left = iter(rows)
    while some := list(islice(left, MOST)):
        yield some
