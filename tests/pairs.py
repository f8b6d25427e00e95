"""Pairs of a shapes graph and a data graph, drawn at random for two engines to agree on.

Everything is drawn from small pools, so that shapes meet the data: few nodes, few properties,
and values that are equal, nearly equal, ill-typed or oddly written.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <x:> .
"""

NODES = [*(f":n{number}" for number in range(6)), "_:b0", "_:b1"]
CLASSES = [":C0", ":C1", ":C2"]
PROPERTIES = [":p0", ":p1", ":p2", ":p3"]
LITERALS = [
    *("1", "2", '"01"^^xsd:integer', "-3", "10", "1.0", "2.50", "1.0e0", '"+1"^^xsd:integer'),
    *('"NaN"^^xsd:double', '"INF"^^xsd:float', '"123456789012345678901234567890"^^xsd:integer'),
    *('""', '"a"', '"abc"', '"ABC"', '"\\u00e9"', '"e\\u0301"', '"\\U0001D4B3y"', '"a\\nb"'),
    *('"say \\"a\\\\b\\""', '" a "', '"' + "long " * 200 + '"', '"a\\u2028b"', '"1"'),
    *('"a"@en', '"b"@en', '"a"@en-GB', '"a"@de', '"a"@EN', '"b"@de-CH', '"abc"@en'),
    *("true", "false", '"1"^^xsd:boolean', '"yes"^^xsd:boolean'),
    *('"2026-01-12"^^xsd:date', '"2026-02-30"^^xsd:date', '"2026-01-12Z"^^xsd:date'),
    *('"2026-01-12T10:00:00"^^xsd:dateTime', '"2026-01-12T10:00:00Z"^^xsd:dateTime'),
    *('"2026-01-12T11:00:00+01:00"^^xsd:dateTime', '"2026-01-12"^^xsd:dateTime'),
    *('"abc"^^xsd:integer', '"300"^^xsd:byte', '"7"^^xsd:byte', '"1.5"^^xsd:integer'),
    *('"a"^^:type', '"http://a.example/"^^xsd:anyURI', '"2026"^^xsd:gYear', '"P1D"^^xsd:duration'),
]
COMPARED = ["1", "2", "1.5", '"1.0"^^xsd:double', '"b"', "10"]
COMPARED += ['"2026-01-12"^^xsd:date', '"2026-01-12T10:00:00Z"^^xsd:dateTime']
DATATYPES = [
    "string",
    "integer",
    "decimal",
    "double",
    "boolean",
    "date",
    "dateTime",
    "byte",
    "anyURI",
    "gYear",
]
KINDS = ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
PATTERNS = ["^a", "b$", "^[A-Z]+$", "a.c", "^x:", "^$", "\\\\d", "^(a|b)", "e"]
LANGUAGES = ["en", "de", "en-GB", "EN", "fr"]


_Draw = Callable[[Random, int], str]


class Pair(NamedTuple):
    """A shapes graph and a data graph in Turtle."""

    shapes: str
    data: str


def pair(random: Random) -> Pair:
    """Return one pair: one to four shapes with targets, and a graph of a few nodes."""
    shapes = [_targeted(random, number) for number in range(random.randint(1, 4))]
    return Pair(PREFIXES + "\n".join([*shapes, *_SHARED]), PREFIXES + _data(random))


# What sh:node and other references may name; they refer to nothing themselves.
_SHARED = [
    ":Named sh:property [ sh:path :p0 ; sh:minCount 1 ] .",
    ":Resource sh:nodeKind sh:BlankNodeOrIRI .",
    ":Typed a sh:NodeShape ; sh:class :C0 .",
    ":Off a sh:NodeShape ; sh:deactivated true ; sh:class :C2 .",
]


def _data(random: Random) -> str:
    lines = []
    for number in range(random.randint(6, 22)):
        subject = NODES[number % len(NODES)] if number < 6 else random.choice(NODES)
        kind = random.random()
        if kind < 0.25:
            lines.append(f"{subject} a {random.choice(CLASSES)} .")
        elif kind < 0.5:
            lines.append(f"{subject} {random.choice(PROPERTIES)} {random.choice(NODES)} .")
        else:
            literal = random.choice(LITERALS)
            lines.append(f"{subject} {random.choice(PROPERTIES)} {literal} .")
    if random.random() < 0.4:
        lines.append(f"{random.choice(CLASSES)} rdfs:subClassOf {random.choice(CLASSES)} .")
    return "\n".join(lines)


def _targeted(random: Random, number: int) -> str:
    name = f":S{number}"
    if number < len(CLASSES) and random.random() < 0.1:
        name, target = CLASSES[number], "a rdfs:Class"
    else:
        target = _target(random)
    if random.random() < 0.3:
        parts = ["a sh:PropertyShape", target, f"sh:path {_path(random)}"]
        parts += _some(random, _of_path, 2)
    else:
        parts = ["a sh:NodeShape", target, *_some(random, _of_node, 2)]
        parts += [f"sh:property {_property(random, 1)}" for _ in range(random.randint(1, 3))]
    text = " ;\n    ".join([*parts, *_manners(random)])
    return f"{name} {text} ."


def _target(random: Random) -> str:
    kind = random.choice(["Class", "Class", "Class", "Node", "SubjectsOf", "ObjectsOf"])
    if kind == "Class":
        return f"sh:targetClass {random.choice(CLASSES)}"
    if kind == "Node":
        nodes = random.sample([*NODES[:6], '"a"', "1", '"a"@en'], 2)
        return f"sh:targetNode {' , '.join(nodes)}"
    return f"sh:target{kind} {random.choice(PROPERTIES)}"


def _manners(random: Random) -> list[str]:
    found = []
    if random.random() < 0.2:
        found.append(f"sh:severity sh:{random.choice(['Info', 'Warning', 'Violation'])}")
    if random.random() < 0.2:
        found.append('sh:message "Wrong."')
    if random.random() < 0.04:
        found.append("sh:deactivated true")
    return found


def _some(random: Random, draw: _Draw, most: int) -> list[str]:
    """Return up to some constraints; a shape has each parameter once."""
    found: dict[str, str] = {}
    for _ in range(random.randint(1, most)):
        text = draw(random, 1)
        found.setdefault(text.split(" ", 1)[0], text)
    return list(found.values())


def _property(random: Random, depth: int) -> str:
    parts = [f"sh:path {_path(random)}"]
    found: dict[str, str] = {}
    for _ in range(random.randint(1, 2)):
        text = _of_path(random, depth)
        if text.startswith("sh:closed") and random.random() < 0.9:
            continue  # the engine shacl is not asked then
        found.setdefault(text.split(" ", 1)[0], text)
    return f"[ {' ; '.join([*parts, *found.values(), *_manners(random)])} ]"


def _shape(random: Random, depth: int, *, node: bool = False) -> str:
    """Return a shape for another to refer to, on request a node shape."""
    if random.random() < 0.3:
        return random.choice([":Named", ":Resource", ":Typed", ":Off"])
    if not node and random.random() < 0.4:
        return _property(random, depth + 1)
    return f"[ {_of_node(random, depth + 1)} ]"


def _path(random: Random) -> str:
    if random.random() < 0.6:
        return random.choice(PROPERTIES)
    return _complex_path(random, 0)


def _complex_path(random: Random, depth: int) -> str:
    def inner() -> str:
        if depth < 2 and random.random() < 0.3:
            return _complex_path(random, depth + 1)
        return random.choice(PROPERTIES)

    kind = random.choice(["inverse", "sequence", "alternative", "zeroOrMore", "oneOrMore", "?"])
    if kind == "inverse":
        return f"[ sh:inversePath {random.choice(PROPERTIES)} ]"
    if kind == "sequence":
        return f"( {inner()} {inner()} )"
    if kind == "alternative":
        return f"[ sh:alternativePath ( {inner()} {inner()} ) ]"
    name = {"zeroOrMore": "zeroOrMorePath", "oneOrMore": "oneOrMorePath", "?": "zeroOrOnePath"}[
        kind
    ]
    return f"[ sh:{name} {inner()} ]"


def _of_node(random: Random, depth: int) -> str:
    """Return a constraint that any shape may have."""
    return random.choice(_ANYWHERE if depth < 3 else _PLAIN)(random, depth)


def _of_path(random: Random, depth: int) -> str:
    """Return a constraint that a property shape may have."""
    if random.random() < 0.4:
        return random.choice(_ON_PATHS)(random, depth)
    return _of_node(random, depth)


def _list(random: Random, pool: list[str], most: int) -> str:
    return f"( {' '.join(random.sample(pool, random.randint(1, most)))} )"


def _count(random: Random, depth: int) -> str:
    return f"sh:{random.choice(['min', 'max'])}Count {random.randint(0, 2)}"


def _range(random: Random, depth: int) -> str:
    name = random.choice(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"])
    return f"sh:{name} {random.choice(COMPARED)}"


def _length(random: Random, depth: int) -> str:
    return f"sh:{random.choice(['min', 'max'])}Length {random.randint(0, 4)}"


def _pattern(random: Random, depth: int) -> str:
    flags = ' ; sh:flags "i"' if random.random() < 0.3 else ""
    return f'sh:pattern "{random.choice(PATTERNS)}"{flags}'


def _pairwise(random: Random, depth: int) -> str:
    name = random.choice(["lessThan", "lessThanOrEquals"])
    return f"sh:{name} {random.choice(PROPERTIES)}"


def _sets(random: Random, depth: int) -> str:
    return f"sh:{random.choice(['equals', 'disjoint'])} {random.choice(PROPERTIES)}"


def _qualified(random: Random, depth: int) -> str:
    counts = random.choice(["sh:qualifiedMinCount 1", "sh:qualifiedMaxCount 1"])
    disjoint = " ; sh:qualifiedValueShapesDisjoint true" if random.random() < 0.4 else ""
    return f"sh:qualifiedValueShape {_shape(random, depth)} ; {counts}{disjoint}"


def _logical(random: Random, depth: int) -> str:
    name = random.choice(["and", "or", "xone", "not", "node"])
    if name in ("not", "node"):
        return f"sh:{name} {_shape(random, depth, node=name == 'node')}"
    shapes = [_shape(random, depth) for _ in range(random.randint(1, 3))]
    return f"sh:{name} ( {' '.join(shapes)} )"


def _closed(random: Random, depth: int) -> str:
    return f"sh:closed true ; sh:ignoredProperties {_list(random, [*PROPERTIES, 'rdf:type'], 3)}"


def _value_in(random: Random, depth: int) -> str:
    return f"sh:in {_list(random, [*NODES[:6], *LITERALS], 8)}"


def _has_value(random: Random, depth: int) -> str:
    return f"sh:hasValue {random.choice([*NODES[:6], *LITERALS])}"


def _sparql(random: Random, depth: int) -> str:
    where = random.choice(
        [
            "{ $this <x:p0> ?value }",
            "{ $this <x:p0>/<x:p1> ?value }",
            "{ $this <x:p0> ?value FILTER (?value = $this) }",
            "{ $this <x:p1> ?value OPTIONAL { $this <x:p2> ?other } FILTER (!bound(?other)) }",
            "{ $this <x:p0> ?value FILTER NOT EXISTS { ?value <x:p1> $this } }",
            "{ { $this <x:p0> ?value } UNION { $this <x:p1> ?value } }",
            "{ $this <x:p0>+ ?value FILTER (isIRI(?value)) }",
            "{ $this a ?value } ORDER BY STR(?value) LIMIT 1",
            "{ $this <x:p2> ?value } GROUP BY $this ?value HAVING (COUNT(*) > 0)",
            "{ ?value <x:p0> $this }",
            "{ BIND ($this AS ?value) FILTER (isIRI(?value)) }",
            "{ $this a <x:C0> ; <x:p3> ?value FILTER (isLiteral(?value)) }",
        ]
    )
    return f'sh:sparql [ sh:message "{{?value}}" ; sh:select "SELECT $this ?value WHERE {where}" ]'


def _language_in(random: Random, depth: int) -> str:
    quoted = [f'"{language}"' for language in LANGUAGES]
    return f"sh:languageIn {_list(random, quoted, 2)}"


_PLAIN: list[_Draw] = [
    lambda random, depth: f"sh:class {random.choice(CLASSES)}",
    lambda random, depth: f"sh:datatype xsd:{random.choice(DATATYPES)}",
    lambda random, depth: f"sh:nodeKind sh:{random.choice(KINDS)}",
    *(_range, _length, _pattern, _sets, _value_in, _has_value, _language_in),
]
_ANYWHERE: list[_Draw] = [*_PLAIN, _logical, _logical, _logical, _closed, _sparql]
_ON_PATHS: list[_Draw] = [
    *(_count, _count, _pairwise, _qualified, _qualified),
    lambda random, depth: "sh:uniqueLang true",
]
