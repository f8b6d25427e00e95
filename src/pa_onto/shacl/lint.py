"""Refuse shapes that no engine could check: a constraint nobody executes must not count.

SHACL leaves ill-formed shapes graphs to the processor (section 3.4.1); ours stops, and names the
shape and the defect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ..errors import InputError
from ..namespaces import RDF_TYPE, SH, shorten
from ..reading.guards import MAX_DEPTH
from ..reading.nearest import nearest
from ..reading.tokens import keywords, tokens
from ..triples import Term, Triple
from .queries import query_problem
from .shapes import ShapesGraph
from .structure import SHAPE_LISTS, MalformedError, members, path_text
from .vocabulary import SHACL_TERMS

#: What SHACL's advanced features and its JavaScript extension add, and nothing here executes.
#: (sh:rule adds statements and constrains nothing: that is told by `notices`.)
UNSUPPORTED: Final = frozenset(
    {"js", "expression", "target", "values", "entailment", "JSConstraint", "JSValidator"}
    | {"JSFunction", "JSTarget", "JSTargetType", "JSRule", "SPARQLFunction", "SPARQLTarget"}
    | {"SPARQLTargetType", "jsFunctionName", "jsLibrary"}
)
_LISTS: Final = ("in", "languageIn", "ignoredProperties", *SHAPE_LISTS)
_COUNTS: Final = ("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount")
_LENGTHS: Final = ("minLength", "maxLength")
_SWITCHES: Final = ("closed", "uniqueLang", "deactivated", "qualifiedValueShapesDisjoint")
_IRIS: Final = ("datatype", "class", "equals", "disjoint", "lessThan", "lessThanOrEquals")
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


def check(graph: ShapesGraph, file: str) -> None:
    """Raise InputError for the first defect of a shapes graph, naming the file."""
    graph.file = file
    for problem in (_terms, _values, _lists_and_paths, _kinds, _recursion, _patterns, _queries):
        for error in problem(graph):
            error.file = file
            raise error


def named(graph: ShapesGraph, shape: Term) -> str:
    """Return a shape as people know it: its CURIE, or that of the shape around it."""
    if isinstance(shape, ox.NamedNode):
        return shorten(shape.value)
    seen: set[Term] = set()
    outer: Term | None = shape
    while isinstance(outer, ox.BlankNode) and outer not in seen:
        seen.add(outer)
        outer = next((t.subject for t in graph.triples if t.object == outer), None)
    return f"a shape in {shorten(outer.value)}" if isinstance(outer, ox.NamedNode) else "a shape"


def _terms(graph: ShapesGraph) -> Iterator[InputError]:
    """Unknown terms of SHACL's namespace, and those that nothing here executes."""
    for triple in graph.triples:
        is_type = _is_type(triple)
        for term in (triple.predicate, triple.object):
            if not isinstance(term, ox.NamedNode) or not term.value.startswith(SH):
                continue
            name = term.value[len(SH) :]
            if name in UNSUPPORTED and (is_type or term == triple.predicate):
                cure = "Say it with core constraints or sh:sparql."
                yield InputError(f"{_where(graph, name, triple)} is not supported.", cure=cure)
            elif name and name not in SHACL_TERMS and not _is_data(graph, triple.subject):
                close = nearest(name, SHACL_TERMS)
                cure = f"Did you mean sh:{close}?" if close else "Check its spelling."
                yield InputError(f"{_where(graph, name, triple)} is no term of SHACL.", cure=cure)


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


def _values(graph: ShapesGraph) -> Iterator[InputError]:
    """Values that parameters cannot have: an engine may pass over them in silence."""
    for name, triple in graph.having(*sorted({*_ONCE, *_IRIS, *_OF_PATHS})):
        value = triple.object
        wanted = ""
        if name in (*_COUNTS, *_LENGTHS):
            integer = isinstance(value, ox.Literal) and value.datatype.value.endswith("#integer")
            digits = re.fullmatch(r"\+?\d+", value.value)
            wanted = "" if integer and digits else "a whole number of 0 or more"
        elif name in _SWITCHES:
            boolean = isinstance(value, ox.Literal) and value.datatype.value.endswith("#boolean")
            wanted = "" if boolean and value.value in ("true", "false", "1", "0") else "a boolean"
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


def _lists_and_paths(graph: ShapesGraph) -> Iterator[InputError]:
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


def _kinds(graph: ShapesGraph) -> Iterator[InputError]:
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


def _recursion(graph: ShapesGraph) -> Iterator[InputError]:
    """Shapes that lead back to themselves (SHACL section 3.4.3), or nest too deeply."""
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
                yield _circle(graph, [*trail[trail.index(inner) :], inner])
                return
            else:
                trail.append(inner)
            if len(trail) > MAX_DEPTH or depths.get(shape, 0) > MAX_DEPTH:
                yield _deep(graph, start)
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


def _patterns(graph: ShapesGraph) -> Iterator[InputError]:
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


def _queries(graph: ShapesGraph) -> Iterator[InputError]:
    for name, triple in graph.having("sparql", "select", "ask"):
        if name == "sparql" and not graph.objects(triple.object, SH + "select"):
            yield _on(graph, triple, "has no sh:select")
        if name in ("select", "ask"):
            declared = graph.declared(triple.subject)
            problem = query_problem(triple.object.value, name, declared, graph.file or "")
            if problem:
                yield _on(graph, triple, problem)


def check_for_python(graph: ShapesGraph) -> bool:
    """Raise InputError for patterns that Python's ``re`` may never finish with.

    Returns whether a pattern repeats without an end, so that long literals matter.
    """
    from .regexes import danger

    repeats = False
    for triple, pattern in _python_patterns(graph):
        flags = graph.value(triple.subject, SH + "flags") or ""
        if reason := danger(pattern, flags):
            error = _on(graph, triple, f"is no pattern for the engine pyshacl: {reason}")
            error.cure = "Use the engine shacl, or rewrite the pattern."
            error.file = graph.file
            raise error
        repeats |= any(mark in pattern for mark in "*+{")
    return repeats


def _python_patterns(graph: ShapesGraph) -> Iterator[tuple[Triple, str]]:
    """Yield the patterns of a graph, and in queries that match any the strings they hold."""
    for name, triple in graph.having("pattern", "select", "ask"):
        if name == "pattern":
            yield triple, triple.object.value
        elif keywords(triple.object.value) & {"REGEX", "REPLACE"}:
            for kind, token in tokens(triple.object.value):
                if kind == "text":
                    yield triple, token.strip("\"'").replace("\\\\", "\\")


def _on(graph: ShapesGraph, triple: Triple, problem: str) -> InputError:
    name = triple.predicate.value.removeprefix(SH)
    return InputError(f"The sh:{name} of {named(graph, triple.subject)} {problem}.")
