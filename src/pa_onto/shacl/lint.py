"""Refuse shapes that no engine could check: a constraint nobody executes must not count.

SHACL leaves ill-formed shapes graphs to the processor (section 3.4.1); ours stops, and names
every shape and every defect, so that one run tells all there is to mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..errors import InputError, together
from ..namespaces import RDF_TYPE, SH
from ..reading.guards import MAX_DEPTH
from ..reading.nearest import nearest
from ..reading.tokens import keywords, tokens, variables
from ..triples import Term, Triple
from .matching import Matcher
from .queries import query_problem
from .shapes import ShapesGraph, SparqlConstraint
from .structure import SHAPE_LISTS, MalformedError, members, path_text
from .vocabulary import DASH, DASH_PARAMETERS, SHACL_12, SHACL_12_REMARKS, SHACL_TERMS

#: What SHACL's advanced features and its JavaScript extension add, and nothing here executes.
UNSUPPORTED: Final = frozenset(
    {"js", "expression", "target", "values", "entailment", "JSConstraint", "JSValidator"}
    | {"JSFunction", "JSTarget", "JSTargetType", "JSRule", "SPARQLFunction", "SPARQLTarget"}
    | {"SPARQLTargetType", "TargetType", "jsFunctionName", "jsLibrary", "rule"}
)
#: Statements that stand for themselves: without one of them the shape is still what it was.
_APART: Final = frozenset({"rule", "target", "entailment", "targetWhere", "shape"})
_CURES: Final = {
    "rule": "Run the rules first, with a tool that does, and validate what they make.",
    "entailment": "Infer first, and validate what comes out.",
    "target": "Name the focus nodes with sh:targetClass or another target of SHACL's core.",
}
_LISTS: Final = ("in", "languageIn", "ignoredProperties", *SHAPE_LISTS)
_COUNTS: Final = ("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount")
_LENGTHS: Final = ("minLength", "maxLength")
_SWITCHES: Final = ("closed", "uniqueLang", "deactivated", "qualifiedValueShapesDisjoint")
_IRIS: Final = (
    *("datatype", "class", "equals", "disjoint", "lessThan", "lessThanOrEquals", "severity"),
    *("targetClass", "targetSubjectsOf", "targetObjectsOf"),
)
_LITERALS: Final = (
    *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "pattern", "flags"),
    "message",
)
_KINDS: Final = frozenset(
    SH + kind
    for kind in (
        *("IRI", "BlankNode", "Literal"),
        *("BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"),
    )
)
#: Parameters that constrain the values of a path, and nothing without one.
_OF_PATHS: Final = (
    *("minCount", "maxCount", "lessThan", "lessThanOrEquals"),
    *("qualifiedValueShape", "uniqueLang"),
)
#: What a shape has once: engines take any one of several values.
_ONCE: Final = frozenset(
    {*_COUNTS, *_LENGTHS, *_SWITCHES, "datatype", "nodeKind", "in", "languageIn", "pattern"}
    | {"ask", "flags", "severity", "ignoredProperties", "path", "select"}
    | {"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"}
)


#: How many faults are told in full.
_TOLD: Final = 200


class Fault(NamedTuple):
    """Something that keeps shapes from being judged by, and the node that it is about.

    ``statement`` is what can be left out by itself, where the shape is whole without it.
    """

    node: Term
    error: InputError
    statement: Triple | None = None


def check(graph: ShapesGraph, file: str) -> None:
    """Raise InputError with every defect of a shapes graph, naming the file of each."""
    if found := [fault.error for fault in faults(graph, file)]:
        if more := len(found) - _TOLD:
            found[_TOLD:] = [InputError(f"There are {more} more faults.", file=file)] * (more > 0)
        raise together(found)


def faults(graph: ShapesGraph, file: str) -> list[Fault]:
    """Return every defect of a shapes graph, each once, in the order in which it stands there."""
    graph.file = file
    found: dict[str, Fault] = {}
    blamed: set[Term] = set()
    for problem in (
        *(_terms, _values, _lists_and_paths, _kinds, _links, _patterns, _queries, _validators),
    ):
        for fault in problem(graph):
            # What a query means that nothing here runs is not ours to say.
            if problem is _terms:
                blamed |= {fault.node, fault.statement.object if fault.statement else fault.node}
            elif problem is _queries and fault.node in blamed:
                continue
            fault.error.file = graph.files.get(str(fault.node), file)
            found.setdefault(str(fault.error), fault)
    return list(found.values())


def named(graph: ShapesGraph, shape: Term) -> str:
    """Return a shape as people know it: its CURIE, or that of the shape around it."""
    if isinstance(shape, ox.NamedNode):
        return graph.short(shape.value)
    outer = graph.around(shape)
    return (
        f"a shape in {graph.short(outer.value)}" if isinstance(outer, ox.NamedNode) else "a shape"
    )


def _terms(graph: ShapesGraph) -> Iterator[Fault]:
    """Unknown terms of SHACL's namespace, and those that nothing here executes."""
    for triple in graph.triples:
        is_type = _is_type(triple)
        for term in (triple.predicate, triple.object):
            if not isinstance(term, ox.NamedNode):
                continue
            if not term.value.startswith(SH):
                if problem := _foreign(graph, triple, term):
                    yield Fault(triple.subject, problem)
                continue
            name = term.value[len(SH) :]
            used = is_type or term == triple.predicate
            if fault := _term(graph, triple, name, used=used):
                yield fault


def _term(graph: ShapesGraph, triple: Triple, name: str, *, used: bool) -> Fault | None:
    """Return what is wrong with a term of SHACL's namespace in a statement, if anything is."""
    apart = triple.predicate.value.removeprefix(SH) in _APART
    statement = triple if apart else None
    if name in UNSUPPORTED:
        if not used or graph.is_off(triple.subject) or graph.deactivated(triple.object):
            return None
        cure = _CURES.get(name, "Say it with core constraints or sh:sparql.")
        error = InputError(f"{_where(graph, name, triple)} is not supported.", cure=cure)
        return Fault(triple.subject, error, statement)
    if not name or name in SHACL_TERMS or name in SHACL_12_REMARKS:
        return None
    if _is_data(graph, triple.subject) or graph.is_off(triple.subject):
        return None
    where = _where(graph, name, triple)
    if name in SHACL_12:
        cure = "Say it with SHACL 1.0."
        error = InputError(f"{where} is a term of SHACL 1.2, which is not run here.", cure=cure)
        return Fault(triple.subject, error, statement)
    close = nearest(name, SHACL_TERMS | SHACL_12)
    cure = f"Did you mean sh:{close}?" if close else "Check its spelling."
    return Fault(triple.subject, InputError(f"{where} is no term of SHACL.", cure=cure))


# Other ways to write the namespace, which an engine passes over.
_NEARLY_SHACL: Final = re.compile(r"https?://(?:www\.)?w3\.org/ns/shacl(?:[#/](\w+))?$", re.I)


def _foreign(graph: ShapesGraph, triple: Triple, term: ox.NamedNode) -> InputError | None:
    """Return what is wrong with a term that another namespace only seems to make one of SHACL."""
    nearly = _NEARLY_SHACL.match(term.value)
    if nearly and nearly[1] in SHACL_TERMS and (term == triple.predicate or _is_type(triple)):
        return InputError(
            f"{term} (on {named(graph, triple.subject)}) is not in the namespace of SHACL.",
            cure=f"Write <{SH}{nearly[1]}>.",
        )
    if term != triple.predicate or not term.value.startswith(DASH):
        return None
    name = term.value[len(DASH) :]
    if (
        name not in DASH_PARAMETERS
        or term.value in graph.parameters
        or graph.is_off(triple.subject)
    ):
        return None
    return InputError(
        f"dash:{name} (on {named(graph, triple.subject)}) is a constraint of DASH, whose "
        "components are not among the shapes.",
        cure="Load them as well, or say it with core constraints or sh:sparql.",
    )


def _where(graph: ShapesGraph, name: str, triple: Triple) -> str:
    return f"sh:{name} (on {named(graph, triple.subject)})"


def _is_type(triple: Triple) -> bool:
    return triple.predicate.value == RDF_TYPE


def _is_data(graph: ShapesGraph, node: Term) -> bool:
    """Return whether a node is no shape: it has a type, and nothing that SHACL knows."""
    about = [triple for triple in graph.triples if triple.subject == node]
    types = [t.object.value for t in about if t.predicate.value == RDF_TYPE]
    terms = {t.predicate.value for t in about if t.predicate.value.startswith(SH)}
    known = any(term[len(SH) :] in SHACL_TERMS for term in terms)
    return bool(types) and not known and not any(type_.startswith(SH) for type_ in types)


def _values(graph: ShapesGraph) -> Iterator[Fault]:
    """Values that parameters cannot have: an engine may pass over them in silence."""
    for name, triple in graph.having(*sorted({*_ONCE, *_IRIS, *_OF_PATHS, *_LITERALS})):
        value = triple.object
        wanted = ""
        if name in (*_COUNTS, *_LENGTHS):
            integer = isinstance(value, ox.Literal) and value.datatype.value.endswith("#integer")
            digits = re.fullmatch(r"\+?\d+", value.value)
            wanted = "" if integer and digits else "a whole number of 0 or more"
        elif name in _SWITCHES:
            boolean = isinstance(value, ox.Literal) and value.datatype.value.endswith("#boolean")
            wanted = "" if boolean and value.value in ("true", "false", "1", "0") else "a boolean"
        elif name in _LITERALS:
            wanted = "" if isinstance(value, ox.Literal) else "a literal"
        elif name in _IRIS:
            wanted = "" if isinstance(value, ox.NamedNode) else "an IRI"
        elif name == "nodeKind":
            wanted = "" if value.value in _KINDS else "one of SHACL's node kinds"
        if wanted:
            yield _on(graph, triple, f"has to be {wanted}, not {value}")
        if name in _ONCE and graph.objects(triple.subject, SH + name)[1:]:
            yield _on(graph, triple, "is there more than once")
        if name in _OF_PATHS and not graph.objects(triple.subject, SH + "path"):
            yield _on(graph, triple, "has no sh:path beside it")


def _lists_and_paths(graph: ShapesGraph) -> Iterator[Fault]:
    for name, triple in graph.having(*_LISTS, "path"):
        try:
            if name in _LISTS:
                members(graph, triple.object)
            elif not _is_parameter(graph, triple):
                path_text(graph, triple.object)
        except MalformedError as error:
            yield _on(graph, triple, f"is malformed: {error.message.rstrip('.').lower()}")


def _is_parameter(graph: ShapesGraph, triple: Triple) -> bool:
    types = graph.objects(triple.subject, RDF_TYPE)
    return any(found.object.value == SH + "Parameter" for found in types)


def _kinds(graph: ShapesGraph) -> Iterator[Fault]:
    """Node shapes with a path, property shapes without one (SHACL sections 2.2 and 2.3)."""
    for _, triple in graph.having("path"):
        types = {found.object.value for found in graph.objects(triple.subject, RDF_TYPE)}
        if SH + "NodeShape" in types:
            yield _on(graph, triple, "is on a node shape")
    for name, triple in graph.having("property", "node"):
        has_path = bool(graph.objects(triple.object, SH + "path"))
        if name == "property" and not has_path:
            yield _on(graph, triple, "is no property shape: it has no sh:path")
        if name == "node" and has_path:
            yield _on(graph, triple, "is no node shape: it has a sh:path")


def _links(graph: ShapesGraph) -> Iterator[Fault]:
    """Shapes that nobody described, lead back to themselves (section 3.4.3) or nest too deeply."""
    try:
        links = graph.links
    except MalformedError:
        return  # That is told by the list.
    for link in links:
        known = graph.is_described(link.target) or link.parameter == "property"
        if isinstance(link.target, ox.NamedNode) and not known and not graph.is_off(link.source):
            error = InputError(
                f"The sh:{link.parameter} of {named(graph, link.source)} refers to "
                f"{graph.short(link.target.value)}, of which the shapes say nothing.",
                cure="Load the file that describes it as well, or check the name.",
            )
            yield Fault(link.source, error)
    yield from _recursion(graph)


def _recursion(graph: ShapesGraph) -> Iterator[Fault]:
    below: dict[Term, list[Term]] = {}
    for link in graph.links:
        below.setdefault(link.source, []).append(link.target)
    depths: dict[Term, int] = {}
    for start in list(below):
        trail: list[Term] = [start]
        while trail:
            shape = trail[-1]
            inner = next((t for t in below.get(shape, ()) if t not in depths), None)
            if inner is None:
                depths[shape] = 1 + max((depths[t] for t in below.get(shape, ())), default=0)
                trail.pop()
            elif inner in trail:
                yield Fault(inner, _circle(graph, [*trail[trail.index(inner) :], inner]))
                return
            else:
                trail.append(inner)
            if len(trail) > MAX_DEPTH or depths.get(shape, 0) > MAX_DEPTH:
                yield Fault(start, _deep(graph, start))
                return


def _circle(graph: ShapesGraph, circle: list[Term]) -> InputError:
    return InputError(
        f"Shapes lead back to themselves: {' > '.join(named(graph, shape) for shape in circle)}.",
        cure="SHACL does not define what that means; break the circle.",
    )


def _deep(graph: ShapesGraph, shape: Term) -> InputError:
    return InputError(
        f"Shapes nest deeper than {MAX_DEPTH} below {named(graph, shape)}.",
        cure="Flatten them.",
    )


def _patterns(graph: ShapesGraph) -> Iterator[Fault]:
    for _, triple in graph.having("pattern"):
        flags = graph.value(triple.subject, SH + "flags") or ""
        if not is_pattern(triple.object.value, flags):
            text = repr(triple.object.value) + (f" with the flags {flags!r}" if flags else "")
            yield _on(graph, triple, f"is no regular expression: {text}")


def is_pattern(pattern: str, flags: str) -> bool:
    """Return whether an engine can read a pattern: the store's own, or Python's."""
    text = "SELECT (REGEX('', ?p, ?f) AS ?is) ?p ?f {}"
    bound = {ox.Variable("p"): ox.Literal(pattern), ox.Variable("f"): ox.Literal(flags)}
    answer = ox.Store().query(text, substitutions=dict(bound))
    if isinstance(answer, ox.QuerySolutions) and next(iter(answer))["is"] is not None:
        return True
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return not set(flags) - set("imsxq")


def _queries(graph: ShapesGraph) -> Iterator[Fault]:
    for name, triple in graph.having("sparql", "select", "ask"):
        if name == "sparql" and not graph.objects(triple.object, SH + "select"):
            yield _on(graph, triple, "has no sh:select")
        if name in ("select", "ask"):
            declared = graph.declared(triple.subject)
            problem = query_problem(triple.object.value, name, declared, graph.file or "")
            if problem:
                yield _on(graph, triple, problem)


def _validators(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield validators whose solutions are not all reported (SHACL section 6.2.3).

    Both engines take a solution for a result only where its ``?value`` is a value node.
    """
    for name, held in graph.having("validator", "nodeValidator", "propertyValidator"):
        for triple in graph.objects(held.object, SH + "select"):
            query = triple.object.value
            if name == "validator":
                yield _on(graph, triple, "stands in a sh:validator, which takes sh:ask alone")
            elif "value" in variables(query) and not (
                name == "propertyValidator" and _begins_at_value_nodes(query)
            ):
                problem = "gives a ?value that is no value node, which nothing here reports"
                if name == "propertyValidator":
                    problem += "; begin its pattern with $this $PATH ?value"
                yield _on(graph, triple, problem)


def _begins_at_value_nodes(query: str) -> bool:
    """Return whether a query binds ?value to the values of the path, before all else."""
    texts = [token for _, token in tokens(query)]
    first = texts.index("{") + 1 if "{" in texts else 0
    return [text[1:] for text in texts[first : first + 3]] == ["this", "PATH", "value"]


def check_for_python(graph: ShapesGraph, without: Iterable[SparqlConstraint] = ()) -> bool:
    """Raise InputError for patterns that Python's ``re`` may never finish with.

    Returns whether a pattern repeats without an end, so that long literals matter. Constraints
    ``without`` are not for Python.
    """
    from .regexes import danger

    repeats = False
    for triple, pattern in _python_patterns(graph, {str(taken.node) for taken in without}):
        flags = graph.value(triple.subject, SH + "flags") or ""
        if reason := danger(pattern, flags):
            error = _on(graph, triple, f"is no pattern for the engine pyshacl: {reason}").error
            error.cure = "Use the engine shacl, or rewrite the pattern."
            error.file = graph.file
            raise error
        repeats |= any(mark in pattern for mark in "*+{")
    return repeats


def _python_patterns(graph: ShapesGraph, without: set[str]) -> Iterator[tuple[Triple, str]]:
    """Yield the patterns that are left to Python, and of queries that match any their strings."""
    for name, triple in graph.having("pattern", "select", "ask"):
        if name == "pattern":
            flags = graph.value(triple.subject, SH + "flags") or ""
            if not Matcher(triple.object.value, flags).is_linear:
                yield triple, triple.object.value
        elif str(triple.subject) not in without and keywords(triple.object.value) & {
            "REGEX",
            "REPLACE",
        }:
            for kind, token in tokens(triple.object.value):
                if kind == "text":
                    yield triple, token.strip("\"'").replace("\\\\", "\\")


def _on(graph: ShapesGraph, triple: Triple, problem: str) -> Fault:
    name = triple.predicate.value.removeprefix(SH)
    error = InputError(f"The sh:{name} of {named(graph, triple.subject)} {problem}.")
    return Fault(triple.subject, error)
