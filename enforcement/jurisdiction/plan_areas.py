"""Who answers for which area by the rows of a plan, and the fewest rows that say so.

The order of `routing_sql` holds: a row for the village before one for its township before one for
the county; then the higher priority, the smaller unit code, the smaller id.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from enforcement.ids import uuid7
from enforcement.jurisdiction.terms import CODE_DIGITS, Level

TOWNSHIP = CODE_DIGITS[Level.TOWNSHIP]
COUNTY = CODE_DIGITS[Level.COUNTY]


@dataclass(frozen=True)
class PlanRow:
    """A duty of a plan: of an area (`area_code`) or of a drawn polygon (`wkb`, hex, EPSG:4490)."""

    id: uuid.UUID
    unit_id: uuid.UUID
    unit_code: str
    area_code: str | None
    wkb: str | None = None
    priority: int = 0
    category: str | None = None
    name: str | None = None

    @property
    def rank(self) -> tuple[int, int, str, uuid.UUID]:
        """Return what orders rows for one place, the one that decides first."""
        return -len(self.area_code or ""), -self.priority, self.unit_code, self.id

    def as_json(self) -> dict[str, str | int | None]:
        """Return what the log of a plan keeps."""
        return {
            "id": str(self.id),
            "unit_id": str(self.unit_id),
            "unit_code": self.unit_code,
            "area_code": self.area_code,
            "wkb": self.wkb,
            "priority": self.priority,
            "category": self.category,
            "name": self.name,
        }


@dataclass(frozen=True)
class Owner:
    """A unit as the rows name it."""

    unit_id: uuid.UUID
    unit_code: str


def township_of(code: str) -> str:
    """Return the township of a village's code; of a shorter code, itself."""
    return code[:TOWNSHIP]


def owners_of(
    rows: Iterable[PlanRow],
    leaves: Iterable[str],
    category: str | None = None,
    closed: Collection[uuid.UUID] = (),
) -> dict[str, Owner | None]:
    """Return who answers for each leaf (the finest areas, by code) in one category.

    Rows of another category, polygons, and rows of units that are `closed` do not count.
    """
    best = _best(row for row in rows if row.category == category and row.unit_id not in closed)
    found = {}
    for leaf in leaves:
        row = best.get(leaf) or best.get(leaf[:TOWNSHIP]) or best.get(leaf[:COUNTY])
        found[leaf] = Owner(row.unit_id, row.unit_code) if row else None
    return found


def _best(rows: Iterable[PlanRow]) -> dict[str, PlanRow]:
    """Return, for each area code, the row that decides."""
    found: dict[str, PlanRow] = {}
    for row in sorted(rows, key=lambda row: row.rank):
        if row.area_code is not None:
            found.setdefault(row.area_code, row)
    return found


def give(
    rows: Sequence[PlanRow],
    leaves: Collection[str],
    wanted: Mapping[str, Owner],
    category: str | None,
    closed: Collection[uuid.UUID] = (),
) -> list[PlanRow]:
    """Return rows by which the wanted owners answer and all other leaves keep theirs.

    wanted -- leaf -> owner. Only the townships of these leaves are written anew: a township's row
    stays while its unit keeps a village of it, and villages of one unit fold back to a township.
    closed -- units whose rows do not count on the day, and go where a township is written anew
    """
    after = {**owners_of(rows, leaves, category, closed), **wanted}
    touched = {township_of(leaf) for leaf in wanted}
    kept = [row for row in rows if not _inside(row, touched, leaves, category)]
    above = owners_of(kept, touched, category, closed)
    for township in sorted(touched):
        mine = [row for row in rows if _inside(row, {township}, leaves, category)]
        sound = [row for row in mine if row.unit_id not in closed]
        inside = {leaf: after[leaf] for leaf in leaves if township_of(leaf) == township}
        kept += _written(township, inside, _best(sound), above[township], category)
    return kept


def _inside(
    row: PlanRow, townships: Collection[str], leaves: Collection[str], category: str | None
) -> bool:
    """Return whether a row is for one of the townships or for a leaf in one."""
    code = row.area_code
    if code is None or row.category != category or township_of(code) not in townships:
        return False
    return code in townships or code in leaves


def _written(
    township: str,
    wanted: Mapping[str, Owner | None],
    best: Mapping[str, PlanRow],
    above: Owner | None,
    category: str | None,
) -> list[PlanRow]:
    """Return the rows of one township: at most one for itself, and one for each exception."""
    base, head = _base(township, wanted, best, above, category)
    found = [head] if head is not None else []
    for leaf, owner in sorted(wanted.items()):
        if leaf != township and owner is not None and owner != base:
            found.append(_row(leaf, owner, best.get(leaf), category))
    return found


def _base(
    township: str,
    wanted: Mapping[str, Owner | None],
    best: Mapping[str, PlanRow],
    above: Owner | None,
    category: str | None,
) -> tuple[Owner | None, PlanRow | None]:
    """Return who answers for the township as a whole, and the row that says so, if one must."""
    named = Counter(owner for owner in wanted.values() if owner is not None)
    if None in wanted.values():
        return None, None
    row = best.get(township)
    if row is not None and Owner(row.unit_id, row.unit_code) in named:
        return Owner(row.unit_id, row.unit_code), row
    if row is None and above is not None and above in named:
        return above, None
    most = min(named, key=lambda owner: (-named[owner], owner.unit_code))
    return most, _row(township, most, None, category)


def _row(code: str, owner: Owner, now: PlanRow | None, category: str | None) -> PlanRow:
    """Return the row that stands already where it names the owner, else a new one."""
    if now is not None and now.unit_id == owner.unit_id:
        return now
    return PlanRow(uuid7(), owner.unit_id, owner.unit_code, code, category=category)


def handed(rows: Iterable[PlanRow], source: Owner, target: Owner) -> list[PlanRow]:
    """Return the rows with every one of `source`, areas and polygons, in the hands of `target`."""
    return [
        replace(row, unit_id=target.unit_id, unit_code=target.unit_code)
        if row.unit_id == source.unit_id
        else row
        for row in rows
    ]
