"""Rows of every kind for calls to name, beside those of the demonstration county."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import alarms, clock, due
from enforcement.alarms import AlarmKind, Cause
from enforcement.due import DueStep
from enforcement.patrol import runs
from enforcement.positions import tracking
from enforcement.proof import doubting, visiting
from tests.asking import Calls, actor_of, set_clock
from tests.case import making as cases
from tests.case.test_own_execution import ordered
from tests.goods.test_goods import entered
from tests.inspection import making as inspections
from tests.measure import making as measures
from tests.proof import making as proofs
from tests.retention import making as retention
from tests.spot import making as spots
from tests.timing.test_case_clock import exclude

COUNTY: Final = "220322"
PAPER: Final = base64.b64encode(b"%PDF-1.7 signed").decode()


def everything(app: Flask, session: Session) -> None:
    """Make work of last March and what is asked for now; the clock stands as it stood."""
    with clock_back(session):
        work(session)
        doubts(session)
    kept(session)
    asked(Calls(app, session), session)
    session.commit()


@contextmanager
def clock_back(session: Session) -> Iterator[None]:
    """Set the clock back to where it stood when what is done at other times is done."""
    before = session.scalar(text("select shift from clock_shift"))
    yield
    session.execute(text("update clock_shift set shift = :shift"), {"shift": before})


def work(session: Session) -> None:
    """Make cases, measures, penalties and inspections at several steps of their way."""
    cases.filed_case(session, file=False)
    exclude(session, cases.investigated_case(session))
    cases.proposed_case(session)
    ordered(session)
    entered(session)
    measures.proposed(session)
    measures.in_force(session)
    spots.decided(session)
    inspections.proposed(session, uscc=inspections.OTHER)
    inspections.recorded(session)


def doubts(session: Session) -> None:
    """Let an officer's phone say that its positions are invented."""
    set_clock(session, "2026-03-02 16:00")
    proofs.patrol(session, proofs.points(session))
    proofs.on_duty(session, "zhifa1", proofs.at(500))
    device = proofs.phone(session, "zhifa1")
    proofs.send(session, device, proofs.stay(0, proofs.at(510), 8, mock=True))
    visiting.look(session, COUNTY)
    tracking.make(session, COUNTY, proofs.ON)
    doubting.find(session, COUNTY, proofs.ON)


def kept(session: Session) -> None:
    """Destroy what is over its time, and propose to destroy more; let a step of the worker fail."""
    for decide in (retention.approved, retention.proposed):
        with clock_back(session):
            retention.closed_report(session, "2025-01-10")
        retention.run(session, decide(session))
    now, subject = clock.now(session), uuid4()
    due.schedule(session, COUNTY, "roster:remind", subject, "r", now)
    session.query(DueStep).filter_by(subject_id=subject).update({"state": "failed"})
    alarms.raise_for(session, COUNTY, AlarmKind.BACKUP, {subject: Cause("备份", ("old",))})
    runs.order(session, actor_of(session, "juzhang"), clock.today(session))


def asked(call: Calls, session: Session) -> None:
    """Ask by calls for what lasts from now on."""
    now, today = clock.now(session), clock.today(session)
    officer, other, leader = (actor_of(session, name) for name in ("zhifa1", "zhifa2", "dadui"))
    [number] = session.scalars(text("select number from case_file order by id limit 1"))
    start = now + timedelta(days=40)
    shift = {"unit": officer.unit_code, "kind": "squad", "starts_at": start.isoformat(),
             "ends_at": (start + timedelta(hours=8)).isoformat(),
             "person_id": str(officer.person_id)}  # fmt: skip
    order = {"number": "梨综执办〔2026〕5号", "reason": "外出培训", "approvals": ["filing"],
             "to_id": str(leader.person_id), "from_on": str(today),
             "until_on": str(today + timedelta(days=5)), "paper": PAPER}  # fmt: skip
    made = said(call, "dadui", "/roster/shifts", shift)
    for who, path, body in (
        ("zhifa1", f"/roster/shifts/{made['id']}/swap", {"to_person_id": str(other.person_id)}),
        ("juzhang", "/delegations", order),
        ("xitong", "/duty-plans", {"name": "试排"}),
        ("xitong", "/rules", {"name": "夜间", "unit": officer.unit_code, "categories": ["04"]}),
        ("anquan", "/open311/clients", {"name": "热线"}),
        ("zhihui", "/drills", {}),
        ("xitong", "/devices", {"ident": "9", "protocol": "osmand"}),
        ("dadui", "/glass", {"kind": "case", "number": number, "reason": "核对案卷",
                             "until": (now + timedelta(hours=2)).isoformat()}),
        ("fazhi", "/retention/holds", {"kind": "case", "named": number, "reason": "行政诉讼"}),
        ("zhifa1", "/alone", {"act": "start", "place": "北河砂场"}),
        ("dadui", "/briefing/shares", {}),
        ("dadui", "/briefing/weekly", {"weekday": 2, "hour": 8, "people": ["dadui"]}),
        ("zhifa1", "/numbers/blocks", {"organ": "梨综执", "word": "当罚", "year": today.year,
                                       "count": 3, "device": "phone"}),
    ):  # fmt: skip
        said(call, who, path, body)


def said(call: Calls, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what a call answers that must succeed."""
    answer = call(who, "POST", path, json=body)
    assert answer.status_code in (200, 201), (path, answer.text)
    found: dict[str, Any] = answer.get_json()
    return found
