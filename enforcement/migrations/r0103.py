"""SQL of revision 0103: which tables that only grow are watched, and a watch that any column suits."""

from typing import Final

from enforcement.migrations import r0092

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
ACTS: Final = ("insert", "update", "delete", "truncate")

HEAD: Final = "create function row_watch() returns trigger language plpgsql\n"
BEFORE: Final = r0092.WATCH.replace(
    HEAD,
    "create or replace function row_watch() returns trigger language plpgsql\n"
    "security definer set search_path = public, pg_temp\n",
)
"""The watch as revision 0099 left it: with the owner's rights."""


def watch() -> str:
    """Return the watch in which a column named like a variable or a row of its own means nothing."""
    text = BEFORE.replace("as $$\n", "as $$\n#variable_conflict use_variable\n", 1)
    for short, table in (("n", "new_rows"), ("o", "old_rows"), ("x", "old_rows"),
                         ("x", "new_rows")):  # fmt: skip
        text = text.replace(f"to_jsonb({short}) - dropped as j from {table} {short})",
                            f"to_jsonb(whole_row) - dropped as j from {table} whole_row)")  # fmt: skip
    return text


LIVE: Final = r0092.TABLE[
    r0092.TABLE.index("create function row_live"):r0092.TABLE.index("create function row_restate")
]  # fmt: skip


def live(*, before: bool = False) -> str:
    """Return the function of how a table's rows stand, in the same way."""
    text = LIVE.replace("create function", "create or replace function")
    if before:
        return text
    return text.replace("x.county_code, to_jsonb(x) -", "whole_row.county_code, to_jsonb(whole_row) -"
                        ).replace("from %I x)", "from %I whole_row)")  # fmt: skip


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
