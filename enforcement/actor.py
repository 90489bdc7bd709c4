"""Who acts: what services and queries need to know of the signed-in account."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from enforcement.law.terms import Role


@dataclass(frozen=True)
class Glass:
    """The break-glass grant (应急授权查看) under which somebody reads one case or incident.

    kind -- "case" or "incident"; number -- of the object; until -- when the grant ends
    """

    grant_id: uuid.UUID
    kind: str
    object_id: uuid.UUID
    number: str
    until: datetime


@dataclass(frozen=True)
class Actor:
    """The person behind an act, his post and where it reaches.

    unit_code -- code of his unit; a range of codes below it is his part of the tree
    area_codes -- divisions he answers for: one village (auxiliary) or one township (leader)
    session_id -- the browser's session by which he acts, None for a token or a command
    scopes -- permissions to which his token is narrowed; None: whatever his role holds
    glass -- the grant under which he looks at this very page: then he may read, and only that
    """

    county_code: str
    account_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    username: str
    role: Role
    unit_id: uuid.UUID
    unit_code: str
    unit_name: str
    area_codes: tuple[str, ...] = ()
    session_id: uuid.UUID | None = None
    scopes: frozenset[str] | None = None
    glass: Glass | None = None
