"""Regions of a graph: connected, even, and as close to today's as they can be."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import regions
from gis.regions import Graph


def grid(wide: int, high: int) -> Graph:
    """Return a chessboard of nodes, each joined to those beside it."""
    edges = {}
    for x, y in itertools.product(range(wide), range(high)):
        for right, down in ((x + 1, y), (x, y + 1)):
            if right < wide and down < high:
                edges[f"{x:02d}{y:02d}", f"{right:02d}{down:02d}"] = 1_000.0
    return Graph(tuple(f"{x:02d}{y:02d}" for x, y in itertools.product(range(wide), range(high))),
                 edges)  # fmt: skip


def walk_is_whole(graph: Graph, labels: list[int], region: int) -> bool:
    """Tell, in another way than the code does, whether a region is connected."""
    left = {key for key, label in zip(graph.keys, labels, strict=True) if label == region}
    found = {left.pop()} if left else set()
    grew = True
    while grew:
        near = {b if a in found else a for a, b in graph.edges if (a in found) != (b in found)}
        grew = bool(near & left)
        found |= near & left
        left -= found
    return bool(found) and not left


def test_a_graph_is_taken_apart_and_linked_by_the_shortest_links() -> None:
    graph = Graph(("a", "b", "c", "d"), {("a", "b"): 1.0})
    assert graph.parts() == [[0, 1], [2], [3]]
    whole = graph.linked([("b", "c", 5.0), ("a", "c", 6.0), ("c", "d", 7.0)])
    assert whole.parts() == [[0, 1, 2, 3]]
    assert whole.edges == {("a", "b"): 1.0, ("b", "c"): 0.0, ("c", "d"): 0.0}


@pytest.mark.parametrize(
    ("labels", "sound"),
    [([0, 0, 1, 1], True), ([0, 1, 0, 1], False), ([0, 0, 0, 0], False), ([0, 1, 1, 1], True)],
)
def test_a_region_must_be_connected_and_have_nodes(labels: list[int], sound: bool) -> None:
    line = Graph(tuple("abcd"), {("a", "b"): 1, ("b", "c"): 1, ("c", "d"): 1})
    assert regions.contiguous(line, labels, 2) is sound


def test_whatever_the_weights_regions_are_connected_and_repeatable() -> None:
    """METIS may find none; then there is none the next time either."""
    found: list[bool] = []

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(
        st.integers(3, 7), st.integers(3, 7), st.integers(1, 5),
        st.lists(st.floats(1, 4), min_size=49, max_size=49),
    )  # fmt: skip
    def holds(wide: int, high: int, count: int, weights: list[float]) -> None:
        graph, mine = grid(wide, high), weights[: wide * high]
        labels = regions.split(graph, mine, count)
        assert regions.split(graph, mine, count) == labels
        found.append(labels is not None)
        if labels is not None:
            assert set(labels) == set(range(count))
            assert all(walk_is_whole(graph, labels, region) for region in range(count))

    holds()
    assert sum(found) > len(found) * 0.6, found


def test_a_board_of_like_squares_is_split_evenly() -> None:
    labels = regions.split(grid(6, 6), [1.0] * 36, 4)
    assert labels is not None
    assert [labels.count(region) for region in range(4)] == [9, 9, 9, 9]


def test_a_graph_in_two_parts_or_with_too_few_nodes_is_not_split() -> None:
    assert regions.split(Graph(("a", "b"), {}), [1, 1], 1) is None
    assert regions.split(grid(2, 1), [1, 1], 3) is None
    assert regions.split(grid(2, 1), [1, 1], 0) is None


def test_regions_keep_todays_numbers_wherever_they_share_most() -> None:
    today = [2, 2, 2, 0, 0, 1, 1, -1]
    drawn = [0, 0, 1, 1, 1, 2, 2, 2]
    assert regions.as_today(today, drawn, 3) == [2, 2, 0, 0, 0, 1, 1, 1]


def test_evening_out_hands_over_no_more_than_asked_and_cuts_no_region() -> None:
    graph = grid(6, 2)
    today = [0] * 10 + [1] * 2
    for most in range(5):
        after = regions.evened(graph, [1.0] * 12, today, 2, most=most)
        assert sum(a != b for a, b in zip(after, today, strict=True)) == most
        assert all(walk_is_whole(graph, after, region) for region in (0, 1))
    free = regions.evened(graph, [1.0] * 12, today, 2)
    assert regions.sums([1.0] * 12, free, 2) == [6, 6]


def test_the_larger_part_of_a_region_stays_and_the_rest_joins_its_neighbours() -> None:
    line = Graph(tuple("abcde"), dict.fromkeys(itertools.pairwise("abcde"), 1.0))
    kept = regions.largest_parts(line, [0, 1, 1, 0, 0], 2)
    assert kept == [-1, 1, 1, 0, 0]
    assert regions.adopted(line, kept) == [1, 1, 1, 0, 0]


def test_spread_is_nought_where_all_are_equal_and_grows_with_the_difference() -> None:
    assert (regions.variation([4, 4, 4]), regions.gini([4, 4, 4])) == (0, pytest.approx(0))
    assert regions.variation([2, 4, 6]) == pytest.approx(0.408, abs=0.001)
    assert regions.gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert (regions.variation([0, 0]), regions.gini([])) == (0, 0)
