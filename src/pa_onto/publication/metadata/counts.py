"""Count what a graph holds, by class and by property (VoID, section 4)."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pyoxigraph as ox

from ...namespaces import LANG_STRING, RDF_TYPE
from ...triples import Nodes, Term, key_of


class Counts(NamedTuple):
    """How much there is: in all, of each class, and of each property in each class.

    ``objects`` are the classes and datatypes of values, by class and property of the subject.
    """

    triples: int
    subjects: int
    objects_in_all: int
    properties: Counter[str]
    classes: Counter[str]
    pairs: dict[str, Counter[str]]
    objects: dict[tuple[str, str], set[str]]
    datatypes: dict[tuple[str, str], set[str]]


def count(nodes: Nodes) -> Counts:
    """Count the statements of a graph that holds none of them twice."""
    properties: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    pairs: dict[str, Counter[str]] = {}
    found = Counts(0, len(nodes), 0, properties, classes, pairs, {}, {})
    objects: set[Term] = set()
    kinds = {node: _classes(nodes, node) for node in nodes}
    for node, values in nodes.items():
        classes.update(kinds[node])
        for predicate, terms in values.items():
            properties[predicate] += len(terms)
            objects.update(terms)
            for kind in kinds[node]:
                pairs.setdefault(kind, Counter())[predicate] += len(terms)
                _note(found, (kind, predicate), terms, kinds)
    return found._replace(triples=properties.total(), objects_in_all=len(objects))


def _classes(nodes: Nodes, node: str) -> list[str]:
    types = nodes[node].get(RDF_TYPE, ())
    return [kind.value for kind in types if isinstance(kind, ox.NamedNode)]


def _note(
    found: Counts, pair: tuple[str, str], terms: list[Term], kinds: dict[str, list[str]]
) -> None:
    """Note the classes and datatypes of the values of a property."""
    for term in terms:
        if isinstance(term, ox.Literal):
            kind = LANG_STRING if term.language else term.datatype.value
            found.datatypes.setdefault(pair, set()).add(kind)
        elif pair[1] != RDF_TYPE:
            found.objects.setdefault(pair, set()).update(kinds.get(key_of(term), ()))
