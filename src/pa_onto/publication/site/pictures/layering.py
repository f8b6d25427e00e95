"""Put the nodes of a directed graph into layers, with few crossings and short lines.

Sugiyama's way: break the cycles, layer by the longest path, let long lines pass through
points on the layers between, order the layers by the medians of their neighbours, and move
the nodes towards their neighbours as far as the order allows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

Edge = tuple[str, str]
Layers = list[list[str]]
Neighbours = Mapping[str, Sequence[str]]

_SWEEPS: Final = 12


class Layering(NamedTuple):
    """Nodes and points in layers, each with its middle; ``routes`` lists each line's stations."""

    layers: Layers
    middle: dict[str, float]
    routes: dict[Edge, list[str]]


def layered(edges: Iterable[Edge], height: Callable[[str], float], gap: float) -> Layering:
    """Place the ends of edges in layers; ``height`` tells how much room a node needs.

    Points that lines pass through are named ``"\\0…"``; they are asked for no height.
    """
    unique = [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]
    forward = _acyclic(unique)
    rank = _ranks(forward)
    routes = {
        edge: _stations(number, *turned, rank)
        for number, (edge, turned) in enumerate(zip(unique, forward, strict=True))
    }
    layers: Layers = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for route in routes.values():
        for station in route:
            if station not in layers[rank[station]]:
                layers[rank[station]].append(station)
    above, below = _neighbours(routes.values())
    layers = _ordered(layers, above, below)
    room = {node: 14.0 if node[0] == "\0" else height(node) for layer in layers for node in layer}
    return Layering(layers, _middles(layers, above, below, room, gap), routes)


def _acyclic(edges: Sequence[Edge]) -> list[Edge]:
    """Turn the edges that close a circle, so that all lead forward."""
    after: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    number: dict[str, int] = {}
    for start in dict.fromkeys(source for source, _ in edges):
        _finish(start, after, number)
    # In the order in which a walk in depth leaves nodes, only circles lead upwards.
    return [(s, t) if number[s] > number[t] else (t, s) for s, t in edges]


def _finish(start: str, after: Mapping[str, list[str]], number: dict[str, int]) -> None:
    entered = {start}
    path = [(start, iter(after.get(start, ())))]
    if start in number:
        return
    while path:
        node, rest = path[-1]
        following = next((n for n in rest if n not in number and n not in entered), None)
        if following is None:
            number[node] = len(number)
            path.pop()
        else:
            entered.add(following)
            path.append((following, iter(after.get(following, ()))))


def _ranks(edges: Sequence[Edge]) -> dict[str, int]:
    """Return the layer of every node: below all that lead to it, sources beside their targets."""
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    waiting = {node: len(before[node]) for node in dict.fromkeys(n for e in edges for n in e)}
    ready = [node for node, count in waiting.items() if not count]
    rank = dict.fromkeys(ready, 0)
    for node in ready:
        for target in after[node]:
            rank[target] = max(rank.get(target, 0), rank[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for node in reversed(ready):
        if not before[node] and after[node]:
            rank[node] = min(rank[target] for target in after[node]) - 1
    return rank


def _stations(number: int, source: str, target: str, rank: dict[str, int]) -> list[str]:
    points = [f"\0{number}.{layer}" for layer in range(rank[source] + 1, rank[target])]
    for layer, point in enumerate(points, rank[source] + 1):
        rank[point] = layer
    return [source, *points, target]


def _neighbours(routes: Iterable[Sequence[str]]) -> tuple[Neighbours, Neighbours]:
    above: dict[str, list[str]] = defaultdict(list)
    below: dict[str, list[str]] = defaultdict(list)
    for route in routes:
        for upper, lower in pairwise(route):
            below[upper].append(lower)
            above[lower].append(upper)
    return above, below


def _ordered(layers: Layers, above: Neighbours, below: Neighbours) -> Layers:
    best, fewest = layers, _crossings(layers, below)
    for sweep in range(_SWEEPS):
        layers = [list(layer) for layer in layers]
        down = sweep % 2 == 0
        fixed = above if down else below
        steps = range(1, len(layers)) if down else range(len(layers) - 2, -1, -1)
        for number in steps:
            _by_median(layers[number], layers[number - 1 if down else number + 1], fixed)
        _swap(layers, above, below)
        if (count := _crossings(layers, below)) < fewest:
            best, fewest = layers, count
    return best


def _by_median(layer: list[str], beside: Sequence[str], fixed: Neighbours) -> None:
    place = {node: number for number, node in enumerate(beside)}
    own = {node: number for number, node in enumerate(layer)}

    def median(node: str) -> float:
        near = sorted(place[other] for other in fixed.get(node, ()))
        if not near:
            return own[node]
        half = len(near) // 2
        return near[half] if len(near) % 2 else (near[half - 1] + near[half]) / 2

    layer.sort(key=lambda node: (median(node), own[node]))


def _swap(layers: Layers, above: Neighbours, below: Neighbours) -> None:
    """Swap neighbours in a layer wherever that spares crossings, until it spares no more."""
    for _ in range(_SWEEPS):
        swapped = False
        for number, layer in enumerate(layers):
            sides = [
                (near, {node: at for at, node in enumerate(layers[beside])})
                for near, beside in ((above, number - 1), (below, number + 1))
                if 0 <= beside < len(layers)
            ]
            for at in range(len(layer) - 1):
                if _spared(layer[at], layer[at + 1], sides) > 0:
                    layer[at], layer[at + 1] = layer[at + 1], layer[at]
                    swapped = True
        if not swapped:
            return


def _spared(one: str, two: str, sides: Sequence[tuple[Neighbours, Mapping[str, int]]]) -> int:
    """Return how many crossings fewer there are when two neighbours change places."""
    spared = 0
    for near, place in sides:
        ends = [place[n] for n in near.get(two, ())]
        for a in (place[n] for n in near.get(one, ())):
            spared += sum((a > b) - (a < b) for b in ends)
    return spared


def _crossings(layers: Layers, below: Neighbours) -> int:
    count = 0
    for upper, lower in pairwise(layers):
        place = {node: at for at, node in enumerate(lower)}
        seen: list[int] = []
        for node in upper:
            for end in sorted(place[other] for other in below.get(node, ())):
                count += len(seen) - bisect_right(seen, end)
                insort(seen, end)
    return count


def _middles(
    layers: Layers, above: Neighbours, below: Neighbours, room: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Return where the middle of each node is, its layer's order kept and none overlapping."""
    middle: dict[str, float] = {}
    for layer in layers:
        middle |= _spread(layer, dict.fromkeys(layer, 0.0), room, gap)
    for sweep in range(2 * _SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            near = (above, below) if down else (below, above)
            wanted = {node: _pull(node, near, middle) for node in layer}
            middle |= _spread(layer, wanted, room, gap)
    low = min((middle[n] - room[n] / 2 for n in middle), default=0)
    return {node: at - low for node, at in middle.items()}


def _pull(node: str, near: tuple[Neighbours, Neighbours], middle: Mapping[str, float]) -> float:
    """Return where a node would be level with its neighbours, those just placed counting most."""
    sides = [[middle[n] for n in side.get(node, ())] for side in near]
    means = [sum(side) / len(side) for side in sides if side]
    return means[0] if len(means) == 1 else (means[0] * 2 + means[1]) / 3


def _spread(
    layer: Sequence[str], wanted: Mapping[str, float], room: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Move nodes as little as keeps them apart: isotonic regression, pooling violators."""
    offsets, at = [], 0.0
    for before, node in pairwise([None, *layer]):
        at += 0 if before is None else (room[before] + room[node or ""]) / 2 + gap
        offsets.append(at)
    pools: list[tuple[float, int]] = []
    for node, offset in zip(layer, offsets, strict=True):
        total, count = wanted[node] - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            more, members = pools.pop()
            total, count = total + more, count + members
        pools.append((total, count))
    places = [total / count for total, count in pools for _ in range(count)]
    return {n: p + o for n, p, o in zip(layer, places, offsets, strict=True)}
