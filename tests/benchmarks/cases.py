"""A hundred thousand cases: the officer's to-do list and the list of cases grow with neither."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from sqlalchemy import event, text

from enforcement.case import queries
from enforcement.people.queries import find_actor_by_name
from enforcement.todo import queries as todo
from tests.benchmarks.measuring import Row, percentile
from tests.benchmarks.places import application, load_demo, own_database, sessions, vacuum

SIZES: Final = tuple(int(n) for n in os.environ.get("BENCH_CASES", "1000,100000").split(","))
ASKS, WINDOWS = 200, 3
GROW: Final = text("""
with squad as (
  select id, code, row_number() over (order by code) - 1 as n, count(*) over () as total
  from unit where kind = 'squad'
), officer as (
  select p.person_id as id, u.code from post p join unit u on u.id = p.unit_id
  where p.role = 'officer' and p.valid_to is null
), made as (
  insert into case_file (county_code, id, number, state, matter_code, cause, act, place, acted_on,
    squad_id, unit_code, registered_at, filed_on, decision_due_on, officer_a_id,
    proposal_approved, endorsed, paid_yuan, version)
  select '220322', gen_random_uuid(), 'B' || n.n,
    case when n.n % 10 = 0 then 'filed' when n.n % 10 = 1 then 'served' else 'closed' end,
    'M12', '占用城市道路案', '占道', '示例大街', app_now()::date - 10, squad.id, squad.code,
    app_now() - n.n * interval '1 minute', app_now()::date - 5, app_now()::date + 85,
    (select o.id from officer o where o.code = squad.code order by o.id limit 1), false, false, 0, 1
  from generate_series(:first, :last) as n(n) join squad on squad.n = n.n % squad.total
  returning id, state, officer_a_id, unit_code, filed_on
)
insert into todo_item (county_code, id, case_id, holder, duty, limit_id, raw_on, due_on, alarm_on,
  sort_on)
select '220322', gen_random_uuid(), id,
  coalesce('person:' || officer_a_id, 'unit:' || unit_code),
  case when state = 'filed' then 'investigate' else 'collect' end, 'decision',
  filed_on + 90, filed_on + 90, filed_on + 88, filed_on + 88
from made where state <> 'closed'
""")


def run() -> list[Row]:
    """Grow the cases; measure both lists in one process, as an officer and as a brigade leader."""
    rows: list[Row] = []
    with own_database("cases") as config, application(config) as app:
        load_demo(app)
        have = 0
        for size in SIZES:
            with sessions(app).begin() as session:
                session.execute(GROW, {"first": have, "last": size - 1})
            have = size
            vacuum(app)
            for what, who, ask in (
                ("to-do list of an officer", "zhifa1", todo.list_page),
                ("to-do list of a head", "juzhang", todo.list_page),
                ("a brigade's cases", "dadui", queries.list_page),
            ):
                rows += _measured(app, f"{what}, {size:,} cases", who, ask)
    return rows


def _measured(app: Flask, what: str, who: str, ask: Callable[..., Any]) -> list[Row]:
    with app.app_context(), sessions(app)() as session:
        actor = find_actor_by_name(session, who)
        count = _statements(session, lambda: ask(session, actor))
        windows = [[_ms(session, actor, ask) for _ in range(ASKS)] for _ in range(WINDOWS)]
    p95 = tuple(percentile(one, 0.95) for one in windows)
    p50 = percentile([ms for one in windows for ms in one], 0.5)
    return [Row(f"{what}, p95", "ms", p95, f"p50 {p50:.1f} ms, {count} statements")]


def _ms(session: Any, actor: Any, ask: Callable[..., Any]) -> float:
    session.expunge_all()
    start = time.perf_counter()
    ask(session, actor)
    return 1000 * (time.perf_counter() - start)


def _statements(session: Any, ask: Callable[[], Any]) -> int:
    seen = [0]

    def note(*_args: Any) -> None:
        seen[0] += 1

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    ask()
    event.remove(connection, "before_cursor_execute", note)
    return seen[0]
