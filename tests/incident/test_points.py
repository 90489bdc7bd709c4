"""Open incidents on a map: what a person sees, in cells from afar, alone from near."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.demo import USERS
from enforcement.errors import InvalidInputError
from enforcement.incident import points, queries
from enforcement.incident.models import Incident
from enforcement.law.incidents import OPEN_STATES
from tests.asking import Calls, actor_of

ALL = (123.0, 42.0, 126.0, 45.0)


def seen(session: Session, username: str, *more: object) -> int:
    query = select(func.count()).select_from(Incident).where(
        queries.visible(actor_of(session, username)), Incident.state.in_(OPEN_STATES), *more)  # type: ignore[arg-type]  # fmt: skip
    return session.scalar(query) or 0


@pytest.mark.parametrize("username", [name for name, _role in USERS])
@pytest.mark.parametrize("zoom", [6, 11, 16])
def test_the_counts_add_up_to_what_the_person_sees(
    county: Session, username: str, zoom: int
) -> None:
    found = points.open_points(county, actor_of(county, username), ALL, zoom)["features"]
    assert sum(one["properties"]["n"] for one in found) == seen(
        county, username, Incident.lon.is_not(None)
    )
    assert points.count_without_place(county, actor_of(county, username)) == seen(
        county, username, Incident.lon.is_(None)
    )


def test_from_afar_few_cells_from_near_each_point_with_its_id(county: Session) -> None:
    head = actor_of(county, "juzhang")
    far = points.open_points(county, head, ALL, 5)["features"]
    near = points.open_points(county, head, ALL, 18)["features"]
    assert len(far) < len(near)
    assert {one["properties"]["n"] for one in near} == {1}
    assert all({"id", "state", "urgency"} <= set(one["properties"]) for one in near)


def test_a_box_leaves_out_what_lies_elsewhere(county: Session) -> None:
    head = actor_of(county, "juzhang")
    west = points.open_points(county, head, (123.0, 42.0, 124.2, 45.0), 18)["features"]
    assert all(one["geometry"]["coordinates"][0] <= 124.2 for one in west)
    assert len(west) < seen(county, "juzhang", Incident.lon.is_not(None))


@pytest.mark.parametrize(
    "box", [(1, 1, 1, 2), (10, 0, 5, 1), (170, 0, 190, 1), (0, -91, 1, 0), (5, 5, 6, 4)]
)
def test_a_box_that_is_none_is_refused(county: Session, box: points.Bounds) -> None:
    with pytest.raises(InvalidInputError) as refused:
        points.open_points(county, actor_of(county, "juzhang"), box, 10)
    assert refused.value.field == "bbox"


def test_the_call_takes_box_and_zoom(county: Session, call: Calls) -> None:
    path = "/incidents/points?bbox=123,42,126,45&zoom="
    assert call("juzhang", "GET", path + "9").get_json()["type"] == "FeatureCollection"
    assert call("juzhang", "GET", path + "30").status_code == 422
    assert call("juzhang", "GET", "/incidents/points?bbox=a,b,c,d").status_code == 422
