"""Roads as a network: cut where they meet, joined at common nodes, in pieces that hang together.

Extracts of OpenStreetMap share the very points at which their ways meet (a bridge shares none);
lines of other files meet wherever they cross or end upon each other. Degrees are EPSG:4490.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from pyproj import Geod

GEOD: Final = Geod(ellps="GRS80")
JOIN_DEG: Final = 1e-5
"""About a metre: ends nearer than this are one node, and an end this near to a line is on it."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Network:
    """Edges between nodes.

    lines -- of each edge, along its road; of -- which road it is part of; from_node, to_node --
    numbers of nodes; length_m; piece -- of each edge: 0 is the largest part that hangs together
    """

    lines: list[shapely.LineString]
    of: Numbers
    from_node: Numbers
    to_node: Numbers
    length_m: NDArray[np.float64]
    piece: Numbers

    @property
    def nodes(self) -> int:
        """Return how many nodes there are."""
        return int(max(self.from_node.max(initial=-1), self.to_node.max(initial=-1)) + 1)

    @property
    def pieces(self) -> int:
        """Return into how many parts it falls."""
        return int(self.piece.max(initial=-1) + 1)


def network(roads: Sequence[shapely.LineString], *, meets: bool) -> Network:
    """Return roads cut at their common points; meets -- where they cross or touch as well."""
    lines, of = _at_ends_and_crossings(roads) if meets else _at_common_points(roads)
    from_node, to_node = _nodes(lines)
    length_m = lengths_m(lines)
    return Network(lines, of, from_node, to_node, length_m, _pieces(from_node, to_node, length_m))


def lengths_m(lines: Sequence[shapely.LineString]) -> NDArray[np.float64]:
    """Return metres along lines on the ellipsoid, in one go for all their points."""
    points, of = shapely.get_coordinates(lines, return_index=True)
    same = of[1:] == of[:-1]
    start, end = points[:-1][same], points[1:][same]
    _there, _back, metres = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    found = np.bincount(of[1:][same], weights=metres, minlength=len(lines))
    return found.astype(np.float64)


def _at_common_points(
    roads: Sequence[shapely.LineString],
) -> tuple[list[shapely.LineString], Numbers]:
    """Cut roads at points that they share with others or with themselves."""
    points, of = shapely.get_coordinates(roads, return_index=True)
    whole = np.round((points + np.array([180.0, 90.0])) * 1e7).astype(np.int64)
    keys = (whole[:, 0] << 31) | whole[:, 1]
    _distinct, which, count = np.unique(keys, return_inverse=True, return_counts=True)
    shared = count[which] > 1
    first = np.concatenate([[True], of[1:] != of[:-1]])
    last = np.concatenate([of[1:] != of[:-1], [True]])
    cuts = np.flatnonzero(shared | first | last)
    lines, numbers = [], []
    for start, end in pairwise(cuts):
        if of[start] == of[end] and not last[start]:
            lines.append(shapely.LineString(points[start : end + 1]))
            numbers.append(of[start])
    return lines, np.array(numbers, dtype=np.int64)


def _at_ends_and_crossings(
    roads: Sequence[shapely.LineString],
) -> tuple[list[shapely.LineString], Numbers]:
    """Cut roads where another one crosses or ends upon them."""
    whole = np.array(roads, dtype=object)
    at: dict[int, list[float]] = {n: [] for n in range(len(whole))}
    tree = shapely.STRtree(whole)
    one, other = tree.query(whole, predicate="intersects")
    pairs = one < other
    _mark(at, whole, one[pairs], other[pairs])
    ends = np.concatenate([shapely.get_point(whole, n) for n in (0, -1)])
    end, line = tree.query(ends, predicate="dwithin", distance=JOIN_DEG)
    along = shapely.line_locate_point(whole[line], ends[end])
    for road, length in zip(line, along, strict=True):
        at[int(road)].append(float(length))
    lines, numbers = [], []
    for n, road in enumerate(whole):
        for piece in _cut(road, at[n]):
            lines.append(piece)
            numbers.append(n)
    return lines, np.array(numbers, dtype=np.int64)


def _mark(
    at: dict[int, list[float]], whole: NDArray[np.object_], one: Numbers, other: Numbers
) -> None:
    """Note where pairs of lines cross, as lengths along each of them."""
    met = shapely.intersection(whole[one], whole[other])
    points, of = shapely.get_coordinates(met, return_index=True)
    spots = shapely.points(points)
    for numbers in (one[of], other[of]):
        along = shapely.line_locate_point(whole[numbers], spots)
        for n, length in zip(numbers, along, strict=True):
            at[int(n)].append(float(length))


def _cut(line: shapely.LineString, at: list[float]) -> list[shapely.LineString]:
    """Return a line cut at lengths along it, in degrees; cuts at its ends change nothing."""
    inner = sorted(one for one in at if JOIN_DEG < one < line.length - JOIN_DEG)
    marks = [0.0]
    for one in inner:
        if one - marks[-1] > JOIN_DEG:
            marks.append(one)
    marks.append(line.length)
    if len(marks) == 2:
        return [line]
    found = [shapely.ops.substring(line, a, b) for a, b in pairwise(marks)]
    return [one for one in found if one.geom_type == "LineString" and one.length > 0]


def _nodes(lines: Sequence[shapely.LineString]) -> tuple[Numbers, Numbers]:
    """Return the node at the start and at the end of each line; near ends are the same node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, n)) for n in (0, -1)])
    pairs = cKDTree(ends).query_pairs(JOIN_DEG, output_type="ndarray")
    joined = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(ends),) * 2)
    _count, node = connected_components(joined, directed=False)
    return node[: len(lines)].astype(np.int64), node[len(lines) :].astype(np.int64)


def _pieces(from_node: Numbers, to_node: Numbers, length_m: NDArray[np.float64]) -> Numbers:
    """Return the piece of each edge, the one with the most metres first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = int(max(from_node.max(initial=-1), to_node.max(initial=-1)) + 1)
    graph = coo_array((np.ones(len(from_node)), (from_node, to_node)), shape=(count, count))
    _count, label = connected_components(graph, directed=False)
    own = label[from_node]
    metres = np.bincount(own, weights=length_m)
    rank = np.empty(len(metres), dtype=np.int64)
    rank[np.argsort(-metres, kind="stable")] = np.arange(len(metres))
    found: Numbers = rank[own]
    return found
