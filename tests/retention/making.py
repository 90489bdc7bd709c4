"""Records whose time is over: citizens' reports, sessions, tokens, positions; and the worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.access.models import SignedInSession
from enforcement.citizen import services as citizens
from enforcement.due import DueStep
from enforcement.ids import uuid7
from enforcement.incident.models import Incident
from enforcement.law.terms import IncidentSource
from enforcement.people.models import Account
from enforcement.retention import services
from enforcement.retention.models import Destruction
from tests.asking import actor_of, set_clock
from tests.case.making import report_of

COUNTY = "220322"
KIND = "citizen_contact"


def at(day: str) -> datetime:
    """Return noon of a day in China."""
    return datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=clock.ZONE)


def closed_report(session: Session, day: str) -> Incident:
    """Return a citizen's report, with name and number, that was closed on a day."""
    set_clock(session, f"{day} 11:00")
    what = report_of(
        session, occurred_at=at(day) - timedelta(hours=2), source=IncidentSource.CITIZEN,
        reporter_name="刘示例", reporter_phone="13900000000",
    )  # fmt: skip
    made = citizens.report(session, COUNTY, what, key=str(uuid7()), timeless=False).incident
    session.execute(
        text("update incident set state = 'closed', closed_at = :at where id = :id"),
        {"at": at(day), "id": made.id},
    )
    session.refresh(made)
    return made


def signed_in(session: Session, username: str, day: str) -> SignedInSession:
    """Return a session of an account that ended on a day."""
    account = session.query(Account).filter_by(username=username).one()
    row = SignedInSession(
        county_code=COUNTY, id=uuid7(), account_id=account.id, began_at=at(day), seen_at=at(day),
        expires_at=at(day) + timedelta(hours=3), address="192.0.2.9", device="—",
        second_factor=False, ended_at=at(day) + timedelta(hours=1), ended_why="signed_out",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def proposed(session: Session, kind: str = KIND) -> Destruction:
    """Return a destruction that the system administrator proposes."""
    return services.propose(session, actor_of(session, "xitong"), kind, "保存期满")


def approved(session: Session, kind: str = KIND) -> Destruction:
    """Return a destruction that the head has approved."""
    return approve(session, proposed(session, kind))


def approve(session: Session, row: Destruction) -> Destruction:
    """Let the head approve a destruction."""
    head = actor_of(session, "juzhang")
    return services.decide(session, head, row.id, agree=True, reason="同意")


def run(session: Session, row: Destruction, most: int = 100) -> int:
    """Carry out the steps of a destruction as the worker does; return how many there were."""
    for count in range(most):
        query = select(DueStep).where(
            DueStep.task == services.TASK, DueStep.subject_id == row.id, DueStep.state == "waiting"
        )
        step = session.scalars(query.limit(1)).first()
        if step is None:
            return count
        services.work(session, step)
        step.state = "done"
        session.flush()
    raise AssertionError("the destruction does not end")


def contact(session: Session, incident: Incident) -> tuple[Any, ...]:
    """Return name, number, hash and follow-up codes that are left of a report."""
    session.refresh(incident)
    codes = session.scalar(
        text("select count(*) from follow_up where incident_id = :id"), {"id": incident.id}
    )
    return (incident.reporter_name_encrypted, incident.reporter_phone_encrypted,
            incident.reporter_phone_hash, codes)  # fmt: skip
