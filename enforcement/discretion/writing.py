"""The benchmark as rows of a file, as a file, and as the rows of a new edition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.discretion import queries
from enforcement.discretion.columns import ALL, TABLE
from enforcement.discretion.models import EVERYONE, DiscretionEdition, DiscretionRow
from enforcement.ids import uuid7
from enforcement.law.discretion import Row
from enforcement.permissions import Permission
from enforcement.sheets import writing as sheets


def as_cells(code: str, row: Row) -> dict[str, str]:
    """Return a row as its file shows it."""
    return {
        "code": code,
        "matter": row.matter_code,
        "party": row.party.zh if row.party else ALL,
        "tier": row.tier.zh,
        "conditions": "；".join(one.zh for one in row.conditions),
        "kind": row.kind,
        "measure": row.measure.zh,
        "low": "" if row.low is None else f"{row.low:.2f}",
        "high": "" if row.high is None else f"{row.high:.2f}",
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
        "source": row.source,
    }


def export(session: Session, actor: Actor, suffix: str) -> bytes:
    """Return the benchmark in force as a file, "xlsx" or "csv"."""
    permissions.check(actor, Permission.POWER_READ)
    now = queries.current(session, actor.county_code)
    return sheets.write(TABLE, [as_cells(code, row) for code, row in now.rows.items()], suffix)


def store(
    session: Session,
    actor: Actor,
    rows: dict[str, Row],
    at: datetime,
    name: str,
    sha256: bytes,
    **counts: int,
) -> DiscretionEdition:
    """Add an edition with all its rows; the caller has checked it and holds the turn."""
    edition = DiscretionEdition(
        county_code=actor.county_code, id=uuid7(), from_at=at, file_name=name[:200],
        sha256=sha256, by=actor.account_id, by_name=actor.name, **counts,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    session.add_all(
        DiscretionRow(
            county_code=edition.county_code, id=uuid7(), edition_id=edition.id, seq=seq,
            code=code, matter_code=row.matter_code,
            party=str(row.party) if row.party else EVERYONE, tier=str(row.tier),
            conditions="；".join(one.zh for one in row.conditions), kind=row.kind,
            measure=str(row.measure), low=row.low, high=row.high, valid_from=row.valid_from,
            valid_to=row.valid_to, source=row.source,
        )
        for seq, (code, row) in enumerate(rows.items(), 1)
    )  # fmt: skip
    session.flush()
    return edition
