"""The one Turtle formatter: one order of subjects and properties, one object a line.

Its layout is that of rdflib's serializer, which a test holds it to; it writes literals as they
came, and takes a twentieth of the time. Comments do not survive it, so prose belongs into
annotations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from ..namespaces import DCTERMS, OWL, PA, PREFIXES, RDF, RDF_TYPE, RDFS, SH, SKOS, VANN, XSD
from ..triples import Nodes, Term, Triple, Values, grouped, key_of, quads_of, triples_of
from .graphs import canonical_quads

#: Properties of a term in the order they are written; the rest follow by IRI.
PROPERTY_ORDER: Final = [
    RDF_TYPE,
    *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(OWL + name for name in ("disjointWith", "members", "deprecated", "versionIRI")),
    *(DCTERMS + name for name in ("isReplacedBy", "title", "description", "creator")),
    *(VANN + name for name in ("preferredNamespacePrefix", "preferredNamespaceUri")),
    *(SH + name for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "path")),
    *(SH + name for name in ("codeIdentifier", "name", "description", "property")),
    *(SKOS + name for name in ("broader", "narrower", "inScheme", "topConceptOf")),
    *(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "notation")),
    *(SKOS + name for name in ("definition", "scopeNote", "note", "example", "historyNote")),
    *(PA + name for name in ("rank", "atLevel", "inDepartment", "worksIn")),
    *(PA + name for name in ("hasDuty", "requiresSkill", "buildsSkill")),
    *(PA + name for name in ("supervises", "reportsTo", "assists", "worksWith")),
    *(PA + name for name in ("advancesFrom", "advancesTo", "leadsTo", "similarTo")),
    *(SKOS + name for name in ("related", "memberList")),
    *(SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
    *(DCTERMS + name for name in ("isPartOf", "source", "issued", "modified", "license")),
    *(SH + name for name in ("severity", "message")),
    RDFS + "isDefinedBy",
]
PROPERTY_RANK: Final = {iri: rank for rank, iri in enumerate(PROPERTY_ORDER)}

#: Classes in the order their instances are written; the rest follow by IRI.
CLASS_ORDER: Final = [
    OWL + "Ontology",
    SKOS + "ConceptScheme",
    OWL + "Class",
    SH + "NodeShape",
]

_INDENT: Final = "    "
# Deeper than people nest; what lies below is written as a statement of its own.
_DEEPEST: Final = 40
# PN_LOCAL without colons and escapes (Turtle 1.1, section 6.5).
_WORD: Final = (
    "A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE: Final = _WORD + "\u00b7\u0300-\u036f\u203f\u2040\\-"
_LOCAL: Final = re.compile(f"[{_WORD}](?:[{_MORE}.]*[{_MORE}])?").fullmatch
# Literals that Turtle has a short form for, as long as that is the very same text.
_SHORT: Final[Mapping[str, Callable[[str], object]]] = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+").fullmatch,
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+").fullmatch,
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.?|[0-9]*\.[0-9]+)[eE][+-]?[0-9]+").fullmatch,
    XSD + "boolean": re.compile("true|false").fullmatch,
}
_NIL: Final = RDF + "nil"


def to_turtle(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Return a graph as Turtle, its blank nodes labelled by RDFC-1.0."""
    ordered = triples_of(canonical_quads(quads_of(triples)))
    return TurtleWriter(prefixes).write(grouped(ordered))


class TurtleWriter:
    """Writes graphs with the same prefixes; what an IRI is called is worked out once."""

    def __init__(self, prefixes: Mapping[str, str] = PREFIXES) -> None:
        self._spaces = sorted(
            ((space, prefix) for prefix, space in prefixes.items()), key=lambda s: (-len(s[0]), s)
        )
        self._prefixes = prefixes
        self._names: dict[str, str] = {}

    def write(self, nodes: Nodes) -> bytes:
        """Return nodes as Turtle; blank nodes keep the labels they have."""
        graph = _Graph(self, nodes)
        text = "".join(graph.statements())
        head = "".join(
            f"@prefix {prefix}: <{self._prefixes[prefix]}> .\n" for prefix in sorted(graph.prefixes)
        )
        return (head + text).strip().encode() + b"\n"

    def name(self, iri: str) -> str:
        """Return an IRI as a prefixed name where a prefix fits, else in full."""
        found = self._names.get(iri)
        if found is None:
            found = self._names[iri] = self._named(iri)
        return found

    def literal(self, term: ox.Literal) -> str:
        """Return a literal, in its short form where there is one."""
        text = term.value
        if language := term.language:
            return f"{_quoted(text)}@{language}"
        kind = term.datatype.value
        if kind == XSD + "string":
            return _quoted(text)
        if kind in _SHORT and _SHORT[kind](text):
            return text
        return f"{_quoted(text)}^^{self.name(kind)}"

    def _named(self, iri: str) -> str:
        for space, prefix in self._spaces:
            if iri == space or (iri.startswith(space) and _LOCAL(iri, len(space))):
                return f"{prefix}:{iri[len(space) :]}"
        return f"<{iri}>"


class _Graph:
    """One graph on its way into text."""

    def __init__(self, names: TurtleWriter, nodes: Nodes) -> None:
        self._names = names
        self._nodes = nodes
        self._references: Counter[str] = Counter()
        self._done: set[str] = set()
        self._no_lists: set[str] = set()
        self.prefixes: set[str] = set()
        self._count()

    def _count(self) -> None:
        """Count how often each node is referred to, and note the prefixes that are used."""
        iris: set[str] = set()
        for node, values in self._nodes.items():
            iris.add(node)
            for predicate, terms in values.items():
                if predicate != RDF_TYPE:
                    iris.add(predicate)
                for term in terms:
                    if isinstance(term, ox.Literal):
                        if not term.language:
                            iris.add(term.datatype.value)
                    else:
                        self._references[key_of(term)] += 1
        iris.update(self._references)
        iris.discard(XSD + "string")
        names = {self._names.name(iri) for iri in iris if not iri.startswith("_:")}
        self.prefixes = {name.partition(":")[0] for name in names if name[0] != "<"}

    def statements(self) -> Iterator[str]:
        """Yield one statement for every subject that is not written inside another."""
        for node in self._ordered():
            if node in self._done:
                continue
            self._done.add(node)
            nameless = node.startswith("_:") and not self._references[node]
            subject = "[]" if nameless else self._label(node)
            yield f"\n{subject}{self._properties(self._nodes[node], 0)} .\n"

    def _ordered(self) -> list[str]:
        """Order subjects by class, then by IRI; blank nodes are written where they are used."""
        ranks = {kind: rank for rank, kind in enumerate(CLASS_ORDER)}

        def rank(node: str) -> tuple[int, bool, int, str]:
            kinds = (ranks.get(key_of(kind)) for kind in self._nodes[node].get(RDF_TYPE, ()))
            best = min((kind for kind in kinds if kind is not None), default=len(ranks))
            if best < len(ranks):
                return (best, False, 0, node)
            return (best, node.startswith("_:"), self._references[node], node)

        return sorted(self._nodes, key=rank)

    def _properties(self, values: Values, depth: int) -> str:
        parts = []
        for iri in sorted(
            values, key=lambda iri: (PROPERTY_RANK.get(iri, len(PROPERTY_RANK)), iri)
        ):
            verb = "a" if iri == RDF_TYPE else self._names.name(iri)
            parts.append(verb + self._objects(values[iri], depth))
        return " " + f" ;\n{_INDENT * (depth + 1)}".join(parts)

    def _objects(self, terms: list[Term], depth: int) -> str:
        if len(terms) == 1:
            return " " + self._object(terms[0], depth + 1)
        texts = (self._object(term, depth + 1) for term in sorted(terms, key=_order))
        return " " + f",\n{_INDENT * (depth + 2)}".join(texts)

    def _object(self, term: Term, depth: int) -> str:
        if isinstance(term, ox.NamedNode):
            return "()" if term.value == _NIL else self._names.name(term.value)
        if isinstance(term, ox.Literal):
            return self._names.literal(term)
        node = str(term)
        if node in self._done or self._references[node] > 1 or depth > _DEEPEST:
            return node
        members = self._members(node)
        if members is not None:
            return self._list(members, depth + 1)
        self._done.add(node)
        values = self._nodes.get(node)
        return f"[{self._properties(values, depth + 1)} ]" if values else "[]"

    def _members(self, node: str) -> list[Term] | None:
        """Return the members of a list that can be written in brackets, and mark its cells."""
        members: list[Term] = []
        cells: set[str] = set()
        while node != _NIL:
            cell = self._nodes.get(node, {})
            again = node in cells or node in self._no_lists or self._references[node] > 1
            if again or not _is_cell(cell):
                self._no_lists |= cells
                return None
            cells.add(node)
            members += cell[RDF + "first"]
            node = key_of(cell[RDF + "rest"][0])
        self._done |= cells
        return members

    def _list(self, members: list[Term], depth: int) -> str:
        """Return a list; one with brackets inside has each member on a line of its own."""
        nested = any(isinstance(member, ox.BlankNode) for member in members)
        space = f"\n{_INDENT * (depth + 1)}" if nested else " "
        return "(" + "".join(space + self._object(member, depth) for member in members) + " )"

    def _label(self, node: str) -> str:
        return node if node.startswith("_:") else self._names.name(node)


def _is_cell(values: Values) -> bool:
    return set(values) == {RDF + "first", RDF + "rest"} and all(map(_is_one, values.values()))


def _is_one(terms: list[Term]) -> bool:
    return len(terms) == 1


def _order(term: Term) -> tuple[int, str, str, float, str]:
    """Order values: nodes before literals, those by datatype, language and number or text."""
    if not isinstance(term, ox.Literal):
        return (isinstance(term, ox.NamedNode), "", "", 0.0, term.value)
    kind = XSD + "string" if term.language else term.datatype.value
    number = float(term.value) if kind in _SHORT and _SHORT[kind](_digits(term.value)) else 0.0
    return (2, kind, term.language or "", number, term.value)


def _digits(text: str) -> str:
    return "" if text in ("true", "false") else text


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\r", "\\r")
    if "\n" not in text:
        return '"' + text.replace('"', '\\"') + '"'
    text = text.replace('"""', '\\"\\"\\"')
    if text.endswith('"') and not text.endswith('\\"'):
        text = text[:-1] + '\\"'
    return f'"""{text}"""'
