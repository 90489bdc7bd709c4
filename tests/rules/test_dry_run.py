"""A dry run says what the acts would do: the same as asking rule by rule for each incident."""

from __future__ import annotations

import random
from collections import Counter
from datetime import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError, NotFoundError, NotPermittedError
from enforcement.incident.models import Incident
from enforcement.rules import deciding, dry_run, services
from enforcement.rules.deciding import Facts
from enforcement.rules.models import RoutingRule, RuleDecision
from enforcement.taxonomy import queries as taxonomy
from tests.asking import actor_of, set_clock
from tests.rules.making import COUNTY, add, draft, report, squads
from tests.web.test_query_counts import counted


def spread(session: Session) -> None:
    """Let the demonstration's incidents differ in what rules ask about."""
    chance = random.Random(7)
    set_clock(session, "2026-03-02 12:00")
    for incident in session.scalars(select(Incident).order_by(Incident.id)):
        incident.category = chance.choice(["04", "0402", "V8", "V801", "01"])
        incident.source = chance.choice(["phone_app", "button", "desk"])
        incident.urgency = chance.choice(["normal", "red"])
    session.flush()
    session.execute(
        text(
            "update incident set received_at = app_now() - random() * interval '80 days'"
            " where county_code = '220322'"
        )
    )
    session.expire_all()


def one_by_one(session: Session) -> dict[Any, str | None]:
    """Return who answers for each incident, asked by the function that reports go through."""
    offered = taxonomy.current(session, COUNTY).offered
    answers: dict[Any, str | None] = {}
    for row in session.scalars(select(Incident)):
        facts = Facts(row.category, row.village_code, row.township_code, row.source, row.urgency,
                      row.received_at)  # fmt: skip
        ruling = deciding.decide(session, COUNTY, facts, offered)
        answers[row.id] = ruling.unit.unit_code if ruling.unit else row.responsible_unit_code
    return answers


CHANGES: list[dict[str, Any]] = [
    {"categories": ("04",)},
    {"categories": ("0402", "V8"), "sources": ("phone_app",)},
    {"categories": (), "from_time": time(22), "to_time": time(6), "weekdays": (5, 6)},
    {"categories": (), "urgencies": ("red",)},
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("position", [None, 1])
def test_a_new_rule_is_counted_as_reports_would_be(
    county: Session, change: dict[str, Any], position: int | None
) -> None:
    spread(county)
    add(county, -2, categories=("V8",), sources=("button", "phone_app"))
    set_clock(county, "2026-03-02 12:00")
    actor = actor_of(county, "xitong")
    before = one_by_one(county)
    new = draft(county, -1, **change)
    new = new.__class__(**{**vars(new), "valid_from": new.valid_from.replace(year=2020)})
    found = dry_run.run(county, actor, new, position=position)
    county.execute(text("update routing_rule set valid_from = '2020-01-01'"))
    before = one_by_one(county)
    services.add(county, actor, new, position=position)
    after = one_by_one(county)
    moved = {key for key in before if before[key] != after[key]}
    assert moved
    assert (found.total, found.moved) == (len(before), len(moved))
    pairs = Counter((before[key], after[key]) for key in moved)
    assert {(r["from_code"], r["to_code"]): r["incidents"] for r in found.units} == pairs
    kinds = Counter(county.get_one(Incident, (COUNTY, key)).category for key in moved)
    assert {row["category"]: row["incidents"] for row in found.categories} == kinds
    assert len(found.examples) == min(50, len(moved))
    assert {row["id"] for row in found.examples} <= {str(key) for key in moved}


def test_a_changed_rule_and_one_switched_off_are_compared_with_what_is(county: Session) -> None:
    rule = add(county)
    incidents = [report(county) for _n in range(3)]
    actor = actor_of(county, "zhihui")
    same = dry_run.run(county, actor, draft(county), rule_id=rule.id)
    assert same.moved == 0
    other = dry_run.run(county, actor, draft(county, -2), rule_id=rule.id)
    mine = [(r["from_code"], r["to_code"]) for r in other.units]
    assert mine == [(squads(county)[-1][1], squads(county)[-2][1])]
    off = dry_run.run(county, actor, None, rule_id=rule.id)
    back = county.scalar(
        select(RuleDecision.otherwise_unit_code).where(RuleDecision.incident_id == incidents[0].id)
    )
    to = {r["to_code"] for r in off.units}
    assert back in to
    assert off.moved >= 3


def test_nothing_is_stored_and_one_statement_asks_all(county: Session, demo_app: Flask) -> None:
    actor = actor_of(county, "zhihui")
    report(county)
    new = draft(county)
    with counted(demo_app) as sent:
        found = dry_run.run(county, actor, new, months=24)
    assert found.moved >= 1
    assert sum("jsonb_to_recordset" in one for one in sent) == 1
    assert len(sent) <= 8, sent
    assert county.scalar(select(RoutingRule.id)) is None


def test_a_dry_run_refuses_what_the_act_would(county: Session) -> None:
    actor = actor_of(county, "xitong")
    set_clock(county, "2026-03-02 12:00")
    with pytest.raises(InvalidInputError) as refused:
        dry_run.run(county, actor, draft(county, categories=("77",)))
    assert refused.value.field == "categories"
    with pytest.raises(InvalidInputError, match="24"):
        dry_run.run(county, actor, draft(county), months=25)
    other = add(county)
    services.switch_off(county, actor, other.id, "x")
    with pytest.raises(NotFoundError):
        dry_run.run(county, actor, draft(county), rule_id=other.id)
    with pytest.raises(NotPermittedError):
        dry_run.run(county, actor_of(county, "dadui"), draft(county))
