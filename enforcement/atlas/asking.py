"""What a person asks of the map: which kinds, of which unit, sort, state and time, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, func, or_

from enforcement import clock
from enforcement.atlas.kinds import KINDS, Condition, Kind
from enforcement.boxes import read_bbox
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from gis.cells import in_box
from gis.geojson import Bounds

OPEN, ALL, LATE = "open", "all", "late"
LONGEST: Final = 60


@dataclass(frozen=True)
class Asked:
    """The filters of the map; what is None or empty does not narrow.

    unit -- code of a unit: it and those below it; sort, state -- of one kind ("incident.01"), which
    leaves the other kind as it is; state -- also OPEN, ALL or LATE (open and overdue)
    since, until -- days in China, both included
    """

    kinds: tuple[str, ...] = tuple(KINDS)
    unit: str = ""
    sort: str = ""
    state: str = OPEN
    since: date | None = None
    until: date | None = None
    boxes: tuple[Bounds, ...] = ()

    def of(self, kind: Kind, said: str) -> str:
        """Return what a filter like "incident.01" says to a kind, "" where it says nothing."""
        named, _dot, value = said.partition(".")
        return value if named == kind.name else ""

    def states(self, kind: Kind) -> tuple[str, ...]:
        """Return the states a row of the kind may be in, empty for any."""
        own = self.of(kind, self.state)
        if own:
            return (own,)
        return () if self.state == ALL else kind.open_states

    def by_cells(self, kind: Kind) -> bool:
        """Tell whether counted cells can answer: they know neither times nor deadlines."""
        return self.since is None and self.until is None and self.state != LATE

    def on_cells(self, kind: Kind, counted: Any) -> list[Condition]:
        """Return the filters as conditions upon dimensions or changes."""
        return self._shared(kind, counted.unit_code, counted.sort, counted.state)

    def on_rows(self, kind: Kind) -> list[Condition]:
        """Return the filters as conditions upon rows; where they lie is not among them."""
        found = self._shared(kind, kind.unit, kind.sort, kind.table.state)
        if self.state == LATE:
            found.append(kind.due < func.app_now())
        if self.since is not None:
            found.append(kind.moment >= clock.midnight(self.since))
        if self.until is not None:
            found.append(kind.moment < clock.midnight(self.until + timedelta(days=1)))
        return found

    def _shared(self, kind: Kind, unit: Any, sort: Any, state: Any) -> list[Condition]:
        found: list[Condition] = []
        if self.unit:
            found.append(and_(unit >= self.unit, unit < self.unit + "~"))
        if wanted := self.of(kind, self.sort):
            found.append(sort == wanted)
        if states := self.states(kind):
            found.append(state.in_(states))
        return found


def read(args: Mapping[str, str]) -> Asked:
    """Return what the query of an address asks for; raises InvalidInputError."""
    kinds = tuple(one for one in args.get("kinds", ",".join(KINDS)).split(",") if one in KINDS)
    state, sort = args.get("state") or OPEN, args.get("sort") or ""
    named, _dot, value = state.partition(".")
    if state not in (OPEN, ALL, LATE) and not (
        named in KINDS and value in [str(one) for one in KINDS[named].states]
    ):
        raise InvalidInputError("state", _("没有这种状态。"))
    if sort and (sort.partition(".")[0] not in KINDS or len(sort) > LONGEST):
        raise InvalidInputError("sort", _("没有这种类别。"))
    since, until = _day(args, "since"), _day(args, "until")
    if since is not None and until is not None and until < since:
        raise InvalidInputError("until", _("截止日期早于开始日期。"))
    unit = (args.get("unit") or "")[:LONGEST]
    return Asked(kinds, unit, sort, state, since, until, read_bbox(args.get("bbox")))


def _day(args: Mapping[str, str], name: str) -> date | None:
    said = args.get(name) or ""
    try:
        return clock.day_of(said) if said else None
    except ValueError:
        raise InvalidInputError(name, _("日期应写成 2026-03-02 这样。")) from None


def inside(kind: Kind, boxes: tuple[Bounds, ...]) -> list[Condition]:
    """Return the condition that a row lies in one of the boxes, none where there is no box."""
    if not boxes:
        return []
    return [or_(*(in_box(kind.table, box) for box in boxes))]


def as_query(asked: Asked, **more: Any) -> dict[str, str]:
    """Return the filters as the query of an address, without those that do not narrow.

    They stand in the order of the page's form, as its script says them.
    """
    said: dict[str, date | datetime | str | None] = {
        "unit": asked.unit, "state": "" if asked.state == OPEN else asked.state,
        "sort": asked.sort, "since": asked.since, "until": asked.until,
        "kinds": "" if asked.kinds == tuple(KINDS) else ",".join(asked.kinds), **more,
    }  # fmt: skip
    return {name: str(value) for name, value in said.items() if value}
