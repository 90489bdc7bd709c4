"""Write a plan: each table by one statement for its new rows and one for its changed rows."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import bulk, clock, crypto
from enforcement.db import Base
from enforcement.people.imports.drafts import Plan
from enforcement.people.models import (
    Certificate,
    CertificateEntry,
    Person,
    PersonEntry,
    Post,
    Unit,
    UnitEntry,
)

TABLES: Final[dict[str, type[Base]]] = {  # in the order in which they refer to each other
    "units": Unit, "unit_entries": UnitEntry, "people": Person, "posts": Post,
    "person_entries": PersonEntry, "certificates": Certificate,
    "certificate_entries": CertificateEntry,
}  # fmt: skip
NUMBERS: Final = ("id_number", "phone")


def write(session: Session, county_code: str, plan: Plan) -> None:
    """Write all rows of a plan; numbers are encrypted and hashed here."""
    rows = dict(plan.writes)
    now = clock.now(session)
    if "people" in rows:
        rows["people"] = [_sealed(row) | {"created_at": now} for row in rows["people"]]
    for name, table in TABLES.items():
        bulk.insert_rows(session, table, rows.get(name, []))
    _change(session, county_code, Unit, rows.get("unit_changes", []))
    _change(session, county_code, Certificate, rows.get("certificate_changes", []))
    changes = rows.get("person_changes", [])
    plain = [{key: row[key] for key in row if key not in NUMBERS} for row in changes]
    _change(session, county_code, Person, plain)
    for number in NUMBERS:
        given = [{"id": row["id"], **_hidden(number, row[number])}
                 for row in changes if row[number]]  # fmt: skip
        _change(session, county_code, Person, given, counts=False)
    session.expire_all()


def _sealed(row: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in row.items() if key not in NUMBERS}
    for number in NUMBERS:
        found |= _hidden(number, row[number])
    return found


def _hidden(number: str, value: str | None) -> dict[str, Any]:
    return {
        f"{number}_encrypted": crypto.seal(value),
        f"{number}_hash": crypto.search_hash(value) if value else None,
    }


def _change(
    session: Session,
    county_code: str,
    table: type[Base],
    rows: list[dict[str, Any]],
    *,
    counts: bool = True,
) -> None:
    """Set the columns of some rows by id, and count their versions up."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    bulk.update_where(session, table, county_code, rows, match={"id": "id"},
                      change={name: name for name in names})  # fmt: skip
    if counts:
        session.execute(
            text(f"update {table.__tablename__} set version = version + 1"  # noqa: S608
                 " where county_code = :county and id = any(:ids)"),
            {"county": county_code, "ids": [row["id"] for row in rows]},
        )  # fmt: skip
