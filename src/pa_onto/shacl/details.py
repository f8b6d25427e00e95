"""What failed inside: results that explain results (``sh:detail``, SHACL section 3.6.2.5).

A value that does not conform to ``sh:node``, ``sh:or`` and the like is one result, and says
nothing of why. So the shapes within are judged on just that value, as shapes of their own, with
the same engine; this is done for all results of a data graph together, a level of nesting at a
time. An engine need not know of it, and all tell the same.

A value is marked for a shape by a statement that has it for object, so that it may be a blank
node or a literal, and no statement of its own is added to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..errors import EngineError, InputError
from ..namespaces import RDF, RDF_TYPE, SH
from ..triples import Resource, Term, Triple
from .prepared import chosen
from .results import Result
from .shapes import ShapesGraph
from .statements import node_of, resource_of
from .structure import SHAPE_LISTS
from .vocabulary import SHACL_TERMS
from .words import Words, parameter_of, sentences

#: Judges N-Triples against shapes and returns the results.
Judge = Callable[[ShapesGraph, str], list[Result]]

_CASE: Final = "urn:x-pa-onto:case:"
_MARKED: Final = "<urn:x-pa-onto:marked>"
_OBJECTS_OF: Final = ox.NamedNode(SH + "targetObjectsOf")
_SPARQL: Final = SH + "sparql"
_LIST: Final = ox.NamedNode("urn:x-pa-onto:list")
_MEMBER: Final = "member"
#: Levels of nesting that are looked into, and nodes that are judged one by one.
_DEEPEST: Final = 8
_ALONE: Final = 1_000
_QUALIFIED: Final = frozenset({"qualifiedMinCount", "qualifiedMaxCount"})
_NESTING: Final = frozenset({"node", "not", *SHAPE_LISTS})
#: Constraints of which a shape may have several, that no result tells apart.
_SEVERAL: Final = frozenset(
    {"class", "hasValue", "equals", "disjoint", "lessThan", "lessThanOrEquals"}
)

#: What is asked: a shape, and the node that it is applied to.
Question = tuple[Term, str]
_Answers = dict[Question, list[Result]]
#: The values that are looked for: of which shape, what they are, at which focus node.
Probe = tuple[Term, str, str]
_Probes = dict[Probe, list[str]]


class _Told(NamedTuple):
    """A result, the very shape that it is of, and the parameter its constraint is known by."""

    result: Result
    source: Resource
    parameter: str


class _Case(NamedTuple):
    """Something to judge nodes by: statements of a shape to make, or a shape to copy.

    ``sources`` tell by the names that are given which shapes they stand for.
    """

    statements: list[tuple[str, Term]]
    nodes: list[str]
    sources: dict[str, Resource]
    shape: Term | None = None


def _told(result: Result) -> _Told:
    return _Told(result, resource_of(result.source), parameter_of(result.component))


class Details:
    """Explains the results of one engine on one shapes graph; threads may share it."""

    def __init__(self, shapes: ShapesGraph, judge: Judge) -> None:
        self._shapes = shapes
        self._judge = judge
        self._words = Words(shapes)
        #: Whether some results had to stay without an explanation.
        self.left_out = False

    def explained(self, results: list[Result], ntriples: str, depth: int = 0) -> list[Result]:
        """Return results with messages and details; ``ntriples`` are what they were found in."""
        probes = self._probed(results, ntriples)
        told = [_told(result) for result in results if result.source]
        asked = {q: None for one in told for q in self._questions(one, probes)}
        answers = self._answers(list(asked), ntriples, depth) if asked else {}
        turns: dict[object, int] = defaultdict(int)
        return [
            self._one(result, probes, answers, turns) if result.source else result
            for result in results
        ]

    def _one(
        self, result: Result, probes: _Probes, answers: _Answers, turns: dict[object, int]
    ) -> Result:
        """Return one result with its message and details."""
        one = _told(result)
        values = self._words.values(one.source, one.parameter)
        if len(values) > 1 and one.parameter in _NESTING | _SEVERAL:
            failing = [v for v in values if self._fails(one, v, probes, answers)] or values
            turn = (result.focus_node, result.source, one.parameter, result.value)
            values = [failing[turns[turn] % len(failing)]]
            turns[turn] += 1
        details: list[Result] = []
        inside = ""
        if one.parameter in _QUALIFIED:
            details, inside = self._counted(one, probes, answers)
        elif one.parameter in _NESTING and values:
            details, inside = self._within(one, values[0], answers)
        message = self._authored(one)
        if not message:
            message = self._words.message(result, one.source, values, inside)
        return result._replace(message=message, details=tuple(details))

    def _authored(self, one: _Told) -> str:
        """Return the message that the shapes have for a result, empty where they have none."""
        result, shapes = one.result, self._shapes
        own = chosen(triple.object for triple in shapes.objects(one.source, SH + "message"))
        if result.component == "SPARQLConstraintComponent":
            return result.message or (own.value if own is not None else "")
        if own is not None:
            return own.value
        component = (
            None
            if result.component in SHACL_TERMS
            else (self._words.components.get(result.component))
        )
        return result.message if component is not None and self._speaks(component) else ""

    def _speaks(self, component: Term) -> bool:
        """Return whether a component of one's own has a message."""
        validators = [
            triple.object
            for name in ("validator", "nodeValidator", "propertyValidator")
            for triple in self._shapes.objects(component, SH + name)
        ]
        return any(
            self._shapes.objects(node, SH + "message")
            or "message" in (self._shapes.value(node, SH + "select") or "")
            for node in (component, *validators)
        )

    def _questions(self, one: _Told, probes: _Probes) -> Iterator[Question]:
        """Yield what has to be asked to explain a result."""
        if one.parameter in _QUALIFIED:
            if one.parameter == "qualifiedMinCount":
                for inner in self._words.values(one.source, "qualifiedValueShape"):
                    for node in probes.get((one.source, "unmet", one.result.focus_node), ()):
                        yield (inner, node)
        elif one.parameter in _NESTING and one.result.value is not None:
            for value in self._words.values(one.source, one.parameter):
                for inner in self._members(one.parameter, value):
                    yield (inner, one.result.value)

    def _fails(self, one: _Told, value: Term, probes: _Probes, answers: _Answers) -> bool:
        """Return whether it is this value of a parameter, of several, that is not met."""
        if one.parameter in _SEVERAL:
            found = probes.get((one.source, f"{one.parameter} {value}", one.result.focus_node), ())
            return one.result.value in found if one.result.value is not None else bool(found)
        node = one.result.value or ""
        failed = [bool(answers.get((m, node))) for m in self._members(one.parameter, value)]
        if one.parameter in ("node", "and"):
            return any(failed)
        if one.parameter == "or":
            return all(failed)
        return failed.count(False) != 1 if one.parameter == "xone" else not any(failed)

    def _within(self, one: _Told, value: Term, answers: _Answers) -> tuple[list[Result], str]:
        """Return the details of a result on ``sh:node`` and the like, and the same in words."""
        node = one.result.value or ""
        inner = self._members(one.parameter, value)
        found = {m: answers.get((m, node)) for m in inner}
        if any(results is None for results in found.values()):
            return [], ""
        conforming = [m for m in inner if not found[m]]
        if one.parameter == "not" or (one.parameter == "xone" and conforming):
            met = [self._met(one, m, node, inner) for m in conforming]
            return met, sentences(r.message for r in met)
        details = [result for m in inner for result in found[m] or ()]
        if one.parameter in ("node", "and"):
            return details, sentences(result.message for result in details)
        told = (
            f"{self._label(m, inner)} {sentences(r.message for r in found[m] or ())}" for m in inner
        )
        return details, "; ".join(told)

    def _counted(self, one: _Told, probes: _Probes, answers: _Answers) -> tuple[list[Result], str]:
        """Return the details of a result on a qualified shape, and the same in words."""
        shapes = self._words.values(one.source, "qualifiedValueShape")
        if not shapes:
            return [], ""
        if one.parameter == "qualifiedMaxCount":
            values = probes.get((one.source, "met", one.result.focus_node), ())
            met = [self._met(one, shapes[0], value, shapes) for value in values]
            named = (self._words.value(node_of(value)) for value in values)
            return met, f"conforming are {sentences(named)}" if values else ""
        details: list[Result] = []
        told = []
        for value in probes.get((one.source, "unmet", one.result.focus_node), ()):
            failed = answers.get((shapes[0], value)) or []
            details += failed
            said = sentences(result.message for result in failed)
            told.append(f"{self._words.value(node_of(value))} does not: {said}")
        return details, sentences(told)

    def _met(self, one: _Told, shape: Term, node: str, among: list[Term]) -> Result:
        """Return a result that says that a node conforms to a shape that it should not."""
        demands = self._words.demands(shape)
        what = self._label(shape, among) if among[1:] else f"{self._words.name_of(shape)}"
        said = f" ({demands})" if demands else ""
        subject = "it" if node == one.result.focus_node else self._words.value(node_of(node))
        return Result(
            focus_node=node,
            path=None,
            value=node,
            shape=self._shapes.root(shape) if not isinstance(shape, ox.Literal) else "",
            component=one.result.component,
            severity=one.result.severity,
            message=f"{subject} conforms to {what.strip('()')}{said}.",
            source=str(shape),
        )

    def _label(self, shape: Term, among: list[Term]) -> str:
        """Return what an alternative is called: its name, or else its number."""
        if isinstance(shape, ox.NamedNode):
            return f"({self._words.name_of(shape)})"
        return f"(alternative {among.index(shape) + 1})"

    def _members(self, parameter: str, value: Term) -> list[Term]:
        return self._words.members(value) if parameter in SHAPE_LISTS else [value]

    def _probed(self, results: list[Result], ntriples: str) -> _Probes:
        """Return the values that do not meet one of several constraints, or a qualified shape."""
        cases: dict[Probe, _Case] = {}
        for result in results:
            if result.source and parameter_of(result.component) in _QUALIFIED | _SEVERAL:
                one = _told(result)
                for what, statements in self._probes(one):
                    probe = (one.source, what, result.focus_node)
                    if probe not in cases and len(cases) < _ALONE:
                        cases[probe] = _Case(statements, [result.focus_node], {})
                    elif probe not in cases:
                        self.left_out = True
        try:
            answers = self._run(list(cases.values()), ntriples) if cases else []
        except (EngineError, InputError):
            self.left_out = True
            return {}
        return {
            probe: list(dict.fromkeys(result.value or "" for result in sorted(found, key=_order)))
            for probe, found in zip(cases, answers, strict=False)
        }

    def _probes(self, one: _Told) -> Iterator[tuple[str, list[tuple[str, Term]]]]:
        """Yield what to look for, and the constraints that find it."""
        paths = [("path", value) for value in self._words.values(one.source, "path")]
        if one.parameter in _SEVERAL:
            values = self._words.values(one.source, one.parameter)
            for value in values if values[1:] else ():
                yield f"{one.parameter} {value}", [*paths, (one.parameter, value)]
            return
        for inner in self._words.values(one.source, "qualifiedValueShape"):
            if one.parameter == "qualifiedMinCount":
                yield "unmet", [*paths, ("and", _LIST), (_MEMBER, inner)]
            else:
                yield "met", [*paths, ("not", inner)]

    def _answers(self, questions: list[Question], ntriples: str, depth: int) -> _Answers:
        """Return the results of shapes on nodes, explained in their turn."""
        if depth >= _DEEPEST:
            self.left_out = True
            return {}
        cases = self._cases(questions)
        try:
            found = self._run(cases, ntriples)
        except (EngineError, InputError):
            self.left_out = True
            return {}
        flat = [result for results in found for result in results]
        again = iter(self.explained(flat, ntriples, depth + 1))
        answers: _Answers = {(c.shape, node): [] for c in cases for node in c.nodes if c.shape}
        for case, results in zip(cases, found, strict=True):
            for result in [next(again) for _ in results]:
                node = result.focus_node if case.nodes[1:] else case.nodes[0]
                if case.shape is not None:
                    answers.setdefault((case.shape, node), []).append(result)
        for results in answers.values():
            results.sort(key=_order)
        return answers

    def _cases(self, questions: list[Question]) -> list[_Case]:
        """Return what to judge: a shape with all its nodes, where its results tell them apart."""
        alone: list[_Case] = []
        together: dict[Term, _Case] = {}
        for shape, node in questions:
            if shape in together:
                together[shape].nodes.append(node)
            elif self._is_flat(shape):
                together[shape] = _Case([], [node], {}, shape)
            else:
                alone.append(_Case([], [node], {}, shape))
        self.left_out |= len(alone) > _ALONE
        return [*alone[:_ALONE], *together.values()]

    def _is_flat(self, shape: Term) -> bool:
        """Return whether all results of a shape are on the node that it is applied to."""
        inner = self._words.values(shape, "property")
        deeper = any(self._words.values(property, "property") for property in inner)
        return not deeper and not (inner and self._words.values(shape, "path"))

    def _run(self, cases: list[_Case], ntriples: str) -> list[list[Result]]:
        """Return the results of each case, with the shapes that they are really of."""
        triples = self._needed(cases)
        marks = []
        for number, case in enumerate(cases):
            name = ox.NamedNode(f"{_CASE}{number}")
            mark = ox.NamedNode(f"{_CASE}{number}:node")
            triples.append(Triple(name, _OBJECTS_OF, mark))
            if case.shape is not None:
                self._copy(case.shape, name, case.sources, triples)
            else:
                triples += _made(name, case.statements)
                case.sources[str(name)] = name
            marks += [f"{_MARKED} {mark} {node} .\n" for node in case.nodes]
        of_name = {name: number for number, case in enumerate(cases) for name in case.sources}
        found: list[list[Result]] = [[] for _ in cases]
        end = "" if ntriples.endswith("\n") or not ntriples else "\n"
        for result in self._judge(ShapesGraph(triples), f"{ntriples}{end}{''.join(marks)}"):
            number = of_name.get(result.source, -1)
            if number >= 0:
                source = cases[number].sources[result.source]
                root = self._shapes.root(source)
                found[number].append(result._replace(source=str(source), shape=root))
        return found

    def _needed(self, cases: list[_Case]) -> list[Triple]:
        """Return the statements that cases may need: no queries of shapes that lie elsewhere.

        An engine would refuse to ask them of data that it does not judge right, for nothing.
        """
        reached: set[Term] = {case.shape for case in cases if case.shape is not None}
        reached |= {value for case in cases for _, value in case.statements}
        todo = list(reached)
        for term in todo:
            inner = {triple.object for triple in self._said.get(term, ())} - reached
            reached |= inner
            todo += inner
        idle = {t.object for t in self._bare if t.predicate.value == _SPARQL} - reached
        return [t for t in self._bare if t.object not in idle and t.subject not in idle]

    @cached_property
    def _bare(self) -> list[Triple]:
        """The statements of the graph without those by which shapes get focus nodes."""
        classes = set(self._shapes.shape_classes)
        return [
            triple
            for triple in self._shapes.triples
            if not triple.predicate.value.startswith(SH + "target")
            and not (triple.subject in classes and _is_class(triple))
        ]

    @cached_property
    def _said(self) -> dict[Term, list[Triple]]:
        said: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self._bare:
            said[triple.subject].append(triple)
        return said

    def _copy(
        self, shape: Term, name: ox.NamedNode, sources: dict[str, Resource], into: list[Triple]
    ) -> None:
        """Copy a shape and its property shapes under names that tell them from the originals."""
        if isinstance(shape, ox.Literal):
            return
        sources[str(name)] = shape
        for number, triple in enumerate(self._said.get(shape, ())):
            if triple.predicate.value == SH + "property":
                inner = ox.NamedNode(f"{name.value}:{number}")
                into.append(Triple(name, triple.predicate, inner))
                self._copy(triple.object, inner, sources, into)
            else:
                into.append(Triple(name, triple.predicate, triple.object))


def _made(name: ox.NamedNode, statements: Iterable[tuple[str, Term]]) -> Iterator[Triple]:
    """Yield the statements of a shape made of parameters; a list of one member is spelt out."""
    head = ox.NamedNode(f"{name.value}:list")
    for parameter, value in statements:
        if parameter == _MEMBER:
            yield Triple(head, ox.NamedNode(RDF + "first"), value)
            yield Triple(head, ox.NamedNode(RDF + "rest"), ox.NamedNode(RDF + "nil"))
        else:
            object = head if value == _LIST else value
            yield Triple(name, ox.NamedNode(SH + parameter), object)


def _order(result: Result) -> tuple[str, ...]:
    """Order that depends on content alone; labels of blank nodes are none."""
    nodes = (result.focus_node, result.value or "")
    named = ("" if node.startswith("_:") else node for node in nodes)
    return (result.path or "", result.component, *named, result.message)


def _is_class(triple: Triple) -> bool:
    return triple.predicate.value == RDF_TYPE and not triple.object.value.startswith(SH)
