"""SQL of revision 0089: hashes of the audit log's rows, the links of its chain, what only grows."""

ROW_HASH = """
create function audit_row_hash(r audit_log) returns bytea
language sql immutable parallel safe as $$
  select sha256(convert_to(jsonb_build_array(
    r.county_code, r.id, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    r.actor_id, r.act, r.subject_kind, r.subject, r.detail)::text, 'UTF8'))
$$;
"""
"""A row's hash says the same in every time zone and after columns were added."""

LINK_HASH = """
create function audit_link_hash(before bytea, seq bigint, row_hash bytea) returns bytea
language sql immutable parallel safe as $$
  select sha256(before || int8send(seq) || row_hash)
$$;
"""

LINK = """
create function audit_link_row(r audit_log) returns void language plpgsql as $$
declare
  own bytea := audit_row_hash(r);
  last audit_head;
begin
  insert into audit_head as h (county_code, seq, hash)
  values (r.county_code, 1, audit_link_hash('', 1, own))
  on conflict (county_code) do update
    set seq = h.seq + 1, hash = audit_link_hash(h.hash, h.seq + 1, own)
  returning * into last;
  insert into audit_link (county_code, seq, audit_id, row_hash, hash)
  values (last.county_code, last.seq, r.id, own, last.hash);
end $$;
create function audit_link_up() returns trigger language plpgsql as $$
begin
  perform audit_link_row(new);
  return null;
end $$;
"""

LINK_THE_PAST = """
do $$
declare r audit_log;
begin
  for r in select * from audit_log order by county_code, at, id loop
    perform audit_link_row(r);
  end loop;
end $$;
"""

TRIGGER = """
create constraint trigger linked after insert on audit_log
deferrable initially deferred for each row execute function audit_link_up()
"""
"""It runs when the transaction commits, so that the county's end is locked for a moment only."""

ONLY_GROW = ("audit_link", "audit_checkpoint")


def up() -> list[str]:
    """Return the statements that follow the new tables."""
    grows = [
        f"create trigger only_grows before update or delete on {name} "
        f"for each row execute function refuse_change('{name}')"
        for name in ONLY_GROW
    ]
    whole = [
        f"create trigger never_emptied before truncate on {name} "
        f"for each statement execute function refuse_change('{name}')"
        for name in (*ONLY_GROW, "audit_log")
    ]
    return [ROW_HASH, LINK_HASH, LINK, LINK_THE_PAST, TRIGGER, *grows, *whole]


def down() -> list[str]:
    """Return what comes before the tables are dropped."""
    return [
        "drop trigger never_emptied on audit_log", "drop trigger linked on audit_log",
        "drop function audit_link_up()", "drop function audit_link_row(audit_log)",
        "drop function audit_row_hash(audit_log)",
        "drop function audit_link_hash(bytea, bigint, bytea)",
    ]  # fmt: skip
