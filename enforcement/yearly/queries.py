"""Reads: the reports of a year."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.yearly.models import YearlyReport

MOST_VERSIONS = 9999


def reports(session: Session, county_code: str, year: int) -> list[YearlyReport]:
    """Return the reports of a year, the newest first."""
    query = select(YearlyReport).where(
        YearlyReport.county_code == county_code, YearlyReport.year == year
    )
    return list(session.scalars(query.order_by(YearlyReport.version.desc())))


def kept(session: Session, actor: Actor, year: int, version: int) -> bytes:
    """Return the figures of a report as they were, as JSON; raises NotFoundError."""
    small = 0 < version <= MOST_VERSIONS and 0 < year <= MOST_VERSIONS
    found = reports(session, actor.county_code, year) if small else []
    for row in found:
        if row.version == version:
            return files.read(row.county_code, row.sha256)
    raise NotFoundError(_("没有这一版上报。"))
