"""Histories of units, people and certificates: each act adds an entry in its transaction."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.history import plain
from enforcement.ids import uuid7
from enforcement.law.terms import N_
from enforcement.people.models import Certificate, CertificateEntry, PersonEntry, UnitEntry

Kind = type[UnitEntry] | type[PersonEntry] | type[CertificateEntry]
OWNER: Final[dict[Kind, str]] = {
    UnitEntry: "unit_id", PersonEntry: "person_id", CertificateEntry: "certificate_id"
}  # fmt: skip
EVENTS: Final = {  # what pages call the acts
    "open": N_("设立"), "rename": N_("更名"), "change": N_("更改登记"), "close": N_("撤销"),
    "merge": N_("并入"), "take_over": N_("接收并入单位"), "enter": N_("登记"),
    "give_post": N_("任职"), "end_post": N_("免职、离任"), "move_post": N_("随机构合并转任"),
    "issue": N_("发证"), "renew": N_("延期"), "suspend": N_("暂扣"), "restore": N_("恢复"),
    "revoke": N_("吊销、注销"),
}  # fmt: skip


def values(
    kind: Kind, row: Any, event: str, actor: Actor | None, on: date | None, **detail: Any
) -> dict[str, Any]:
    """Return an entry's columns, for many at once; None stands for the command line.

    row -- the unit, person or certificate, or a dict of its columns
    """
    found = row if isinstance(row, dict) else {
        name: getattr(row, name)
        for name in ("county_code", "id", *(("status", "valid_to") if _has_state(kind) else ()))
    }  # fmt: skip
    state = {name: found[name] for name in ("status", "valid_to")} if _has_state(kind) else {}
    return {
        "county_code": found["county_code"], "id": uuid7(), OWNER[kind]: found["id"],
        "event": event, "on_day": on, "by": actor.account_id if actor else None,
        "by_name": actor.name if actor else "", "detail": plain(detail), **state,
    }  # fmt: skip


def _has_state(kind: Kind) -> bool:
    return kind is CertificateEntry


def remember(
    session: Session,
    kind: Kind,
    row: Any,
    event: str,
    actor: Actor | None,
    *,
    on: date | None = None,
    **detail: Any,
) -> None:
    """Add an entry to the history of a row; `on` is the day from which the act holds."""
    session.add(kind(**values(kind, row, event, actor, on, **detail)))
    session.flush()


def of(session: Session, kind: Kind, county_code: str, row_id: Any) -> list[Any]:
    """Return the history of a unit, person or certificate, the newest act first."""
    owner = getattr(kind, OWNER[kind])
    query = select(kind).where(kind.county_code == county_code, owner == row_id)
    return list(session.scalars(query.order_by(kind.id.desc()).limit(200)))


def of_certificates(session: Session, rows: list[Certificate]) -> dict[Any, list[CertificateEntry]]:
    """Return certificate id -> its entries, the oldest first, for some certificates at once."""
    found: dict[Any, list[CertificateEntry]] = {row.id: [] for row in rows}
    if rows:
        query = select(CertificateEntry).where(
            CertificateEntry.county_code == rows[0].county_code,
            CertificateEntry.certificate_id.in_(list(found)),
        )
        for entry in session.scalars(query.order_by(CertificateEntry.id)):
            found[entry.certificate_id].append(entry)
    return found
