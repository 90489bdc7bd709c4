"""Positions and tracks go by the rule, with holds, tombstones and a monthly certificate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.ids import uuid7
from enforcement.positions import registry
from enforcement.positions.models import Device, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from enforcement.proof import keeping as proof
from enforcement.retention import certificates, holds, running
from enforcement.retention.holds import HoldIn
from enforcement.retention.models import (
    Destruction,
    DestructionCertificate,
    DestructionItem,
    HoldKind,
)
from tests.asking import actor_of, set_clock
from tests.retention.making import COUNTY

MOST = 1000


@pytest.fixture
def device(county: Session) -> Device:
    """A vehicle with positions of 20 and 21 February and of 1 March 2026; it is 1 September."""
    set_clock(county, "2026-02-20 08:00")
    made, _key = registry.add(county, actor_of(county, "xitong"), "9", Protocol.OSMAND,
                              label="吉C·00001")  # fmt: skip
    for day, count in (("2026-02-20", 3), ("2026-02-21", 2), ("2026-03-01", 1)):
        start = set_clock(county, f"{day} 09:00")
        take(county, made, [Reading(124.3, 43.3, start + timedelta(seconds=n))
                            for n in range(count)])  # fmt: skip
        county.execute(text("update fix set received_at = fixed_at"))
    set_clock(county, "2026-09-01 09:00")
    county.execute(text("delete from fix where device_id <> :id"), {"id": made.id})
    return made


def left(session: Session) -> list[str]:
    day = "(fixed_at at time zone 'Asia/Shanghai')::date::text"
    return list(session.scalars(text(f"select {day} from fix order by 1")))


def tombstones(session: Session) -> list[tuple[str, int]]:
    query = select(DestructionItem.subject, DestructionItem.rows).order_by(DestructionItem.subject)
    return [(row[0], row[1]) for row in session.execute(query)]


def test_positions_leave_a_tombstone_for_each_device_and_day(
    county: Session, device: Device
) -> None:
    assert running.by_rule(county, COUNTY, "fix", MOST) == 5
    assert left(county) == ["2026-03-01"]
    assert tombstones(county) == [(f"{device.id} 2026-02-20", 3), (f"{device.id} 2026-02-21", 2)]
    assert running.by_rule(county, COUNTY, "fix", MOST) == 0


def test_the_last_day_is_kept_wholly(county: Session, device: Device) -> None:
    running.by_rule(county, COUNTY, "fix", MOST)
    set_clock(county, "2026-09-01 23:59")
    assert running.by_rule(county, COUNTY, "fix", MOST) == 0
    set_clock(county, "2026-09-02 00:01")
    assert running.by_rule(county, COUNTY, "fix", MOST) == 1


def test_a_months_tombstones_get_one_certificate_in_the_next(
    county: Session, device: Device
) -> None:
    running.by_rule(county, COUNTY, "fix", 4)
    assert running.by_rule(county, COUNTY, "fix", MOST) == 1
    assert county.query(DestructionCertificate).count() == 0
    set_clock(county, "2026-10-01 09:00")
    running.by_rule(county, COUNTY, "fix", MOST)
    [made] = county.scalars(select(DestructionCertificate))
    assert (made.rows, made.decided_name, made.kind) == (5, None, "fix")
    assert made.tombstones == len(tombstones(county)) - 1, "March's belongs to the next month"
    assert certificates.is_true(county, made)
    states = dict(county.execute(select(Destruction.month, Destruction.state)).all())  # type: ignore[arg-type]
    assert states == {date(2026, 9, 1): "done", date(2026, 10, 1): "running"}


def test_a_month_without_anything_ends_without_a_certificate(county: Session) -> None:
    set_clock(county, "2020-09-01 09:00")
    county.execute(text("delete from track_village"))
    set_clock(county, "2022-09-01 09:00")
    running.by_rule(county, COUNTY, "check_in", MOST)
    set_clock(county, "2022-10-01 09:00")
    running.by_rule(county, COUNTY, "check_in", MOST)
    assert county.query(DestructionCertificate).count() == 0


@pytest.mark.parametrize(
    ("what", "kept"),
    [
        (HoldIn(HoldKind.TRACKS, "", "调查", date(2026, 2, 21), date(2026, 2, 21)),
         ["2026-02-21", "2026-02-21", "2026-03-01"]),
        (HoldIn(HoldKind.TRACKS, "zhifa2", "调查", date(2026, 2, 1), date(2026, 2, 28)),
         ["2026-03-01"]),
        (HoldIn(HoldKind.TRACKS, "zhifa1", "调查", date(2026, 2, 20), date(2026, 2, 20)),
         ["2026-02-20"] * 3 + ["2026-03-01"]),
        (HoldIn(HoldKind.PERSON, "zhifa1", "调查"),
         ["2026-02-20"] * 3 + ["2026-02-21"] * 2 + ["2026-03-01"]),
    ],
)  # fmt: skip
def test_held_days_and_people_stay(
    county: Session, device: Device, what: HoldIn, kept: list[str]
) -> None:
    who = actor_of(county, "zhifa1").person_id
    county.execute(text("update fix set person_id = :who"), {"who": who})
    made = holds.place(county, actor_of(county, "juzhang"), what)
    running.by_rule(county, COUNTY, "fix", MOST)
    assert left(county) == kept
    holds.release(county, actor_of(county, "juzhang"), made.id, "查清")
    running.by_rule(county, COUNTY, "fix", MOST)
    assert left(county) == ["2026-03-01"]


def test_tracks_go_with_their_cells_and_a_held_one_stays(county: Session) -> None:
    set_clock(county, "2026-09-01 09:00")
    whole = county.scalar(text("select count(*) from track"))
    people = [actor_of(county, one).person_id for one in ("zhifa1", "zhifa2")]
    for who in people:
        county.execute(
            text("""insert into track (county_code, id, carrier_id, person_id, on_day, km, minutes,
              fixes, doubtful, mocked, first_at, last_at, stops, built_at) values ('220322', :id,
              :who, :who, '2025-02-20', 1, 1, 1, 0, 0, now(), now(), '[]', now())"""),
            {"id": uuid7(), "who": who},
        )
    county.execute(
        text("""insert into presence_cell (county_code, track_id, x, y, minutes)
      select county_code, id, 1, 1, 1 from track where on_day = '2025-02-20'""")
    )
    what = HoldIn(HoldKind.PERSON, "zhifa2", "调查")
    holds.place(county, actor_of(county, "fazhi"), what)
    running.by_rule(county, COUNTY, "track", MOST)
    old = text("select person_id from track where on_day = '2025-02-20'")
    assert list(county.scalars(old)) == [people[1]]
    assert county.scalar(text("select count(*) from presence_cell where x = 1 and y = 1")) == 1
    assert whole is not None


def test_visits_and_check_ins_go_by_the_same_rule(county: Session) -> None:
    set_clock(county, "2030-01-01 09:00")
    proof.forget(county, COUNTY)
    for table in ("beat_visit", "check_in"):
        assert county.scalar(text(f"select count(*) from {table}")) == 0, table
    kinds = set(county.scalars(select(Destruction.kind)))
    assert kinds == {"visit", "check_in"}
    assert clock.today(county).year == 2030
