"""Positions kept for months and no longer, partitions ahead, calls for help of devices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import alarms, clock
from enforcement.audit import AuditLog
from enforcement.due import DueStep
from enforcement.ids import uuid7
from enforcement.incident.models import Incident
from enforcement.law.terms import Urgency
from enforcement.positions import calling, keeping, queries, registry
from enforcement.positions.models import Device, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from tests.asking import actor_of, as_owner, set_clock

COUNTY = "220322"


@pytest.fixture
def device(county: Session) -> Device:
    set_clock(county, "2026-09-01 09:00")
    made, _key = registry.add(county, actor_of(county, "xitong"), "9", Protocol.OSMAND,
                              label="吉C·00001")  # fmt: skip
    return made


def step(task: str, subject: Device | None = None) -> DueStep:
    return DueStep(county_code=COUNTY, id=uuid7(), task=task, rule="watch", data={},
                   subject_id=subject.id if subject else uuid7())  # fmt: skip


def test_what_is_older_than_the_setting_is_forgotten_with_a_report(
    county: Session, device: Device
) -> None:
    now = clock.now(county)
    moments = [now - timedelta(days=days) for days in (1, 150, 200, 400)]
    take(county, device, [Reading(124.3, 43.3, at) for at in moments])
    county.execute(text("update fix set received_at = fixed_at"))
    keeping.work(county, step("positions:keep"))
    left = queries.list_fixes(county, COUNTY, device.id)
    assert [fix.fixed_at for fix in left] == [moments[1], moments[0]]
    row = county.scalars(select(AuditLog).where(AuditLog.act == "positions:forget")).one()
    assert row.detail["count"] == 2


def test_the_months_ahead_have_partitions(county: Session, device: Device) -> None:
    set_clock(county, "2027-11-20 09:00")
    keeping.work(county, step("positions:keep"))
    take(county, device, [Reading(124.3, 43.3, datetime(2028, 2, 3, tzinfo=UTC))])
    place = county.scalar(text("select tableoid::regclass::text from fix"))
    assert place == "fix_2028_02"


def test_a_moment_outside_every_month_rings_once_and_closes_by_itself(
    county: Session, device: Device
) -> None:
    take(county, device, [Reading(124.3, 43.3, datetime(2044, 2, 3, tzinfo=UTC))])
    work = step("positions:keep")
    keeping.work(county, work)
    assert [one.kind for one in alarms.list_open(county, COUNTY)].count("positions") == 1
    with as_owner(county):
        county.execute(text("delete from fix_default"))
    keeping.work(county, work)
    assert "positions" not in [one.kind for one in alarms.list_open(county, COUNTY)]


def test_help_is_called_off_duty_too_and_the_position_is_still_forgotten(
    county: Session, device: Device
) -> None:
    device.person_id = actor_of(county, "zhifa1").person_id
    with as_owner(county):
        county.execute(text("delete from duty_presence"))
    county.execute(text("update duty_shift set state = 'cancelled'"))
    kept = take(county, device, [Reading(124.335, 43.308, clock.now(county), alarm="sos")])
    assert (kept.stored, kept.off_duty, kept.sos) == (0, 1, (device.id,))
    before = set(county.scalars(select(Incident.id)))
    calling.call(county, step("positions:sos", device))
    [made] = county.scalars(select(Incident).where(Incident.id.not_in(before))).all()
    assert (made.urgency, made.lon) == (Urgency.RED, None)


@pytest.mark.parametrize("who", [None, "zhifa1"])
def test_a_call_for_help_of_a_device_is_one_red_incident(
    county: Session, device: Device, who: str | None
) -> None:
    if who:
        device.person_id = actor_of(county, who).person_id
        county.execute(
            text("insert into duty_presence (county_code, id, person_id, account_id, present,"
                 " occurred_at, received_at) values (:county, gen_random_uuid(), :person,"
                 " :account, true, app_now() - interval '1 hour', app_now())"),
            {"county": COUNTY, "person": device.person_id,
             "account": actor_of(county, who).account_id},
        )  # fmt: skip
    reading = Reading(124.335, 43.308, clock.now(county), alarm="sos", accuracy_m=5)
    kept = take(county, device, [reading])
    assert (kept.stored, kept.sos) == (1, (device.id,))
    before = set(county.scalars(select(Incident.id)))
    for _n in range(2):
        calling.call(county, step("positions:sos", device))
    [newest] = county.scalars(select(Incident).where(Incident.id.not_in(before))).all()
    assert (newest.urgency, newest.lon) == (Urgency.RED, 124.335)
