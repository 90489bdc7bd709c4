"""Reads: counties, divisions, editions, the areas in force on a day."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from enforcement.errors import NotFoundError
from enforcement.jurisdiction.models import Area, County, Division, Edition, Responsibility
from enforcement.jurisdiction.terms import EditionKind, EditionStatus, Level
from enforcement.people.models import Unit
from gis.geojson import Bounds

MARGIN_DEG: Final = 0.2
"""How far (about 20 km) a feature may leave the box of the county that is known already."""


def get_county(session: Session, county_code: str) -> County:
    """Return a county; raises NotFoundError."""
    county = session.get(County, county_code)
    if county is None:
        raise NotFoundError(f"没有导入过县 {county_code}", county=county_code)
    return county


def list_counties(session: Session) -> list[County]:
    """Return all counties by code."""
    return list(session.scalars(select(County).order_by(County.county_code)))


def list_divisions(
    session: Session, county_code: str, level: Level | None = None, parent_code: str | None = None
) -> list[Division]:
    """Return divisions of a county by code, all or of one level or below one parent."""
    found = select(Division).where(Division.county_code == county_code).order_by(Division.code)
    if level is not None:
        found = found.where(Division.level == level)
    if parent_code is not None:
        found = found.where(Division.parent_code == parent_code)
    return list(session.scalars(found))


def division_names(session: Session, county_code: str, level: Level) -> dict[str, str]:
    """Return the names of a county's divisions of one level, by code."""
    rows = select(Division.code, Division.name).where(
        Division.county_code == county_code, Division.level == level
    )
    return {row.code: row.name for row in session.execute(rows)}


def in_force(on: date) -> ColumnElement[bool]:
    """Return the condition that an edition of boundaries is in force on a day."""
    return and_(
        Edition.kind == EditionKind.BOUNDARIES,
        Edition.status != EditionStatus.DRAFT,
        Edition.valid_from <= on,
        or_(Edition.valid_to.is_(None), Edition.valid_to > on),
    )


def find_edition(session: Session, county_code: str, on: date) -> Edition | None:
    """Return the edition in force on a day with the finest level; None without boundaries."""
    found = select(Edition).where(Edition.county_code == county_code, in_force(on))
    finest = {level: index for index, level in enumerate(Level)}
    editions = session.scalars(found.order_by(Edition.id))
    return max(editions, key=lambda edition: finest[Level(edition.level)], default=None)


def find_open_edition(session: Session, county_code: str, level: str) -> Edition | None:
    """Return the latest edition of boundaries of a level that has no last day yet."""
    return session.scalar(
        select(Edition).where(
            Edition.county_code == county_code,
            Edition.kind == EditionKind.BOUNDARIES,
            Edition.level == level,
            Edition.status == EditionStatus.ACTIVE,
            Edition.valid_to.is_(None),
        )
    )


def find_draft_of(session: Session, county_code: str, source_sha256: str) -> Edition | None:
    """Return a draft of boundaries that came from the same bytes; None without one."""
    return session.scalars(
        select(Edition)
        .where(
            Edition.county_code == county_code,
            Edition.kind == EditionKind.BOUNDARIES,
            Edition.status == EditionStatus.DRAFT,
            Edition.source_sha256 == source_sha256,
        )
        .order_by(Edition.id)
    ).first()


def list_editions(session: Session, county_code: str) -> list[Edition]:
    """Return the imports of a county, the newest first."""
    found = select(Edition).where(Edition.county_code == county_code)
    return list(session.scalars(found.order_by(Edition.id.desc())))


def get_edition(session: Session, county_code: str | None, edition_id: uuid.UUID) -> Edition:
    """Return an edition, of any county where `county_code` is None; raises NotFoundError."""
    found = select(Edition).where(Edition.id == edition_id)
    if county_code is not None:
        found = found.where(Edition.county_code == county_code)
    edition = session.scalar(found)
    if edition is None:
        raise NotFoundError(f"没有版本 {edition_id}", edition=edition_id)
    return edition


def get_boundaries(session: Session, county_code: str | None, edition_id: uuid.UUID) -> Edition:
    """Return an edition of boundaries, of any county where `county_code` is None.

    Raises NotFoundError, also where the edition brought divisions only.
    """
    edition = get_edition(session, county_code, edition_id)
    if edition.kind != EditionKind.BOUNDARIES:
        raise NotFoundError(f"版本 {edition_id} 不是界线", edition=edition_id)
    return edition


def list_areas(session: Session, edition: Edition, level: Level) -> Sequence[Area]:
    """Return the areas of one level of an edition by code."""
    return session.scalars(
        select(Area)
        .where(
            Area.county_code == edition.county_code,
            Area.edition_id == edition.id,
            Area.level == level,
        )
        .order_by(Area.code)
    ).all()


def known_extent(session: Session, county_code: str) -> Bounds | None:
    """Return the box of the county by its open editions, widened; None before the first."""
    box = func.ST_Extent(Area.geom)
    row = session.execute(
        select(func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
        .join(Edition, and_(Edition.county_code == Area.county_code, Edition.id == Area.edition_id))
        .where(
            Area.county_code == county_code,
            Area.level == Level.COUNTY,
            Edition.status == EditionStatus.ACTIVE,
        )
    ).one()
    if row[0] is None:
        return None
    west, south, east, north = row
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG


def list_duties(session: Session, county_code: str, on: date, limit: int) -> list[Any]:
    """Return unit code and name, division code and name, and own name, of duties on a day."""
    query = (
        select(
            Unit.code,
            Unit.name,
            Division.code.label("area_code"),
            Division.name.label("area_name"),
            Responsibility.name.label("drawn_name"),
            Responsibility.valid_from,
        )
        .join(
            Unit,
            and_(Unit.county_code == Responsibility.county_code, Unit.id == Responsibility.unit_id),
        )
        .outerjoin(
            Division,
            and_(
                Division.county_code == Responsibility.county_code,
                Division.code == Responsibility.area_code,
            ),
        )
        .where(
            Responsibility.county_code == county_code,
            Responsibility.valid_from <= on,
            or_(Responsibility.valid_to.is_(None), Responsibility.valid_to > on),
        )
        .order_by(Unit.code, Division.code)
        .limit(limit)
    )
    return list(session.execute(query))
