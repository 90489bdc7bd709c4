"""Acts: import divisions and boundaries, put an edition in force, say who answers for what."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from typing import Any, Final

from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.ids import uuid7
from enforcement.jurisdiction import boundaries_file, divisions_file, loader, queries
from enforcement.jurisdiction.checks import Findings, check_edition
from enforcement.jurisdiction.models import County, Edition, Responsibility, RoutingDecision
from enforcement.jurisdiction.results import ImportResult
from enforcement.jurisdiction.routing import Routing
from enforcement.jurisdiction.terms import EditionKind, EditionStatus, Level
from gis.srid import STORAGE_SRID

FIRST_VALID_FROM: Final = date(1949, 10, 1)
"""From when a county's first boundaries count, unless said: older reports have places too."""


def import_divisions(
    session: Session,
    data: bytes,
    source_name: str,
    skip_rejected: bool = False,
    *,
    by: str = "system",
) -> ImportResult:
    """Insert or update the divisions of one county by code from CSV.

    Rows are numbered by the line of the file, the header being line 1. With a refused row nothing
    changes, unless `skip_rejected`. Raises InvalidInputError where the file is unusable.
    """
    county_code = divisions_file.county_in(data)
    known = {division.code for division in queries.list_divisions(session, county_code)}
    file = divisions_file.read_divisions(data, known)
    read = len(file.rows) + len(file.rejected)
    if (file.rejected and not skip_rejected) or not file.rows:
        return ImportResult(county_code, read, 0, tuple(file.rejected))
    names = {row.code: row.name for row in file.rows}
    loader.save_county(session, county_code, names.get(county_code))
    finest = max((row.level for row in file.rows), key=list(Level).index)
    edition = _edition(session, county_code, EditionKind.DIVISIONS, finest, data, source_name, by)
    edition.status = EditionStatus.ACTIVE
    session.add(edition)
    session.flush()
    loader.save_divisions(session, edition, file.rows)
    return ImportResult(
        county_code, read, len(file.rows), tuple(file.rejected), edition.id, EditionStatus.ACTIVE
    )


def import_boundaries(
    session: Session,
    data: bytes,
    source_name: str,
    *,
    level: Level = Level.VILLAGE,
    skip_rejected: bool = False,
    activate: bool = False,
    valid_from: date | None = None,
    schematic: bool = False,
    decree: str | None = None,
    by: str = "system",
) -> ImportResult:
    """Load the areas of one level of one county as an edition; dissolve the coarser levels.

    Rows are numbered by feature, from 0. With a refused row nothing changes, unless
    `skip_rejected`. The edition is put in force where its check is clean and either `activate`
    is asked (from `valid_from`, else today) or it is the first of its level (from `valid_from`,
    else FIRST_VALID_FROM). Otherwise it stays a draft and waits for a person.
    Raises GisError or InvalidInputError where the file is unusable as a whole.
    """
    parsed = boundaries_file.parse(data)
    county_code = boundaries_file.county_of(parsed) or ""
    names = queries.division_names(session, county_code, level)
    file = boundaries_file.check(parsed, names, queries.known_extent(session, county_code))
    rejected = tuple(file.rejected)
    if (rejected and not skip_rejected) or not file.rows:
        return ImportResult(county_code, file.read, 0, rejected)
    _lock(session, county_code)
    edition = _edition(session, county_code, EditionKind.BOUNDARIES, level, data, source_name, by)
    edition.schematic, edition.decree = schematic, decree
    findings = _store(session, edition, file, names)
    first = queries.find_open_edition(session, county_code, level) is None
    if (activate or first) and not findings.problems:
        from_day = valid_from or (FIRST_VALID_FROM if first else clock.today(session))
        _put_in_force(session, edition, from_day)
    return ImportResult(
        county_code,
        file.read,
        len(file.rows),
        rejected,
        edition.id,
        edition.status,
        edition.valid_from,
        tuple(findings.problems),
        tuple(findings.warnings),
        first,
    )


def activate(
    session: Session,
    county_code: str,
    edition_id: uuid.UUID,
    from_day: date,
    *,
    accept_problems: bool = False,
) -> Edition:
    """Put a draft of boundaries in force from a day and end the one before it on that day.

    Raises StepNotAllowedError where it is no draft, has problems nobody accepted, or the day is
    before the start of the edition in force; NotFoundError.
    """
    _lock(session, county_code)
    edition = queries.get_edition(session, county_code, edition_id)
    if edition.kind != EditionKind.BOUNDARIES or edition.status != EditionStatus.DRAFT:
        raise StepNotAllowedError("只有待启用的界线版本可以启用", edition=edition_id)
    problems = edition.findings.get("problems", [])
    if problems and not accept_problems:
        raise StepNotAllowedError("检查发现问题，须由人确认后启用", problems=problems)
    return _put_in_force(session, edition, from_day)


def assign_responsibility(
    session: Session,
    county_code: str,
    unit_id: uuid.UUID,
    *,
    valid_from: date,
    area_code: str | None = None,
    shape: Polygon | MultiPolygon | None = None,
    valid_to: date | None = None,
    priority: int = 0,
    category: str | None = None,
) -> Responsibility:
    """Make a unit answer for a division or a polygon (degrees, EPSG:4490), for one category or all.

    valid_to -- the first day on which it no longer does. Raises InvalidInputError.
    """
    if (area_code is None) == (shape is None):
        raise InvalidInputError("area_code", "须在区划代码与图形中选且只选一项")
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInputError("valid_to", "终止日须在起始日之后")
    duty = Responsibility(
        county_code=county_code,
        id=uuid7(),
        unit_id=unit_id,
        area_code=area_code,
        geom=_stored(shape) if shape is not None else None,
        valid_from=valid_from,
        valid_to=valid_to,
        priority=priority,
        category=category,
    )
    session.add(duty)
    session.flush()
    return duty


def record_routing(session: Session, routing: Routing) -> RoutingDecision:
    """Store what `route` answered; the row is never changed afterwards."""
    decision = RoutingDecision(
        county_code=routing.county_code,
        id=uuid7(),
        decided_at=clock.now(session),
        lon=routing.lon,
        lat=routing.lat,
        on_day=routing.on_day,
        category=routing.category,
        edition_id=routing.edition_id,
        village_code=routing.village_code,
        township_code=routing.township_code,
        unit_id=routing.unit_id,
        brigade_id=routing.brigade_id,
        rule=routing.rule,
        border_m=routing.border_m,
        confirm=routing.confirm,
    )
    session.add(decision)
    session.flush()
    return decision


def _lock(session: Session, county_code: str) -> None:
    """Let one import or activation of a county follow another; raises NotFoundError."""
    row = select(County.county_code).where(County.county_code == county_code).with_for_update()
    if session.scalar(row) is None:
        raise NotFoundError(f"没有导入过县 {county_code} 的区划名录", county=county_code)


def _edition(
    session: Session,
    county_code: str,
    kind: EditionKind,
    level: Level,
    data: bytes,
    source_name: str,
    by: str,
) -> Edition:
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
        created_at=clock.now(session),
        created_by=by,
    )


def _store(
    session: Session, edition: Edition, file: boundaries_file.BoundaryFile, names: dict[str, str]
) -> Findings:
    """Write the edition with all its areas and what the checks find in it."""
    session.add(edition)
    session.flush()
    level = Level(edition.level)
    loader.save_areas(session, edition, level, file.rows)
    divisions = queries.list_divisions(session, edition.county_code)
    loader.dissolve_upwards(session, edition, {item.code: item.name for item in divisions})
    findings = check_edition(session, edition, names)
    if file.rejected:
        findings.problems.insert(0, f"{len(file.rejected)} 行被拒绝")
    findings.warnings = [*file.notes, *findings.warnings]
    edition.findings = findings.as_json()
    session.flush()
    return findings


def _put_in_force(session: Session, edition: Edition, from_day: date) -> Edition:
    before = queries.find_open_edition(session, edition.county_code, edition.level)
    if before is not None:
        if before.valid_from is not None and from_day < before.valid_from:
            raise StepNotAllowedError(
                f"现行版本自 {before.valid_from} 起有效，新版本不能早于该日", edition=before.id
            )
        before.valid_to, before.status = from_day, EditionStatus.RETIRED
    edition.valid_from, edition.status = from_day, EditionStatus.ACTIVE
    session.flush()
    return edition


def _stored(shape: Polygon | MultiPolygon) -> Any:
    from geoalchemy2.shape import from_shape

    multi = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    return from_shape(multi, srid=STORAGE_SRID)
