"""Statements planned once per connection: planning a routing costs three times its execution."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, literal, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

PARAMETER: Final = re.compile(r"(?<!:):([a-z_0-9]+)")


@dataclass(frozen=True)
class Statement:
    """A statement and the types of its parameters.

    name -- names the prepared statement; one name must always stand for one `sql`
    types -- parameter -> PostgreSQL type; `sql` writes a parameter as :name
    """

    name: str
    sql: str
    types: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, name: str, query: Any, types: tuple[tuple[str, str], ...]) -> Statement:
        """Return the statement of a query whose named parameters are those of `types`."""
        whole = query.compile(dialect=postgresql.dialect(paramstyle="named"))  # type: ignore[no-untyped-call]
        sql = str(whole)
        for key, value in whole.params.items():
            if key not in dict(types):
                sql = sql.replace(f":{key}", _literal(value))
        return cls(name, sql, types)

    def find_one(self, session: Session, values: Mapping[str, Any]) -> RowMapping | None:
        """Return the first row, None without one; the statement is prepared on first use."""
        connection = session.connection()
        if _prepare(connection, self):
            row = connection.exec_driver_sql(self._execute, dict(values)).first()
        else:
            row = connection.execute(text(self.sql), values).first()
        return row._mapping if row is not None else None

    @functools.cached_property
    def _execute(self) -> str:
        given = ", ".join(f"%({key})s" for key, _type in self.types)
        return f"EXECUTE {self.name} ({given})"


def _literal(value: str | int) -> str:
    """Return a constant that the code itself put into a query."""
    return str(literal(value).compile(compile_kwargs={"literal_binds": True}))


def _prepare(connection: Connection, statement: Statement) -> bool:
    """Return whether the statement is ready on this very backend; behind a pooler it is not."""
    if "prepared" not in connection.info:
        connection.info["prepared"] = set() if _is_direct(connection) else None
    ready: set[str] | None = connection.info["prepared"]
    if ready is None:
        return False
    if statement.name not in ready:
        order = {key: f"${n}" for n, (key, _type) in enumerate(statement.types, start=1)}
        body = PARAMETER.sub(lambda found: order[found[1]], statement.sql)
        types = ", ".join(kind for _key, kind in statement.types)
        connection.exec_driver_sql(f"PREPARE {statement.name} ({types}) AS {body}")
        ready.add(statement.name)
    return True


def _is_direct(connection: Connection) -> bool:
    """Return False where a pooler stands between, which may change backends at any commit."""
    driver: Any = connection.connection.driver_connection
    told = driver.info.backend_pid
    return bool(told == connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
