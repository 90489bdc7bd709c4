"""Whatever bytes somebody hands in as roads: taken, or refused by name with nothing changed."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError
from enforcement.patrol import roads
from enforcement.patrol.roads import Said
from tests.asking import actor_of
from tests.patrol import road_files as make
from tests.patrol.test_roads import CROSS, MAIN

SLOW, QUICK = 6, 40
"""Examples: GDAL takes a second for any file of OpenStreetMap, however small."""
ZLIB = b"\x78\x9c"
Mutation = tuple[float, bytes, int]
MUTATIONS = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 8)),
                     min_size=1, max_size=4)  # fmt: skip
HEADS = (b"", b"<osm>", b"<?xml version='1.0'?><osm version='0.6'>", b"PK\x03\x04", b"{",
         b"SQLite format 3\0", b"\x00\x00\x27\x0a", b"\0\0\0\x0d\n\tOSMHeader")  # fmt: skip
NUMBERS = st.one_of(st.floats(123, 126), st.floats(), st.integers(-(10**20), 10**20), st.none(),
                    st.text(max_size=3))  # fmt: skip
POINTS = st.one_of(st.lists(NUMBERS, max_size=4),
                   st.tuples(st.floats(124.2, 124.4), st.floats(43.2, 43.4)).map(list))  # fmt: skip
LINES = st.lists(POINTS, max_size=4)
SHAPES = st.one_of(
    st.builds(lambda at: {"type": "LineString", "coordinates": at}, LINES),
    st.builds(lambda at: {"type": "MultiLineString", "coordinates": at},
              st.lists(LINES, max_size=3)),
    st.builds(lambda kind, at: {"type": kind, "coordinates": at},
              st.sampled_from(("Point", "Polygon", "GeometryCollection", "x")), LINES),
    st.none(),
)  # fmt: skip
WORDS = st.one_of(st.text(max_size=8), st.none(), st.floats(), st.integers(), st.booleans(),
                  st.lists(st.integers(), max_size=2))  # fmt: skip
SAYINGS = st.dictionaries(
    st.sampled_from(("name", "highway", "道路等级", "oneway", "maxspeed", "x\0", "")), WORDS,
    max_size=4,
)  # fmt: skip
FEATURES = st.lists(
    st.builds(lambda shape, said: {"type": "Feature", "geometry": shape, "properties": said},
              SHAPES, SAYINGS), max_size=4)  # fmt: skip


def feature(points: list[Any], **said: Any) -> dict[str, Any]:
    """Return a road of GeoJSON."""
    return {"type": "Feature", "properties": said,
            "geometry": {"type": "LineString", "coordinates": points}}  # fmt: skip


def changed(data: bytes, mutations: list[Mutation]) -> bytes:
    """Return bytes with parts of them replaced: at a share of them, by other bytes, so many."""
    for at, other, many in mutations:
        place = int(at * len(data))
        data = data[:place] + other + data[place + many :]
    return data


def bytes_of(folder: Path) -> dict[str, Callable[[list[Mutation]], bytes]]:
    """Return how to make a changed file of each kind; what is packed is changed before it is."""
    package = make.layer(folder / "a.gpkg", [MAIN, CROSS], ["主干道", "支路"]).read_bytes()
    shapes = folder / "shapes"
    shapes.mkdir()
    make.layer(shapes / "a.shp", [MAIN, CROSS], ["主干道", "支路"], driver="ESRI Shapefile")
    members = {one.name: one.read_bytes() for one in sorted(shapes.iterdir())}

    def zipped(mutations: list[Mutation]) -> bytes:
        held = io.BytesIO()
        chosen = sorted(members)[len(mutations[0][1]) % len(members)]
        with zipfile.ZipFile(held, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, changed(data, mutations) if name == chosen else data)
        return held.getvalue()

    def packed(mutations: list[Mutation]) -> bytes:
        whole = make.pbf()
        start = whole.index(ZLIB, whole.index(b"OSMData"))
        block = changed(zlib.decompress(whole[start:]), mutations)
        header = make._blob(b"OSMHeader", make._bytes(4, b"OsmSchema-V0.6"))
        return header + make._blob(b"OSMData", block)

    return {
        "osm": lambda mutations: changed(make.osm(), mutations),
        "pbf": lambda mutations: changed(make.pbf(), mutations),
        "pbf's block": packed,
        "gpkg": lambda mutations: changed(package, mutations),
        "zip": zipped,
        "zip itself": lambda mutations: changed(make.zipped(shapes), mutations),
    }


class Taking:
    """Hands files in as the administrator, and undoes what was taken."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.path = session, folder / "roads"
        self.actor = actor_of(session, "xitong")
        self.path.write_bytes(make.osm())
        roads.take(session, "220322", self.actor, self.path, "a.osm", Said())
        self.before = self._stand()

    def hand_in(self, data: bytes) -> None:
        """Take bytes, or be refused: then everything is as it was."""
        self.path.write_bytes(data)
        here = self.session.begin_nested()
        refused: InvalidInputError | None = None
        try:
            taken = roads.take(self.session, "220322", self.actor, self.path, "路.x", Said())
            assert taken.again or taken.file.roads >= 1
            assert taken.file.km > 0
        except InvalidInputError as error:
            refused = error
        if refused is not None:
            assert refused.field in ("file", "crs", "datum", "layer"), refused.field
            assert str(refused)
            assert self._stand() == self.before
        here.rollback()
        self.session.expire_all()

    def _stand(self) -> list[Any]:
        """Return what an import changes: files, roads, what is due, what the log says."""
        return [
            self.session.execute(text(f"select count(*), max(id::text) from {table}")).one()
            for table in ("road_file", "road", "due_step", "audit_log")
        ]


@pytest.fixture
def taking(county: Session, tmp_path: Path) -> Taking:
    return Taking(county, tmp_path)


def many(examples: int) -> Callable[[Any], Any]:
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck))


def test_any_bytes_are_no_roads_or_are_taken(taking: Taking) -> None:
    @many(20)
    @given(st.sampled_from(HEADS), st.binary(max_size=200), st.sampled_from((b"", b"</osm>")))
    def hand_in(head: bytes, data: bytes, tail: bytes) -> None:
        taking.hand_in(head + data + tail)

    hand_in()


@pytest.mark.parametrize("kind", ["osm", "pbf", "pbf's block", "gpkg", "zip", "zip itself"])
def test_a_file_with_a_wrong_part_is_taken_or_refused_whole(
    taking: Taking, tmp_path: Path, kind: str
) -> None:
    made = bytes_of(tmp_path)[kind]
    taking.hand_in(made([(1.0, b"", 0)]))

    @many(SLOW if kind.startswith(("osm", "pbf")) else QUICK)
    @given(MUTATIONS)
    def hand_in(mutations: list[Mutation]) -> None:
        taking.hand_in(made(mutations))

    hand_in()


def test_any_features_are_no_roads_or_are_taken(taking: Taking) -> None:
    @many(60)
    @given(FEATURES)
    @example([feature([[124.3, 43.31], [124.36, 43.31]], name="a\0b", highway="x\0")])
    @example([feature([[124.3, 43.31], [124.36, 43.31]], name="\ud800")])
    @example([feature([[124.3, 43.31], [124.3, 43.31 + 1e-14]])])
    @example([feature([[124.3, 43.31], [124.3, 43.31 + 1e-9], [124.3, 43.31]])])
    @example([feature([[124.3, 43.31, "x"], [124.36, 43.31, 1e400]], maxspeed=[1, 2])])
    def hand_in(features: list[Any]) -> None:
        whole = {"type": "FeatureCollection", "features": features}
        taking.hand_in(json.dumps(whole).encode())

    hand_in()
