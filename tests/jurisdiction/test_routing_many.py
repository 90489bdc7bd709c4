"""Many points by one statement: the very answers that `route` gives one by one."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import date

import pytest
from shapely.geometry import box
from small_county import SMALL, load_true, squares
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from enforcement.jurisdiction import services
from enforcement.jurisdiction.routing import OutsideCountyError, route
from enforcement.jurisdiction.routing_many import Routed, route_many
from gis.errors import GisError

DAY, START = date(2026, 5, 1), date(2020, 1, 1)
Place = tuple[float, float]


def one_by_one(
    session: Session, county: str, places: list[Place], on: date, category: str | None = None
) -> list[Routed | None]:
    found: list[Routed | None] = []
    for lon, lat in places:
        try:
            one = route(session, county, lon, lat, on, category)
        except OutsideCountyError:
            found.append(None)
            continue
        found.append(
            Routed(
                one.edition_id,
                one.village_code,
                one.township_code,
                one.unit_id,
                one.unit_code,
                one.rule,
            )
        )
    return found


def places(west: float, south: float, east: float, north: float, count: int) -> list[Place]:
    chance = random.Random(5)
    made = [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(count)]
    return [*made, (124.1, 43.1), (124.1, 43.05), (124.05, 43.1), (124.0, 43.0)]


@pytest.fixture
def duties(small: Session, unit: Callable[..., uuid.UUID]) -> Session:
    """Duties of every kind on the small county: area, exception, category, past, drawn."""
    by_town, by_village, special, drawn, past = (unit(f"01.0{n}") for n in range(1, 6))
    for code in ("990001100", "990001101"):
        services.assign_responsibility(small, SMALL, by_town, valid_from=START, area_code=code)
    services.assign_responsibility(
        small, SMALL, by_village, valid_from=START, area_code="990001101200", priority=3
    )
    services.assign_responsibility(
        small, SMALL, special, valid_from=START, area_code="990001101201", category="市容"
    )
    for each, west in ((drawn, 124.05), (special, 124.08)):
        services.assign_responsibility(
            small, SMALL, each, valid_from=START, shape=box(west, 43.05, west + 0.06, 43.15)
        )
    services.assign_responsibility(
        small, SMALL, past, valid_from=START, valid_to=DAY, area_code="990001101201", priority=9
    )
    return small


@pytest.mark.parametrize("category", [None, "市容", "噪声"])
@pytest.mark.parametrize("day", [DAY, date(2026, 4, 30), date(2019, 1, 1)])
def test_the_answers_are_those_of_route(duties: Session, category: str | None, day: date) -> None:
    spots = places(123.95, 42.95, 124.25, 43.25, 300)
    many = route_many(duties, SMALL, spots, day, category)
    assert many == one_by_one(duties, SMALL, spots, day, category)
    if day != date(2019, 1, 1):
        assert len({routed.rule for routed in many if routed}) >= 4


def test_a_point_in_a_sliver_goes_to_the_nearest_village(duties: Session) -> None:
    duties.execute(
        text(
            "UPDATE area SET geom = ST_Multi(ST_MakeEnvelope(124.0, 43.0, 124.0999,"
            " 43.1, 4490)) WHERE code = '990001101200'"
        )
    )
    spots = [(124.09995, 43.02), (124.05, 43.05), (130.0, 43.0)]
    many = route_many(duties, SMALL, spots, DAY)
    assert many == one_by_one(duties, SMALL, spots, DAY)
    assert many[0] is not None
    assert many[2] is None


def test_the_edition_of_the_day_answers(duties: Session) -> None:
    moved = services.import_boundaries(duties, squares(shift_deg=0.02), "moved")
    assert moved.edition_id is not None
    services.activate(duties, SMALL, moved.edition_id, DAY)
    spots = places(124.0, 43.0, 124.2, 43.2, 50)
    for day in (date(2026, 4, 30), DAY):
        assert route_many(duties, SMALL, spots, day) == one_by_one(duties, SMALL, spots, day)


def test_a_true_county_is_routed_alike_by_two_statements_at_most(session: Session) -> None:
    load_true(session, "lishu")
    spots = places(123.7, 42.8, 124.9, 43.8, 400)
    asked: list[str] = []
    connection = session.connection()
    listener = lambda *told: asked.append(told[2])  # noqa: E731 -- to be removed by name
    event.listen(connection, "before_cursor_execute", listener)
    many = route_many(session, "220322", spots, DAY)
    event.remove(connection, "before_cursor_execute", listener)
    assert len(asked) == 2
    assert many == one_by_one(session, "220322", spots, DAY)
    assert sum(routed is not None for routed in many) > 100


def test_no_points_give_no_answers_and_bad_ones_are_refused(small: Session) -> None:
    assert route_many(small, SMALL, [], DAY) == []
    with pytest.raises(GisError, match="第 1 个点"):
        route_many(small, SMALL, [(124.0, 43.0), (43.0, 124.0)], DAY)


BORDERS = text("""
WITH line AS (
  SELECT (ST_DumpSegments(ST_Boundary(a.geom))).geom FROM area a WHERE a.level = 'village'
), spot AS (
  SELECT ST_StartPoint(geom) AS at FROM line
  UNION ALL SELECT ST_LineInterpolatePoint(geom, 0.5) FROM line
)
SELECT DISTINCT ST_X(at) AS lon, ST_Y(at) AS lat FROM spot
""")


def test_every_corner_and_every_middle_of_a_border_has_exactly_one_village(
    session: Session,
) -> None:
    load_true(session, "lean")
    spots = [(row.lon, row.lat) for row in session.execute(BORDERS)]
    assert len(spots) > 10_000
    first = route_many(session, "361025", spots, DAY)
    assert all(found is not None and found.village_code for found in first)
    assert route_many(session, "361025", spots, DAY) == first
    for place in range(0, len(spots), 97):
        alone, together = route(session, "361025", *spots[place], DAY), first[place]
        assert together is not None
        assert alone.village_code == together.village_code
