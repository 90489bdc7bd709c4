"""The first rule that matches decides; one that has failed is passed over, kept and told."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement.incident import intake, places
from enforcement.incident.intake import Sender
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.jurisdiction.reproducing import verify_decisions
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.notices import Notice
from enforcement.people.models import Unit
from enforcement.rehoming import queries as rehoming
from enforcement.rules import queries, services
from enforcement.rules.models import RuleAlarm, RuleDecision
from enforcement.rules.reproducing import verify_rulings
from tests.asking import Pages, actor_of, as_owner, set_clock
from tests.case.making import report_of
from tests.rules.making import COUNTY, add, draft, report, squads
from tests.taxonomy.making import changed, put
from tests.web.test_query_counts import counted


def decision_of(session: Session, routing_id: Any) -> RoutingDecision:
    return session.get_one(RoutingDecision, (COUNTY, routing_id))


def ruled(session: Session, incident_id: Any) -> RuleDecision | None:
    found = queries.find_decided(session, COUNTY, incident_id)
    return found.decision if found else None


def test_a_rule_decides_before_boundaries_and_the_decision_says_so(county: Session) -> None:
    plain = report(county)
    rule = add(county)
    incident = report(county)
    unit, code, name = squads(county)[-1]
    assert plain.responsible_unit_code != code == incident.responsible_unit_code
    decision = decision_of(county, incident.routing_id)
    assert (decision.rule, decision.unit_id) == (f"rule:{rule.id}", unit)
    assert decision.village_code == plain.village_code
    brigade = county.get_one(Unit, (COUNTY, decision.brigade_id))
    assert code.startswith(brigade.code)
    found = ruled(county, incident.id)
    assert found is not None
    assert (found.rule_id, found.rule_version, found.unit_id) == (rule.id, 1, unit)
    assert found.otherwise_unit_code == plain.responsible_unit_code
    assert found.facts["village_code"] == incident.village_code
    assert name


def test_the_first_rule_wins_and_order_may_change(county: Session) -> None:
    first, second = add(county, -1), add(county, -2)
    assert report(county).responsible_unit_code == squads(county)[-1][1]
    services.move(county, actor_of(county, "xitong"), second.id, services.Way.UP)
    assert (first.position, second.position) == (2, 1)
    assert report(county).responsible_unit_code == squads(county)[-2][1]


CONDITIONS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"categories": ("04",)}, {"category": "0402"}, True),
    ({"categories": ("0401",)}, {"category": "04"}, False),
    ({"categories": ("V1",)}, {"category": "V10"}, False),
    ({"categories": ("V10",)}, {"category": "V1001"}, True),
    ({"sources": ("button",)}, {}, False),
    ({"sources": ("phone_app", "button")}, {}, True),
    ({"urgencies": ("red",)}, {"urgency": Urgency.RED}, True),
    ({"urgencies": ("red", "green")}, {}, False),
    ({"weekdays": (1,)}, {}, True),
    ({"weekdays": (2,)}, {}, False),
]


@pytest.mark.parametrize(("condition", "reported", "matches"), CONDITIONS)
def test_a_condition_holds_or_not(
    county: Session, condition: dict[str, Any], reported: dict[str, Any], matches: bool
) -> None:
    add(county, **({"categories": ()} | condition))
    incident = report(county, **reported)
    assert (incident.responsible_unit_code == squads(county)[-1][1]) == matches


@pytest.mark.parametrize(
    ("at", "matches"),
    [("2026-03-06 22:00", True), ("2026-03-06 21:59", False), ("2026-03-07 05:59", True),
     ("2026-03-07 06:00", False), ("2026-03-06 05:00", False), ("2026-03-07 23:00", False)],
)  # fmt: skip
def test_a_window_past_midnight_belongs_to_the_day_it_begins(
    county: Session, at: str, matches: bool
) -> None:
    add(county, weekdays=(5,), from_time=time(22), to_time=time(6))
    incident = report(county, at)
    assert (incident.responsible_unit_code == squads(county)[-1][1]) == matches


def test_areas_are_townships_or_villages(county: Session) -> None:
    village = report(county).village_code
    other = county.execute(
        text("select code from division where level = 'township' and code <> :own limit 1"),
        {"own": str(village)[:9]},
    ).scalar_one()
    add(county, -1, areas=(other,))
    add(county, -2, areas=(str(village)[:9],))
    add(county, -3, areas=(str(village),), position=1)
    assert report(county).responsible_unit_code == squads(county)[-3][1]
    services.switch_off(county, actor_of(county, "xitong"), rules(county)[0], "试过了")
    assert report(county).responsible_unit_code == squads(county)[-2][1]


def rules(session: Session) -> list[Any]:
    return [one.rule.id for one in queries.list_active(session, COUNTY)]


def test_an_incident_without_a_place_may_be_caught_by_category_and_source(county: Session) -> None:
    rule = add(county, categories=("04",), sources=("phone_app",))
    incident = report(county, lon=None, lat=None)
    assert (incident.routing_id, incident.responsible_unit_code) == (None, squads(county)[-1][1])
    found = ruled(county, incident.id)
    assert found is not None
    assert (found.rule_id, found.otherwise_unit_code) == (rule.id, None)


def test_a_rule_of_an_area_does_not_catch_what_has_no_place(county: Session) -> None:
    add(county, areas=(str(report(county).village_code),))
    incident = report(county, lon=None, lat=None)
    assert incident.responsible_unit_code is None
    assert ruled(county, incident.id) is None


def test_days_of_validity_count(county: Session) -> None:
    add(county, valid_from=date(2026, 3, 3))
    add(county, -2, valid_to=date(2026, 3, 4))
    own = squads(county)
    assert report(county, "2026-03-02 10:00").responsible_unit_code == own[-2][1]
    assert report(county, "2026-03-04 10:00").responsible_unit_code == own[-1][1]


def close(session: Session, unit: int) -> None:
    session.execute(
        text("update unit set valid_to = '2026-03-02', ended_at = app_now() where id = :id"),
        {"id": squads(session)[unit][0]},
    )


def test_a_rule_whose_unit_is_closed_is_passed_over_and_told_once(county: Session) -> None:
    failed, sound = add(county, -1), add(county, -2)
    close(county, -1)
    for _n in range(3):
        incident = report(county)
        assert incident.responsible_unit_code == squads(county)[-2][1]
    found = ruled(county, incident.id)
    assert found is not None
    assert found.rule_id == sound.id
    assert [(one["id"], one["why"]) for one in found.skipped] == [(str(failed.id), ["unit"])]
    told = county.scalars(select(Notice).where(Notice.kind == "rule")).all()
    assert [(one.subject_id, one.data["why"]) for one in told] == [(failed.id, ["unit"])]
    assert told[0].person_id == actor_of(county, "xitong").person_id
    report(county, "2026-03-03 10:00")
    assert county.scalar(select(func.count()).where(Notice.kind == "rule")) == 2
    assert county.scalar(select(func.count()).select_from(RuleAlarm)) == 2


def test_a_rule_of_a_dropped_category_has_failed_even_where_it_does_not_match(
    county: Session,
) -> None:
    rule = add(county, categories=("0401", "0402"))
    put(county, changed("0401"))
    incident = report(county, category="0402")
    assert incident.responsible_unit_code != squads(county)[-1][1]
    found = ruled(county, incident.id)
    assert found is not None
    assert (found.rule_id, found.skipped[0]["why"]) == (None, ["category"])
    other = report(county, category="V8")
    assert ruled(county, other.id) is None
    assert queries.failures(county, COUNTY) == {rule.id: ("category",)}


def test_a_rule_of_an_area_that_is_gone_has_failed(county: Session) -> None:
    village = str(report(county).village_code)
    rule = add(county, areas=(village,))
    assert queries.failures(county, COUNTY) == {}
    county.execute(
        text(
            "insert into division (county_code, code, name, level, parent_code, edition_id)"
            " select county_code, left(code, 9) || '399', '已撤村', level, parent_code, edition_id"
            " from division where code = :code"
        ),
        {"code": village},
    )
    gone = village[:9] + "399"
    county.execute(
        text("update routing_rule set areas = :areas where id = :id"),
        {"areas": [village, gone], "id": rule.id},
    )
    assert queries.failures(county, COUNTY) == {rule.id: ("area",)}
    found = ruled(county, report(county).id)
    assert found is not None
    assert (found.rule_id, found.skipped[0]["why"]) == (None, ["area"])


def test_without_rules_a_report_costs_no_statement_more(county: Session, demo_app: Flask) -> None:
    report(county)
    with counted(demo_app) as before:
        report(county)
    rule = add(county)
    report(county)
    with counted(demo_app) as with_rules:
        report(county)
    services.switch_off(county, actor_of(county, "xitong"), rule.id, "试过了")
    with counted(demo_app) as after:
        report(county)
    assert len(after) == len(before) == len(with_rules) - 1


def test_old_decisions_can_be_reproduced_after_rules_changed(county: Session) -> None:
    actor = actor_of(county, "xitong")
    rule = add(county, weekdays=(1,))
    sound = add(county, -2)
    report(county)
    set_clock(county, "2026-03-02 10:00")
    services.change(county, actor, rule.id, draft(county, -3))
    report(county, "2026-03-02 10:30")
    set_clock(county, "2026-03-02 11:00")
    services.move(county, actor, sound.id, services.Way.UP)
    report(county, "2026-03-02 11:30")
    set_clock(county, "2026-03-02 12:00")
    services.switch_off(county, actor, sound.id, "试过了")
    report(county, "2026-03-02 12:30")
    report(county, "2026-03-02 12:31", lon=None, lat=None)
    assert verify_decisions(county, COUNTY).different == ()
    found = verify_rulings(county, COUNTY)
    assert (found.checked, found.different) == (5, ())


def test_a_rule_changed_behind_the_history_is_found_out(county: Session) -> None:
    add(county)
    incident = report(county)
    kept = ruled(county, incident.id)
    assert kept is not None
    with as_owner(county):
        county.execute(text("alter table rule_decision disable trigger only_grows"))
        county.execute(
            text("update rule_decision set unit_id = :unit"), {"unit": squads(county)[0][0]}
        )
    assert verify_rulings(county, COUNTY).different == (str(kept.id),)


def test_what_rules_decided_is_never_changed(county: Session) -> None:
    add(county)
    report(county)
    for table in ("rule_decision", "routing_rule_entry"):
        with pytest.raises(DBAPIError, match=table), county.begin_nested():
            county.execute(text(f"delete from {table}"))


def test_another_place_is_asked_anew(county: Session) -> None:
    incident = report(county)
    lon, lat = incident.lon, incident.lat
    assert lon is not None
    assert lat is not None
    add(county)
    moved = places.move(
        county, actor_of(county, "zhihui"), incident.id, lon + 0.0001, lat, "现场核实"
    )
    assert moved.responsible_unit_code == squads(county)[-1][1]
    assert decision_of(county, moved.routing_id).rule.startswith("rule:")
    services.switch_off(county, actor_of(county, "xitong"), rules(county)[0], "试过了")
    before = ruled(county, incident.id)
    assert before is not None
    assert before.rule_id is not None


def test_work_that_a_rule_sent_does_not_ask_to_change_hands(county: Session) -> None:
    add(county)
    incident = report(county)
    pending = rehoming.pending(county, actor_of(county, "juzhang"), date(2026, 3, 2))
    assert incident.id not in {one.work.id for one in pending}
    close(county, -1)
    pending = rehoming.pending(county, actor_of(county, "juzhang"), date(2026, 3, 2))
    assert incident.id in {one.work.id for one in pending}


def test_the_incident_page_says_which_rule_and_who_otherwise(county: Session, page: Pages) -> None:
    plain = report(county)
    otherwise = county.scalar(select(Unit.name).where(Unit.code == plain.responsible_unit_code))
    add(county, name="占道统一派单", weekdays=(1,), from_time=time(8), to_time=time(20))
    failed = add(county, -2, name="已失效", position=1)
    close(county, -2)
    shown = page("zhihui").get(f"/incidents/{report(county).id}").text
    for words in ("占道统一派单", "08:00–20:00", "周一", str(otherwise), "已失效", "已跳过"):
        assert words in shown, words
    bare = report(county, lon=None, lat=None)
    assert "占道统一派单" in page("zhihui").get(f"/incidents/{bare.id}").text
    assert "派单规则“占道" not in page("zhihui").get(f"/incidents/{plain.id}").text
    assert failed.id


def test_a_button_is_sent_by_its_rule(county: Session) -> None:
    add(county, categories=(), sources=("button",), urgencies=("red",))
    set_clock(county, "2026-03-02 09:30")
    sender = Sender.of(actor_of(county, "fujing"))
    what = report_of(
        county, category="V7", source=IncidentSource.BUTTON, urgency=Urgency.RED, lon=None,
        lat=None, village_code=actor_of(county, "fujing").area_codes[0],
    )  # fmt: skip
    taken = intake.take(county, sender, what)
    assert taken.incident.responsible_unit_code == squads(county)[-1][1]


def test_the_statement_finds_rules_by_their_index(county: Session) -> None:
    unit = squads(county)[0][0]
    county.execute(
        text(
            "insert into routing_rule (county_code, id, position, name, categories, areas,"
            " weekdays, sources, urgencies, unit_id, valid_from, note, active, version)"
            " select '220322', gen_random_uuid(), n, 'x', '{}', '{}', '{}', '{}', '{}', :unit,"
            " '2026-01-01', '', n % 100 = 0, 1 from generate_series(1, 5000) n"
        ),
        {"unit": unit},
    )
    with as_owner(county):
        county.execute(text("analyze routing_rule"))
    plan = county.execute(
        text(
            "explain select exists (select from routing_rule r where r.county_code = '220322'"
            " and r.active), (select count(*) from routing_rule r where"
            " r.county_code = '220322' and r.active and r.valid_from <= current_date)"
        )
    )
    lines = "\n".join(row[0] for row in plan)
    assert lines.count("ix_routing_rule_active") == 2, lines
