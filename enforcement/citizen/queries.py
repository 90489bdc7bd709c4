"""Reads: which county a citizen reports to, and his report by number and code."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.citizen.models import FollowUp
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import County


def counties(session: Session) -> Sequence[County]:
    """Return all counties by code, for a citizen to choose where there are several."""
    return session.scalars(select(County).order_by(County.county_code)).all()


def county_of(session: Session, given: str | None, village: str | None) -> County | None:
    """Return the county that a link names, or the only one; None where a person must choose."""
    code = (given or village or "")[:6]
    if code:
        found = session.get(County, code)
        if found is not None:
            return found
    every = counties(session)
    return every[0] if len(every) == 1 else None


def find(
    session: Session, county_code: str, number: str, code: str, *, lock: bool = False
) -> Incident:
    """Return a citizen's report; raises NotFoundError, alike for a wrong number and code."""
    query = (
        select(Incident)
        .join(
            FollowUp,
            and_(FollowUp.county_code == Incident.county_code, FollowUp.incident_id == Incident.id),
        )
        .where(
            Incident.county_code == county_code,
            Incident.number == number.strip().upper(),
            FollowUp.code_hash.in_(crypto.search_hashes(plain_code(code))),
        )
    )
    if lock:
        query = query.with_for_update(of=Incident).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError(_("编号或者查询码不正确。"))
    return found


def plain_code(code: str) -> str:
    """Return a code as it is kept, however a person wrote it."""
    return "".join(one for one in code.upper() if one.isalnum())[:20]
