"""Let a commit take both chains of its county in one turn.

Links are made at the commit in the order in which rows were written. Of two commits, one that logged
an act first and one that changed a row first, each then waited for the end of the other's chain.
"""

from typing import Final

from alembic import op

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None

HEAD: Final = """RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$"""
TURN: Final = "perform pg_advisory_xact_lock(hashtextextended('chains ' || new.county_code, 0));"

ACTS: Final = """
create or replace function audit_link_up() {head}
begin
  {turn}
  perform audit_link_row(new);
  return null;
end $$;
"""
ROWS: Final = """
create or replace function row_link_up() {head}
declare
  own bytea := row_change_hash(new);
  last row_head;
begin
  {turn}
  insert into row_head as h (county_code, seq, hash)
  values (new.county_code, 1, audit_link_hash('', 1, own))
  on conflict (county_code) do update
    set seq = h.seq + 1, hash = audit_link_hash(h.hash, h.seq + 1, own)
  returning * into last;
  insert into row_link (county_code, seq, change_id, row_hash, hash)
  values (last.county_code, last.seq, new.id, own, last.hash);
  return null;
end $$;
"""


def upgrade() -> None:
    for one in (ACTS, ROWS):
        op.execute(one.format(head=HEAD, turn=TURN))


def downgrade() -> None:
    for one in (ACTS, ROWS):
        op.execute(one.format(head=HEAD, turn=""))
