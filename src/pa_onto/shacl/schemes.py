"""Shapes that spell ``http://schema.org/`` in a pattern or in a text of a query.

Readers write schema.org with https, in data and in shapes, and names in queries follow. What a
regular expression or a text in a query spells cannot be rewritten with certainty: it may be
meant for an IRI or for a literal, and may spell the scheme alone. So it stays as it is, and the
shape it belongs to looks at the same data with http instead. Findings have https again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ..namespaces import RDF_TYPE, SCHEMA, SCHEMA_HTTP, SH
from ..reading.tokens import spaced_tokens, tokens
from ..triples import Triple
from .data import DataGraph
from .results import Result
from .statements import resource_of

if TYPE_CHECKING:
    from .names import Query
    from .shapes import ShapesGraph

#: A scheme in a pattern or a text, and the host after it as far as it is spelled.
_SPELLED: Final = r"(?i)http(s?)(?:\Z|\\?:(?:(?:\\?/){2}((?:[a-z0-9-]|\\?\.)*))?)"
_HOST: Final = "schema.org"
_QUERIES: Final = ("select", "ask")
#: What can be judged without the rest of a shape, and what is no constraint.
_ALONE: Final = ("property", "sparql")
_ABOUT: Final = ("deactivated", "message", "path", "severity")


def schemes(text: str) -> set[str]:
    """Return the schemes that a text gives to schema.org, or to any host.

    >>> sorted(schemes("^http://schema\\\\.org/ or https://w3id.org/ or https?://"))
    ['http']
    """
    found = set()
    for match in re.finditer(_SPELLED, text):
        host = (match[2] or "").replace("\\", "").lower()[: len(_HOST)]
        if _HOST.startswith(host):
            found.add("https" if match[1] else "http")
    return found


def apart(graph: ShapesGraph) -> tuple[ShapesGraph, ShapesGraph] | None:
    """Return shapes in two graphs, those that look at http in the second; None if none do.

    What a shape with a target refers to belongs together, but for its property shapes and
    queries, each of which can be judged alone. Where a part spells both schemes, it knows of
    both, and looks at https.
    """
    if graph.http or not any("http" in schemes(text) for _, text in _texts(graph)):
        return None
    division = _Division(graph)
    if not division.has_http:
        return None
    secure = graph.with_triples(t for t in graph.triples if division.keeps(t, http=False))
    plain = graph.with_triples(_with_http(t) for t in graph.triples if division.keeps(t, http=True))
    plain.http = True
    return secure, plain


class _Division:
    """Which parts of the shapes with a target look at http.

    A part is named by its shape and the property shape or query, or by the shape alone for all
    the rest of it.
    """

    def __init__(self, graph: ShapesGraph) -> None:
        self._inner = _inner(graph)
        self._found: dict[str, set[str]] = {}
        for holder, text in _texts(graph):
            self._found.setdefault(holder, set()).update(schemes(text))
        referred = {str(link.target) for link in graph.links}
        whole = ("closed", "qualifiedValueShapesDisjoint")
        together = {str(triple.subject) for _, triple in graph.having(*whole)}
        together |= {str(o) for s in together for o in graph.owners.get(resource_of(s), ())}
        self._parts: dict[str, dict[str, bool]] = {}
        for shape in graph.shapes:
            split = shape not in referred | together
            alone = {str(t.object) for t in _children(graph, shape)} if split else set()
            self._parts[shape] = {part: self._is_http({part}, set()) for part in alone}
            self._parts[shape][""] = self._is_http({shape}, alone)
        self.has_http = any(http for parts in self._parts.values() for http in parts.values())

    def keeps(self, triple: Triple, *, http: bool) -> bool:
        """Return whether a statement belongs to the shapes that look at one of the schemes."""
        parts = self._parts.get(str(triple.subject))
        if parts is None:
            return True
        if _is_target(triple):
            return http in parts.values()
        if len(parts) == 1:
            return True
        name = triple.predicate.value.removeprefix(SH)
        if name in _ALONE:
            return parts.get(str(triple.object), parts[""]) == http
        return name in _ABOUT or triple.predicate.value == RDF_TYPE or parts[""] == http

    def _is_http(self, start: set[str], without: set[str]) -> bool:
        """Return whether all that parts refer to spells http, and nothing https."""
        found, todo = set(start), list(start)
        while todo:
            for node in self._inner.get(todo.pop(), ()):
                if node not in found and node not in without:
                    found.add(node)
                    todo.append(node)
        return set().union(*(self._found.get(node, set()) for node in found)) == {"http"}


def data_with_http(data: DataGraph) -> DataGraph:
    """Return the same data, schema.org written with http."""
    return data.rewritten(lambda text: _rewritten(text, SCHEMA, SCHEMA_HTTP))


def query_with_http(query: Query) -> Query:
    """Return the same query, its names of schema.org with http."""
    prefixes = {prefix: _plain(space) for prefix, space in query.prefixes.items()}
    if query.unsure:
        return query._replace(prefixes=prefixes)
    pieces = [
        gap + (token.replace(f"<{SCHEMA}", f"<{SCHEMA_HTTP}", 1) if kind == "iri" else token)
        for kind, token, gap in spaced_tokens(query.text)
    ]
    return query._replace(text="".join(pieces), prefixes=prefixes)


def result_with_https(result: Result) -> Result:
    """Return the same result, schema.org written with https."""

    def secure(text: str) -> str:
        return _rewritten(text, SCHEMA_HTTP, SCHEMA)

    return result._replace(
        focus_node=secure(result.focus_node),
        path=result.path and secure(result.path),
        value=result.value and secure(result.value),
        shape=secure(f"<{result.shape}>")[1:-1] if result.shape else "",
        source=secure(result.source),
        details=tuple(map(result_with_https, result.details)),
    )


def _texts(graph: ShapesGraph) -> Iterator[tuple[str, str]]:
    """Yield what patterns, queries and parameters of components spell, with what has them."""
    for _, triple in graph.having("pattern"):
        yield str(triple.subject), triple.object.value
    for _, triple in graph.having(*_QUERIES):
        query = graph.query(triple)
        if query.unsure:
            yield str(triple.subject), query.text
        for kind, token in tokens(query.text):
            if kind == "text":
                yield str(triple.subject), token.strip("\"'").replace("\\\\", "\\")
    for triple in _arguments(graph):
        if isinstance(triple.object, ox.Literal):
            yield str(triple.subject), triple.object.value


def _arguments(graph: ShapesGraph) -> Iterator[Triple]:
    """Yield the statements that give parameters of the graph's own components a value."""
    for _, declared in graph.having("parameter"):
        path = graph.value(declared.object, SH + "path")
        yield from graph.with_predicate(path or "")


def _inner(graph: ShapesGraph) -> dict[str, list[str]]:
    """Return what belongs to shapes: other shapes, queries, the components they use."""
    inner: dict[str, list[str]] = {}
    for link in graph.links:
        inner.setdefault(str(link.source), []).append(str(link.target))
    for _, triple in graph.having("sparql"):
        inner.setdefault(str(triple.subject), []).append(str(triple.object))
    for user, component in graph.component_uses:
        own = ox.NamedNode(component)
        for name in ("validator", "nodeValidator", "propertyValidator"):
            held = (str(triple.object) for triple in graph.objects(own, SH + name))
            inner.setdefault(str(user), []).extend(held)
    return inner


def _children(graph: ShapesGraph, shape: str) -> Iterator[Triple]:
    for name in _ALONE:
        yield from graph.objects(shape, SH + name)


def _is_target(triple: Triple) -> bool:
    """Return whether a statement makes a shape look at anything by itself."""
    if triple.predicate.value == RDF_TYPE:
        return not triple.object.value.startswith(SH)
    return triple.predicate.value.startswith(SH + "target")


def _with_http(triple: Triple) -> Triple:
    subject, object = triple.subject, triple.object
    if isinstance(subject, ox.NamedNode):
        subject = ox.NamedNode(_plain(subject.value))
    if isinstance(object, ox.NamedNode):
        object = ox.NamedNode(_plain(object.value))
    elif isinstance(object, ox.Literal) and object.datatype.value.startswith(SCHEMA):
        object = ox.Literal(object.value, datatype=ox.NamedNode(_plain(object.datatype.value)))
    return Triple(subject, ox.NamedNode(_plain(triple.predicate.value)), object)


def _plain(iri: str) -> str:
    return SCHEMA_HTTP + iri[len(SCHEMA) :] if iri.startswith(SCHEMA) else iri


def _rewritten(ntriples: str, old: str, new: str) -> str:
    """Replace a namespace in the IRIs of N-Triples, and not in the texts of literals."""
    if f"<{old}" not in ntriples:
        return ntriples
    mark = rf'"(?:[^"\\\n]|\\.)*+"|<{re.escape(old)}'
    return re.sub(mark, lambda found: f"<{new}" if found[0][0] == "<" else found[0], ntriples)
