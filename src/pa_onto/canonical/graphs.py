"""Order and label graphs so that equal ones serialise to equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ..namespaces import PREFIXES, RDF_TYPE


def canonical_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads sorted, their blank nodes labelled by RDFC-1.0 (W3C RDF canonicalisation)."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=_order)


def to_ntriples(quads: Iterable[ox.Quad]) -> bytes:
    """Serialise canonical quads as N-Triples, one graph for all."""
    triples = (quad.triple for quad in quads)
    return _bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))


def to_rdf_xml(quads: Iterable[ox.Quad], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Serialise canonical quads as RDF/XML, one graph for all."""
    triples = [quad.triple for quad in quads]
    used = used_prefixes((str(triple) for triple in triples), prefixes)
    return _bytes(ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=used))


def to_trig(quads: Iterable[ox.Quad], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Serialise canonical quads as TriG, graph by graph."""
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    used = used_prefixes((str(quad) for quad in ordered), prefixes)
    return _bytes(ox.serialize(ordered, format=ox.RdfFormat.TRIG, prefixes=used))


def used_prefixes(statements: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes whose namespace occurs in statements in N-Triples syntax."""
    text = "\n".join(statements).replace(f"<{RDF_TYPE}>", "a")
    return {name: space for name, space in sorted(prefixes.items()) if f"<{space}" in text}


def _order(quad: ox.Quad) -> tuple[str, str, str, str]:
    return (str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name))


def _bytes(serialized: bytes | None) -> bytes:
    assert serialized is not None  # pyoxigraph returns bytes when it is given no output
    return serialized
