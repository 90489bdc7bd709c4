"""Reads: rules with the county's figures, previews, holds, destructions, certificates."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.law import retention as law
from enforcement.law.retention import RetentionRule, Way
from enforcement.retention.kinds import KINDS, due
from enforcement.retention.models import (
    Destruction,
    DestructionCertificate,
    DestructionItem,
    LegalHold,
)
from enforcement.settings import queries as settings
from enforcement.wall import over_county

PAGE: Final = 20
Row = TypeVar("Row", LegalHold, Destruction, DestructionCertificate)


@dataclass(frozen=True)
class Term:
    """A rule with the months that hold in the county; before -- older records are due."""

    rule: RetentionRule
    months: int
    before: datetime


@dataclass(frozen=True)
class Preview:
    """What would be destroyed of a kind now; term is None for kinds that are kept.

    count -- records due; oldest, newest -- their moments; held -- more, kept by a legal hold
    """

    rule: RetentionRule
    term: Term | None
    count: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    held: int = 0


def _term(rule: RetentionRule, said: Mapping[str, int], today: date) -> Term | None:
    if rule.months is None:
        return None
    months = said[rule.setting] if rule.setting else rule.months
    last = law.last_day_due(today, months)
    return Term(rule, months, clock.midnight(last + timedelta(days=1)))


def term(session: Session, county_code: str, kind: str) -> Term:
    """Return the rule of a kind with the county's months; raises InvalidInputError("kind")."""
    today = clock.today(session)
    rule = next((one for one in law.rules_on(today) if one.kind == kind), None)
    found = _term(rule, settings.values(session, county_code), today) if rule else None
    if found is None:
        raise InvalidInputError("kind", _("这一类资料不在平台销毁。"))
    return found


@over_county
def preview(session: Session, county_code: str) -> list[Preview]:
    """Return for every kind of the law what is due now, one statement for each that is destroyed.

    Held rows are counted apart and never among those that are due.
    """
    today, said = clock.today(session), settings.values(session, county_code)
    rules = law.rules_on(today)
    return [_preview(session, county_code, one, _term(one, said, today)) for one in rules]


def _preview(session: Session, county_code: str, rule: RetentionRule, term: Term | None) -> Preview:
    if term is None:
        return Preview(rule, None)
    kind = KINDS[rule.kind]
    found: Any = session.execute(
        text(f"""SELECT count(*) FILTER (WHERE NOT held) AS n, count(*) FILTER (WHERE held) AS held,
          min(at) FILTER (WHERE NOT held) AS oldest, max(at) FILTER (WHERE NOT held) AS newest
          FROM (SELECT {kind.at} AS at, {kind.held} AS held FROM {kind.table}
            WHERE {due(kind)}) AS s"""),  # noqa: S608
        {"county": county_code, "before": term.before},
    ).one()
    return Preview(rule, term, found.n, found.oldest, found.newest, found.held)


def get_hold(session: Session, county_code: str, hold_id: uuid.UUID) -> LegalHold:
    """Return a hold, locked; raises NotFoundError."""
    return _locked(session, LegalHold, county_code, hold_id)


def get_locked(session: Session, county_code: str, destruction_id: uuid.UUID) -> Destruction:
    """Return a destruction, locked; raises NotFoundError."""
    return _locked(session, Destruction, county_code, destruction_id)


def _locked(session: Session, table: type[Row], county_code: str, row_id: uuid.UUID) -> Row:
    found = session.get(table, (county_code, row_id), with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError(_("没有找到，或者您无权查看。"))
    return found


def get_certificate(
    session: Session, county_code: str, certificate_id: uuid.UUID
) -> DestructionCertificate:
    """Return a certificate; raises NotFoundError."""
    found = session.get(DestructionCertificate, (county_code, certificate_id))
    if found is None:
        raise NotFoundError(_("没有这份销毁证明。"))
    return found


def list_holds(session: Session, county_code: str, limit: int = 100) -> list[LegalHold]:
    """Return the holds of a county, those that stand first, then the newest."""
    query = select(LegalHold).where(LegalHold.county_code == county_code)
    order = (LegalHold.released_at.is_not(None), LegalHold.at.desc(), LegalHold.id.desc())
    return list(session.scalars(query.order_by(*order).limit(limit)))


def list_destructions(session: Session, county_code: str, limit: int = PAGE) -> list[Destruction]:
    """Return the destructions that were proposed, the newest first."""
    query = select(Destruction).where(
        Destruction.county_code == county_code, Destruction.month.is_(None)
    )
    newest = query.order_by(Destruction.proposed_at.desc(), Destruction.id.desc())
    return list(session.scalars(newest.limit(limit)))


def list_certificates(
    session: Session,
    county_code: str,
    *,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[DestructionCertificate]:
    """Return a page of certificates, the newest first."""
    table = DestructionCertificate
    query = select(table).where(table.county_code == county_code)
    if after is not None:
        query = query.where(tuple_(table.at, table.id) < after)
    return list(session.scalars(query.order_by(table.at.desc(), table.id.desc()).limit(limit)))


def counts(
    session: Session, county_code: str, destruction_ids: list[uuid.UUID]
) -> dict[uuid.UUID, dict[str, int]]:
    """Return destruction -> state of its records -> how many they stand for."""
    item = DestructionItem
    query = (
        select(item.destruction_id, item.state, func.sum(item.rows))
        .where(item.county_code == county_code, item.destruction_id.in_(destruction_ids))
        .group_by(item.destruction_id, item.state)
    )
    found: dict[uuid.UUID, dict[str, int]] = {}
    for row in session.execute(query):
        found.setdefault(row[0], {})[row[1]] = int(row[2])
    return found


def kinds_by_way(way: Way, on: date) -> tuple[str, ...]:
    """Return the kinds that are destroyed in a way."""
    return tuple(one.kind for one in law.rules_on(on) if one.way is way)
