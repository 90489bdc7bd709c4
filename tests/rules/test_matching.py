"""The SQL of the conditions against the same written in plain Python, over random rules."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.law.incidents import parent_of
from enforcement.rules.matching import MATCH

CATEGORIES = ["01", "02", "0101", "0102", "V1", "V10", "V101", "V1001", "V8", "V801"]
AREAS = ["220322100", "220322101", "220322100200", "220322100201", "220322101200"]
SOURCES = ["phone_app", "button", "desk"]
URGENCIES = ["red", "green", "normal"]
MOMENTS = [time(0), time(0, 1), time(6), time(12), time(22), time(23, 59)]
MONDAY = datetime(2026, 3, 2, tzinfo=ZONE)


def some(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True)


WINDOW = st.one_of(
    st.just((None, None)),
    st.tuples(st.sampled_from(MOMENTS), st.sampled_from(MOMENTS)).filter(lambda w: w[0] != w[1]),
)
RULE = st.fixed_dictionaries(
    {
        "categories": some(CATEGORIES),
        "areas": some(AREAS),
        "sources": some(SOURCES),
        "urgencies": some(URGENCIES),
        "weekdays": st.lists(st.integers(1, 7), max_size=4, unique=True),
        "window": WINDOW,
    }
)
FACT = st.fixed_dictionaries(
    {
        "category": st.sampled_from(CATEGORIES),
        "area": st.one_of(st.none(), st.sampled_from(AREAS)),
        "source": st.sampled_from(SOURCES),
        "urgency": st.sampled_from(URGENCIES),
        "at": st.builds(
            lambda day, minute: MONDAY + timedelta(days=day, minutes=minute),
            st.integers(0, 6), st.sampled_from([0, 1, 359, 360, 719, 720, 1319, 1320, 1439]),
        ),
    }
)  # fmt: skip

SQL = text(f"""
SELECT f.n, (SELECT r.n FROM jsonb_to_recordset(CAST(:rules AS jsonb)) AS r(n int,
    categories text[], areas text[], weekdays smallint[], from_time time, to_time time,
    sources text[], urgencies text[]) WHERE {MATCH} ORDER BY r.n LIMIT 1) AS rule
FROM (SELECT n, category, village_code, township_code, source, urgency,
    timezone('Asia/Shanghai', at) AS local
  FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS x(n int, category text, village_code text,
    township_code text, source text, urgency text, at timestamptz)) f
ORDER BY f.n
""")


def in_window(rule: dict[str, Any], at: datetime) -> bool:
    start, end = rule["window"]
    now = at.time()
    if start is None or start < end:
        begun, inside = at, start is None or start <= now < end
    else:
        begun = at if now >= start else at - timedelta(days=1)
        inside = now >= start or now < end
    return inside and (not rule["weekdays"] or begun.isoweekday() in rule["weekdays"])


def holds(rule: dict[str, Any], fact: dict[str, Any]) -> bool:
    """Tell whether a rule matches, as the page describes it."""
    kinds = {fact["category"], parent_of(fact["category"])}
    area = fact["area"]
    places = {area, area[:9]} if area else set()
    return (
        (not rule["categories"] or bool(kinds & set(rule["categories"])))
        and (not rule["areas"] or bool(places & set(rule["areas"])))
        and (not rule["sources"] or fact["source"] in rule["sources"])
        and (not rule["urgencies"] or fact["urgency"] in rule["urgencies"])
        and in_window(rule, fact["at"])
    )


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(rules=st.lists(RULE, max_size=5), facts=st.lists(FACT, min_size=1, max_size=20))
def test_the_first_rule_by_sql_is_the_first_by_hand(
    session: Session, rules: list[dict[str, Any]], facts: list[dict[str, Any]]
) -> None:
    expected = [
        next((n for n, rule in enumerate(rules) if holds(rule, fact)), None) for fact in facts
    ]
    asked = [
        {**fact, "n": n, "at": fact["at"].isoformat(),
         "village_code": fact["area"] if len(fact["area"] or "") == 12 else None,
         "township_code": (fact["area"] or "")[:9] or None}
        for n, fact in enumerate(facts)
    ]  # fmt: skip
    order = [
        {**{k: v for k, v in rule.items() if k != "window"}, "n": n,
         "from_time": start.isoformat() if start is not None else None,
         "to_time": end.isoformat() if end is not None else None}
        for n, rule in enumerate(rules) for start, end in [rule["window"]]
    ]  # fmt: skip
    rows = session.execute(SQL, {"rules": json.dumps(order), "facts": json.dumps(asked)})
    assert [row.rule for row in rows] == expected
