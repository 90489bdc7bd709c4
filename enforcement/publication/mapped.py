"""What the public map asks for and gets: decisions by year, matter, township, part of the map."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.jurisdiction import map_queries
from enforcement.jurisdiction.map_queries import CountyLayers
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.queries import find_edition
from enforcement.law.time_limits import add_months
from enforcement.publication import map_sql
from enforcement.settings import queries as settings
from gis.geojson import Bounds

MOST: Final = 2000
PAGE: Final = 20
FIRST_YEAR, LAST_YEAR = 2000, 2100
NEARER: Final = 0.5
"""By so much nearer than the whole county the borders are drawn: a page for all is to be small."""
MOST_KEPT: Final = 8
_borders: dict[uuid.UUID, CountyLayers] = {}
"""Borders by edition: they never change within one, and every visitor asks for them."""


@dataclass(frozen=True)
class Asked:
    """Filters; None takes all."""

    year: int | None = None
    matter: str | None = None
    township: str | None = None

    def as_query(self) -> dict[str, Any]:
        """Return the filters as an address says them."""
        return {name: value for name, value in vars(self).items() if value is not None}


def read(args: Mapping[str, str]) -> Asked:
    """Return what an address asks for; raises InvalidInputError."""
    year = args.get("year") or None
    if year is not None and not (year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        raise InvalidInputError("year", _("年份不对。"))
    return Asked(int(year) if year else None, args.get("matter") or None,
                 args.get("township") or None)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """A county today: its boundaries, None without any, and since when decisions are shown."""

    county_code: str
    edition: Edition | None
    since: date

    def words(self, asked: Asked) -> dict[str, Any]:
        """Return what the statements ask for."""
        year = asked.year
        return {
            "county": self.county_code, "edition": self.edition.id if self.edition else None,
            "since": self.since, "matter": asked.matter, "township": asked.township,
            "first": date(year, 1, 1) if year else None,
            "last": date(year, 12, 31) if year else None,
        }  # fmt: skip


def ground(session: Session, county_code: str) -> Ground:
    """Return what a county's map of today rests on."""
    today = clock.today(session)
    months = settings.value(session, county_code, "publication_months")
    edition = find_edition(session, county_code, today)
    return Ground(county_code, edition, add_months(today, -months))


def borders(session: Session, edition: Edition, on: date) -> CountyLayers:
    """Return villages and townships, simplified for a map of the whole county; once a process."""
    if edition.id not in _borders:
        zoom = map_queries.zoom_for(map_queries.extent(session, edition)) + NEARER
        layers = map_queries.county_layers(session, edition, on, zoom=zoom, with_squads=False)
        if len(_borders) >= MOST_KEPT:
            _borders.clear()
        _borders[edition.id] = layers
    return _borders[edition.id]


def geojson(
    session: Session, here: Ground, asked: Asked, boxes: Sequence[Bounds], *, most: int = MOST
) -> str:
    """Return the newest decisions within boxes (none: everywhere) as a FeatureCollection's text.

    Its members `matched` and `without_place` say how many there are, and how many lie nowhere.
    """
    sides = [list(side) for side in zip(*boxes, strict=True)] or [[], [], [], []]
    words = here.words(asked) | {
        "everywhere": not boxes, "limit": most,
        **dict(zip(("wests", "souths", "easts", "norths"), sides, strict=True)),
    }  # fmt: skip
    return str(session.execute(map_sql.GEOJSON, words).scalar_one())


@dataclass(frozen=True)
class Listed:
    """A decision in the list beside the map; how -- how exactly its place is shown, or None."""

    id: uuid.UUID
    at: datetime
    shown: dict[str, Any]
    matter_code: str
    place: str
    how: str | None
    matched: int
    without_place: int


def page(
    session: Session, here: Ground, asked: Asked, after: tuple[datetime, uuid.UUID] | None = None
) -> list[Listed]:
    """Return a page of the list, the newest first."""
    words = here.words(asked) | {"limit": PAGE}
    if after is not None:
        words |= {"after_at": after[0], "after_id": after[1]}
    rows = session.execute(map_sql.page(after=after is not None), words)
    return [Listed(*row) for row in rows]


def offered(session: Session, here: Ground) -> tuple[list[int], list[str]]:
    """Return the years, the newest first, and the matters of what is published."""
    row = session.execute(map_sql.OFFERED, here.words(Asked())).one()
    return sorted(row.years, reverse=True), sorted(row.matters)
