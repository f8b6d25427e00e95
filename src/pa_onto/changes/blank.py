"""Tell blank nodes apart by what is said of them, whatever they are called.

The digest of a blank node depends on its statements and on those of the blank nodes below it
and on nothing else: a change elsewhere in the graph does not touch it, as it would touch the
canonical labels of RDFC-1.0.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from ..namespaces import RDF, RDF_TYPE, shorten
from ..triples import Term, Triple

#: What is said of a blank node: property IRIs and values.
Pairs = list[tuple[str, Term]]
#: The same with values as keys, by digest.
Inside = dict[str, list[tuple[str, str]]]

# Blank nodes in circles are told apart by what is said within so many steps.
_ROUNDS: Final = 50
_LONGEST: Final = 160
_DEEPEST: Final = 8
_MEMBERS: Final = 20


def key_of(term: Term, digests: Mapping[str, str]) -> str:
    """Return a term in N-Triples syntax, a blank node as ``_:`` and its digest."""
    return f"_:{digests[term.value]}" if isinstance(term, ox.BlankNode) else str(term)


def digests_of(triples: Iterable[Triple]) -> tuple[dict[str, str], Inside]:
    """Return the digest of every blank node by its label, and what is said of each digest."""
    said = _said(triples)
    digests: dict[str, str] = {}
    for label in _from_below(said):
        digests[label] = _digest(said[label], digests)
    _circles(said, digests)
    inside: Inside = {}
    for label, pairs in said.items():
        if digests[label] not in inside:
            inside[digests[label]] = sorted((p, key_of(term, digests)) for p, term in pairs)
    return digests, inside


def _said(triples: Iterable[Triple]) -> dict[str, Pairs]:
    """Return what is said of every blank node by its label."""
    said: dict[str, Pairs] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode):
            pair = (triple.predicate.value, triple.object)
            said.setdefault(triple.subject.value, []).append(pair)
        if isinstance(triple.object, ox.BlankNode):
            said.setdefault(triple.object.value, [])
    return said


def _from_below(said: Mapping[str, Pairs]) -> Iterable[str]:
    """Yield blank nodes after those they refer to; those that lead into circles are left out."""
    waiting = {label: sum(map(_is_blank, pairs)) for label, pairs in said.items()}
    above: dict[str, list[str]] = defaultdict(list)
    for label, pairs in said.items():
        for pair in filter(_is_blank, pairs):
            above[pair[1].value].append(label)
    ready = deque(label for label, count in waiting.items() if not count)
    while ready:
        label = ready.popleft()
        yield label
        for higher in above[label]:
            waiting[higher] -= 1
            if not waiting[higher]:
                ready.append(higher)


def _is_blank(pair: tuple[str, Term]) -> bool:
    return isinstance(pair[1], ox.BlankNode)


def _circles(said: Mapping[str, Pairs], digests: dict[str, str]) -> None:
    """Add digests of the blank nodes that lead into circles."""
    rest = [label for label in said if label not in digests]
    colours = dict.fromkeys(rest, "")
    for _ in range(min(len(rest), _ROUNDS)):
        known = digests | colours
        colours = {label: _digest(said[label], known) for label in rest}
    digests.update(colours)


def _digest(pairs: Pairs, digests: Mapping[str, str]) -> str:
    lines = sorted(f"{property} {key_of(term, digests)}" for property, term in pairs)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def outline(triples: Iterable[Triple]) -> list[str]:
    """Return how blank nodes are connected, equal for isomorphic graphs.

    Nothing where all are trees, which their digests tell. Otherwise colours are refined along
    statements in both directions. Unlike canonical labels these take no more than a moment for
    any graph; only highly regular ones keep a difference to themselves.
    """
    found = set(triples)
    if _are_trees(found):
        return []
    edges: dict[str, list[tuple[str, Term]]] = {}
    for triple in found:
        for mark, node, end in (
            (">", triple.subject, triple.object),
            ("<", triple.object, triple.subject),
        ):
            if isinstance(node, ox.BlankNode):
                edges.setdefault(node.value, []).append((mark + triple.predicate.value, end))
    colours = dict.fromkeys(edges, "")
    count = 1
    for _ in range(_ROUNDS):
        colours = {label: _digest(pairs, colours) for label, pairs in edges.items()}
        if (now := len(set(colours.values()))) == count:
            break
        count = now
    return sorted(colours.values())


def _are_trees(triples: Iterable[Triple]) -> bool:
    """Return whether no blank node is referred to twice, or leads into a circle."""
    said = _said(triples)
    pointed = Counter(t.object.value for t in triples if isinstance(t.object, ox.BlankNode))
    return max(pointed.values(), default=0) < 2 and len(list(_from_below(said))) == len(said)


def written(digest: str, inside: Inside) -> str:
    """Return a blank node as people read it, in the manner of Turtle, cut when it is long."""
    text = _written(digest, inside, 0)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _written(digest: str, inside: Inside, depth: int) -> str:
    pairs = inside.get(digest, [])
    if depth > _DEEPEST or not pairs:
        return "[]"
    if members := _members(digest, inside, depth):
        return "( " + " ".join(members) + " )"
    said = (f"{_name(name)} {_part(key, inside, depth)}" for name, key in pairs)
    return "[ " + " ; ".join(said) + " ]"


def _members(digest: str, inside: Inside, depth: int) -> list[str]:
    """Return the first members of a list as text, none for what is no list."""
    found: list[str] = []
    node = digest
    while len(found) < _MEMBERS:
        said = dict(inside.get(node, []))
        if said.keys() != {RDF + "first", RDF + "rest"}:
            break
        found.append(_part(said[RDF + "first"], inside, depth))
        node = said[RDF + "rest"].removeprefix("_:")
    return found


def _part(key: str, inside: Inside, depth: int) -> str:
    if key.startswith("_:"):
        return _written(key[2:], inside, depth + 1)
    return shorten(key[1:-1]) if key.startswith("<") else key


def _name(property: str) -> str:
    return "a" if property == RDF_TYPE else shorten(property)
