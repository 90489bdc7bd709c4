"""What the application's role may do: exactly this, given anew at the end of every upgrade.

It owns nothing. Rows of tables that only grow it can add and never change; what triggers write by
themselves, and what only a migration or a test changes, it can read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from enforcement.postgres.account import ClusterError

READ_ONLY: Final = (
    "alembic_version", "audit_head", "audit_link", "clock_shift", "row_change", "row_head",
    "row_link", "row_watched",
)  # fmt: skip
"""Written by functions of the owner, or by a migration: the application reads them."""

WANTED: Final = text("""
WITH mine AS (
  SELECT c.oid, c.relname AS name, c.relkind AS kind, c.relacl,
    c.relname = ANY(:read_only) OR c.relispartition AS reads,
    coalesce((SELECT bit_or(t.tgtype) FROM pg_trigger t
      WHERE t.tgrelid = c.oid AND t.tgfoid = to_regproc('refuse_change')), 0) AS refused
  FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND pg_has_role(current_user, c.relowner, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
), wanted AS (
  SELECT oid, name, kind, relacl, CASE WHEN kind = 'S' THEN '{USAGE}'::text[] ELSE
    array_remove(ARRAY['SELECT', CASE WHEN NOT reads THEN 'INSERT' END,
      CASE WHEN NOT reads AND refused & 16 = 0 THEN 'UPDATE' END,
      CASE WHEN NOT reads AND refused & 8 = 0 THEN 'DELETE' END], NULL) END AS rights
  FROM mine
)
SELECT name, kind, rights FROM wanted
WHERE rights IS DISTINCT FROM coalesce((SELECT array_agg(a.privilege_type ORDER BY array_position(
    '{SELECT,INSERT,UPDATE,DELETE}'::text[], a.privilege_type)) FROM aclexplode(relacl) a
  WHERE a.grantee = CAST(:role AS regrole)), '{}')
ORDER BY name
""")
"""Tables and sequences whose rights are not what they should be. A partition is reached through its
table, and only read by itself. 8 and 16: a trigger that refuses deletes, updates."""

STANDS: Final = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)")
ENTERS: Final = text("SELECT has_database_privilege(:role, current_database(), 'CONNECT, TEMP')")


@dataclass(frozen=True)
class Right:
    """What a role should be allowed on a table or sequence, and is not, or not only."""

    name: str
    kind: str
    rights: tuple[str, ...]


def lacking(connection: Connection, role: str) -> list[Right]:
    """Return where the rights of a role differ from what it should have."""
    rows = connection.execute(WANTED, {"role": _quoted(connection, role),
                                       "read_only": list(READ_ONLY)})  # fmt: skip
    return [Right(row.name, row.kind, tuple(row.rights)) for row in rows]


def give(connection: Connection, role: str) -> None:
    """Give a role what it should have, and take what is more; the owner's own are left alone.

    Raises ClusterError for a role that the server does not know.
    """
    if not role or role == connection.scalar(text("SELECT current_user")):
        return
    if not connection.scalar(STANDS, {"role": role}):
        raise ClusterError(
            f"数据库没有角色 {role}，请管理员运行 / the server lacks that role; its administrator"
            f" runs:  CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
        )
    for statement in _statements(connection, role):
        connection.execute(text(statement))


def _statements(connection: Connection, role: str) -> Iterable[str]:
    to = _quoted(connection, role)
    if not connection.scalar(ENTERS, {"role": role}):
        database = _quoted(connection, str(connection.scalar(text("SELECT current_database()"))))
        yield f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {to}"
    for one in lacking(connection, role):
        on = f"{'SEQUENCE' if one.kind == 'S' else 'TABLE'} {_quoted(connection, one.name)}"
        yield f"REVOKE ALL ON {on} FROM {to}"
        yield f"GRANT {', '.join(one.rights)} ON {on} TO {to}"


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
