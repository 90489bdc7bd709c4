"""Acts of citizens: report, and say how content one is with what came of it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, crypto
from enforcement.citizen import queries
from enforcement.citizen.models import FollowUp
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.history import plain
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import intake, outside
from enforcement.incident.intake import Photo, Report, Sender
from enforcement.incident.models import Incident, IncidentEntry
from enforcement.incident.telling import publish
from enforcement.law.public import offer
from enforcement.law.terms import IncidentEvent, IncidentState
from enforcement.taxonomy import queries as taxonomies

CITIZEN: Final = "群众"
MOST_PHOTOS: Final = 3
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of a code: none that is easily taken for another."""
CODE_LENGTH: Final = 8


@dataclass(frozen=True)
class Receipt:
    """What a citizen is given: the number, and the code with which he asks about it."""

    incident: Incident
    code: str
    again: bool = False

    @property
    def shown_code(self) -> str:
        """Return the code in two groups, easier to copy."""
        return f"{self.code[:4]}-{self.code[4:]}"


def sender_of(county_code: str) -> Sender:
    """Return all citizens of a county as one sender: the keys of their forms are random."""
    return Sender(county_code, uuid.uuid5(uuid.NAMESPACE_OID, f"{county_code}:citizen"), CITIZEN)


def report(
    session: Session,
    county_code: str,
    what: Report,
    photos: Sequence[Photo] = (),
    *,
    key: str,
    timeless: bool,
) -> Receipt:
    """Take a citizen's report; the same key gives the same number and code.

    timeless -- he did not say when it happened
    Raises InvalidInputError, UnknownRuleError for a category that is not offered.
    """
    offer(taxonomies.current(session, county_code), what.category)
    if len(photos) > MOST_PHOTOS:
        raise InvalidInputError("photos", _("照片最多%(n)d张。", n=MOST_PHOTOS))
    if not key:
        raise InvalidInputError("key", _("页面已过期，请返回刷新后重新提交。"))
    taken = intake.take(session, sender_of(county_code), what, photos, key=key, timeless=timeless)
    code = _code(session, taken.incident)
    return Receipt(taken.incident, code, taken.again)


def _code(session: Session, incident: Incident) -> str:
    """Return the code of a report: the one it has, else a new one."""
    mine = (FollowUp.county_code == incident.county_code, FollowUp.incident_id == incident.id)
    row = session.scalars(select(FollowUp).where(*mine)).one_or_none()
    if row is not None:
        return crypto.unseal(row.code_encrypted) or ""
    code = "".join(secrets.choice(LETTERS) for _n in range(CODE_LENGTH))
    session.add(
        FollowUp(
            county_code=incident.county_code,
            id=uuid7(),
            incident_id=incident.id,
            code_encrypted=crypto.seal(code),
            code_hash=crypto.search_hash(code),
            created_at=clock.now(session),
        )
    )
    session.flush()
    return code


def rate(
    session: Session, county_code: str, number: str, code: str, score: int, words: str | None
) -> Incident:
    """Keep how content a citizen is (1 to 5), once, when his report is closed.

    Said again in the same words it changes nothing. Raises NotFoundError, InvalidInputError,
    StepNotAllowedError before the closing, or for a second opinion.
    """
    incident = queries.find(session, county_code, number, code, lock=True)
    if not 1 <= score <= 5:
        raise InvalidInputError("score", _("请选择1到5分。"))
    said = outside.words(words, "words", 200)
    if incident.satisfaction == score:
        return incident
    if incident.state != IncidentState.CLOSED:
        raise StepNotAllowedError(_("办结以后才能评价。"))
    if incident.satisfaction is not None:
        raise StepNotAllowedError(_("已经评价过了，谢谢。"))
    incident.satisfaction = score
    incident.version += 1
    session.add(
        IncidentEntry(
            county_code=county_code,
            id=uuid7(),
            incident_id=incident.id,
            seq=incident.version,
            event=IncidentEvent.RATE,
            state=incident.state,
            by=None,
            by_name=CITIZEN,
            at=clock.now(session),
            detail=plain({"score": score, "note": said}),
        )
    )
    session.flush()
    publish(session, incident, str(IncidentEvent.RATE))
    return incident
