"""A tile of the map: marks of many rows, and single rows where a cell holds few.

Cells counted beforehand and the changes not yet in them answer at the cost of the cells in a tile,
however many rows there are. Filters that cells do not know (time, deadlines), tiles deeper than
the cells, and people who answer for one village are answered from the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Integer,
    Numeric,
    Select,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.atlas.asking import Asked, inside
from enforcement.atlas.grid import LEVELS, Tile, hull
from enforcement.atlas.kinds import Kind
from enforcement.atlas.models import MapCell, MapChange, MapDim
from enforcement.incident.models import Incident
from gis.cells import FINEST, between, joined, morton

FEW, BESIDES = 3, 200
"""Rows of a cell that are shown one by one, where no more than so many others lie in it."""
DEEP: Final = 15
"""From this zoom on every row is shown by itself, unless more than MOST lie in the tile."""
MOST: Final = 250
SINGLES: Final = 400
PLACES: Final = 6

Marks = dict[str, list[Any]]


def tile(session: Session, actor: Actor, kind: Kind, asked: Asked, at: Tile) -> Marks:
    """Return what lies in a tile, by marks of many rows and by single rows.

    many -- [lon, lat, n]; one -- [id, lon, lat, state, sort, due, urgency], due in seconds since
    1970, None without a clock
    """
    return sheet(session, actor, kind, asked, [at])[at]


def sheet(
    session: Session, actor: Actor, kind: Kind, asked: Asked, ats: Sequence[Tile]
) -> dict[Tile, Marks]:
    """Return what lies in tiles of one zoom, in two statements however many they are.

    Tiles smaller than a cell (deeper than FINEST) are asked for one at a time.
    """
    first = ats[0]
    found: dict[Tile, Marks] = {at: {"many": [], "one": []} for at in ats}
    of = {first.of_cell(morton(at.x, at.y)): at for at in ats}
    held: dict[Tile, list[Any]] = {at: [] for at in ats}
    for row in session.execute(_counted(actor, kind, asked, ats)):
        held[of[first.owner(row.cell)]].append(row)
    apart = [at for at, rows in held.items() if at.z >= DEEP and sum(r.n for r in rows) <= MOST]
    few: dict[int, Any] = {}
    for at, rows in held.items():
        for row in rows:
            if at in apart or (row.n <= FEW and row.besides <= BESIDES):
                few[row.cell] = row
            else:
                found[at]["many"].append([float(row.lon), float(row.lat), row.n])
    for cell, mark in _singles(session, actor, kind, asked, ats, few, apart) if few else ():
        found[of[first.owner(cell)]]["one"].append(mark)
    return found


def _counted(actor: Actor, kind: Kind, asked: Asked, ats: Sequence[Tile]) -> Select[Any]:
    """Return the statement of the tiles' cells: cell, n, their middle in degrees.

    besides -- rows in the cell that were not asked for; ids -- of its first rows, as far as known
    """
    parts = (
        _of_cells(actor, kind, asked, ats)
        if ats[0].level is not None and asked.by_cells(kind) and kind.by_cells(actor)
        else [_of_rows(kind, asked, ats, kind.visible(actor))]
    )
    part = union_all(*parts).subquery("part")
    n = func.sum(part.c.n)
    ids = func.array_remove(func.array_agg(part.c.id), None, type_=ARRAY(Uuid()))
    return (
        select(
            part.c.cell, cast(n, Integer).label("n"), func.sum(part.c.besides).label("besides"),
            func.round(cast(func.sum(part.c.lon_e6), Numeric) / n / 1_000_000, PLACES).label("lon"),
            func.round(cast(func.sum(part.c.lat_e6), Numeric) / n / 1_000_000, PLACES).label("lat"),
            case((n <= FEW, ids)).label("ids"),
        )
        .group_by(part.c.cell)
        .having(n > 0)
        .order_by(part.c.cell)
    )  # fmt: skip


def _of_cells(actor: Actor, kind: Kind, asked: Asked, ats: Sequence[Tile]) -> list[Select[Any]]:
    level, shift = ats[0].level or FINEST, ats[0].shift
    bits = shift - 2 * (FINEST - level)
    dims = _dims(actor, kind, asked, level)
    kept = (
        _sums(MapCell, MapCell.cell.op(">>")(bits), dims.c.wanted)
        .join(dims, dims.c.id == MapCell.dim_id)
        .where(_of(actor, kind.counted(actor, level, asked.unit), MapCell),
               MapCell.level == level, _within(MapCell.cell, ats, level))
    )  # fmt: skip
    wanted = _wanted(actor, kind, asked, MapChange, kind.name)
    changed = _sums(
        MapChange, MapChange.code.op(">>")(shift), wanted, each=MapChange.n
    ).where(_of(actor, kind.name, MapChange), _within(MapChange.code, ats, FINEST))  # fmt: skip
    beyond = kind.beyond(actor)
    return [kept, changed, *([] if beyond is None else [_of_rows(kind, asked, ats, beyond)])]


def _dims(actor: Actor, kind: Kind, asked: Asked, level: int) -> Any:
    """Return the dimensions of the cells of a level, and whether they are asked for: told once."""
    name = kind.counted(actor, level, asked.unit)
    query = select(MapDim.id, _wanted(actor, kind, asked, MapDim, name).label("wanted"))
    return query.where(_of(actor, name, MapDim)).offset(0).subquery("dims")


def _sums(table: Any, cell: Any, wanted: Any, *, each: Any = 1) -> Select[Any]:
    """Return the statement of counts: what is asked for, and what else is there."""
    return select(
        cell.label("cell"), case((wanted, table.n), else_=0).label("n"),
        case((wanted, 0), else_=table.n).label("besides"),
        case((wanted, each * table.lon_e6), else_=0).label("lon_e6"),
        case((wanted, each * table.lat_e6), else_=0).label("lat_e6"),
        cast(None, Uuid()).label("id"),
    )  # fmt: skip


def _wanted(actor: Actor, kind: Kind, asked: Asked, counted: Any, name: str) -> Any:
    return and_(kind.on_cells(actor, counted, name), *asked.on_cells(kind, counted))


def _of(actor: Actor, name: str, table: Any) -> Any:
    return and_(table.county_code == actor.county_code, table.kind == name)


def _within(column: Any, ats: Sequence[Tile], level: int) -> Any:
    """Return the condition that a cell of a level lies in one of the tiles."""
    return between(column, joined(at.range(level) for at in ats))


def _of_rows(kind: Kind, asked: Asked, ats: Sequence[Tile], seen: Any) -> Select[Any]:
    """Return the statement of single rows in the tiles, each a count of one."""
    table = kind.table
    rows = (
        select(table.cell.label("code"), table.lon, table.lat, table.id)
        .where(seen, *asked.on_rows(kind), *_in_tiles(kind, ats))
        .subquery("placed")
    )
    return select(
        rows.c.code.op(">>")(ats[0].shift).label("cell"), literal(1).label("n"),
        literal(0).label("besides"), _e6(rows.c.lon).label("lon_e6"),
        _e6(rows.c.lat).label("lat_e6"), rows.c.id.label("id"),
    ).where(_within(rows.c.code, ats, FINEST))  # fmt: skip


def _in_tiles(kind: Kind, ats: Sequence[Tile]) -> list[Any]:
    """Return where the rows of tiles lie; of a tile smaller than a cell, only what is in it."""
    if ats[0].z <= FINEST:
        return [_within(kind.table.cell, ats, FINEST)]
    return inside(kind, (hull(at.bounds for at in ats),))


def _e6(degrees: Any) -> Any:
    return func.round(cast(degrees * 1_000_000, Numeric))


def _singles(
    session: Session, actor: Actor, kind: Kind, asked: Asked, ats: Sequence[Tile],
    cells: Mapping[int, Any], apart: Sequence[Tile],
) -> list[tuple[int, list[Any]]]:  # fmt: skip
    """Return the rows of some cells of the tiles with their cell, the newest first."""
    table, shift = kind.table, ats[0].shift
    cell = table.cell.op(">>")(shift)
    urgency = table.urgency if table is Incident else literal("normal")
    query = (
        select(
            cell.label("cell"), table.id, table.lon, table.lat, table.state,
            kind.sort.label("sort"), cast(func.extract("epoch", kind.due), Integer).label("due"),
            urgency.label("urgency"),
        )
        .where(kind.visible(actor), *asked.on_rows(kind), cell.in_(list(cells)),
               or_(*_places(kind, ats[0], cells, apart)))
        .order_by(kind.moment.desc(), table.id)
        .limit(SINGLES * len(ats))
    )  # fmt: skip
    return [
        (row.cell, [str(row.id), round(row.lon, PLACES), round(row.lat, PLACES), row.state,
                    row.sort, row.due, row.urgency])
        for row in session.execute(query)
    ]  # fmt: skip


def _places(kind: Kind, at: Tile, cells: Mapping[int, Any], apart: Sequence[Tile]) -> list[Any]:
    """Return where rows lie, or which they are: each condition is served by an index."""
    tiles = {at.of_cell(morton(one.x, one.y)) for one in apart}
    rest = [row for cell, row in cells.items() if at.owner(cell) not in tiles]
    known = [one for row in rest if len(row.ids) == row.n for one in row.ids]
    cut = [row.cell for row in rest if len(row.ids) < row.n]
    found = _in_tiles(kind, apart) if apart else []
    if cut:
        found.append(between(kind.table.cell, joined(
            (cell << at.shift, (cell + 1) << at.shift) for cell in cut)))  # fmt: skip
    return [*found, *([kind.table.id.in_(known)] if known else [])]


def totals(session: Session, actor: Actor, kind: Kind, asked: Asked) -> tuple[int, int]:
    """Return how many rows that are asked for have a point, and how many have none."""
    sums = _row_sums if not (asked.by_cells(kind) and kind.by_cells(actor)) else _cell_sums
    row = session.execute(select(*sums(actor, kind, asked))).one()
    return int(row[0]), int(row[1])


def _row_sums(actor: Actor, kind: Kind, asked: Asked) -> list[Any]:
    return [_count(kind, [kind.visible(actor), *asked.on_rows(kind)], placed=placed)
            for placed in (True, False)]  # fmt: skip


def _cell_sums(actor: Actor, kind: Kind, asked: Asked) -> list[Any]:
    """Return the sums of the coarsest cells or of those without a place, changes, own rows."""
    beyond, found = kind.beyond(actor), []
    for placed in (True, False):
        level = LEVELS[0] if placed else 0
        dims = _dims(actor, kind, asked, level)
        kept = (
            select(func.coalesce(func.sum(MapCell.n), 0)).join(dims, dims.c.id == MapCell.dim_id)
            .where(_of(actor, kind.counted(actor, level, asked.unit), MapCell),
                   MapCell.level == level, dims.c.wanted)
        )  # fmt: skip
        changed = select(func.coalesce(func.sum(MapChange.n), 0)).where(
            _of(actor, kind.name, MapChange), MapChange.code >= 0 if placed else MapChange.code < 0,
            _wanted(actor, kind, asked, MapChange, kind.name),
        )  # fmt: skip
        parts = kept.scalar_subquery() + changed.scalar_subquery()
        if beyond is not None:
            parts = parts + _count(kind, [beyond, *asked.on_rows(kind)], placed=placed)
        found.append(parts)
    return found


def _count(kind: Kind, wanted: Sequence[Any], *, placed: bool) -> Any:
    lon = kind.table.lon
    where = lon.is_not(None) if placed else lon.is_(None)
    return select(func.count()).select_from(kind.table).where(*wanted, where).scalar_subquery()
