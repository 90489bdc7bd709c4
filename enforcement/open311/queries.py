"""Reads: who calls, and what of incidents another system may see."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.incident.models import Incident, IncidentEntry
from enforcement.jurisdiction.models import County
from enforcement.law.public import ENDED, shown_openly
from enforcement.law.taxonomy import Taxonomy
from enforcement.once import AcceptedKey
from enforcement.open311.models import Open311Client, Open311Request
from enforcement.people.models import Unit

MOST_ROWS: Final = 1000


def key_hash(key: str) -> bytes:
    """Return the hash under which a key is kept; keys are long and random, so one round does."""
    return hashlib.sha256(key.encode()).digest()


def find_client(session: Session, key: str) -> Open311Client | None:
    """Return the client of a key; None for an unknown or ended one."""
    query = select(Open311Client).where(
        Open311Client.key_hash == key_hash(key), Open311Client.active
    )
    return session.scalars(query).one_or_none()


def list_clients(session: Session, county_code: str) -> list[Open311Client]:
    """Return a county's clients, the active ones first."""
    query = select(Open311Client).where(Open311Client.county_code == county_code)
    return list(session.scalars(query.order_by(Open311Client.active.desc(), Open311Client.name)))


def jurisdiction(session: Session, given: str | None) -> County:
    """Return the county that `jurisdiction_id` names; it may be left out where there is one only.

    Raises NotFoundError, InvalidInputError.
    """
    if given:
        county = session.get(County, given)
        if county is None:
            raise NotFoundError(_("没有这个 jurisdiction_id。"))
        return county
    counties = session.scalars(select(County).limit(2)).all()
    if len(counties) != 1:
        raise InvalidInputError("jurisdiction_id", _("缺少 jurisdiction_id。"))
    return counties[0]


@dataclass(frozen=True)
class Seen:
    """An incident as another system sees it, with the unit that answers and its last change."""

    incident: Incident
    unit: str | None
    updated_at: datetime
    own: bool


def _visible(client: Open311Client, listed: Taxonomy) -> Any:
    """Return all incidents that a client may read of: open categories, and its own reports."""
    own = exists().where(
        Open311Request.county_code == Incident.county_code,
        Open311Request.incident_id == Incident.id,
        Open311Request.client_id == client.id,
    )
    last = and_(
        IncidentEntry.county_code == Incident.county_code,
        IncidentEntry.incident_id == Incident.id,
        IncidentEntry.seq == Incident.version,
    )
    unit = and_(
        Unit.county_code == Incident.county_code, Unit.code == Incident.responsible_unit_code
    )
    return (
        select(Incident, Unit.name, IncidentEntry.at, own.label("own"))
        .join(IncidentEntry, last)
        .outerjoin(Unit, unit)
        .where(
            Incident.county_code == client.county_code,
            Incident.category.in_(shown_openly(listed)) | own,
        )
    )


def find(session: Session, client: Open311Client, listed: Taxonomy, number: str) -> Seen:
    """Return one incident by its number; raises NotFoundError, alike for hidden and absent."""
    row = session.execute(_visible(client, listed).where(Incident.number == number)).one_or_none()
    if row is None:
        raise NotFoundError(_("没有这个 service_request_id。"))
    return Seen(*row)


def by_numbers(
    session: Session, client: Open311Client, listed: Taxonomy, numbers: Collection[str]
) -> list[Seen]:
    """Return the incidents of these numbers that the client may read of, the newest first."""
    query = _visible(client, listed).where(Incident.number.in_(numbers))
    rows = session.execute(query.order_by(Incident.received_at.desc(), Incident.id.desc()))
    return [Seen(*row) for row in rows]


def list_requests(
    session: Session,
    client: Open311Client,
    listed: Taxonomy,
    since: datetime,
    until: datetime,
    *,
    codes: Sequence[str] = (),
    open_only: bool | None = None,
    skip: int = 0,
    limit: int = MOST_ROWS,
) -> list[Seen]:
    """Return incidents received in a span of time (both ends included), the newest first.

    open_only -- True for open ones, False for closed ones, None for both
    """
    query = _visible(client, listed).where(Incident.received_at.between(since, until))
    if codes:
        query = query.where(Incident.category.in_(codes))
    if open_only is not None:
        ended = Incident.state.in_([str(one) for one in ENDED])
        query = query.where(~ended if open_only else ended)
    query = query.order_by(Incident.received_at.desc(), Incident.id.desc())
    return [Seen(*row) for row in session.execute(query.offset(skip).limit(limit))]


def find_token(session: Session, client: Open311Client, token: str) -> str:
    """Return the number of the report that the client sent under a key; raises NotFoundError."""
    number = session.scalar(
        select(Incident.number)
        .join(
            AcceptedKey,
            and_(
                AcceptedKey.county_code == Incident.county_code,
                AcceptedKey.result_id == Incident.id,
            ),
        )
        .where(
            AcceptedKey.county_code == client.county_code,
            AcceptedKey.account_id == client.id,
            AcceptedKey.key == token,
        )
    )
    if number is None:
        raise NotFoundError(_("没有这个 token。"))
    return number


def get_client(
    session: Session, county_code: str, client_id: uuid.UUID, *, lock: bool = False
) -> Open311Client:
    """Return a client of the county; raises NotFoundError."""
    client = session.get(Open311Client, (county_code, client_id), with_for_update=lock or None)
    if client is None:
        raise NotFoundError(_("没有这个接口用户。"))
    return client
