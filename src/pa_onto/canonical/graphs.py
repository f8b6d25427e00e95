"""Order and label graphs so that equal ones serialise to equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from ..namespaces import PREFIXES, RDF_TYPE

Statements = Sequence[ox.Triple] | Sequence[ox.Quad]


def canonical_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads sorted, their blank nodes labelled by RDFC-1.0 (W3C RDF canonicalisation)."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=_order)


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
    lines = (ox.serialize(statements, format=format, prefixes=used) or b"").split(b"\n")
    # pyoxigraph writes prefixes in the order of their hashes.
    head = [line for line in lines if line.startswith(b"@prefix ")]
    return b"\n".join([*sorted(head), *lines[len(head) :]])


def used_prefixes(statements: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes whose namespace occurs in statements in N-Triples syntax."""
    text = "\n".join(statements).replace(f"<{RDF_TYPE}>", "a")
    return {name: space for name, space in sorted(prefixes.items()) if f"<{space}" in text}


def _order(quad: ox.Quad) -> tuple[str, str, str, str]:
    return (str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name))
