"""A shapes graph: what it targets, what it asks in SPARQL, and whether it is SHACL at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..namespaces import OWL, PREFIXES, RDF_TYPE, RDFS, SH, shorten
from ..triples import Resource, Term, Triple
from .names import Declared, Query, resolved, secured
from .patterns import mentioned
from .prepared import chosen, names_of, prepared
from .results import severity_of
from .structure import Link, links, path_text

type_ = ox.NamedNode(RDF_TYPE)
_FOR_PEOPLE: Final = frozenset(SH + name for name in ("name", "description", "order"))
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_QUERIES: Final = (SH + "select", SH + "ask")
#: What a shape demands by, in SHACL's core and in SPARQL.
_DEMANDS: Final = (
    *("property", "sparql", "class", "datatype", "nodeKind", "minCount", "maxCount", "pattern"),
    *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength", "maxLength"),
    *("languageIn", "uniqueLang", "equals", "disjoint", "lessThan", "lessThanOrEquals", "not"),
    *("and", "or", "xone", "node", "qualifiedValueShape", "closed", "hasValue", "in"),
)
_SHAPE_CLASSES: Final = (SH + "NodeShape", SH + "PropertyShape")


class Target(NamedTuple):
    """One way a shape names its focus nodes (SHACL section 2.1.3)."""

    kind: str
    node: Term


class NotRun(NamedTuple):
    """Something of the shapes that is not run: whose it is, as an IRI, what, why, and its file."""

    shape: str
    message: str
    file: str


class SparqlConstraint(NamedTuple):
    """One ``sh:sparql`` constraint and the shape it stands on (SHACL section 5.2).

    ``targets`` name all its focus nodes unless ``reached``: then values of other shapes are
    focus nodes too. ``path`` is the property path of the shape in SPARQL syntax, ``root`` the
    IRI of the nearest shape around it that has one. ``select`` names things by full IRIs, and
    ``prefixes`` is empty, unless ``unsure`` says why the names could not be told.
    """

    shape: Resource
    node: Resource
    select: str
    prefixes: dict[str, str]
    messages: tuple[str, ...]
    severity: str
    path: str | None
    targets: tuple[Target, ...]
    root: str
    reached: bool
    unsure: str = ""

    @property
    def query(self) -> Query:
        """What it asks."""
        return Query(self.select, self.prefixes, self.unsure)


class ShapesGraph:
    """The triples of a shapes graph, indexed by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = list(triples)
        #: What errors name; set when the shapes are checked.
        self.file: str | None = None
        #: Whether schema.org is written with http here (see :mod:`schemes`).
        self.http = False
        #: The file that describes each node, where several were read, by the node.
        self.files: dict[str, str] = {}
        #: The prefixes of the files, for messages.
        self.file_prefixes: dict[str, str] = {}
        #: What was left out so that the rest can be judged by.
        self.set_aside: list[NotRun] = []
        #: What everybody should know of how the shapes were read, and what the curious may.
        self.notices: list[str] = []
        self.remarks: list[str] = []
        self._index: dict[tuple[str, str], list[Triple]] = defaultdict(list)
        self._by_predicate: dict[str, list[Triple]] = defaultdict(list)
        for triple in self.triples:
            predicate = triple.predicate.value
            self._index[(str(triple.subject), predicate)].append(triple)
            self._by_predicate[predicate].append(triple)

    def with_triples(self, triples: Iterable[Triple]) -> ShapesGraph:
        """Return a graph of other triples that came from the same files."""
        graph = ShapesGraph(triples)
        graph.file, graph.files, graph.file_prefixes = self.file, self.files, self.file_prefixes
        graph.set_aside, graph.notices, graph.remarks = self.set_aside, self.notices, self.remarks
        return graph

    def objects(self, subject: object, predicate: str) -> list[Triple]:
        """Return the triples with that subject and predicate."""
        return self._index.get((str(subject), predicate), [])

    def having(self, *names: str) -> Iterator[tuple[str, Triple]]:
        """Yield the triples with those predicates of SHACL, each with the local name of its own."""
        for name in names:
            for triple in self._by_predicate.get(SH + name, ()):
                yield name, triple

    def with_predicate(self, predicate: str) -> list[Triple]:
        """Return the triples with that predicate."""
        return self._by_predicate.get(predicate, [])

    def value(self, subject: object, predicate: str) -> str | None:
        """Return the first object as plain text, None when there is none."""
        found = self.objects(subject, predicate)
        return found[0].object.value if found else None

    @cached_property
    def shapes(self) -> set[str]:
        """The shapes with a target of their own, as terms in N-Triples syntax."""
        return {str(shape) for shape, _ in self.targets}

    @cached_property
    def targets(self) -> list[tuple[Resource, Target]]:
        """Every shape with a target, implicit class targets among them."""
        found = [
            (triple.subject, Target(name, triple.object)) for name, triple in self.having(*_TARGETS)
        ]
        return found + [(shape, Target("targetClass", shape)) for shape in self.shape_classes]

    @cached_property
    def shape_classes(self) -> list[Resource]:
        """The shapes that are classes, too, whose instances are their focus nodes.

        That is what an instance of rdfs:Class is, or of a class below it (SHACL section 2.1.3.3).
        owl:Class is one, whether or not the shapes graph says so.
        """
        classes = self._typed({RDFS + "Class", OWL + "Class"})
        shapes = self._typed(set(_SHAPE_CLASSES))
        return [node for node in shapes if node in classes]

    def _typed(self, kinds: set[str]) -> dict[Resource, None]:
        """Return the nodes of some classes, or of classes that the graph says are below them."""
        below = self._by_predicate.get(RDFS + "subClassOf", ())
        todo = list(kinds)
        while todo:
            kind = todo.pop()
            for triple in below:
                name = getattr(triple.subject, "value", "")
                if triple.object.value == kind and name not in kinds:
                    kinds.add(name)
                    todo.append(name)
        typed = self._by_predicate.get(RDF_TYPE, ())
        return {triple.subject: None for triple in typed if triple.object.value in kinds}

    @cached_property
    def links(self) -> list[Link]:
        """The references from shapes to shapes; raises MalformedError for a broken list."""
        return list(links(self))

    @cached_property
    def sparql_constraints(self) -> list[SparqlConstraint]:
        """Every ``sh:sparql`` constraint that is not deactivated."""
        return [
            self._constraint(triple.subject, triple.object)
            for _, triple in self.having("sparql")
            if not isinstance(triple.object, ox.Literal)
            and not self.deactivated(triple.subject)
            and not self.deactivated(triple.object)
        ]

    @cached_property
    def component_uses(self) -> list[tuple[Resource, str]]:
        """The shapes that use a constraint component of the graph (SHACL section 6)."""
        found: dict[tuple[Resource, str], None] = {}
        for _, declared in self.having("parameter"):
            component = declared.subject
            if isinstance(component, ox.BlankNode):
                continue
            if self.value(declared.object, SH + "optional") == "true":
                continue
            parameter = self.value(declared.object, SH + "path")
            for triple in self._by_predicate.get(parameter or "", ()):
                found[triple.subject, component.value] = None
        return list(found)

    @cached_property
    def names(self) -> dict[Resource, ox.NamedNode]:
        """Names for the shapes without one, by which an engine can say which it speaks of."""
        return names_of(self)

    @cached_property
    def named(self) -> dict[str, Resource]:
        """The shapes without a name by the name that engines know them by."""
        return {str(name): shape for shape, name in self.names.items()}

    def short(self, iri: str) -> str:
        """Return an IRI as a CURIE with the prefixes of the files, where one fits."""
        return shorten(iri, {**self.file_prefixes, **PREFIXES})

    @cached_property
    def described_shapes(self) -> list[Resource]:
        """The shapes with a name that demand something."""
        demanding = [triple.subject for _, triple in self.having(*_DEMANDS)]
        demanding += [shape for shape, _ in self.component_uses]
        parameters = {triple.object for _, triple in self.having("parameter")}
        return [
            shape
            for shape in dict.fromkeys(demanding)
            if isinstance(shape, ox.NamedNode) and shape not in parameters
        ]

    @cached_property
    def parameters(self) -> set[str]:
        """The IRIs that constraint components of the graph have for parameters."""
        declared = (triple.object for _, triple in self.having("parameter"))
        return {path for node in declared if (path := self.value(node, SH + "path"))}

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The nodes that the graph says something of, as terms in N-Triples syntax."""
        return frozenset(subject for subject, _ in self._index)

    def is_described(self, node: Term) -> bool:
        """Return whether the graph says anything of a node."""
        return str(node) in self.subjects

    @cached_property
    def _outside(self) -> dict[Term, Resource]:
        """The node that first refers to each blank node."""
        found: dict[Term, Resource] = {}
        for triple in self.triples:
            if isinstance(triple.object, ox.BlankNode):
                found.setdefault(triple.object, triple.subject)
        return found

    def containers(self, node: Term) -> Iterator[Term]:
        """Yield a node, and while it is blank what refers to it, from the inside out."""
        seen: set[Term] = set()
        outer: Term | None = node
        while outer is not None and outer not in seen:
            yield outer
            seen.add(outer)
            outer = self._outside.get(outer) if isinstance(outer, ox.BlankNode) else None

    def around(self, node: Term) -> Term:
        """Return the named node that a blank node stands in, the outermost where none is named."""
        *_, last = self.containers(node)
        return last

    def is_off(self, node: Term) -> bool:
        """Return whether a node, or the node that it stands in, is deactivated."""
        return any(self.deactivated(outer) for outer in self.containers(node))

    def without(self, constraints: Iterable[SparqlConstraint]) -> str:
        """Return N-Triples of the graph with those constraints taken off their shapes.

        Queries are written with full IRIs. What only people read is left out (SHACL section
        2.3.2).
        """
        removed = _on_shapes(constraints)
        kept = (t for t in self._written_out() if t.predicate.value not in _FOR_PEOPLE)
        return prepared(self, (triple for triple in kept if triple not in removed))

    def for_fallback(self, without: Iterable[SparqlConstraint] = ()) -> str:
        """Return N-Triples of the graph in the form that ``pyshacl`` reads as SHACL means it.

        Queries are written with full IRIs. It does not follow the imports of ``sh:prefixes``
        (section 5.2.1), and takes any form of true for ``sh:uniqueLang``, which asks for
        ``true`` itself (section 4.4.3). The constraints ``without`` are taken off their shapes.
        """
        removed = _on_shapes(without)
        removed |= {t for _, t in self.having("uniqueLang") if t.object.value != "true"}
        taken = [triple for triple in self._written_out() if triple not in removed]
        for _, triple in self.having("prefixes"):
            holder = triple.object
            if str(triple.subject) in self.unsure and not isinstance(holder, ox.Literal):
                for other in self._holders(holder):
                    declared = self.objects(other, SH + "declare")
                    taken += [Triple(holder, d.predicate, d.object) for d in declared]
        return prepared(self, dict.fromkeys(taken))

    def _written_out(self) -> Iterator[Triple]:
        """Yield the triples, queries with full IRIs: then they need no prefixes."""
        for triple in self.triples:
            if triple.predicate.value in _QUERIES:
                query = self.query(triple)
                if not query.unsure:
                    literal = ox.Literal(query.text)
                    triple = Triple(triple.subject, triple.predicate, literal)
            elif triple.predicate.value == SH + "prefixes" and self._is_sure(triple.subject):
                continue
            yield triple

    def query(self, triple: Triple) -> Query:
        """Return the query that a statement with ``sh:select`` or ``sh:ask`` holds."""
        query = resolved(triple.object.value, self.declared(triple.subject))
        if self.http:
            from .schemes import query_with_http

            return query_with_http(query)
        return query

    @cached_property
    def unsure(self) -> dict[str, str]:
        """What holds queries whose names cannot be told, and why, by terms in N-Triples."""
        found = ((str(t.subject), self.query(t).unsure) for _, t in self.having("select", "ask"))
        return {holder: reason for holder, reason in found if reason}

    def _is_sure(self, holder: Resource) -> bool:
        asks = any(self.objects(holder, predicate) for predicate in _QUERIES)
        return asks and str(holder) not in self.unsure

    def predicates(self) -> set[str] | None:
        """Return the predicates that decide what the shapes say, None when any may.

        What the shapes mention anywhere is taken for a predicate: too many do no harm.
        """
        if SH + "closed" in self._by_predicate:
            return None
        found = {triple.object.value for triple in self.triples if _is_iri(triple.object)}
        found |= {RDF_TYPE, RDFS + "subClassOf"}
        return self._with_mentioned(found, (self.query(t) for _, t in self.having("select", "ask")))

    def rule_predicates(self) -> set[str] | None:
        """Return the predicates that targets and SPARQL-based rules need, None when any may."""
        found = {RDF_TYPE, RDFS + "subClassOf"}
        found |= {node.value for _, (_, node) in self.targets if isinstance(node, ox.NamedNode)}
        return self._with_mentioned(found, (rule.query for rule in self.sparql_constraints))

    @staticmethod
    def _with_mentioned(found: set[str], queries: Iterable[Query]) -> set[str] | None:
        """Return predicates with those that queries need, None where one may need any."""
        for query in queries:
            used = mentioned(query)
            if used is None:
                return None
            found |= used
        return found

    def check_terms(self, file: str) -> None:
        """Raise InputError for what makes the shapes unfit for any engine, naming the file."""
        from .lint import check

        check(self, file)

    def deactivated(self, node: object) -> bool:
        """Return whether a shape or a constraint is switched off (SHACL section 2.1.2)."""
        return self.value(node, SH + "deactivated") == "true"

    def root(self, shape: Resource) -> str:
        """Return the IRI of a shape, or of the nearest shape around it that has one."""
        seen: set[Resource] = set()
        while isinstance(shape, ox.BlankNode) and shape not in seen:
            seen.add(shape)
            shape = next(iter(self.owners.get(shape, ())), shape)
        return shape.value if isinstance(shape, ox.NamedNode) else ""

    @cached_property
    def _own_targets(self) -> dict[Resource, list[Target]]:
        targets: dict[Resource, list[Target]] = defaultdict(list)
        for shape, target in self.targets:
            targets[shape].append(target)
        return targets

    @cached_property
    def owners(self) -> dict[Resource, list[Resource]]:
        """The shapes that have a shape for a property shape."""
        owners: dict[Resource, list[Resource]] = defaultdict(list)
        for link in self.links:
            if link.parameter == "property":
                owners[link.target].append(link.source)
        return owners

    @cached_property
    def _referenced(self) -> set[Resource]:
        """The shapes whose focus nodes are values of other shapes."""
        return {link.target for link in self.links if link.parameter != "property"}

    def focus(self, shape: Resource) -> tuple[tuple[Target, ...], bool]:
        """Return the targets of a shape, and whether it has other focus nodes besides.

        The direct property shapes of a node shape have its focus nodes.
        """
        found = list(self._own_targets.get(shape, ()))
        reached = shape in self._referenced
        for owner in self.owners.get(shape, ()):
            if not self.deactivated(owner):
                found += self._own_targets.get(owner, ())
                reached |= owner in self._referenced or bool(self.objects(owner, SH + "path"))
        return tuple(dict.fromkeys(found)), reached

    def _constraint(self, shape: Resource, node: Resource) -> SparqlConstraint:
        paths = self.objects(shape, SH + "path")
        messages = self.objects(node, SH + "message") or self.objects(shape, SH + "message")
        message = chosen([triple.object for triple in messages])
        severity = self.value(shape, SH + "severity") or SH + "Violation"
        targets, reached = self.focus(shape)
        selects = self.objects(node, SH + "select")
        query = self.query(selects[0]) if selects else Query("", {})
        return SparqlConstraint(
            shape=shape,
            node=node,
            select=query.text,
            prefixes=query.prefixes,
            messages=(message.value,) if message is not None else (),
            severity=severity_of(severity),
            path=path_text(self, paths[0].object) if paths else None,
            targets=targets,
            root=self.root(shape),
            reached=reached,
            unsure=query.unsure,
        )

    def declared(self, node: object) -> Declared:
        """Return the prefixes that a constraint or a validator may use (SHACL section 5.2.1).

        One that is declared with several namespaces has them all.
        """
        found: dict[str, tuple[str, ...]] = {}
        for triple in self.objects(node, SH + "prefixes"):
            for holder in self._holders(triple.object):
                for declaration in self.objects(holder, SH + "declare"):
                    for prefix, namespace in self._pairs(declaration.object):
                        before = found.get(prefix, ())
                        found[prefix] = tuple(dict.fromkeys((*before, namespace)))
        return found

    def _pairs(self, declaration: Term) -> Iterator[tuple[str, str]]:
        for prefix in self.objects(declaration, SH + "prefix"):
            for namespace in self.objects(declaration, SH + "namespace"):
                yield prefix.object.value, secured(namespace.object.value)

    def _holders(self, holder: Term) -> list[Term]:
        """Return what declares prefixes for a constraint: the node it names, and its imports."""
        found = [holder]
        for node in found:
            imported = (triple.object for triple in self.objects(node, OWL + "imports"))
            found += [other for other in imported if other not in found]
        return found


def _on_shapes(constraints: Iterable[SparqlConstraint]) -> set[Triple]:
    return {Triple(c.shape, ox.NamedNode(SH + "sparql"), c.node) for c in constraints}


def _is_iri(term: object) -> bool:
    return isinstance(term, ox.NamedNode)
