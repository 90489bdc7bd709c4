"""Imports: the divisions of a county, and the boundaries of one level as an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.jurisdiction import boundaries_file, divisions_file, editions, loader, queries
from enforcement.jurisdiction.boundaries_file import BoundaryFile
from enforcement.jurisdiction.boundaries_read import Parsed, parse
from enforcement.jurisdiction.findings import Findings
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.results import ImportResult
from enforcement.jurisdiction.terms import EditionKind, EditionStatus, Level
from gis.readers import ReadOptions

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
    edition = editions.new_edition(
        session, county_code, EditionKind.DIVISIONS, finest, data, source_name, by
    )
    edition.status = EditionStatus.ACTIVE
    session.add(edition)
    session.flush()
    loader.save_divisions(session, edition, file.rows, counted=file.counted)
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
    reading: ReadOptions = ReadOptions(),  # noqa: B008 -- frozen
    mapping: Mapping[str, str] | None = None,
) -> ImportResult:
    """Load the areas of one level of one county as an edition; dissolve the coarser levels.

    reading -- what a person says of the file: reference system, datum, encoding, layer, repair
    mapping -- attribute for "code" and "name"; what is not said is guessed
    Rows are numbered by feature, from 0. With a refused row nothing changes, unless
    `skip_rejected`. The edition is put in force where its check is clean and either `activate`
    is asked (from `valid_from`, else today) or it is the first of its level (from `valid_from`,
    else FIRST_VALID_FROM). Otherwise it stays a draft and waits for a person.
    Raises GisError or InvalidInputError where the file is unusable as a whole.
    """
    parsed = parse(data, reading, level=level, mapping=mapping)
    county_code = boundaries_file.county_of(parsed) or ""
    names = queries.division_names(session, county_code, level)
    file = boundaries_file.check(parsed, names, queries.known_extent(session, county_code))
    if (file.rejected and not skip_rejected) or not file.rows:
        return _refused(county_code, parsed, file)
    editions.lock_county(session, county_code)
    edition = editions.new_edition(
        session, county_code, EditionKind.BOUNDARIES, level, data, source_name, by
    )
    edition.schematic, edition.decree = schematic, decree
    findings = _store(session, edition, parsed, file)
    first = queries.find_open_edition(session, county_code, level) is None
    if (activate or first) and not findings.problems:
        from_day = valid_from or (FIRST_VALID_FROM if first else clock.today(session))
        editions.put_in_force(session, edition, from_day, by=by)
    return _loaded(edition, parsed, file, findings, first=first)


def _store(session: Session, edition: Edition, parsed: Parsed, file: BoundaryFile) -> Findings:
    """Write the edition with all its areas, and what the checks find in it."""
    edition.origin = {
        **parsed.origin.as_json(),
        "repairs": [asdict(repair) for repair in file.repairs],
        "rejected": [asdict(rejected) for rejected in file.rejected],
        "notes": [*file.notes, *_seen_before(session, edition)],
        "doubts": list(parsed.doubts),
    }
    session.add(edition)
    session.flush()
    loader.save_areas(session, edition, Level(edition.level), file.rows)
    divisions = queries.list_divisions(session, edition.county_code)
    loader.dissolve_upwards(session, edition, {item.code: item.name for item in divisions})
    findings = editions.check(session, edition)
    edition.findings = findings.as_json()
    session.flush()
    return findings


def _seen_before(session: Session, edition: Edition) -> list[str]:
    """Return a remark where the very same file waits as a draft already."""
    same = queries.find_draft_of(session, edition.county_code, edition.source_sha256)
    return [f"同一文件已导入为待启用的版本 {same.id}"] if same is not None else []


def _refused(county_code: str, parsed: Parsed, file: BoundaryFile) -> ImportResult:
    return ImportResult(
        county_code,
        file.read,
        0,
        tuple(file.rejected),
        warnings=tuple(file.notes),
        origin=parsed.origin,
        repairs=tuple(file.repairs),
    )


def _loaded(
    edition: Edition, parsed: Parsed, file: BoundaryFile, findings: Findings, *, first: bool
) -> ImportResult:
    return ImportResult(
        edition.county_code,
        file.read,
        len(file.rows),
        tuple(file.rejected),
        edition.id,
        edition.status,
        edition.valid_from,
        tuple(findings.problems),
        tuple(findings.warnings),
        first,
        parsed.origin,
        tuple(file.repairs),
    )
