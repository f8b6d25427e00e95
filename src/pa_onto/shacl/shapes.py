"""A shapes graph: what it targets, what it asks in SPARQL, and whether it is SHACL at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..namespaces import OWL, RDF_TYPE, RDFS, SH, local_name
from ..triples import Resource, Term, Triple
from .structure import Link, links, path_text

type_ = ox.NamedNode(RDF_TYPE)
_FOR_PEOPLE: Final = frozenset(SH + name for name in ("name", "description", "order"))
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_SHAPE_CLASSES: Final = (SH + "NodeShape", SH + "PropertyShape")


class Target(NamedTuple):
    """One way a shape names its focus nodes (SHACL section 2.1.3)."""

    kind: str
    node: Term


class SparqlConstraint(NamedTuple):
    """One ``sh:sparql`` constraint and the shape it stands on (SHACL section 5.2).

    ``targets`` name all its focus nodes unless ``reached``: then values of other shapes are
    focus nodes too. ``path`` is the property path of the shape in SPARQL syntax, ``root`` the
    IRI of the nearest shape around it that has one.
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


class ShapesGraph:
    """The triples of a shapes graph, indexed by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = list(triples)
        #: What errors name; set when the shapes are checked.
        self.file: str | None = None
        self._index: dict[tuple[str, str], list[Triple]] = defaultdict(list)
        self._by_predicate: dict[str, list[Triple]] = defaultdict(list)
        for triple in self.triples:
            predicate = triple.predicate.value
            self._index[(str(triple.subject), predicate)].append(triple)
            self._by_predicate[predicate].append(triple)

    def objects(self, subject: object, predicate: str) -> list[Triple]:
        """Return the triples with that subject and predicate."""
        return self._index.get((str(subject), predicate), [])

    def having(self, *names: str) -> Iterator[tuple[str, Triple]]:
        """Yield the triples with those predicates of SHACL, each with the local name of its own."""
        for name in names:
            for triple in self._by_predicate.get(SH + name, ()):
                yield name, triple

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
        found = []
        classes = set()
        for triple in self.triples:
            predicate = triple.predicate.value
            if predicate.startswith(SH) and predicate[len(SH) :] in _TARGETS:
                found.append((triple.subject, Target(predicate[len(SH) :], triple.object)))
            elif triple.predicate == type_ and triple.object.value == RDFS + "Class":
                classes.add(triple.subject)
        for triple in self.triples:
            shape = triple.predicate == type_ and triple.object.value in _SHAPE_CLASSES
            if shape and triple.subject in classes:
                found.append((triple.subject, Target("targetClass", triple.subject)))
        return found

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

    def without(self, constraints: Iterable[SparqlConstraint]) -> str:
        """Return N-Triples of the graph with those constraints taken off their shapes.

        What only people read is left out (SHACL section 2.3.2).
        """
        removed = _on_shapes(constraints)
        kept = (t for t in self.triples if t.predicate.value not in _FOR_PEOPLE)
        return "".join([f"{triple} .\n" for triple in kept if triple not in removed])

    def for_fallback(self, without: Iterable[SparqlConstraint] = ()) -> str:
        """Return N-Triples of the graph in the form that ``pyshacl`` reads as SHACL means it.

        It does not follow the imports of ``sh:prefixes`` (section 5.2.1), and takes any form of
        true for ``sh:uniqueLang``, which asks for ``true`` itself (section 4.4.3).
        """
        removed = _on_shapes(without)
        removed |= {t for _, t in self.having("uniqueLang") if t.object.value != "true"}
        taken = [triple for triple in self.triples if triple not in removed]
        for _, triple in self.having("prefixes"):
            holder = triple.object
            if not isinstance(holder, ox.Literal):
                for other in self._holders(holder):
                    declared = self.objects(other, SH + "declare")
                    taken += [Triple(holder, d.predicate, d.object) for d in declared]
        return "".join(f"{triple} .\n" for triple in dict.fromkeys(taken))

    def predicates(self) -> set[str] | None:
        """Return the predicates that decide what the shapes say, None when any may.

        What the shapes mention anywhere is taken for a predicate: too many do no harm.
        """
        if SH + "closed" in self._by_predicate:
            return None
        found = {triple.object.value for triple in self.triples if _is_iri(triple.object)}
        found |= {RDF_TYPE, RDFS + "subClassOf"}
        for holder in self.triples:
            if holder.predicate.value in (SH + "select", SH + "ask"):
                used = _sparql_iris(holder.object.value, self.prefixes(holder.subject))
                if used is None:
                    return None
                found |= used
        return found

    def rule_predicates(self) -> set[str] | None:
        """Return the predicates that targets and SPARQL-based rules need, None when any may."""
        found = {RDF_TYPE, RDFS + "subClassOf"}
        found |= {node.value for _, (_, node) in self.targets if isinstance(node, ox.NamedNode)}
        for constraint in self.sparql_constraints:
            used = _sparql_iris(constraint.select, constraint.prefixes)
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
        severity = self.value(shape, SH + "severity") or SH + "Violation"
        targets, reached = self.focus(shape)
        return SparqlConstraint(
            shape=shape,
            node=node,
            select=self.value(node, SH + "select") or "",
            prefixes=self.prefixes(node),
            messages=tuple(triple.object.value for triple in messages),
            severity=local_name(severity),
            path=path_text(self, paths[0].object) if paths else None,
            targets=targets,
            root=self.root(shape),
            reached=reached,
        )

    def prefixes(self, node: object) -> dict[str, str]:
        """Return the prefixes that a constraint or a validator may use."""
        return dict(self._declared(node))

    def _declared(self, node: object) -> Iterator[tuple[str, str]]:
        """Yield the prefixes a constraint may use (SHACL section 5.2.1)."""
        for triple in self.objects(node, SH + "prefixes"):
            for holder in self._holders(triple.object):
                for declaration in self.objects(holder, SH + "declare"):
                    prefix = self.value(declaration.object, SH + "prefix")
                    namespace = self.value(declaration.object, SH + "namespace")
                    if prefix is not None and namespace is not None:
                        yield prefix, namespace

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


# A variable where a predicate stands: after another variable, or between two names.
_ANY_PREDICATE = re.compile(r'[?$]\w+\s+[?$]\w+|[\w>][\w-]*\s+[?$]\w+\s+(?:<|"|[\w-]*:)')


def _sparql_iris(text: str, prefixes: dict[str, str]) -> set[str] | None:
    """Return the IRIs a SPARQL text mentions, None when a predicate in it is a variable."""
    if _ANY_PREDICATE.search(text.partition("{")[2]):
        return None
    names = re.findall(r"([\w.-]*):([\w-]+)", text)
    expanded = {prefixes[prefix] + local for prefix, local in names if prefix in prefixes}
    return expanded | set(re.findall(r"<([^<>\s]+)>", text))
