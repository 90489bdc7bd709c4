"""GCJ-02 and BD-09: there and back, nothing abroad, and the true file that was shifted."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.datum import (
    Datum,
    Points,
    bd09_to_wgs84,
    gcj02_to_wgs84,
    to_cgcs2000,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from tests.jurisdiction.small_county import data_file

Convert = Callable[[Points], Points]
PAIRS = [(wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)]
IN_CHINA = st.tuples(st.floats(73.0, 136.0), st.floats(3.0, 54.0))
ABROAD = st.tuples(st.floats(-180.0, 71.9), st.floats(-90.0, 90.0))


def metres(one: Points, other: Points) -> float:
    """Return the longest distance between points in degrees, at most 1 % off."""
    moved = (one - other) * 111_320
    moved[:, 0] *= np.cos(np.radians(one[:, 1]))
    return float(np.hypot(moved[:, 0], moved[:, 1]).max())


@pytest.mark.parametrize(("there", "back"), PAIRS)
@given(place=IN_CHINA)
def test_there_and_back_is_the_same_place(
    there: Convert, back: Convert, place: tuple[float, float]
) -> None:
    point = np.array([place])
    assert metres(point, back(there(point))) < 0.5


@pytest.mark.parametrize("convert", [convert for pair in PAIRS for convert in pair])
@given(place=ABROAD)
def test_abroad_nothing_is_shifted(convert: Convert, place: tuple[float, float]) -> None:
    point = np.array([place])
    assert np.array_equal(convert(point), point)


@pytest.mark.parametrize(
    ("convert", "low_m", "high_m"), [(wgs84_to_gcj02, 300, 700), (wgs84_to_bd09, 500, 1_600)]
)
def test_in_a_county_the_shift_is_some_hundred_metres(
    convert: Convert, low_m: float, high_m: float
) -> None:
    point = np.array([[124.3, 43.3]])
    assert low_m < metres(point, convert(point)) < high_m


def test_many_points_at_once_are_converted_as_one_by_one() -> None:
    points = np.random.default_rng(1).uniform((70, 0), (140, 60), (500, 2))
    each = np.vstack([wgs84_to_bd09(points[row : row + 1]) for row in range(len(points))])
    assert np.array_equal(wgs84_to_bd09(points), each)


def test_a_shifted_file_comes_back_to_its_true_place() -> None:
    true, shifted = (
        [
            np.array(feature["geometry"]["coordinates"][0])
            for feature in json.loads(data_file(name))["features"]
        ]
        for name in ("lean_villages.geojson", "lean_villages_gcj02.geojson")
    )
    back = [to_cgcs2000(ring, Datum.GCJ02) for ring in shifted]
    assert max(metres(one, other) for one, other in zip(true, back, strict=True)) < 0.5


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_wgs84_and_cgcs2000_are_taken_as_they_are(datum: Datum) -> None:
    point = np.array([[124.3, 43.3]])
    assert np.array_equal(to_cgcs2000(point, datum), point)
