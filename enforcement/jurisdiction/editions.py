"""Editions: made, checked, and put in force one after another."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import NotFoundError, StepNotAllowedError
from enforcement.ids import uuid7
from enforcement.jurisdiction import queries
from enforcement.jurisdiction.checks import check_edition
from enforcement.jurisdiction.comparing import compare
from enforcement.jurisdiction.findings import Findings
from enforcement.jurisdiction.models import County, Edition
from enforcement.jurisdiction.terms import EditionKind, EditionStatus, Level

LOCK_NOT_AVAILABLE: Final = "55P03"


def new_edition(
    session: Session,
    county_code: str,
    kind: EditionKind,
    level: Level,
    data: bytes,
    source_name: str,
    by: str,
) -> Edition:
    """Return a draft for a file, not added to the session yet."""
    return Edition(
        county_code=county_code,
        id=uuid7(),
        kind=kind,
        level=level,
        source_name=source_name,
        source_sha256=hashlib.sha256(data).hexdigest(),
        status=EditionStatus.DRAFT,
        schematic=False,
        findings={},
        origin={},
        created_at=clock.now(session),
        created_by=by,
    )


def lock_county(session: Session, county_code: str) -> None:
    """Let one import, activation or change of duties of a county follow another.

    Raises NotFoundError without divisions of that county, StepNotAllowedError where another
    of them goes on for longer than the connection waits for a lock.
    """
    row = select(County.county_code).where(County.county_code == county_code).with_for_update()
    try:
        known = session.scalar(row)
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
            raise
        raise StepNotAllowedError(
            "另一人正在导入或启用本县的界线、责任分工，请稍后再试；您的操作没有保存",
            county=county_code,
        ) from error
    if known is None:
        raise NotFoundError(f"没有导入过县 {county_code} 的区划名录", county=county_code)


def check(session: Session, edition: Edition) -> Findings:
    """Return what is wrong with an edition, and what it changes against the one in force."""
    names = queries.division_names(session, edition.county_code, Level(edition.level))
    found = check_edition(session, edition, names)
    before = queries.find_open_edition(session, edition.county_code, edition.level)
    compare(session, edition, before, found)
    return found


def activate(
    session: Session,
    county_code: str,
    edition_id: uuid.UUID,
    from_day: date,
    *,
    accept_problems: bool = False,
    by: str = "system",
) -> Edition:
    """Put a draft of boundaries in force from a day and end the one before it on that day.

    The draft is checked once more, for the divisions and the edition in force may be others now.
    Raises StepNotAllowedError where it is no draft, has problems nobody accepted, or the day is
    before the start of the edition in force; NotFoundError.
    """
    lock_county(session, county_code)
    edition = queries.get_edition(session, county_code, edition_id)
    session.refresh(edition)
    if edition.kind != EditionKind.BOUNDARIES or edition.status != EditionStatus.DRAFT:
        raise StepNotAllowedError("只有待启用的界线版本可以启用", edition=edition_id)
    findings = check(session, edition)
    if findings.problems and not accept_problems:
        raise StepNotAllowedError("检查发现问题，须由人确认后启用", problems=findings.problems)
    edition.findings = findings.as_json()
    return put_in_force(session, edition, from_day, by=by)


def put_in_force(session: Session, edition: Edition, from_day: date, *, by: str) -> Edition:
    """Make a draft the edition in force from a day; the caller has locked and checked."""
    before = queries.find_open_edition(session, edition.county_code, edition.level)
    if before is not None:
        if before.valid_from is not None and from_day < before.valid_from:
            raise StepNotAllowedError(
                f"现行版本自 {before.valid_from} 起有效，新版本不能早于该日", edition=before.id
            )
        before.valid_to, before.status = from_day, EditionStatus.RETIRED
        before.ended_at = clock.now(session)
    edition.valid_from, edition.status = from_day, EditionStatus.ACTIVE
    edition.activated_at, edition.activated_by = clock.now(session), by
    session.flush()
    return edition
