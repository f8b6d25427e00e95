"""Refuse blank nodes that are too alike for RDFC-1.0 to tell apart in sensible time.

Its cost grows with the factorial of how many alike nodes refer to one another (RDF Dataset
Canonicalization, section 7.1: dataset poisoning). What people write is nowhere near.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from ..errors import InputError

#: So many alike nodes may hang together, and so many may be next to one of them.
MOST: Final = 200
NEXT: Final = 6


def check_alike(quads: Iterable[ox.Quad]) -> None:
    """Raise InputError when alike blank nodes hang together in large groups."""
    signs: dict[str, list[str]] = defaultdict(list)
    links: list[tuple[str, str]] = []
    for quad in quads:
        ends = [str(end) for end in (quad.subject, quad.object)]
        bare = [end if not end.startswith("_:") else "" for end in ends]
        for place, end in enumerate(ends):
            if end.startswith("_:"):
                other = bare[1 - place]
                signs[end].append(f"{place}{quad.predicate}{other}{quad.graph_name}")
        if "" == bare[0] == bare[1] and ends[0] != ends[1]:
            links.append((ends[0], ends[1]))
    signatures = {node: "\n".join(sorted(found)) for node, found in signs.items()}
    counts = Counter(signatures.values())
    alike = {node for node, sign in signatures.items() if counts[sign] > 1}
    near: dict[str, set[str]] = defaultdict(set)
    for one, two in links:
        if one in alike and two in alike:
            near[one].add(two)
            near[two].add(one)
    if any(len(nodes) > NEXT for nodes in near.values()) or _largest(near) > MOST:
        raise InputError(
            "Blank nodes that are alike refer to one another in large numbers.",
            cure="Give them IRIs, or say something else of each.",
        )


def _largest(near: dict[str, set[str]]) -> int:
    """Return the size of the largest group of nodes that hang together."""
    largest, seen = 0, set[str]()
    for start in near:
        waiting = [start] if start not in seen else []
        seen.update(waiting)
        for node in waiting:
            fresh = near[node] - seen
            seen |= fresh
            waiting += fresh
        largest = max(largest, len(waiting))
    return largest
