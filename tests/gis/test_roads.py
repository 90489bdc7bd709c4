"""Roads as a network: where they are cut, what is joined, which pieces hang together."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LineString

from gis.roads import JOIN_DEG, lengths_m, network


def test_ways_that_share_a_point_are_cut_there_and_joined() -> None:
    long = LineString([(124.0, 43.0), (124.1, 43.0), (124.2, 43.0)])
    side = LineString([(124.1, 43.0), (124.1, 43.1)])
    found = network([long, side], meets=False)
    assert found.of.tolist() == [0, 0, 1]
    assert (found.nodes, found.pieces) == (4, 1)
    middle = found.to_node[0]
    assert middle == found.from_node[1] == found.from_node[2]


def test_a_bridge_shares_no_point_and_joins_nothing_in_openstreetmap() -> None:
    under = LineString([(124.0, 43.0), (124.2, 43.0)])
    over = LineString([(124.1, 42.9), (124.1, 43.1)])
    found = network([under, over], meets=False)
    assert (len(found.lines), found.pieces) == (2, 2)
    crossed = network([under, over], meets=True)
    assert (len(crossed.lines), crossed.nodes, crossed.pieces) == (4, 5, 1)


@pytest.mark.parametrize("off", [0.0, JOIN_DEG / 2, -JOIN_DEG / 2], ids=["on", "short", "over"])
def test_an_end_that_nearly_reaches_a_road_is_on_it(off: float) -> None:
    main = LineString([(124.0, 43.0), (124.2, 43.0)])
    side = LineString([(124.1, 43.1), (124.1, 43.0 + off)])
    found = network([main, side], meets=True)
    assert (len(found.lines), found.pieces) == (3, 1)


def test_a_ring_and_a_road_that_crosses_itself_hold_together() -> None:
    ring = LineString([(124.0, 43.0), (124.1, 43.0), (124.1, 43.1), (124.0, 43.0)])
    knot = LineString([(125, 43), (125.1, 43.1), (125.1, 43), (125, 43.1), (125.1, 43.1)])
    for meets in (False, True):
        found = network([ring, knot], meets=meets)
        assert found.pieces == 2
        total = lengths_m([ring, knot]).sum()
        assert found.length_m.sum() == pytest.approx(total, rel=1e-9)


def test_the_largest_piece_comes_first() -> None:
    short = LineString([(124.0, 43.0), (124.01, 43.0)])
    long = LineString([(125.0, 43.0), (125.5, 43.0)])
    assert network([short, long], meets=False).piece.tolist() == [1, 0]


def test_lengths_are_metres_on_the_ground() -> None:
    found = lengths_m([LineString([(124.0, 43.0), (124.0, 43.1)]),
                       LineString([(124.0, 43.0), (124.1, 43.0), (124.1, 43.1)])])  # fmt: skip
    assert found == pytest.approx([11_108, 11_108 + 8_151], abs=5)
    assert np.all(found > 0)
