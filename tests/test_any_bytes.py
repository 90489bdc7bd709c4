"""Whatever bytes somebody hands in as a list, boundaries or a sealed file: read, or refused."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from enforcement.api import read_cursor
from enforcement.backup.sealing import BackupError, Key, unseal
from enforcement.discretion import columns as discretion
from enforcement.errors import InvalidInputError
from enforcement.incident import import_columns as incidents
from enforcement.jurisdiction import boundaries_read
from enforcement.people.imports.lists import TABLES
from enforcement.positions.protocols import gpx
from enforcement.positions.protocols.reading import BadReadingError
from enforcement.power import columns as power
from enforcement.sheets.columns import Table
from enforcement.sheets.reading import read
from enforcement.taxonomy import columns as taxonomy
from enforcement.timing import columns as timing
from gis.errors import GisError

LISTS = (
    *TABLES.values(), incidents.TABLE, power.TABLE, discretion.TABLE, taxonomy.CATEGORIES,
    taxonomy.CALLS, timing.NOTICE,
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=12)
CELLS = st.one_of(TEXTS, st.integers(), st.floats(), st.dates(), st.none())
NAMES = st.sampled_from(("list.xlsx", "list.csv", "list.XLSX", "list", "list.ods"))
GPX = (
    b'<?xml version="1.0"?><gpx version="1.1"><trk><trkseg><trkpt lat="43.3" lon="124.3">'
    b"<time>2026-03-02T01:00:00Z</time><speed>1.5</speed></trkpt></trkseg></trk></gpx>"
)
GEOJSON = (
    b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "1"},'
    b' "geometry": {"type": "Polygon", "coordinates": [[[1, 1], [1, 2], [2, 2], [1, 1]]]}}]}'
)


def workbook(table: Table, cells: list[list[object]]) -> bytes:
    book, held = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append([column.heading for column in table.columns])
    for row in cells:
        sheet.append(row)
    book.save(held)
    return held.getvalue()


def refused_or_read(table: Table, data: bytes, name: str) -> None:
    try:
        found = read(table, data, name)
    except InvalidInputError as error:
        refusal = error.field, bool(str(error))
    else:
        refusal = None
    assert refusal in (None, ("file", True))
    if refusal:
        return
    keys = {column.key for column in table.columns}
    assert all(set(row.cells) <= keys for row in found.rows)
    assert all(problem.reason for problem in found.problems)


@pytest.mark.parametrize("table", LISTS, ids=lambda table: table.title)
@given(data=st.binary(max_size=300), name=NAMES)
@example(data=b"", name="list.csv")
@example(data=b"PK\x05\x06" + b"\0" * 18, name="list.xlsx")
def test_any_bytes_are_no_list_or_are_read(table: Table, data: bytes, name: str) -> None:
    refused_or_read(table, data, name)


@pytest.mark.parametrize("table", LISTS, ids=lambda table: table.title)
def test_any_cells_are_read_or_named(table: Table) -> None:
    @settings(max_examples=15)
    @given(st.lists(st.lists(CELLS, max_size=6), max_size=3), st.integers(0, 10**6))
    def hand_in(cells: list[list[object]], place: int) -> None:
        whole = workbook(table, cells)
        refused_or_read(table, whole, "list.xlsx")
        at = place % len(whole)
        refused_or_read(table, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], "list.xlsx")

    hand_in()


@given(st.binary(max_size=300), st.integers(0, len(GEOJSON) - 1), st.integers(1, 255))
def test_any_bytes_are_no_boundaries_or_are_read(data: bytes, at: int, flip: int) -> None:
    for one in (data, GEOJSON[:at] + bytes([GEOJSON[at] ^ flip]) + GEOJSON[at + 1 :]):
        with suppress(GisError, InvalidInputError):
            assert boundaries_read.preview(one).count >= 0


@given(st.binary(max_size=300))
def test_any_bytes_are_no_sealed_file(data: bytes) -> None:
    with pytest.raises(BackupError):
        list(unseal(io.BytesIO(data), Key.of("a secret"), "base/x"))


@given(st.binary(max_size=300), st.integers(0, len(GPX) - 1), st.integers(1, 255))
def test_any_bytes_are_no_track_or_are_read(data: bytes, at: int, flip: int) -> None:
    for one in (data, GPX[:at] + bytes([GPX[at] ^ flip]) + GPX[at + 1 :]):
        with suppress(BadReadingError):
            found = gpx.decode(one)
            assert all(-90 <= point.lat <= 90 for point in found.readings)


@given(st.one_of(TEXTS, st.tuples(st.datetimes(), st.uuids())))
def test_any_text_is_a_place_in_a_list_or_refused(said: object) -> None:
    text = said if isinstance(said, str) else f"{said[0].isoformat()}~{said[1]}"  # type: ignore[index]
    if isinstance(said, str) and text:
        with pytest.raises(InvalidInputError) as refused:
            read_cursor(text)
        assert refused.value.field == "after"
    else:
        assert read_cursor(text) == (said if text else None)
