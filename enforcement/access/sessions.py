"""Sessions of browsers: begun, seen, listed, ended. Time is real time, never the shifted clock."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from enforcement.access.models import SignedInSession
from enforcement.ids import uuid7

KNOWN_DAYS: Final = 30
SHOWN: Final = 20
BROWSERS: Final = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
SEE: Final = text("""
UPDATE signed_in SET seen_at = clock_timestamp() WHERE county_code = :county AND id = :id
""")


def device_of(agent: str) -> str:
    """Return a browser and its system in a word each, from what the browser says of itself."""
    named = [next((word for mark, word in table if mark in agent), "")
             for table in (BROWSERS, SYSTEMS)]  # fmt: skip
    return " ".join(word for word in named if word) or "—"


def begin(
    session: Session,
    county_code: str,
    account_id: uuid.UUID,
    *,
    hours: int,
    address: str,
    agent: str,
    second_factor: bool,
) -> SignedInSession:
    """Begin a session that ends after some hours at the latest."""
    row = SignedInSession(
        county_code=county_code,
        id=uuid7(),
        account_id=account_id,
        expires_at=func.clock_timestamp() + timedelta(hours=hours),
        address=address[:64],
        device=device_of(agent),
        second_factor=second_factor,
    )
    session.add(row)
    session.flush()
    return row


def see(session: Session, county_code: str, session_id: uuid.UUID) -> None:
    """Note that a session is in use."""
    session.execute(SEE, {"county": county_code, "id": session_id})


def is_known(session: Session, county_code: str, account_id: uuid.UUID, address: str) -> bool:
    """Tell whether an account came in from an address in the last thirty days."""
    query = select(SignedInSession.id).where(
        SignedInSession.county_code == county_code,
        SignedInSession.account_id == account_id,
        SignedInSession.address == address[:64],
        SignedInSession.seen_at > func.clock_timestamp() - timedelta(days=KNOWN_DAYS),
    )
    return session.scalars(query.limit(1)).first() is not None


def running(
    session: Session, county_code: str, account_id: uuid.UUID, idle: timedelta
) -> list[SignedInSession]:
    """Return the sessions of an account that are open now, the latest first."""
    query = (
        select(SignedInSession)
        .where(
            SignedInSession.county_code == county_code,
            SignedInSession.account_id == account_id,
            SignedInSession.ended_at.is_(None),
            SignedInSession.expires_at > func.clock_timestamp(),
            SignedInSession.seen_at > func.clock_timestamp() - idle,
        )
        .order_by(SignedInSession.began_at.desc(), SignedInSession.id.desc())
    )
    return list(session.scalars(query.limit(SHOWN)))


def end(
    session: Session,
    county_code: str,
    account_id: uuid.UUID,
    why: str,
    *,
    only: uuid.UUID | None = None,
    but: uuid.UUID | None = None,
) -> int:
    """End the sessions of an account, or one of them, or all but one; return how many."""
    query = update(SignedInSession).where(
        SignedInSession.county_code == county_code,
        SignedInSession.account_id == account_id,
        SignedInSession.ended_at.is_(None),
    )
    if only is not None:
        query = query.where(SignedInSession.id == only)
    if but is not None:
        query = query.where(SignedInSession.id != but)
    done = session.execute(
        query.values(ended_at=func.clock_timestamp(), ended_why=why)
        .returning(SignedInSession.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())
