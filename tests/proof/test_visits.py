"""Visits out of positions: arrived, left, how near; late positions; stops of lists; its index."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.patrol.models import Patrol, PatrolEntry, PatrolStop
from enforcement.proof import visiting
from enforcement.proof.models import BeatVisit
from enforcement.proof.visiting_sql import LOOK
from tests.asking import actor_of, as_owner, set_clock
from tests.proof.making import COUNTY, ON, at, on_duty, patrol, phone, points, send, stay


@pytest.fixture
def morning(county: Session) -> Session:
    set_clock(county, "2026-03-02 12:00")
    return county


def visits(session: Session) -> list[BeatVisit]:
    session.expire_all()
    return session.query(BeatVisit).order_by(BeatVisit.arrived_at, BeatVisit.beat_id).all()


def test_a_stay_within_reach_is_a_visit_with_its_times(morning: Session) -> None:
    first, second, _third = points(morning)
    send(morning, phone(morning), [*stay(0, at(540), 10), *stay(1, at(560), 5, north_m=99),
                                   *stay(2, at(580), 5, north_m=103)])  # fmt: skip
    assert visiting.look(morning, COUNTY).visits == 2
    one, other = visits(morning)
    assert (one.beat_id, one.arrived_at, one.left_at, one.dwell_s) == (
        first.id, at(540), at(550), 600)  # fmt: skip
    assert (one.min_distance_m, one.way, one.on_day) == (pytest.approx(20, abs=0.2), "geofence", ON)
    assert (other.beat_id, other.min_distance_m) == (second.id, pytest.approx(99, abs=0.5))


def test_looking_again_or_late_changes_nothing_or_joins(morning: Session) -> None:
    points(morning)
    readings = [*stay(0, at(540), 20), *stay(0, at(570), 4)]
    device, whole = phone(morning), list(readings)
    random.Random(3).shuffle(whole)
    for part in (whole[:40], whole[40:90], whole[90:]):
        send(morning, device, part)
        visiting.look(morning, COUNTY)
    [one, other] = visits(morning)
    assert (one.arrived_at, one.left_at) == (at(540), at(560))
    assert (other.arrived_at, other.left_at) == (at(570), at(574))
    before = [(v.id, v.arrived_at, v.left_at, v.min_distance_m) for v in visits(morning)]
    visiting.look(morning, COUNTY)
    assert [(v.id, v.arrived_at, v.left_at, v.min_distance_m) for v in visits(morning)] == before
    send(morning, device, stay(0, at(562), 6))  # what lay between was still on the phone
    visiting.look(morning, COUNTY)
    assert [(v.arrived_at, v.left_at) for v in visits(morning)] == [(at(540), at(574))]


def test_a_day_made_anew_is_as_it_was_and_knows_new_checkpoints(morning: Session) -> None:
    device = phone(morning)
    points(morning, 1)
    send(morning, device, [*stay(0, at(540), 5), *stay(3, at(560), 5)])
    visiting.look(morning, COUNTY)
    points(morning, 4)
    visiting.look(morning, COUNTY)  # what was received was looked at a moment ago, and is again
    set_clock(morning, "2026-03-02 13:00")
    assert visiting.make_day(morning, actor_of(morning, "dadui"), ON) == 3
    assert {v.arrived_at for v in visits(morning)} == {at(540), at(560)}


def test_a_visit_of_the_squad_marks_its_stop(morning: Session) -> None:
    made = patrol(morning, points(morning))
    on_duty(morning, "zhifa1", at(500))
    device = phone(morning, "zhifa1")
    send(morning, device, [*stay(0, at(545), 5), *stay(1, at(600), 0.5)])
    visiting.look(morning, COUNTY)
    one, other, _third = stops(morning, made)
    assert (one.arrived_at, one.left_at, one.way) == (at(545), at(550), "geofence")
    assert one.visited_by == actor_of(morning, "zhifa1").account_id
    assert (other.visited_at, other.arrived_at) == (None, None)  # half a minute is passing by
    assert morning.get_one(Patrol, (COUNTY, made.id)).state == "started"
    send(morning, device, [*stay(0, at(550), 7), *stay(1, at(600), 4)])
    for _n in range(2):
        visiting.look(morning, COUNTY)
    one, other, _third = stops(morning, made)
    assert (one.arrived_at, one.left_at, other.left_at) == (at(545), at(557), at(604))
    entries = morning.query(PatrolEntry).filter_by(patrol_id=made.id, event="visit").all()
    assert sorted(one.detail["seq"] for one in entries) == [1, 2]
    assert len({one.seq for one in morning.query(PatrolEntry).filter_by(patrol_id=made.id)}) == 3


def stops(session: Session, made: Patrol) -> list[PatrolStop]:
    session.expire_all()
    return (
        session.query(PatrolStop).filter_by(patrol_id=made.id).order_by(PatrolStop.seq).all()
    )  # fmt: skip


def test_invented_positions_and_a_missing_photo_leave_the_stop_open(morning: Session) -> None:
    made = patrol(morning, [*points(morning, 1), *points(morning, 2, photo=True)[1:]])
    on_duty(morning, "zhifa1", at(500))
    send(morning, phone(morning, "zhifa1"),
         [*stay(0, at(545), 5, mock=True), *stay(1, at(600), 5)])  # fmt: skip
    visiting.look(morning, COUNTY)
    invented, unseen = stops(morning, made)
    assert (invented.visited_at, invented.arrived_at) == (None, None)
    assert (unseen.visited_at, unseen.arrived_at, unseen.way) == (None, at(600), "geofence")
    assert [v.mocked for v in visits(morning) if v.arrived_at == at(545)] == [True, True]


def test_a_look_reads_what_was_received_last_and_joins_by_hash(morning: Session) -> None:
    morning.execute(FILL, {"device": phone(morning).id, "since": at(0)})
    with as_owner(morning):
        morning.execute(text("analyze fix_2026_03"))
        morning.execute(text("select brin_summarize_new_values('fix_2026_03_received_at_idx')"))
    morning.execute(text("set local enable_seqscan = off"))
    plan = "\n".join(morning.scalars(
        text("explain " + LOOK.text), {"county": COUNTY, "since": at(0) + timedelta(seconds=59_940)}
    ))  # fmt: skip
    assert "Bitmap Index Scan on fix_2026_03_received_at_idx" in plan, plan
    assert "Hash Cond: ((c.x = (floor" in plan or "Hash Cond: (((floor" in plan, plan
    assert "ix_beat_visit_" in plan
    assert "fix_before" not in plan  # older positions than are believed are not looked for


FILL = text("""
INSERT INTO fix (county_code, device_id, fixed_at, received_at, lon, lat, raw_lon, raw_lat, datum,
  source, mock, late)
SELECT '220322', :device, m, m, 124.3, 43.3, 124.3, 43.3, 'wgs84', 'jt808', false, false
FROM generate_series(1, 60000) n
CROSS JOIN LATERAL (SELECT CAST(:since AS timestamptz) + n * interval '1 second' AS m) t
""")
