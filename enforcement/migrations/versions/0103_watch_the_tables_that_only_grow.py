"""Let the row log know the rows of tables that only grow, too: papers, signatures, histories.

Triggers refuse to change them, but an owner can switch triggers off; by their hashes in the chain
`enforcement audit verify` finds a paper or an entry that was changed, removed or slipped in.

One change such a table may see: a number sealed under another key. The owner says `app.rekey`, and
nothing but the sealed columns and the hashes beside them may differ.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None

ACTS: Final = ("insert", "update", "delete", "truncate")
GROWING: Final = (
    "alone_entry", "ask_entry", "beat_entry", "calendar_day", "calendar_edition", "case_entry",
    "case_extension", "case_paper", "certificate_entry", "confiscated_entry", "custody_entry",
    "destruction_certificate", "discretion_edition", "discretion_row", "document",
    "document_copy", "document_signature", "document_withdrawal", "duty_entry",
    "duty_plan_entry", "duty_presence", "evidence_custody", "evidence_item", "glass_look",
    "incident_entry", "inspection_entry", "measure_entry", "number_block", "number_void",
    "party_consent", "party_entry", "patrol_entry", "patrol_finding", "payment_instalment",
    "person_entry", "point_press", "proof_flag_entry", "publication", "publication_withdrawal",
    "rehoming_batch", "rehoming_item", "routing_decision", "routing_rule_entry", "rule_alarm",
    "rule_decision", "setting_entry", "sos_press", "spot_entry", "taxonomy_call",
    "taxonomy_category", "taxonomy_edition", "taxonomy_limit", "unit_entry", "yearly_report",
)  # fmt: skip
REFUSE: Final = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
{rekey}  raise exception 'table % only grows: % is refused', tg_argv[0], tg_op
    using errcode = 'integrity_constraint_violation';
end $$;
"""
REKEY: Final = """
  if tg_op = 'UPDATE' and current_setting('app.rekey', true) = 'on'
    and row_unsealed(to_jsonb(new)) = row_unsealed(to_jsonb(old)) then
    return new;
  end if;
"""
UNSEALED: Final = """
create function row_unsealed(j jsonb) returns jsonb language sql immutable parallel safe as $$
  select j - array(select key from jsonb_object_keys(j) as k(key)
    where key like '%\\_encrypted' or (key like '%\\_hash' and j ? (left(key, -5) || '_encrypted')))
$$;
"""


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql(UNSEALED.replace("%", "%%"))
    connection.exec_driver_sql(REFUSE.format(rekey=REKEY).replace("%", "%%"))
    for name in GROWING:
        op.execute(f"select row_watch_table('{name}'), row_restate('{name}')")


def downgrade() -> None:
    for name in GROWING:
        for act in ACTS:
            op.execute(f"drop trigger watched_{act} on {name}")
    connection = op.get_bind()
    connection.execute(sa.text("delete from row_watched where table_name = any(:names)"),
                       {"names": list(GROWING)})  # fmt: skip
    connection.exec_driver_sql(REFUSE.format(rekey="").replace("%", "%%"))
    connection.exec_driver_sql("drop function row_unsealed(jsonb)")
