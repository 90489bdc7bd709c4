"""Times by road: known ways, one-way streets, places on one edge, all ways by brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.planner.roads import Graph, Joined, matrix

INF = math.inf


def graph(*edges: tuple[int, int, float, float]) -> Graph:
    start, end, ahead, back = (np.array(part) for part in zip(*edges, strict=True))
    return Graph(start.astype(np.int64), end.astype(np.int64), ahead.astype(float),
                 back.astype(float), int(max(start.max(), end.max())) + 1)  # fmt: skip


def joined(*places: tuple[int, float, float]) -> Joined:
    edge, share, off = (np.array(part) for part in zip(*places, strict=True))
    return Joined(edge.astype(np.int64), share.astype(float), off.astype(float))


def test_a_way_leads_along_roads_and_the_field_beside_them() -> None:
    found = matrix(graph((0, 1, 100, 100), (1, 2, 50, 50)), joined((0, 0.25, 10), (1, 1.0, 0)))
    assert found.tolist() == [[0, 135], [135, 0]]


def test_a_one_way_street_is_gone_around() -> None:
    ring = graph((0, 1, 10, INF), (1, 2, 10, INF), (2, 0, 10, INF))
    found = matrix(ring, joined((0, 0.5, 0), (1, 0.5, 0)))
    assert found.tolist() == [[0, 10], [20, 0]]


def test_places_on_one_stretch_need_not_go_to_its_end() -> None:
    found = matrix(graph((0, 1, 100, INF)), joined((0, 0.2, 0), (0, 0.5, 0)))
    assert found.tolist() == [[0, 30], [-1, 0]]


def test_the_faster_of_two_roads_between_the_same_junctions_counts() -> None:
    found = matrix(graph((0, 1, 90, 90), (0, 1, 40, 40)), joined((0, 0.0, 0), (0, 1.0, 0)))
    assert found.tolist() == [[0, 40], [40, 0]]


def test_what_no_road_leads_to_is_not_known() -> None:
    apart = graph((0, 1, 10, 10), (2, 3, 10, 10))
    found = matrix(apart, joined((0, 0.0, 0), (1, 0.0, 0), (-1, 0.0, 0)))
    assert found.tolist() == [[0, -1, -1], [-1, 0, -1], [-1, -1, 0]]
    assert matrix(apart, joined((-1, 0, 0))).tolist() == [[0]]


EDGES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 50),
              st.one_of(st.integers(1, 50), st.just(INF))),
    min_size=1, max_size=10,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(EDGES, st.data())
def test_ways_agree_with_trying_all(edges: list[tuple], data: st.DataObject) -> None:
    """Places stand at the ends of edges, so that junctions alone tell the times."""
    roads = graph(*edges)
    numbers = st.tuples(st.integers(0, len(edges) - 1), st.sampled_from([0.0, 1.0]))
    places = data.draw(st.lists(numbers, min_size=2, max_size=4))
    found = matrix(roads, joined(*((edge, share, 0.0) for edge, share in places)))
    best = np.full((roads.nodes, roads.nodes), INF)
    np.fill_diagonal(best, 0)
    for a, b, ahead, back in edges:
        best[a, b], best[b, a] = min(best[a, b], ahead), min(best[b, a], back)
    for k, a, b in itertools.product(range(roads.nodes), repeat=3):
        best[a, b] = min(best[a, b], best[a, k] + best[k, b])
    for (n, one), (m, other) in itertools.product(enumerate(places), repeat=2):
        start = edges[one[0]][1 if one[1] else 0]
        end = edges[other[0]][1 if other[1] else 0]
        if n != m:
            least = best[start, end]
            assert (found[n, m] < 0) == math.isinf(least)
            assert math.isinf(least) or abs(found[n, m] - least) <= 2
