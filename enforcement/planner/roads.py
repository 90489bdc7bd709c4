"""Seconds by road between places: places put onto the nearest road, shortest times by scipy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from enforcement.planner.problem import Seconds

if TYPE_CHECKING:
    from scipy.sparse import csr_array

UNKNOWN: Final = -1
LEAST_S: Final = 0.01
"""No edge costs nothing: a zero would be no edge at all."""
SLACK_S: Final = 0.1
"""What such edges may add to a way is not rounded up."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Graph:
    """Edges of roads; forward_s, backward_s -- seconds along and against each, inf: not allowed."""

    from_node: Ints
    to_node: Ints
    forward_s: Floats
    backward_s: Floats
    nodes: int


@dataclass(frozen=True)
class Joined:
    """Places on the network: the nearest edge, the share of it before the place, the way there.

    edge -- -1: no road is near, the place has no times by road
    """

    edge: Ints
    share: Floats
    off_s: Floats


def matrix(graph: Graph, places: Joined) -> Seconds:
    """Return seconds from place to place, shape (n, n), rounded up; -1 where no road leads."""
    from scipy.sparse.csgraph import dijkstra

    count = len(places.edge)
    on = np.flatnonzero(places.edge >= 0)
    found = np.full((count, count), UNKNOWN, dtype=np.int64)
    if len(on):
        weights = _with_places(graph, places, on)
        reached = dijkstra(weights, directed=True, indices=graph.nodes + np.arange(len(on)))
        times = reached[:, graph.nodes :]
        whole = np.ceil(np.maximum(times - SLACK_S, 0))
        found[np.ix_(on, on)] = np.where(np.isfinite(times), whole, UNKNOWN)
    np.fill_diagonal(found, 0)
    return found


def _with_places(graph: Graph, places: Joined, on: Ints) -> csr_array:
    """Return the graph with a node for each place that is joined, behind those of the roads."""
    edge, share, off = places.edge[on], places.share[on], places.off_s[on]
    node = graph.nodes + np.arange(len(on))
    ahead, back = graph.forward_s[edge], graph.backward_s[edge]
    rows = [
        (graph.from_node, graph.to_node, graph.forward_s),
        (graph.to_node, graph.from_node, graph.backward_s),
        (node, graph.to_node[edge], off + _part(1 - share, ahead)),
        (node, graph.from_node[edge], off + _part(share, back)),
        (graph.from_node[edge], node, off + _part(share, ahead)),
        (graph.to_node[edge], node, off + _part(1 - share, back)),
        _neighbours(edge, share, off, ahead, back, graph.nodes),
    ]
    start, end, seconds = (np.concatenate(part) for part in zip(*rows, strict=True))
    return _least(start, end, seconds, graph.nodes + len(on))


def _part(share: Floats, seconds: Floats) -> Floats:
    """Return the seconds of a share of an edge; nothing of a barred one is open."""
    found = np.zeros(len(share))
    np.multiply(share, seconds, out=found, where=share != 0)
    return found


def _neighbours(
    edge: Ints, share: Floats, off: Floats, ahead: Floats, back: Floats, first: int
) -> tuple[Ints, Ints, Floats]:
    """Return the ways between places on the same edge, which lead to none of its ends."""
    order = np.argsort(edge, kind="stable")
    pairs: list[tuple[int, int]] = []
    for group in np.split(order, np.flatnonzero(np.diff(edge[order])) + 1):
        pairs += [(int(a), int(b)) for a in group for b in group if a != b]
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    apart = share[other] - share[one]
    seconds = np.where(apart >= 0, _part(apart, ahead[one]), _part(-apart, back[one]))
    return first + one, first + other, off[one] + off[other] + seconds


def _least(start: Ints, end: Ints, seconds: Floats, count: int) -> csr_array:
    """Return a sparse matrix: of several edges between two nodes the fastest, no barred ones."""
    from scipy.sparse import csr_array

    open_ = np.isfinite(seconds) & (start != end)
    start, end, seconds = start[open_], end[open_], np.maximum(seconds[open_], LEAST_S)
    order = np.lexsort((seconds, end, start))
    start, end, seconds = start[order], end[order], seconds[order]
    first = np.ones(len(start), dtype=bool)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    return csr_array((seconds[first], (start[first], end[first])), shape=(count, count))
