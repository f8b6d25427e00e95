"""How far shapes look: which statements beyond its own decide about a focus node.

A large input is checked in parts, and a part can be judged alone when the shapes read nothing
but the focus node, what is nested in it, and the vocabulary. What they read of other records
is found out here, from the shapes alone: the predicates they follow away from a focus node,
what they read at the far end, and what they read against its direction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..namespaces import RDF, RDF_TYPE, RDFS, SH, local_name
from ..triples import Term
from .patterns import patterns, sorted_out
from .shapes import ShapesGraph

_SUBCLASS: Final = RDFS + "subClassOf"
_AT_NODE: Final = ("not", "node")
_LISTS: Final = ("and", "or", "xone")
_OF_COMPONENTS: Final = ("parameter", "validator", "nodeValidator", "propertyValidator", "ask")
_PAIRS: Final = ("equals", "disjoint", "lessThan", "lessThanOrEquals")


class Reach(NamedTuple):
    """What shapes read beyond the focus node; all sets hold IRIs.

    ``follows`` are the predicates whose values are looked at, ``reads`` the predicates read
    there, ``backwards`` those read against their direction or from anywhere; ``remote`` are the
    shapes that look beyond their focus node and ``focus`` the predicates they read at it.
    ``whole`` says why nothing but the whole graph will do; empty when parts will.
    """

    follows: frozenset[str]
    reads: frozenset[str]
    backwards: frozenset[str]
    remote: frozenset[str]
    focus: frozenset[str]
    whole: str = ""


def reach(shapes: ShapesGraph) -> Reach:
    """Return how far the shapes of a graph look (SHACL sections 2.1.3, 2.3.1 and 4)."""
    survey = _Survey(shapes)
    for shape, target in shapes.targets:
        survey.target(str(shape), target.kind, target.node)
        survey.shape(shape, _name(shape, ""), beyond=False)
    return survey.result()


class _Steps(NamedTuple):
    """A property path: what it reads first and later, what it follows, where it ends."""

    first: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    follows: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    backwards: frozenset[str] = frozenset()
    nullable: bool = False


class _Survey:
    """Walks shapes from their targets down and notes what they read."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._seen: set[tuple[str, str, bool]] = set()
        self._focus: dict[str, set[str]] = {}
        self._follows: dict[str, set[str]] = {}
        self._reads: set[str] = {RDF_TYPE}
        self._backwards: set[str] = {_SUBCLASS}
        self._rules = {str(rule.node): rule for rule in shapes.sparql_constraints}
        self._closed: set[str] = set()
        self._selected = {RDF_TYPE}
        self._whole = ""
        if next(shapes.having(*_OF_COMPONENTS), None):
            self._whole = "constraint components of their own may read anything"

    def result(self) -> Reach:
        """Return what the walk found."""
        remote = {unit for unit, found in self._follows.items() if found}
        if not self._closed.isdisjoint(remote):
            self._whole = "a closed shape looks beyond its focus node"
        focus = self._selected.union(*(self._focus.get(unit, set()) for unit in remote))
        return Reach(
            follows=frozenset[str]().union(*self._follows.values()),
            reads=frozenset(self._reads),
            backwards=frozenset(self._backwards),
            remote=frozenset(remote),
            focus=frozenset(focus),
            whole=self._whole,
        )

    def target(self, shape: str, kind: str, node: Term) -> None:
        """Note what a target reads; two kinds select nodes that may stand in any record."""
        name = _name(shape, "") or "a shape"
        if kind in ("targetNode", "targetObjectsOf"):
            self._whole = f"sh:{kind} of {name} selects nodes of any record"
        elif kind == "targetSubjectsOf":
            self._selected.add(node.value)

    def shape(self, shape: object, unit: str, *, beyond: bool) -> None:
        """Note what a shape reads at its focus node, or ``beyond`` it."""
        key = (str(shape), unit, beyond)
        if key in self._seen:
            return
        self._seen.add(key)
        for path in self._objects(shape, "path"):
            self._property(shape, self._steps(path), unit, beyond=beyond)
            break
        else:
            self._node(shape, unit, beyond=beyond)
        for constraint in self._objects(shape, "sparql"):
            self._sparql(shape, constraint, unit, beyond=beyond)

    def _node(self, shape: object, unit: str, *, beyond: bool) -> None:
        """Note what the constraints of a node shape read at the node itself."""
        if self._objects(shape, "class"):
            self._read({RDF_TYPE}, unit, beyond=beyond)
        self._common(shape, unit, beyond=beyond)
        for inner in self._inside(shape):
            self.shape(inner, unit, beyond=beyond)
        for inner in self._objects(shape, "property"):
            self.shape(inner, unit if beyond else _name(inner, unit), beyond=beyond)

    def _property(self, shape: object, steps: _Steps, unit: str, *, beyond: bool) -> None:
        """Note what a property shape reads on its path and at the values it finds."""
        self._read(steps.first, unit, beyond=beyond)
        self._reads |= steps.later
        self._backwards |= steps.backwards
        self._follow(steps.follows, unit)
        self._common(shape, unit, beyond=beyond)
        inside = [*self._inside(shape), *self._objects(shape, "qualifiedValueShape")]
        if self._shapes.value(shape, SH + "qualifiedValueShapesDisjoint") == "true":
            self._whole = "a qualified shape is read together with others"
        inside += (nested := self._objects(shape, "property"))
        if nested and not beyond:
            self._whole = "a property shape in a property shape makes focus nodes of values"
        before = len(self._reads)
        if self._objects(shape, "class"):
            self._follow(steps.last, unit)
        for inner in inside:
            if self._looks(inner):
                self._follow(steps.last, unit)
            self.shape(inner, unit, beyond=True)
        if steps.nullable and len(self._reads) > before:
            self._read(self._reads, unit, beyond=beyond)

    def _common(self, shape: object, unit: str, *, beyond: bool) -> None:
        """Note what pairs of properties and closed shapes read."""
        for name in _PAIRS:
            self._read({o.value for o in self._objects(shape, name)}, unit, beyond=beyond)
        if self._shapes.value(shape, SH + "closed") == "true":
            self._closed.add(unit)
            if beyond:
                self._whole = "a closed shape reads everything at a value"

    def _looks(self, shape: object, depth: int = 0) -> bool:
        """Return whether a shape reads any statement of the node it is applied to."""
        if depth > 128 or self._shapes.value(shape, SH + "closed") == "true":
            return True
        if any(self._objects(shape, name) for name in ("path", "property", "class", "sparql")):
            return True
        return any(self._looks(inner, depth + 1) for inner in self._inside(shape))

    def _sparql(self, shape: object, constraint: Term, unit: str, *, beyond: bool) -> None:
        """Note what a SPARQL-based constraint reads, as far as its patterns tell."""
        rule = self._rules.get(str(constraint))
        found = patterns(rule.query) if rule and not beyond else None
        if found is None:
            self._whole = f"the SPARQL of {local_name(str(shape).strip('<>'))} may read anything"
            return
        at_focus, elsewhere, follows, free = sorted_out(found)
        self._read(at_focus, unit, beyond=False)
        self._reads |= elsewhere
        self._backwards |= free
        self._follow(follows, unit)

    def _read(self, predicates: set[str] | frozenset[str], unit: str, *, beyond: bool) -> None:
        target = self._reads if beyond else self._focus.setdefault(unit, set())
        target |= predicates

    def _follow(self, predicates: frozenset[str], unit: str) -> None:
        self._follows.setdefault(unit, set()).update(predicates)

    def _objects(self, subject: object, name: str) -> list[Term]:
        return [triple.object for triple in self._shapes.objects(subject, SH + name)]

    def _inside(self, shape: object) -> Iterator[Term]:
        """Yield the shapes a shape applies to the same node."""
        for name in _AT_NODE:
            yield from self._objects(shape, name)
        for name in _LISTS:
            for head in self._objects(shape, name):
                yield from self._members(head)

    def _members(self, node: object) -> list[Term]:
        """Return the members of an RDF list."""
        members: list[Term] = []
        while first := self._shapes.objects(node, RDF + "first"):
            members.append(first[0].object)
            node = self._shapes.objects(node, RDF + "rest")[0].object
        return members

    def _steps(self, path: Term) -> _Steps:
        """Take a property path apart (SHACL section 2.3.1)."""
        if isinstance(path, ox.NamedNode):
            one = frozenset({path.value})
            return _Steps(first=one, last=one)
        for inverse in self._objects(path, "inversePath"):
            return _Steps(backwards=_every(self._steps(inverse)))
        for alternatives in self._objects(path, "alternativePath"):
            return _either([self._steps(member) for member in self._members(alternatives)])
        for name in ("zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"):
            for inner in self._objects(path, name):
                steps = self._steps(inner)
                again = _then(steps, steps) if name != "zeroOrOnePath" else steps
                return again._replace(nullable=steps.nullable or name != "oneOrMorePath")
        members = [self._steps(member) for member in self._members(path)]
        steps = members[0] if members else _Steps(nullable=True)
        for member in members[1:]:
            steps = _then(steps, member)
        return steps


def _then(one: _Steps, two: _Steps) -> _Steps:
    """Return the steps of a sequence of two paths."""
    return _Steps(
        first=one.first | (two.first if one.nullable else frozenset()),
        later=one.later | two.first | two.later,
        follows=one.follows | one.last | two.follows,
        last=two.last | (one.last if two.nullable else frozenset()),
        backwards=one.backwards | two.backwards,
        nullable=one.nullable and two.nullable,
    )


def _either(paths: list[_Steps]) -> _Steps:
    """Return the steps of a choice of paths."""
    first = _Steps()
    for steps in paths:
        first = _Steps(
            first.first | steps.first,
            first.later | steps.later,
            first.follows | steps.follows,
            first.last | steps.last,
            first.backwards | steps.backwards,
            first.nullable or steps.nullable,
        )
    return first


def _every(steps: _Steps) -> frozenset[str]:
    return steps.first | steps.later | steps.last | steps.backwards


def _name(shape: object, outer: str) -> str:
    """Return the IRI of a shape, or the name of the shape around it."""
    text = str(shape)
    return text[1:-1] if text.startswith("<") else outer
