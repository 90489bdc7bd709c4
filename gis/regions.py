"""Regions of a graph: connected, of like weight, and as much as possible those of today.

Nothing here asks a database or chance: the same graph and weights give the same regions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pymetis
from numpy.typing import NDArray

from gis.adjacency import Edges

SEEDS: Final = tuple(range(12))
"""METIS is asked once for each; the most even answer counts."""

LEAST_CUT: Final = 1.0
SCALE: Final = 10_000
"""METIS wants whole numbers: the weights of all nodes together."""


@dataclass(frozen=True)
class Graph:
    """Nodes by key, and the metres of border between neighbours (0 for a link without one)."""

    keys: tuple[str, ...]
    edges: Edges

    @cached_property
    def neighbours(self) -> list[dict[int, float]]:
        """Return, for each node, its neighbours by number and the metres of border."""
        place = {key: number for number, key in enumerate(self.keys)}
        found: list[dict[int, float]] = [{} for _ in self.keys]
        for (one, other), metres in sorted(self.edges.items()):
            if one in place and other in place:
                found[place[one]][place[other]] = metres
                found[place[other]][place[one]] = metres
        return found

    def parts(self, among: Iterable[int] | None = None) -> list[list[int]]:
        """Return the connected parts of some nodes (default: all), each sorted."""
        left = set(range(len(self.keys)) if among is None else among)
        found = []
        while left:
            start = min(left)
            part = self._reached(start, left)
            left -= part
            found.append(sorted(part))
        return found

    def _reached(self, start: int, among: Collection[int]) -> set[int]:
        """Return the nodes that a walk from `start` reaches without leaving `among`."""
        seen, waiting = {start}, [start]
        while waiting:
            for node in self.neighbours[waiting.pop()]:
                if node in among and node not in seen:
                    seen.add(node)
                    waiting.append(node)
        return seen

    def linked(self, links: Sequence[tuple[str, str, float]]) -> Graph:
        """Return the graph with as many of the links, the first ones, as make it one part."""
        place = {key: number for number, key in enumerate(self.keys)}
        part_of = {node: n for n, part in enumerate(self.parts()) for node in part}
        edges = dict(self.edges)
        for one, other, _metres in links:
            a, b = part_of[place[one]], part_of[place[other]]
            if a != b:
                edges[min(one, other), max(one, other)] = 0.0
                part_of = {node: a if part == b else part for node, part in part_of.items()}
        return Graph(self.keys, edges)


def contiguous(graph: Graph, labels: Sequence[int], count: int) -> bool:
    """Return whether every region 0 … count - 1 has nodes and is connected."""
    return all(
        len(graph.parts(node for node, label in enumerate(labels) if label == region)) == 1
        for region in range(count)
    )


def sums(weights: Sequence[float], labels: Sequence[int], count: int) -> list[float]:
    """Return the weight of each region; nodes with a negative label belong to none."""
    found = [0.0] * count
    for weight, label in zip(weights, labels, strict=True):
        if label >= 0:
            found[label] += weight
    return found


def variation(values: Sequence[float]) -> float:
    """Return the coefficient of variation: standard deviation by mean; 0 where all are equal."""
    mean = float(np.mean(values)) if len(values) else 0.0
    return float(np.std(values)) / mean if mean else 0.0


def gini(values: Sequence[float]) -> float:
    """Return the Gini coefficient, from 0 (all equal) to nearly 1 (one has everything)."""
    total, count = float(np.sum(values)), len(values)
    if not total:
        return 0.0
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    rank = np.arange(1, count + 1)
    return float(2 * np.sum(rank * ordered) / (count * total) - (count + 1) / count)


def split(graph: Graph, weights: Sequence[float], count: int) -> list[int] | None:
    """Return the region of each node: `count` connected regions of like weight (METIS).

    None where METIS finds no connected ones, or there are fewer nodes than regions.
    """
    if count < 1 or len(graph.keys) < count or len(graph.parts()) != 1:
        return None
    if count == 1:
        return [0] * len(graph.keys)
    found = []
    for seed in SEEDS:
        labels = _metis(graph, weights, count, seed)
        if contiguous(graph, labels, count):
            even = evened(graph, weights, labels, count)
            found.append((round(variation(sums(weights, even, count)), 6), seed, even))
    return min(found)[2] if found else None


def _metis(graph: Graph, weights: Sequence[float], count: int, seed: int) -> list[int]:
    total = sum(weights) or 1.0
    whole = [round(weight / total * SCALE) + 1 for weight in weights]
    starts, ends, borders = [0], list[int](), list[int]()
    for near in graph.neighbours:
        ends += near
        borders += [round(max(metres, LEAST_CUT)) for metres in near.values()]
        starts.append(len(ends))
    _cut, labels = pymetis.part_graph(
        count, pymetis.CSRAdjacency(starts, ends), vweights=whole, eweights=borders,
        recursive=False, options=pymetis.Options(seed=seed, contig=1),
    )  # fmt: skip
    return [int(label) for label in labels]


def as_today(today: Sequence[int], labels: Sequence[int], count: int) -> list[int]:
    """Return the same regions numbered so that as few nodes as possible leave today's region."""
    from scipy.optimize import linear_sum_assignment

    shared: NDArray[np.int_] = np.zeros((count, count), dtype=np.int_)
    for old, new in zip(today, labels, strict=True):
        if old >= 0:
            shared[new, old] += 1
    new_rows, old_columns = linear_sum_assignment(shared, maximize=True)
    number = dict(zip(new_rows.tolist(), old_columns.tolist(), strict=True))
    return [number[label] for label in labels]


def evened(
    graph: Graph,
    weights: Sequence[float],
    labels: Sequence[int],
    count: int,
    *,
    most: int | None = None,
) -> list[int]:
    """Return regions evened out by handing single nodes to a neighbouring region, step by step.

    Each step takes the node that evens the most and does not cut its region in two.
    most -- how many nodes may differ from `labels` in the end; None sets no limit
    """
    now, loads = list(labels), sums(weights, labels, count)
    while True:
        step = _best_step(graph, weights, now, loads, labels, most)
        if step is None:
            return now
        node, target = step
        loads[now[node]] -= weights[node]
        loads[target] += weights[node]
        now[node] = target


def _best_step(
    graph: Graph,
    weights: Sequence[float],
    now: Sequence[int],
    loads: Sequence[float],
    labels: Sequence[int],
    most: int | None,
) -> tuple[int, int] | None:
    """Return the node and its new region by which the squares of the loads fall the most."""
    changed = sum(a != b for a, b in zip(now, labels, strict=True))
    steps = []
    for node, source in enumerate(now):
        for target in {now[near] for near in graph.neighbours[node]} - {source}:
            gain = loads[source] - loads[target] - weights[node]
            after = changed - (source != labels[node]) + (target != labels[node])
            if weights[node] * gain > 1e-12 and (most is None or after <= most):
                steps.append((-weights[node] * gain, node, target))
    for _gain, node, target in sorted(steps):
        if _may_leave(graph, now, node):
            return node, target
    return None


def _may_leave(graph: Graph, now: Sequence[int], node: int) -> bool:
    """Return whether a region without one of its nodes has nodes left and no more parts."""
    region = [other for other, label in enumerate(now) if label == now[node]]
    rest = [other for other in region if other != node]
    return bool(rest) and len(graph.parts(rest)) <= len(graph.parts(region))


def largest_parts(graph: Graph, labels: Sequence[int], count: int) -> list[int]:
    """Return labels by which each region keeps its largest part only; the rest has none (-1)."""
    now = [-1] * len(labels)
    for region in range(count):
        parts = graph.parts(node for node, label in enumerate(labels) if label == region)
        for node in max(parts, key=len, default=[]):
            now[node] = region
    return now


def adopted(graph: Graph, labels: Sequence[int]) -> list[int]:
    """Return labels in which nodes without a region (negative) join that of a neighbour.

    Those with the longest border to a region go first; ties fall to the smaller number.
    """
    now = list(labels)
    while any(label < 0 for label in now):
        found: dict[tuple[int, int], float] = {}
        for node, label in enumerate(now):
            for near, metres in graph.neighbours[node].items():
                if label < 0 <= now[near]:
                    found[node, now[near]] = found.get((node, now[near]), 0.0) + metres
        if not found:
            return now
        node, region = min(found, key=lambda pair: (-found[pair], pair))
        now[node] = region
    return now
