"""Reports and acts upon incidents: placed, kept once, refused in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.clock import ZONE
from enforcement.demo.photo import draw_photo
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.incident import queries, services
from enforcement.incident.intake import Photo
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.law.incidents import STEPS, categories, events_from, step_for
from enforcement.law.matters import matters
from enforcement.law.terms import IncidentEvent as E
from enforcement.law.terms import IncidentState as S
from enforcement.law.terms import UnitKind
from enforcement.patrol import services as patrols
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.people.queries import list_units
from tests.asking import actor_of, set_clock
from tests.case.making import report_of, reported


def report(
    session: Session, photos: tuple[Photo, ...] = (), key: str | None = None, **change: Any
) -> Incident:
    set_clock(session, "2026-03-02 09:30")
    return services.report(
        session, actor_of(session, "fujing"), report_of(session, **change), photos, key=key
    )


def test_a_report_keeps_the_decision_who_answers_for_its_place(county: Session) -> None:
    incident = report(county)
    decision = county.get_one(RoutingDecision, (incident.county_code, incident.routing_id))
    place = queries.place_of(county, incident)
    assert incident.village_code == actor_of(county, "fujing").area_codes[0]
    assert incident.responsible_unit_code == actor_of(county, "zhifa1").unit_code
    assert decision.rule == f"township:{incident.township_code}"
    assert decision.border_m > 0
    assert place["brigade"] == actor_of(county, "dadui").unit_name
    assert incident.occurred_at != incident.received_at


def test_the_same_key_stores_one_report_and_gives_the_same_answer(county: Session) -> None:
    photos = (Photo("a.jpg", draw_photo(1)),)
    first, second = report(county, photos, key="k"), report(county, photos, key="k")
    assert first.id == second.id
    assert len(queries.photos(county, first.county_code, first.id)) == 1
    with pytest.raises(StepNotAllowedError, match="其他内容"):
        report(county, photos, key="k", description="另一件事")


def test_a_photo_is_kept_byte_for_byte(county: Session) -> None:
    data = draw_photo(3)
    incident = report(county, (Photo("a.jpg", data),))
    [photo] = queries.photos(county, incident.county_code, incident.id)
    assert files.read(incident.county_code, photo.sha256) == data


@pytest.mark.parametrize(
    "data", [b"no image", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 40, draw_photo(1)[:400]]
)
def test_a_photo_that_is_no_image_is_refused(county: Session, data: bytes) -> None:
    before = county.query(Incident).count()
    with pytest.raises(InvalidInputError, match="照片") as refused, county.begin_nested():
        report(county, (Photo("a.jpg", data),))
    assert refused.value.field == "photos"
    assert county.query(Incident).count() == before


# fmt: off
WRONG = (  # field, change
    ("lon",         {"lon": 116.40, "lat": 39.90}),
    ("lon",         {"lon": 0.0, "lat": 0.0}),
    ("lon",         {"lon": 124.3, "lat": None}),
    ("description", {"description": "   "}),
    ("occurred_at", {"occurred_at": datetime(2026, 3, 3, 9, 0, tzinfo=ZONE)}),
)
# fmt: on


@pytest.mark.parametrize(("field", "change"), WRONG)
def test_a_wrong_value_is_named_and_changes_nothing(
    county: Session, field: str, change: dict[str, Any]
) -> None:
    before = county.query(Incident).count()
    with pytest.raises(InvalidInputError) as refused, county.begin_nested():
        report(county, **change)
    assert refused.value.field == field
    assert county.query(Incident).count() == before


def test_an_unknown_category_is_refused(county: Session) -> None:
    with pytest.raises(InvalidInputError, match="V77"):
        report(county, category="V77")


def test_a_report_without_a_place_is_kept(county: Session) -> None:
    incident = report(county, lon=None, lat=None)
    assert (incident.routing_id, incident.responsible_unit_code) == (None, None)


def test_a_phone_that_runs_ten_minutes_fast_is_believed(county: Session) -> None:
    at = datetime(2026, 3, 2, 9, 39, tzinfo=ZONE)
    assert report(county, occurred_at=at).occurred_at == at


@pytest.mark.parametrize("state", list(S), ids=str)
@pytest.mark.parametrize("event", list(E), ids=str)
def test_every_pair_of_state_and_act_has_an_answer(state: S, event: E) -> None:
    step = step_for(state, event)
    assert (event in events_from(state)) == (step is not None)
    assert step is None or state in step.sources


def test_categories_name_matters_that_exist() -> None:
    assert sum(row.parent is None for row in categories().values()) == 18
    assert {row.parent for row in categories().values() if row.parent} <= set(categories())
    assert {code for row in categories().values() for code in row.matters} <= set(matters())
    assert len({step.event for step in STEPS}) == len(STEPS)


def test_an_act_out_of_turn_is_refused_in_words(county: Session) -> None:
    incident = report(county)
    with pytest.raises(StepNotAllowedError, match="受理"):
        services.act(county, actor_of(county, "zhihui"), incident.id, E.PASS_CHECK)


def test_two_edits_of_one_version_leave_one_winner(county: Session) -> None:
    incident = reported(county)
    version = incident.version
    officer = actor_of(county, "zhifa1")
    services.act(county, officer, incident.id, E.ACCEPT, version=version)
    with pytest.raises(StaleVersionError) as refused:
        services.act(county, officer, incident.id, E.RETURN, note="x", version=version)
    assert refused.value.data == {
        "your_version": version,
        "current": {"version": version + 1, "state": "handling"},
    }


def test_the_handler_does_not_check_his_own_work(county: Session) -> None:
    incident = reported(county)
    leader = actor_of(county, "zhongdui")
    services.act(county, leader, incident.id, E.ACCEPT)
    services.act(county, leader, incident.id, E.REPORT_RESULT, note="已清理")
    with pytest.raises(StepNotAllowedError, match="核查人"):
        services.act(county, leader, incident.id, E.PASS_CHECK)
    services.act(county, actor_of(county, "dadui"), incident.id, E.PASS_CHECK)
    assert incident.state == S.CLOSED


def test_returning_needs_a_reason(county: Session) -> None:
    incident = reported(county)
    with pytest.raises(InvalidInputError, match="理由"):
        services.act(county, actor_of(county, "zhifa1"), incident.id, E.RETURN)


def test_an_incident_of_another_unit_is_not_found(county: Session) -> None:
    incident = report(county)
    other = next(
        unit
        for unit in list_units(county, incident.county_code, UnitKind.SQUAD, date(2026, 3, 2))
        if not unit.code.startswith(actor_of(county, "dadui").unit_code)
    )
    from dataclasses import replace

    stranger = replace(actor_of(county, "zhifa1"), unit_code=other.code, unit_id=other.id)
    with pytest.raises(NotFoundError):
        queries.get(county, stranger, incident.id)


def test_administrators_see_no_incident(county: Session) -> None:
    reported(county)
    for name in ("xitong", "anquan", "shenji"):
        assert queries.list_page(county, actor_of(county, name)) == []


def test_a_brigade_leader_sends_only_his_own_squads(county: Session) -> None:
    incident = report(county)
    other = next(
        unit
        for unit in list_units(county, incident.county_code, UnitKind.SQUAD, date(2026, 3, 2))
        if not unit.code.startswith(actor_of(county, "dadui").unit_code)
    )
    with pytest.raises(InvalidInputError, match="本单位"):
        patrols.send(
            county,
            actor_of(county, "dadui"),
            incident.id,
            squad_id=other.id,
            patrol_on=date(2026, 3, 2),
        )
    with pytest.raises(NotPermittedError):
        patrols.send(
            county,
            actor_of(county, "fujing"),
            incident.id,
            squad_id=other.id,
            patrol_on=date(2026, 3, 2),
        )


def test_two_incidents_of_one_squad_and_day_share_a_patrol(county: Session) -> None:
    first, second = reported(county), reported(county)
    patrols_of_day = county.query(Patrol).filter_by(patrol_on=date(2026, 3, 2)).all()
    assert len(patrols_of_day) == 1
    stops = county.query(PatrolStop).filter_by(patrol_id=patrols_of_day[0].id).all()
    assert sorted(stop.incident_id for stop in stops) == sorted([first.id, second.id])


def test_a_patrol_is_not_sent_into_the_past(county: Session) -> None:
    incident = report(county)
    with pytest.raises(InvalidInputError, match="早于今天"):
        patrols.send(
            county,
            actor_of(county, "dadui"),
            incident.id,
            squad_id=actor_of(county, "zhifa1").unit_id,
            patrol_on=date(2026, 3, 2) - timedelta(days=1),
        )


def test_a_visited_stop_starts_the_patrol_and_is_visited_once(county: Session) -> None:
    reported(county)
    patrol = county.query(Patrol).filter_by(patrol_on=date(2026, 3, 2)).one()
    officer = actor_of(county, "zhifa1")
    patrols.visit(county, officer, patrol.id, 1, outcome="属实")
    assert patrol.state == "started"
    with pytest.raises(StepNotAllowedError):
        patrols.visit(county, officer, patrol.id, 1, outcome="属实")
    patrols.move(county, officer, patrol.id, "finish")
    with pytest.raises(StepNotAllowedError):
        patrols.move(county, officer, patrol.id, "start")
