"""Statements planned once per connection: planning a routing costs three times its execution."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, TextClause, text
from sqlalchemy.orm import Session

PARAMETER: Final = re.compile(r"(?<!:):([a-z_]+)")
TYPES: Final = {
    "lon": "float8",
    "lat": "float8",
    "on": "date",
    "category": "text",
    "county": "text",
    "reach_m": "float8",
}


def find_one(session: Session, name: str, sql: str, values: Mapping[str, Any]) -> RowMapping | None:
    """Return the one row of a statement, None without one; it is prepared on first use.

    name -- names the prepared statement; one name must always stand for one `sql`
    values -- at least those of TYPES, by name
    """
    connection = session.connection()
    ready = _prepare(connection, name, sql)
    found = connection.execute(_execute(name) if ready else text(sql), values)
    return found.mappings().one_or_none()


@functools.cache
def _execute(name: str) -> TextClause:
    return text(f"EXECUTE {name} ({', '.join(':' + key for key in TYPES)})")


def _prepare(connection: Connection, name: str, sql: str) -> bool:
    """Return whether the statement is ready on this very backend; behind a pooler it is not."""
    if "prepared" not in connection.info:
        connection.info["prepared"] = set() if _is_direct(connection) else None
    ready: set[str] | None = connection.info["prepared"]
    if ready is None:
        return False
    if name not in ready:
        order = {key: f"${place}" for place, key in enumerate(TYPES, start=1)}
        body = PARAMETER.sub(lambda found: order[found[1]], sql)
        connection.exec_driver_sql(f"PREPARE {name} ({', '.join(TYPES.values())}) AS {body}")
        ready.add(name)
    return True


def _is_direct(connection: Connection) -> bool:
    """Return False where a pooler stands between, which may change backends at any commit."""
    driver: Any = connection.connection.driver_connection
    told = driver.info.backend_pid
    return bool(told == connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
