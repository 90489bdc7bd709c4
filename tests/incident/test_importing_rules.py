"""Imported incidents ask the county's rules as reports do: all at once, with the same answers."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement.errors import StaleVersionError
from enforcement.incident import importing
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.jurisdiction.reproducing import verify_decisions
from enforcement.notices import Notice
from enforcement.rules import queries
from enforcement.rules.deciding import Facts, decide
from enforcement.rules.deciding_many import decide_many
from enforcement.rules.models import RuleAlarm, RuleDecision
from enforcement.rules.reproducing import verify_rulings
from enforcement.taxonomy import queries as taxonomies
from tests.asking import Pages, actor_of, set_clock
from tests.case.making import home_point
from tests.incident.test_importing import bring, file_of, imported
from tests.rules.making import COUNTY, add, squads
from tests.web.test_query_counts import counted

CATEGORIES = ("04", "0402", "V8", "V801", "V1")


@pytest.fixture
def row(county: Session) -> dict[str, Any]:
    set_clock(county, "2026-03-02 09:30")
    lon, lat = home_point(county)
    return {"external": "H-1", "category": "04", "description": "占道经营", "lon": lon, "lat": lat,
            "occurred_at": "2026-03-02 08:15"}  # fmt: skip


def many(row: dict[str, Any], n: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        row | {"external": f"N-{first + one}", "category": CATEGORIES[one % len(CATEGORIES)],
               "lon": row["lon"] + one * 1e-6}
        for one in range(n)
    ]  # fmt: skip


def close(session: Session, unit: int) -> None:
    session.execute(
        text("update unit set valid_to = '2026-03-02', ended_at = app_now() where id = :id"),
        {"id": squads(session)[unit][0]},
    )


def test_a_rule_decides_about_a_row_and_the_reason_is_kept(
    county: Session, row: dict[str, Any]
) -> None:
    bring(county, file_of(row))
    [plain] = imported(county)
    rule = add(county, categories=("04",), sources=("file",))
    set_clock(county, "2026-03-02 09:31")
    bring(county, file_of(row | {"external": "H-2"}, row | {"external": "H-3", "category": "V8"}))
    _before, ruled, other = imported(county)
    unit, code, _name = squads(county)[-1]
    assert (ruled.responsible_unit_code, other.responsible_unit_code) == (
        code, plain.responsible_unit_code,
    )  # fmt: skip
    decision = county.get_one(RoutingDecision, (COUNTY, ruled.routing_id))
    assert (decision.rule, decision.unit_id) == (f"rule:{rule.id}", unit)
    found = queries.find_decided(county, COUNTY, ruled.id)
    assert found is not None
    assert (found.decision.rule_id, found.decision.rule_version) == (rule.id, 1)
    assert found.decision.otherwise_unit_code == plain.responsible_unit_code
    assert found.decision.facts["source"] == "file"
    assert queries.find_decided(county, COUNTY, other.id) is None
    assert verify_rulings(county, COUNTY).different == ()
    assert str(ruled.routing_id) not in verify_decisions(county, COUNTY).different


def test_a_row_without_a_place_may_be_caught_too(county: Session, row: dict[str, Any]) -> None:
    add(county)
    bare = {key: value for key, value in row.items() if key not in ("lon", "lat")}
    bring(county, file_of(bare))
    [incident] = imported(county)
    assert (incident.routing_id, incident.responsible_unit_code) == (None, squads(county)[-1][1])


def test_the_preview_names_the_rule_stores_nothing_and_grows_stale_with_the_rules(
    county: Session, page: Pages, row: dict[str, Any]
) -> None:
    add(county, -2, name="已失效")
    close(county, -2)
    actor, data = actor_of(county, "zhihui"), file_of(row)
    before = importing.preview(county, actor, data, "a.csv")
    assert county.scalar(select(func.count()).select_from(RuleAlarm)) == 0
    add(county, name="占道统一派单")
    seen = importing.preview(county, actor, data, "a.csv")
    assert "规则“占道统一派单”" in seen.added[0].words[1]
    assert "规则" not in before.added[0].words[1]
    with pytest.raises(StaleVersionError):
        importing.apply(county, actor, data, "a.csv", digest=before.digest)
    assert county.scalar(select(func.count()).select_from(RuleDecision)) == 0
    assert importing.apply(county, actor, data, "a.csv", digest=seen.digest).applied
    [incident] = imported(county)
    shown = page("zhihui").get(f"/incidents/{incident.id}").text
    assert "占道统一派单" in shown
    assert "已跳过" in shown


def test_a_failed_rule_is_passed_over_and_told_once_for_the_whole_file(
    county: Session, row: dict[str, Any]
) -> None:
    failed, sound = add(county, -2), add(county)
    close(county, -2)
    set_clock(county, "2026-03-02 09:31")
    bring(county, file_of(*many(row, 10)))
    kept = county.scalars(select(RuleDecision)).all()
    assert len(kept) == 4
    assert {one.rule_id for one in kept} == {sound.id}
    assert [one["why"] for one in kept[0].skipped] == [["unit"]]
    assert county.scalars(select(RuleAlarm.rule_id)).all() == [failed.id]
    assert county.scalar(select(func.count()).where(Notice.rule == "rule_failed")) == 1
    assert verify_rulings(county, COUNTY).different == ()


def test_a_refused_file_asks_nobody_for_good(county: Session, row: dict[str, Any]) -> None:
    add(county, -2)
    close(county, -2)
    done = bring(county, file_of(row, row | {"external": "H-2", "category": "没有"}))
    assert not done.applied
    for table in (RuleDecision, RuleAlarm):
        assert county.scalar(select(func.count()).select_from(table)) == 0
    assert imported(county) == []


def test_many_rows_cost_as_many_statements_as_few(
    demo_app: Flask, county: Session, row: dict[str, Any]
) -> None:
    add(county, categories=("04", "V8"))
    add(county, -2, categories=("V1",))
    actor = actor_of(county, "zhihui")
    bring(county, file_of(row))
    importing.preview(county, actor, file_of(row), "a.csv")
    looked, stored = [], []
    for n in (2, 20, 150):
        data = file_of(*many(row, n))
        with counted(demo_app) as sent:
            importing.preview(county, actor, data, "a.csv")
        looked.append(len(sent))
    assert len(set(looked)) == 1, looked
    for n in (101, 202):  # above the number up to which each incident is told to the screens
        data = file_of(*many(row, n, first=n * 10))
        county.flush()
        with counted(demo_app) as sent:
            assert importing.apply(county, actor, data, "a.csv").applied
        stored.append(len(sent))
    assert stored[0] == stored[1], stored
    ruled = select(func.count()).select_from(Incident).where(Incident.routing_id.is_not(None))
    assert county.scalar(ruled.where(Incident.responsible_unit_code == squads(county)[-1][1]))


WORDS = st.fixed_dictionaries({
    "categories": st.lists(st.sampled_from(CATEGORIES), max_size=2).map(tuple),
    "urgencies": st.sampled_from([(), ("red",), ("red", "normal")]),
    "sources": st.sampled_from([(), ("file",), ("button",)]),
    "weekdays": st.sampled_from([(1,), (2, 3), (1, 2, 3, 4, 5, 6, 7)]),
    "window": st.sampled_from([None, (time(8), time(18)), (time(22), time(10))]),
    "area": st.sampled_from(["", "village", "township", "elsewhere"]),
    "unit": st.integers(-4, -1),
})  # fmt: skip
ASKED = st.tuples(
    st.sampled_from(CATEGORIES), st.booleans(), st.sampled_from(["file", "button"]),
    st.sampled_from(["red", "green", "normal"]),
)  # fmt: skip


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    wanted=st.lists(WORDS, min_size=1, max_size=5),
    asked=st.lists(ASKED, min_size=1, max_size=8),
    broken=st.booleans(),
)
def test_many_are_decided_as_one_by_one(
    county: Session, wanted: list[dict[str, Any]], asked: list[Any], broken: bool
) -> None:
    village = str(actor_of(county, "fujing").area_codes[0])
    areas = {"": (), "village": (village,), "township": (village[:9],), "elsewhere": ("220322100",)}
    with county.begin_nested() as undone:
        for one in wanted:
            window = one["window"] or (None, None)
            add(
                county, one["unit"], categories=one["categories"], urgencies=one["urgencies"],
                sources=one["sources"], weekdays=one["weekdays"], areas=areas[one["area"]],
                from_time=window[0], to_time=window[1], valid_from=date(2026, 1, 1),
            )  # fmt: skip
        if broken:
            close(county, -1)
        at = set_clock(county, "2026-03-02 09:30")
        facts = [
            Facts(category, village if there else None, village[:9] if there else None, source,
                  urgency, at)
            for category, there, source, urgency in asked
        ]  # fmt: skip
        offered = taxonomies.current(county, COUNTY).offered
        many_ = decide_many(county, COUNTY, facts, offered).rulings
        assert list(many_) == [decide(county, COUNTY, one, offered) for one in facts]
        undone.rollback()


def test_nothing_asked_is_nothing_decided(county: Session) -> None:
    assert decide_many(county, COUNTY, [], ()).rulings == ()
