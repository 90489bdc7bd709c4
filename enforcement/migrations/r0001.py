"""SQL of revision 0001 that models cannot say: the clock, and tables that only grow."""

APPEND_ONLY = (
    "audit_log",
    "incident_entry",
    "patrol_entry",
    "case_entry",
    "document",
    "routing_decision",
)

CLOCK = """
create table clock_shift (
  one boolean primary key default true check (one),
  shift interval not null default '0'
);
insert into clock_shift default values;
comment on table clock_shift is 'Tests move the clock here; in service the shift is zero.';
create function app_now() returns timestamptz language sql stable as
  $$ select clock_timestamp() + shift from clock_shift $$;
"""

REFUSE_CHANGE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'table % only grows: % is refused', tg_argv[0], tg_op
    using errcode = 'integrity_constraint_violation';
end $$;
"""


def before() -> list[str]:
    """Return what must exist before the tables."""
    return ["create extension if not exists postgis", CLOCK, REFUSE_CHANGE]


def after() -> list[str]:
    """Return the triggers; the table's name is an argument, as its shards are named otherwise."""
    return [
        f"create trigger only_grows before update or delete on {name} "
        f"for each row execute function refuse_change('{name}')"
        for name in APPEND_ONLY
    ]


def down() -> list[str]:
    """Return what undoes `before`, once the tables are gone."""
    return ["drop function refuse_change()", "drop function app_now()", "drop table clock_shift"]
