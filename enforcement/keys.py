"""Change of keys: what is encrypted is written anew under the first key, a batch at a time.

Every column `X_encrypted` is taken, with the hash `X_hash` where there is one beside it. A batch
that was done is done: rows already under the first key are left alone, so that the work may be
broken off and taken up again, and people go on working meanwhile.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table, select, text, tuple_, update
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.db import Base
from enforcement.errors import StepNotAllowedError
from enforcement.i18n import _

BATCH: Final = 500
SEALED: Final = "_encrypted"
Key = tuple[str, uuid.UUID]


@dataclass(frozen=True)
class Batch:
    """What one step did: rows looked at and written anew; `last` is None at the end."""

    seen: int
    changed: int
    last: Key | None


def sealed_tables() -> dict[str, list[str]]:
    """Return table -> names of its encrypted numbers, without `_encrypted`."""
    found = {
        name: [column.name.removesuffix(SEALED) for column in table.c
               if column.name.endswith(SEALED)]
        for name, table in sorted(Base.metadata.tables.items())
    }  # fmt: skip
    return {name: numbers for name, numbers in found.items() if numbers}


def rotate(session: Session, name: str, after: Key | None = None, limit: int = BATCH) -> Batch:
    """Write a batch of a table under the first key; the caller commits, then asks for the next.

    after -- county and id of the last row of the batch before
    Rows of tables that only grow are written anew too, by the owner of the tables alone (revision
    0103); raises StepNotAllowedError for anybody else.
    """
    _may(session, name)
    table = Base.metadata.tables[name]
    numbers = sealed_tables()[name]
    key = (table.c.county_code, table.c.id)
    query = select(table).order_by(*key).limit(limit).with_for_update()
    if after is not None:
        query = query.where(tuple_(*key) > after)
    rows = session.execute(query).mappings().all()
    changed = sum(_row(session, table, row, numbers) for row in rows)
    last = (rows[-1]["county_code"], rows[-1]["id"]) if len(rows) == limit else None
    return Batch(len(rows), changed, last)


def _may(session: Session, name: str) -> None:
    """Say that keys change, which only whoever may change the rows can use."""
    if not session.scalar(text("SELECT has_table_privilege(:name, 'UPDATE')"), {"name": name}):
        raise StepNotAllowedError(
            _("换密钥要改写只增不改的表，请设置 ENFORCEMENT_OWNER_URL 为表所有者的连接后再运行。")
        )
    session.execute(text("SET LOCAL app.rekey = 'on'"))


def _row(session: Session, table: Table, row: Any, numbers: list[str]) -> bool:
    """Write a row's numbers under the first key; tell whether any was not."""
    new: dict[str, Any] = {}
    for number in numbers:
        sealed = row[number + SEALED]
        if sealed is not None and not crypto.is_under_first_key(sealed):
            said = crypto.unseal(sealed) or ""
            new[number + SEALED] = crypto.seal(said)
            if f"{number}_hash" in table.c:
                new[f"{number}_hash"] = crypto.search_hash(said)
    if new:
        mine = (table.c.county_code == row["county_code"], table.c.id == row["id"])
        session.execute(update(table).where(*mine).values(new))
    return bool(new)
