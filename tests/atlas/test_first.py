"""The first sheets show the county whole, and pages come packed without telling their words."""

from __future__ import annotations

import gzip
import math

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from enforcement.atlas.first import PADDING, WINDOWS, sheets
from gis.geojson import Bounds
from tests.asking import Pages

COUNTIES = st.builds(
    lambda west, south, across, down: (west, south, west + across, south + down),
    st.floats(74, 130), st.floats(18, 52), st.floats(0.05, 3), st.floats(0.05, 3),
)  # fmt: skip
PACKS = {"Accept-Encoding": "gzip"}


def on_grid(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Return column and row of a place, with fractions, on a grid of 2^z tiles a side."""
    bent = math.asinh(math.tan(math.radians(lat)))
    return (lon + 180) / 360 * 2**z, (1 - bent / math.pi) / 2 * 2**z


@given(COUNTIES)
def test_a_first_sheet_holds_the_county_at_the_zoom_that_shows_it_whole(bounds: Bounds) -> None:
    west, south, east, north = bounds
    for (_media, across, down), one in zip(WINDOWS, sheets(bounds), strict=True):
        (left, top), (right, bottom) = on_grid(west, north, one.z), on_grid(east, south, one.z)
        assert one.left <= left <= right <= one.right + 1
        assert one.top <= top <= bottom <= one.bottom + 1
        wide, high = (right - left) * 512, (bottom - top) * 512
        room = min((across - PADDING) / wide, (down - PADDING) / high)
        assert abs(math.log2(room)) <= 0.55  # the nearest zoom, the map's own being a half step


def test_the_page_names_the_sheet_with_its_filters(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    shown = browser.get("/map?state=all&kinds=case&unit=01.01").text
    assert shown.count('rel="preload" as="fetch"') == len(WINDOWS)
    address = shown.partition('data-sheet="')[2].partition('href="')[2].partition('"')[0]
    answer = browser.get(address.replace("&amp;", "&"))
    assert (answer.status_code, set(next(iter(answer.json.values())))) == (200, {"case"})


def test_pages_are_packed_and_their_length_tells_nothing(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    plain, packed = browser.get("/papers"), browser.get("/papers", headers=PACKS)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data).decode().count("<li") == plain.text.count("<li")
    assert len(packed.data) < len(plain.data) / 3
    lengths = {len(browser.get("/help", headers=PACKS).data) for _ in range(12)}
    assert len(lengths) > 3


def test_what_is_small_or_asked_for_in_part_is_sent_as_it_is(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    assert "Content-Encoding" not in browser.get("/healthz", headers=PACKS).headers
    part = browser.get("/static/vendor/leaflet/leaflet.js", headers={**PACKS, "Range": "bytes=0-9"})
    assert "Content-Encoding" not in part.headers
