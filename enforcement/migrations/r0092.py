"""SQL of revision 0092: what changed in the rows of business tables, written by the database.

A statement that changes rows of a watched table leaves one row of `row_change`: who, when, which
rows, what stood there before and what stands there now. Its links are made when the transaction
commits, like those of the audit log.
"""

from typing import Final

WATCHED: Final = (
    "account", "account_identity", "alarm", "alone_watch", "api_token", "approval_order", "ask",
    "beat", "briefing_schedule", "briefing_share", "case_exclusion", "case_file", "certificate",
    "confiscated_item", "county", "device", "drill", "duty_leave", "duty_plan", "duty_plan_row",
    "duty_post", "duty_requirement", "duty_shift", "duty_swap", "duty_template",
    "duty_template_row", "edition", "enterprise", "follow_up", "incident", "incident_link",
    "incident_photo", "inspection", "inspection_join", "login_name", "measure", "measure_item",
    "open311_client", "open311_request", "organ", "organ_seal", "party", "patrol", "patrol_stop",
    "patrol_template", "patrol_template_stop", "person", "post", "power_item", "power_provision",
    "proof_flag", "remedy", "responsibility", "routing_rule", "second_factor", "spot_penalty",
    "stored_file", "surcharge_pause", "unit", "village_point",
)  # fmt: skip

IGNORED: Final = {
    "village_point": "last_seen_at,last_press_at,last_test_at,silent_since,red_incident_id,"
    "red_pressed_at,green_incident_id,green_pressed_at,version",
    "alone_watch": "ask_at,turn",
    "device": "version",
}
"""Columns that devices and clocks move, minute by minute: their changes are no acts."""

SHAPE: Final = """
create function row_key(j jsonb, names text[]) returns text
language sql immutable parallel safe as $$
  select string_agg(coalesce(j->>n, ''), ',' order by o) from unnest(names) with ordinality u(n, o)
$$;
create function row_hash(j jsonb) returns text
language sql immutable parallel safe as $$
  select encode(sha256(convert_to(jsonb_strip_nulls(j)::text, 'UTF8')), 'hex')
$$;
create function row_masked(j jsonb, hidden text[]) returns jsonb
language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, case when key = any(hidden) and value <> 'null'
    then '"***"' else value end), '{}') from jsonb_each(j)
$$;
create function row_changed(one jsonb, other jsonb) returns jsonb
language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(one)
  where value is distinct from coalesce(other->key, 'null')
$$;
"""
"""A row's hash leaves out what is null: it stays the same when a column is added."""

WATCH: Final = """
create function row_watch() returns trigger language plpgsql
set timezone = 'UTC' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare
  names text[] := string_to_array(tg_argv[1], ',');
  hidden text[] := string_to_array(tg_argv[2], ',');
  dropped text[] := string_to_array(tg_argv[3], ',');
  who uuid := nullif(current_setting('app.account', true), '');
  asked text := nullif(current_setting('app.request', true), '');
begin
  if tg_op = 'INSERT' then
    insert into row_change (county_code, account_id, request, table_name, act, keys, rows)
    select county, who, asked, tg_argv[0], 'insert', array_agg(k), jsonb_agg(
      jsonb_build_object('key', k, 'sha256', row_hash(j)))
    from (select coalesce(j->>'county_code', '000000') as county, row_key(j, names) as k, j,
        row_number() over () / 1000 as part
      from (select to_jsonb(n) - dropped as j from new_rows n) one) each_row
    group by county, part;
  elsif tg_op = 'DELETE' then
    insert into row_change (county_code, account_id, request, table_name, act, keys, rows)
    select county, who, asked, tg_argv[0], 'delete', array_agg(k), jsonb_agg(
      jsonb_build_object('key', k, 'before', row_masked(j, hidden)))
    from (select coalesce(j->>'county_code', '000000') as county, row_key(j, names) as k, j,
        row_number() over () / 1000 as part
      from (select to_jsonb(o) - dropped as j from old_rows o) one) each_row
    group by county, part;
  elsif tg_op = 'UPDATE' then
    insert into row_change (county_code, account_id, request, table_name, act, keys, rows)
    select coalesce(n.j->>'county_code', o.j->>'county_code', '000000'), who, asked, tg_argv[0],
      'update', array_agg(coalesce(n.k, o.k)), jsonb_agg(jsonb_build_object(
        'key', coalesce(n.k, o.k), 'before', row_masked(row_changed(o.j, n.j), hidden),
        'after', row_masked(row_changed(n.j, o.j), hidden), 'sha256', row_hash(n.j)))
    from (select row_key(j, names) as k, j, row_number() over () / 1000 as part
        from (select to_jsonb(x) - dropped as j from old_rows x) one) o
      full join (select row_key(j, names) as k, j
        from (select to_jsonb(x) - dropped as j from new_rows x) one) n
      on n.k = o.k and n.j->>'county_code' is not distinct from o.j->>'county_code'
    where o.j is distinct from n.j
    group by 1, o.part;
  else
    insert into row_change (county_code, account_id, request, table_name, act, keys, rows)
    select county_code, who, asked, tg_argv[0], 'truncate', '{}', '[]' from county;
  end if;
  return null;
end $$;
"""

TABLE: Final = """
create function row_traits(named text, ignored text) returns table (
  names text, hidden text, dropped text) language sql stable as $$
  select
    (select string_agg(a.attname, ',' order by a.attnum) from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
      where i.indrelid = named::regclass and i.indisprimary and a.attname <> 'county_code'),
    string_agg(a.attname, ',') filter (where t.typname in ('bytea', 'geometry')
      or a.attname ~ 'password|secret|token_hash|code_hash'),
    concat_ws(',', nullif(ignored, ''),
      string_agg(a.attname, ',') filter (where a.attgenerated <> ''))
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = named::regclass and a.attnum > 0 and not a.attisdropped
$$;
create function row_watch_table(named text, ignored text default '') returns void
language plpgsql as $$
declare
  said text;
begin
  insert into row_watched (table_name, names, hidden, dropped)
  select named, coalesce(names, 'county_code'), coalesce(hidden, ''), dropped
  from row_traits(named, ignored);
  select format('execute function row_watch(%L, %L, %L, %L)', table_name, names, hidden, dropped)
    into said from row_watched where table_name = named;
  execute format('create trigger watched_insert after insert on %I referencing new table as '
    'new_rows for each statement %s', named, said);
  execute format('create trigger watched_update after update on %I referencing old table as '
    'old_rows new table as new_rows for each statement %s', named, said);
  execute format('create trigger watched_delete after delete on %I referencing old table as '
    'old_rows for each statement %s', named, said);
  execute format('create trigger watched_truncate after truncate on %I for each statement %s',
    named, said);
end $$;
create function row_live(named text) returns table (county text, k text, sha text)
language plpgsql stable set timezone = 'UTC' set bytea_output = 'hex' set extra_float_digits = 1
as $$
declare
  t row_watched;
begin
  select * into strict t from row_watched where table_name = named;
  return query execute format($f$
    select county_code::text, row_key(j, %L), row_hash(j)
    from (select x.county_code, to_jsonb(x) - %L::text[] as j from %I x) one
  $f$, string_to_array(t.names, ','), string_to_array(t.dropped, ','), named);
end $$;
create function row_restate(named text) returns void language sql as $$
  insert into row_change (county_code, table_name, act, keys, rows)
  select county, named, 'restate', array_agg(k), jsonb_agg(
    jsonb_build_object('key', k, 'sha256', sha))
  from (select *, row_number() over () / 500 as part from row_live(named)) live
  group by county, part
$$;
create function row_faults(code text, named text) returns table (k text, fault text)
language sql stable as $$
  with last as (
    select distinct on (e->>'key') e->>'key' as k, e->>'sha256' as sha
    from row_change c
    join row_link l on l.county_code = c.county_code and l.change_id = c.id
    cross join jsonb_array_elements(c.rows) e
    where c.county_code = code and c.table_name = named
    order by e->>'key', l.seq desc
  ), live as (select k, sha from row_live(named) where county = code)
  select coalesce(last.k, live.k), case
    when live.k is null then 'missing' when last.sha is null then 'inserted' else 'changed' end
  from last full join live on live.k = last.k
  where live.sha is distinct from last.sha
$$;
"""
"""`row_watch_table` begins to watch a table, `row_restate` says anew how its rows stand: after a
migration that gave a watched table a column with a value, or changed values past the triggers.
`row_faults` compares the rows that stand in a table with what was last said of each."""

LINKS: Final = """
create function row_change_hash(r row_change) returns bytea
language sql immutable parallel safe as $$
  select sha256(convert_to(jsonb_build_array(
    r.county_code, r.id, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    r.account_id, r.request, r.table_name, r.act, r.keys, r.rows)::text, 'UTF8'))
$$;
create function row_link_up() returns trigger language plpgsql as $$
declare
  own bytea := row_change_hash(new);
  last row_head;
begin
  insert into row_head as h (county_code, seq, hash)
  values (new.county_code, 1, audit_link_hash('', 1, own))
  on conflict (county_code) do update
    set seq = h.seq + 1, hash = audit_link_hash(h.hash, h.seq + 1, own)
  returning * into last;
  insert into row_link (county_code, seq, change_id, row_hash, hash)
  values (last.county_code, last.seq, new.id, own, last.hash);
  return null;
end $$;
create constraint trigger linked after insert on row_change
deferrable initially deferred for each row execute function row_link_up();
"""

ONLY_GROW: Final = ("row_change", "row_link")


def up() -> list[str]:
    """Return the statements that follow the new tables."""
    guards = [
        statement for name in ONLY_GROW for statement in (
            f"create trigger only_grows before update or delete on {name} "
            f"for each row execute function refuse_change('{name}')",
            f"create trigger never_emptied before truncate on {name} "
            f"for each statement execute function refuse_change('{name}')",
        )
    ]  # fmt: skip
    watched = [
        f"select row_watch_table('{name}', '{IGNORED.get(name, '')}'), row_restate('{name}')"
        for name in WATCHED
    ]
    return [SHAPE, WATCH, TABLE, LINKS, *guards, *watched]


def down() -> list[str]:
    """Return what comes before the tables are dropped."""
    acts = ("insert", "update", "delete", "truncate")
    return [
        *(f"drop trigger watched_{act} on {name}" for name in WATCHED for act in acts),
        "drop trigger linked on row_change",
        "drop function row_link_up()",
        "drop function row_change_hash(row_change)",
        "drop function row_faults(text, text)",
        "drop function row_restate(text)",
        "drop function row_live(text)",
        "drop function row_watch_table(text, text)",
        "drop function row_traits(text, text)",
        "drop function row_watch()",
        "drop function row_changed(jsonb, jsonb)",
        "drop function row_masked(jsonb, text[])",
        "drop function row_hash(jsonb)",
        "drop function row_key(jsonb, text[])",
    ]
