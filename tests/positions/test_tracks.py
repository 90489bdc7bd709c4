"""Tracks of a day: how long, where it stayed, which villages; made anew when more comes."""

from __future__ import annotations

import itertools
import math
import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.positions import registry, tracking
from enforcement.positions.models import Device, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from enforcement.positions.track_models import PresenceCell, Track, TrackVillage
from gis.stops import METRES_PER_DEGREE, stays
from tests.asking import actor_of, set_clock

COUNTY = "220322"
ON = date(2026, 3, 2)
START = datetime(2026, 3, 2, 8, tzinfo=ZONE)
HOME = (124.335, 43.308)
EAST_DEG = 1 / (METRES_PER_DEGREE * math.cos(math.radians(HOME[1])))


def walk(*, minutes: int = 60, speed_mps: float = 1.4, every_s: int = 10, noise_m: float = 0,
         pause_min: int = 0, since: datetime = START, seed: int = 1) -> list[Reading]:  # fmt: skip
    """Return positions east along a parallel, with a pause in the middle."""
    dice, metres, found = random.Random(seed), 0.0, []
    half, pause = minutes * 30, pause_min * 60
    for n in range(0, minutes * 60 + pause, every_s):
        if not half <= n < half + pause:
            metres += speed_mps * every_s
        x, y = (dice.gauss(0, noise_m) if noise_m else 0 for _n in range(2))
        lon = HOME[0] + (metres + x) * EAST_DEG
        found.append(Reading(lon, HOME[1] + y / METRES_PER_DEGREE, since + timedelta(seconds=n)))
    return found


@pytest.fixture
def device(county: Session) -> Device:
    set_clock(county, "2026-03-02 18:00")
    made, _key = registry.add(county, actor_of(county, "xitong"), "9", Protocol.JT808)
    return made


def track(session: Session) -> Track:
    session.expire_all()
    return session.scalars(select(Track).where(Track.on_day == ON)).one()


def test_the_length_is_that_of_the_way_not_of_the_noise(county: Session, device: Device) -> None:
    take(county, device, walk(noise_m=3, pause_min=30))
    assert tracking.refresh(county, COUNTY, ON) == 1
    made = track(county)
    assert made.km == pytest.approx(3600 * 1.4 / 1000, rel=0.06)
    assert (made.fixes, made.doubtful, made.carrier_id) == (540, 0, device.id)
    assert made.minutes == 90


def test_the_pause_is_a_stop(county: Session, device: Device) -> None:
    take(county, device, walk(noise_m=6, pause_min=30))
    tracking.refresh(county, COUNTY, ON)
    [stop] = track(county).stops
    long = datetime.fromisoformat(stop["until"]) - datetime.fromisoformat(stop["since"])
    assert timedelta(minutes=29) < long < timedelta(minutes=33)
    middle = HOME[0] + 1800 * 1.4 * EAST_DEG
    assert abs(stop["lon"] - middle) / EAST_DEG < 40


def test_a_silence_parts_the_track(county: Session, device: Device) -> None:
    late = walk(minutes=10, since=START + timedelta(hours=3))
    far = [Reading(one.lon + 0.1, one.lat, one.fixed_at) for one in late]
    take(county, device, [*walk(minutes=10), *far])
    tracking.refresh(county, COUNTY, ON)
    made = track(county)
    assert made.km == pytest.approx(2 * 600 * 1.4 / 1000, rel=0.06)
    assert county.scalar(select(func.ST_NumGeometries(Track.geom))) == 2


def test_villages_and_cells_count_minutes(county: Session, device: Device) -> None:
    take(county, device, walk(minutes=30))
    tracking.refresh(county, COUNTY, ON)
    made = track(county)
    villages = county.scalars(select(TrackVillage).where(TrackVillage.track_id == made.id)).all()
    inside = county.scalar(text(
        "select count(distinct date_trunc('minute', f.fixed_at)) from fix f join edition e on"
        " e.status = 'active' join area a on a.edition_id = e.id and a.level = 'village' and"
        " ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(f.lon, f.lat), 4490))"))  # fmt: skip
    assert villages
    assert sum(row.minutes for row in villages) >= (inside or 0) > 0
    cells = county.scalars(select(PresenceCell)).all()
    assert len(cells) == pytest.approx(1800 * 1.4 / 200, abs=2)


def test_more_positions_make_it_anew_and_nothing_new_leaves_it(
    county: Session, device: Device
) -> None:
    readings = walk(minutes=20)
    take(county, device, readings[:60])
    assert tracking.refresh(county, COUNTY, ON) == 1
    before = track(county)
    short, ident = before.km, before.id
    county.execute(text("update track set built_at = built_at + interval '1 second'"))
    assert tracking.refresh(county, COUNTY, ON) == 0
    set_clock(county, "2026-03-02 18:10")
    take(county, device, readings)
    assert tracking.refresh(county, COUNTY, ON) == 1
    assert (track(county).id, track(county).km > short * 1.5) == (ident, True)


def test_marked_positions_are_counted_but_not_drawn(county: Session, device: Device) -> None:
    jump = Reading(HOME[0] + 0.3, HOME[1], START + timedelta(minutes=5, seconds=5))
    poor = Reading(HOME[0], HOME[1] + 0.1, START + timedelta(minutes=5, seconds=6), accuracy_m=900)
    take(county, device, [*walk(minutes=10), jump, poor])
    tracking.refresh(county, COUNTY, ON)
    made = track(county)
    assert made.doubtful == 2
    assert made.km == pytest.approx(0.84, rel=0.06)


def test_a_persons_track_says_how_much_of_his_units_area_he_came_near(
    county: Session, device: Device
) -> None:
    officer = actor_of(county, "zhifa1")
    device.person_id = officer.person_id
    county.execute(
        text("insert into duty_presence (county_code, id, person_id, account_id, present,"
             " occurred_at, received_at) values (:county, gen_random_uuid(), :person, :account,"
             " true, :at, :at)"),
        {"county": COUNTY, "person": officer.person_id, "account": officer.account_id,
         "at": START - timedelta(hours=1)},
    )  # fmt: skip
    take(county, device, walk())
    tracking.refresh(county, COUNTY, ON)
    made = track(county)
    assert (made.person_id, made.unit_code) == (officer.person_id, officer.unit_code)
    assert made.area_pct is None or 0 <= made.area_pct <= 100


STEPS = st.lists(st.tuples(st.integers(1, 400), st.integers(-90, 90)), max_size=60)


@given(STEPS)
def test_stays_are_long_enough_in_order_and_apart(steps: list[tuple[int, int]]) -> None:
    seconds, metres, rows = 0.0, 0.0, []
    for pause, move in steps:
        seconds, metres = seconds + pause, metres + move
        rows.append((seconds, HOME[0] + metres * EAST_DEG, HOME[1]))
    found = stays(rows)
    assert all(one.until_s - one.since_s >= 300 for one in found)
    assert all(a.until_s <= b.since_s for a, b in itertools.pairwise(found))
