"""Order and label graphs so that equal ones serialise to equal bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from ..namespaces import PREFIXES, RDF_TYPE
from ..triples import Triple, quads_of
from .alike import check_alike

_PREFIX_LINES = re.compile(rb"(?:@prefix [^\n]*\n)*")
_TYPE = f"<{RDF_TYPE}>"
Statements = Sequence[ox.Triple] | Sequence[ox.Quad]


def canonical_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads sorted, their blank nodes labelled by RDFC-1.0 (W3C RDF canonicalisation).

    Labels depend on statements with blank nodes alone (section 4.6): only these are labelled.
    Raises InputError for blank nodes that are too alike to be told apart.
    """
    unlabelled = ox.Dataset()
    found: set[ox.Quad] = set()
    for quad in quads:
        if _is_nameless(quad):
            unlabelled.add(quad)
        else:
            found.add(quad)
    check_alike(unlabelled)
    unlabelled.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    found.update(unlabelled)
    return sorted(found, key=str)


def same_facts(left: Iterable[Triple], right: Iterable[Triple]) -> bool:
    """Return whether two graphs are the same but for the labels of blank nodes and repetition.

    The second one is read as it comes and not held.
    """
    known: set[Triple] = set()
    nameless: tuple[list[Triple], list[Triple]] = ([], [])
    for triple in left:
        nameless[0].append(triple) if _is_nameless(triple) else known.add(triple)
    missing = set(known)
    for triple in right:
        if _is_nameless(triple):
            nameless[1].append(triple)
        elif triple in missing:
            missing.discard(triple)
        elif triple not in known:
            return False
    one, two = (canonical_quads(quads_of(triples)) for triples in nameless)
    return one == two and not missing


def _is_nameless(triple: Triple | ox.Quad) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def to_ntriples(quads: Iterable[ox.Quad]) -> bytes:
    """Serialise canonical quads as N-Triples, one graph for all."""
    return serialize([quad.triple for quad in quads], ox.RdfFormat.N_TRIPLES)


def to_rdf_xml(quads: Iterable[ox.Quad], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Serialise canonical quads as RDF/XML, one graph for all."""
    # An XML namespace without a name would be that of all elements.
    named = {name: space for name, space in prefixes.items() if name}
    return serialize([quad.triple for quad in quads], ox.RdfFormat.RDF_XML, named)


def to_trig(quads: Iterable[ox.Quad], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Serialise canonical quads as TriG, graph by graph."""
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    return serialize(ordered, ox.RdfFormat.TRIG, prefixes)


def serialize(
    statements: Statements, format: ox.RdfFormat, prefixes: Mapping[str, str] = PREFIXES
) -> bytes:
    """Serialise statements in the order they come, with the prefixes they use in order."""
    used = used_prefixes(map(str, statements), prefixes)
    text = ox.serialize(statements, format=format, prefixes=used) or b""
    # pyoxigraph writes prefixes in the order of their hashes.
    head = _PREFIX_LINES.match(text)
    if head is None:
        return text
    return b"".join(sorted(head[0].splitlines(keepends=True))) + text[head.end() :]


def used_prefixes(statements: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes whose namespace occurs in statements in N-Triples syntax."""
    missing = {f"<{space}": name for name, space in prefixes.items()}
    found = set()
    for statement in statements:
        statement = statement.replace(_TYPE, "a")
        for start in [start for start in missing if start in statement]:
            found.add(missing.pop(start))
    return {name: prefixes[name] for name in sorted(found)}
