"""Let the functions of the row log keep their plans: they ran with every change of a watched row.

PostgreSQL plans the body of an SQL function anew in each statement that calls it, that of a
PL/pgSQL function once a session. What they return is the same.
"""

from typing import Final

from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

BODIES: Final = {
    "row_key(j jsonb, names text[]) returns text": """
  select string_agg(coalesce(j->>n, ''), ',' order by o) from unnest(names) with ordinality u(n, o)
""",
    "row_masked(j jsonb, hidden text[]) returns jsonb": """
  select coalesce(jsonb_object_agg(key, case when key = any(hidden) and value <> 'null'
    then '"***"' else value end), '{}') from jsonb_each(j)
""",
    "row_changed(one jsonb, other jsonb) returns jsonb": """
  select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(one)
  where value is distinct from coalesce(other->key, 'null')
""",
}
TRAITS: Final = "immutable parallel safe"


def upgrade() -> None:
    for head, body in BODIES.items():
        op.execute(f"create or replace function {head} language plpgsql {TRAITS} as $$ begin "
                   f"return ({body}); end $$")  # fmt: skip


def downgrade() -> None:
    for head, body in BODIES.items():
        op.execute(f"create or replace function {head} language sql {TRAITS} as $${body}$$")
