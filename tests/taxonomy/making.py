"""Files of the county's list for tests: the list in force with some cells changed."""

from __future__ import annotations

import csv
import io
from typing import Any

from sqlalchemy.orm import Session

from enforcement.law import taxonomy as law
from enforcement.law.taxonomy import Taxonomy
from enforcement.sheets import writing as sheets
from enforcement.taxonomy import importing, queries, writing
from enforcement.taxonomy.columns import TABLES
from enforcement.taxonomy.importing import Plan
from enforcement.taxonomy.models import ListKind
from tests.asking import actor_of, set_clock

COUNTY = "220322"


def rows_of(kind: ListKind = ListKind.CATEGORIES) -> list[dict[str, str]]:
    """Return the shipped list as rows by heading."""
    table = TABLES[kind]
    rows = writing.rows_of(law.shipped(), kind)
    return [{table.heading(key): text for key, text in row.items()} for row in rows]


def as_csv(rows: list[dict[str, str]]) -> bytes:
    """Return rows as a file."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")


def changed(*dropped: str, **cells: dict[str, str]) -> bytes:
    """Return the shipped categories as a file without some codes, and with some cells changed.

    cells -- code (with a leading `c`) -> heading -> text
    """
    rows = [row for row in rows_of() if row["代码"] not in dropped]
    for row in rows:
        row.update(cells.get(f"c{row['代码']}", {}))
    return as_csv(rows)


def put(session: Session, data: bytes, kind: ListKind = ListKind.CATEGORIES) -> Plan:
    """Import a file as the system administrator, before the reports of the tests; it is taken."""
    before = len(queries.editions(session, COUNTY))
    set_clock(session, f"2026-03-02 09:2{before}")
    done = importing.apply(session, actor_of(session, "xitong"), kind, data, "清单.csv")
    assert done.applied, done.problems
    session.commit()
    return done


def now(session: Session) -> Taxonomy:
    """Return the list that the demonstration county goes by."""
    return queries.current(session, COUNTY)


def as_file(rows: list[dict[str, Any]], kind: ListKind, suffix: str) -> bytes:
    """Return rows by key as a file of either kind."""
    return sheets.write(TABLES[kind], rows, suffix)
