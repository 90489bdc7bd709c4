"""Let the application's role own nothing: what triggers write, they write as the tables' owner.

The rights themselves are given at the end of every upgrade (enforcement/postgres/grants.py).
"""

from typing import Final

from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

WRITERS: Final = ("row_watch()", "row_link_up()", "audit_link_up()")
"""They write the chains, into which nobody else may; the search path is fixed, or a caller's own
functions would run with the owner's rights. Nobody may put them upon a table of his own."""

OWNERS: Final = (
    "audit_link_row(audit_log)", "row_restate(text)", "row_watch_table(text, text)",
)  # fmt: skip
"""Called by migrations only."""

MONTHS: Final = """
CREATE FUNCTION fix_make_months() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE first timestamptz; made text;
BEGIN
  FOR n IN 0..3 LOOP
    first := date_trunc('month', app_now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
      + make_interval(months => n);
    made := 'fix_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
    IF to_regclass('public.' || made) IS NULL
      AND first >= '2026-01-01' AND first < '2060-01-01' THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.fix FOR VALUES FROM (%L) TO (%L)',
        made, first, first + interval '1 month');
    END IF;
  END LOOP;
END $$
"""
"""The worker makes the partitions of positions for the months ahead, and no other table."""


def upgrade() -> None:
    for name in WRITERS:
        op.execute(f"ALTER FUNCTION {name} SECURITY DEFINER")
        op.execute(f"ALTER FUNCTION {name} SET search_path = public, pg_temp")
    for name in (*WRITERS, *OWNERS):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC")
    op.execute(MONTHS)


def downgrade() -> None:
    op.execute("DROP FUNCTION fix_make_months()")
    for name in (*WRITERS, *OWNERS):
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO PUBLIC")
    for name in WRITERS:
        op.execute(f"ALTER FUNCTION {name} RESET search_path")
        op.execute(f"ALTER FUNCTION {name} SECURITY INVOKER")
