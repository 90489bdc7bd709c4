"""Tiles show what a full count gives, to each what he may see, before and after folding."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.atlas import folding, tiles
from enforcement.atlas.asking import ALL, LATE, Asked
from enforcement.atlas.grid import Tile
from enforcement.atlas.kinds import KINDS, Kind
from enforcement.errors import NotFoundError
from enforcement.incident.models import Incident
from gis.cells import column, morton, ranges, row
from tests.asking import Calls, Pages, actor_of
from tests.case.making import filed_case, reported

WHO = ("zhifa1", "juzhang", "xiangzhen")
FILTERS = (
    Asked(),
    Asked(state=ALL),
    Asked(state="incident.handling"),
    Asked(state=ALL, sort="incident.04"),
    Asked(state=ALL, unit="01.01.02"),
    Asked(state=LATE),
    Asked(state=ALL, since=date(2026, 1, 10), until=date(2026, 2, 20)),
)
SPREAD = text("""
insert into incident (county_code, id, number, category, description, state, source, occurred_at,
  received_at, lon, lat, point, village_code, township_code, responsible_unit_code,
  handler_unit_code, reporter_unit_code, reported_by, datum, stage_due_at, version)
select i.county_code, gen_random_uuid(), 'T' || n || i.number, i.category, '', i.state, i.source,
  i.occurred_at, i.received_at, p.lon, p.lat, st_setsrid(st_makepoint(p.lon, p.lat), 4490),
  i.village_code, i.township_code, i.responsible_unit_code, i.handler_unit_code,
  i.reporter_unit_code, i.reported_by, i.datum, i.stage_due_at, 1
from incident i cross join generate_series(1, 12) as n(n)
cross join lateral (select i.lon + (n.n % 5) * 0.0007 as lon, i.lat + (n.n / 3) * 0.003 as lat) as p
where i.lon is not null
""")


def covering(session: Session, z: int) -> list[Tile]:
    """Return the tiles of a zoom that hold all incidents and cases."""
    codes = session.execute(text(
        "select distinct map_code(lon, lat) >> :up from incident where lon is not null "
        "union select map_code(lon, lat) >> :up from case_file where lon is not null"
    ), {"up": 2 * (18 - z)})  # fmt: skip
    return [Tile.of(z, bits(code), bits(code >> 1)) for (code,) in codes]


def bits(code: int) -> int:
    return sum((code >> (2 * bit) & 1) << bit for bit in range(20))


def shown(session: Session, actor: Actor, kind: Kind, asked: Asked, z: int) -> tuple[int, set[str]]:
    """Return how many rows all tiles of a zoom show, and the ids of those shown singly."""
    made = [tiles.tile(session, actor, kind, asked, at) for at in covering(session, z)]
    ids = [row[0] for one in made for row in one["one"]]
    assert not [key for key, n in Counter(ids).items() if n > 1]
    return sum(mark[2] for one in made for mark in one["many"]) + len(ids), set(ids)


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    """Collect the statements of a session that read."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", note)


def same(one: tiles.Marks, other: tiles.Marks) -> bool:
    return one["many"] == other["many"] and sorted(one["one"]) == sorted(other["one"])


def truth(session: Session, actor: Actor, kind: Kind, asked: Asked) -> set[str]:
    query = select(kind.table.id).where(
        kind.visible(actor), *asked.on_rows(kind), kind.table.lon.is_not(None)
    )
    return {str(one) for one in session.scalars(query)}


def agree(
    session: Session, who: tuple[str, ...] = WHO, filters: tuple[Asked, ...] = FILTERS
) -> None:
    """Assert that tiles, totals and counters agree with full counts, for roles and filters."""
    for (place, name), kind in itertools.product(enumerate(who), KINDS.values()):
        actor = actor_of(session, name)
        if not permissions.allows(actor, kind.permission):
            continue
        for n, asked in enumerate(filters):
            z = 11 if n == place == 0 else (5, 6, 7)[n % 3]
            z = 14 if (n, name, len(who)) == (2, "zhifa1", 2) else z
            expected = truth(session, actor, kind, asked)
            count, ids = shown(session, actor, kind, asked, z)
            assert (count, ids - expected) == (len(expected), set()), (name, kind.name, asked, z)
            nowhere = select(func.count()).select_from(kind.table).where(
                kind.visible(actor), *asked.on_rows(kind), kind.table.lon.is_(None)
            )  # fmt: skip
            totals = tiles.totals(session, actor, kind, asked)
            assert totals == (len(expected), session.scalar(nowhere)), (name, asked)


@pytest.fixture
def many(county: Session) -> Session:
    """The demonstration county with a case, many more incidents, and one without a place."""
    filed_case(county)
    county.execute(SPREAD)
    county.execute(
        text(
            "update incident set lon = null, lat = null, point = null where id = "
            "(select id from incident where state = 'handling' order by id limit 1)"
        )
    )
    return county


def test_tiles_show_what_a_full_count_gives_before_and_after_folding(many: Session) -> None:
    assert many.scalar(text("select count(*) from map_change")) > 100
    agree(many)
    assert folding.fold(many, "220322") > 100
    assert not folding.wrong(many, "220322")
    many.execute(text("update incident set state = 'closed' where state = 'handling' and "
                      "number like 'T1%'"))  # fmt: skip
    many.execute(
        text(
            "update incident set lon = lon + 0.01, point = "
            "st_setsrid(st_makepoint(lon + 0.01, lat), 4490) where number like 'T2%'"
        )
    )
    agree(many, ("zhifa1", "juzhang"), FILTERS[:4])
    folding.fold(many, "220322")
    agree(many, ("fujing", "dadui"), FILTERS[3:])
    assert many.scalar(text("select count(*) from map_change")) == 0
    assert not folding.wrong(many, "220322")


@pytest.mark.parametrize("z", [6, 11, 15, 17, 18])
def test_tiles_asked_for_together_are_those_asked_for_one_by_one(many: Session, z: int) -> None:
    folding.fold(many, "220322")
    ats = covering(many, z)
    assert len(ats) > 1 or z == 6
    for name, kind, asked in itertools.product(("zhifa1", "juzhang"), KINDS.values(), FILTERS[:2]):
        actor = actor_of(many, name)
        together = tiles.sheet(many, actor, kind, asked, ats)
        for at in ats[:40]:
            assert same(together[at], tiles.tile(many, actor, kind, asked, at)), (name, at, asked)


def test_as_many_statements_for_many_tiles_as_for_one(many: Session) -> None:
    folding.fold(many, "220322")
    actor = actor_of(many, "juzhang")
    ats = covering(many, 11)
    counts = []
    for some in (ats[:1], ats):
        with counting(many) as statements:
            tiles.sheet(many, actor, KINDS["incident"], Asked(), some)
        counts.append(len(statements))
    assert counts[0] <= counts[1] == 2
    assert len(ats) > 5


def test_a_window_asks_for_its_tiles_at_once(county: Session, page: Pages) -> None:
    incident = reported(county)
    x, y = _place(incident.lon or 0, incident.lat or 0, 12)
    browser = page("zhongdui")
    found = browser.get(f"/map/tiles/12/{x - 1}-{x + 1}/{y}-{y + 1}").get_json()
    assert sorted(found) == sorted(f"{x + a}/{y + b}" for a in (-1, 0, 1) for b in (0, 1))
    assert found[f"{x}/{y}"] == browser.get(f"/map/tiles/12/{x}/{y}").get_json()
    for odd in (f"12/{x}-{x - 1}/{y}-{y}", "12/0-63/0-1", "12/4096-4096/0-0", "19/0-0/0-0"):
        assert browser.get(f"/map/tiles/{odd}").status_code == 404, odd


def test_a_cell_that_was_miscounted_is_found_and_counted_anew(many: Session) -> None:
    folding.fold(many, "220322")
    many.execute(
        text(
            "update map_cell set n = n + 1 where level = 12 and cell = "
            "(select min(cell) from map_cell where level = 12)"
        )
    )
    assert {row["level"] for row in folding.wrong(many, "220322")} == {12}
    folding.rebuild(many, "220322")
    assert not folding.wrong(many, "220322")


def test_an_act_is_on_the_map_at_once(county: Session, page: Pages) -> None:
    folding.fold(county, "220322")
    incident = reported(county)
    found = _tile_of(page, "zhongdui", incident, 15)["incident"]["one"]
    assert next(row for row in found if row[0] == str(incident.id))[3] == "dispatched"


def _tile_of(page: Pages, who: str, incident: Incident, z: int) -> Any:
    x, y = _place(incident.lon or 0, incident.lat or 0, z)
    return page(who).get(f"/map/tiles/{z}/{x}/{y}").get_json()


def _place(lon: float, lat: float, z: int) -> tuple[int, int]:
    row = (1 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / math.pi) / 2
    return int((lon + 180) / 360 * 2**z), int(row * 2**z)


def test_tiles_answer_bad_questions_calmly(county: Session, page: Pages, call: Calls) -> None:
    incident = reported(county)
    browser = page("zhongdui")
    z30 = _place(incident.lon or 0, incident.lat or 0, 30)
    deep = browser.get(f"/map/tiles/30/{z30[0]}/{z30[1]}")
    assert str(incident.id) in deep.get_data(as_text=True)  # answered as its tile of zoom 20
    for path in ("/map/tiles/3/8/0", "/map/tiles/41/0/0", "/map/tiles/-1/0/0"):
        assert browser.get(path).status_code == 404, path
    for query in (
        "state=no",
        "state=incident.x",
        "sort=x.1",
        "since=2026-02-30",
        "since=2026-03-02&until=2026-03-01",
        "state=case.'; drop table case_file--",
    ):
        assert browser.get(f"/map/tiles/3/6/3?{query}").status_code == 422, query
    odd = browser.get("/map/tiles/3/6/3?unit=' or 1=1--&kinds=case,x")
    assert odd.get_json() == {"case": {"many": [], "one": []}}


def test_a_tile_that_did_not_change_is_not_sent_again(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    first = browser.get("/map/tiles/6/54/23")
    assert "private" in first.headers["Cache-Control"]
    again = browser.get("/map/tiles/6/54/23", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_ten_thousand_tiles_from_one_person_are_too_many(county: Session, page: Pages) -> None:
    county.execute(
        text(
            "update clock_shift set shift = timestamptz '2026-03-02 01:00:10+00' - "
            "clock_timestamp()"
        )
    )
    browser = page("zhongdui")
    assert browser.get("/map/tiles/6/54/23").status_code == 200
    county.execute(text("update rate_count set n = 10000 where what = 'tiles'"))
    refused = browser.get("/map/tiles/6/54/23")
    assert refused.status_code == 429
    assert page("zhifa1").get("/map/tiles/6/54/23").status_code == 200


def test_a_tile_outside_the_grid_is_none() -> None:
    with pytest.raises(NotFoundError):
        Tile.of(2, 4, 0)
    assert Tile.of(30, 5 << 20, 3 << 20) == Tile.of(20, 5 << 10, 3 << 10)


@given(
    west=st.floats(-180, 179.9), south=st.floats(-85, 84.9),
    wide=st.floats(0, 20), high=st.floats(0, 20), along=st.floats(0, 1), up=st.floats(0, 1),
)  # fmt: skip
def test_few_stretches_of_cells_hold_every_point_of_a_box(
    west: float, south: float, wide: float, high: float, along: float, up: float
) -> None:
    box = (west, south, min(180, west + wide), min(85.05, south + high))
    found = ranges(box)
    assert 1 <= len(found) <= 9
    assert all(first < after for first, after in found)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found))
    lon, lat = box[0] + along * (box[2] - box[0]), box[1] + up * (box[3] - box[1])
    cell = morton(column(lon), row(lat))
    assert any(first <= cell < after for first, after in found)


def test_the_stored_cell_is_the_one_that_is_reckoned_here(county: Session) -> None:
    rows = county.execute(text("select lon, lat, cell from case_file where lon is not null")).all()
    assert rows
    assert [morton(column(lon), row(lat)) for lon, lat, _cell in rows] == [r.cell for r in rows]
