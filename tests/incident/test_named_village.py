"""A report that names a village and no point finds who answers, and the decision proves it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.ids import uuid7
from enforcement.incident import intake
from enforcement.incident.intake import Report, Sender
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.jurisdiction.reproducing import verify_decisions
from enforcement.jurisdiction.routing import route_area
from enforcement.law.terms import IncidentSource
from tests.asking import actor_of
from tests.case.making import report_of


def named(session: Session, village: str, **change: Any) -> Report:
    said = {"lon": None, "lat": None, "village_code": village, "source": IncidentSource.BUTTON}
    return report_of(session, **(said | change))


def sender(session: Session) -> Sender:
    return Sender(actor_of(session, "fujing").county_code, uuid7(), "村级服务点")


def test_a_village_without_a_point_has_the_unit_that_its_middle_has(county: Session) -> None:
    village = actor_of(county, "fujing").area_codes[0]
    at_point = intake.take(county, sender(county), report_of(county)).incident
    made = intake.take(county, sender(county), named(county, village)).incident
    county.refresh(made)
    assert made.responsible_unit_code == at_point.responsible_unit_code is not None
    assert (made.village_code, made.township_code) == (village, village[:9])
    assert (made.lon, made.lat, made.point) == (None, None, None)
    decision = county.get_one(RoutingDecision, (made.county_code, made.routing_id))
    assert (decision.basis, decision.border_m, decision.confirm) == ("named", 0, False)
    assert decision.rule.startswith(("village:", "township:", "county:"))


def test_its_decision_comes_out_the_same_when_asked_again(county: Session) -> None:
    village = actor_of(county, "fujing").area_codes[0]
    made = intake.take(county, sender(county), named(county, village)).incident
    county.flush()
    before = verify_decisions(county, made.county_code)
    assert str(made.routing_id) not in before.different
    county.execute(
        text("update responsibility set category = 'X' where unit_id = :unit"),
        {"unit": county.get_one(RoutingDecision, (made.county_code, made.routing_id)).unit_id},
    )
    assert str(made.routing_id) in verify_decisions(county, made.county_code).different


def test_a_drawn_polygon_counts_for_points_only(county: Session) -> None:
    actor = actor_of(county, "zhifa1")
    village = actor_of(county, "fujing").area_codes[0]
    day = clock.today(county)
    before = route_area(county, actor.county_code, village, day, "V7")
    county.execute(
        text(
            "insert into responsibility (county_code, id, unit_id, geom, valid_from, priority)"
            " select county_code, gen_random_uuid(), :unit, geom, '2020-01-01', 99 from area"
            " where code = :code limit 1"
        ),
        {"unit": actor_of(county, "zhihui").unit_id, "code": village},
    )
    assert route_area(county, actor.county_code, village, day, "V7") == before


@pytest.mark.parametrize("code", ["220322999999", "x", "999999999999"])
def test_an_unknown_village_is_refused_and_nothing_stays(county: Session, code: str) -> None:
    before = county.scalar(select(func.count()).select_from(Incident))
    with pytest.raises(InvalidInputError) as refused:
        intake.take(county, sender(county), named(county, code))
    assert refused.value.field == "village_code"
    assert county.scalar(select(func.count()).select_from(Incident)) == before


def test_before_there_were_boundaries_a_known_village_is_still_taken(county: Session) -> None:
    village = actor_of(county, "fujing").area_codes[0]
    county.execute(text("update edition set valid_from = '2025-12-31' where kind = 'boundaries'"))
    early = report_of(county).occurred_at.replace(year=2019)
    made = intake.take(county, sender(county), named(county, village, occurred_at=early)).incident
    assert (made.village_code, made.routing_id) == (village, None)
