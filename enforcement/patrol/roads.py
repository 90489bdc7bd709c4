"""Act: take a file of roads; it replaces the roads in use, and times are computed anew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import shapely
from geoalchemy2.shape import from_shape, to_shape
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from enforcement import audit, clock, due, permissions
from enforcement.actor import Actor
from enforcement.bulk import insert_rows
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import outside
from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.models import Area
from enforcement.patrol import road_queries as queries
from enforcement.patrol.road_kinds import kind_of, seconds_of
from enforcement.patrol.road_models import Road, RoadFile
from enforcement.permissions import Permission
from gis.datum import Datum
from gis.errors import GisError
from gis.geojson import Bounds
from gis.readers.roads import RoadFile as ReadFile
from gis.readers.roads import RoadLine, read_roads
from gis.roads import Network, network
from gis.srid import STORAGE_SRID

TASK: Final = "patrol:roads"
BEYOND_DEG: Final = 0.03
"""About 3 km: roads that leave the county and come back are kept so far."""


@dataclass(frozen=True)
class Said:
    """What a person says of a file of roads; None leaves it to the file.

    source, dated_on -- where it comes from and of which day it is; crs, datum, layer -- as of
    boundaries
    """

    source: str | None = None
    dated_on: date | None = None
    crs: str | None = None
    datum: Datum = Datum.CGCS2000
    layer: str | None = None


@dataclass(frozen=True)
class Taken:
    """A file that is in use now; again -- it was already; outside -- roads beyond the county."""

    file: RoadFile
    again: bool = False
    outside: int = 0
    notes: tuple[str, ...] = field(default=())


def take(
    session: Session, county_code: str, actor: Actor | None, path: Path, name: str, said: Said
) -> Taken:
    """Import a file of roads and put it in use; None as the actor stands for the command line.

    The same file again changes nothing. Raises NotPermittedError, InvalidInputError that names
    what is wrong with the file, NotFoundError where the county has no boundaries.
    """
    if actor is not None:
        permissions.check(actor, Permission.JURISDICTION_CHANGE)
    day = clock.today(session)
    if said.dated_on is not None and said.dated_on > day:
        raise InvalidInputError("dated_on", _("数据日期不能晚于今天。"))
    digest = _digest(path)
    before = queries.in_use(session, county_code)
    if before is not None and before.sha256 == digest:
        return Taken(before, again=True)
    ground = _county(session, county_code, day)
    read = _read(path, said, ground.bounds)
    lines, outside_ = _within(read, ground)
    made = network([one.line for one in lines], meets=read.meets)
    row = _file(session, county_code, actor, name, digest, said, read, made, len(lines))
    _replace(session, row, lines, made)
    due.schedule(session, county_code, TASK, row.id, "now", row.taken_at)
    audit.record(session, county_code, "import:roads", "road_file", str(row.id), actor=actor,
                 name=name, km=round(row.km))  # fmt: skip
    return Taken(row, outside=outside_)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _county(session: Session, county_code: str, day: date) -> Any:
    """Return the shape of the county and a little more, in degrees."""
    edition = plan_queries.edition_on(session, county_code, day)
    shapes = session.scalars(
        select(Area.geom).where(
            Area.county_code == county_code, Area.edition_id == edition.id,
            Area.code == county_code,
        )
    ).all()  # fmt: skip
    if not shapes:
        shapes = session.scalars(
            select(Area.geom).where(
                Area.county_code == county_code, Area.edition_id == edition.id
            )
        ).all()  # fmt: skip
    return shapely.union_all([to_shape(one) for one in shapes]).buffer(BEYOND_DEG)


def _read(path: Path, said: Said, bounds: Bounds) -> ReadFile:
    try:
        return read_roads(path, bounds=bounds, crs=said.crs, datum=said.datum, layer=said.layer)
    except GisError as error:
        raise InvalidInputError(getattr(error, "option", "file"), str(error)) from error


def _within(read: ReadFile, ground: Any) -> tuple[list[RoadLine], int]:
    """Return the roads that touch the county, and how many do not."""
    shapely.prepare(ground)
    near = shapely.intersects(ground, [one.line for one in read.lines])
    lines = [one for one, kept in zip(read.lines, near, strict=True) if kept]
    if not lines:
        message = _("文件里的%(n)d条道路都不在本县范围内，请核对文件和坐标系。", n=len(read.lines))
        raise InvalidInputError("file", message)
    return lines, len(read.lines) - len(lines)


def _file(
    session: Session, county_code: str, actor: Actor | None, name: str, digest: bytes, said: Said,
    read: ReadFile, made: Network, roads: int,
) -> RoadFile:  # fmt: skip
    """Return the new file in use; the one before is replaced."""
    now = clock.now(session)
    session.execute(
        update(RoadFile)
        .where(RoadFile.county_code == county_code, RoadFile.replaced_at.is_(None))
        .values(replaced_at=now)
    )
    whole_m = float(made.length_m.sum())
    row = RoadFile(
        county_code=county_code, id=uuid7(), name=name[:200], sha256=digest, driver=read.driver,
        source=outside.words(said.source, "source", 100) or name[:100],
        dated_on=said.dated_on or clock.today(session), roads=roads, edges=len(made.lines),
        nodes=made.nodes, km=whole_m / 1000, pieces=made.pieces,
        main_pct=100 * float(made.length_m[made.piece == 0].sum()) / whole_m,
        skipped=read.skipped, taken_by=actor.account_id if actor else None, taken_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _replace(session: Session, row: RoadFile, lines: Sequence[RoadLine], made: Network) -> None:
    session.execute(delete(Road).where(Road.county_code == row.county_code))
    rows: list[dict[str, Any]] = []
    for n, line in enumerate(made.lines):
        road = lines[int(made.of[n])]
        kind, length_m = kind_of(road.kind), float(made.length_m[n])
        ahead, back = seconds_of(kind, length_m, road.oneway, road.speed_kmh)
        rows.append({
            "county_code": row.county_code, "id": uuid7(), "file_id": row.id, "kind": str(kind),
            "name": road.name[:100] if road.name else None,
            "geom": from_shape(line, STORAGE_SRID), "length_m": length_m, "forward_s": ahead,
            "backward_s": back, "from_node": int(made.from_node[n]),
            "to_node": int(made.to_node[n]), "piece": int(made.piece[n]),
        })  # fmt: skip
    insert_rows(session, Road, rows)


def shown(row: RoadFile) -> dict[str, Any]:
    """Return a file of roads as JSON."""
    return {
        "id": str(row.id), "name": row.name, "source": row.source, "driver": row.driver,
        "dated_on": row.dated_on.isoformat(), "roads": row.roads, "edges": row.edges,
        "nodes": row.nodes, "km": round(row.km, 1), "pieces": row.pieces,
        "main_pct": round(row.main_pct, 1), "skipped": row.skipped,
        "in_use": row.replaced_at is None, "places": row.places, "off_road": row.off_road,
        "unreached": row.unreached,
    }  # fmt: skip
