"""Which JSON key stands for which property, and in what form its values are written.

A property shape names its key with ``sh:codeIdentifier`` (SHACL 1.2). Keys of the shapes for
the vocabulary are global; keys of the shapes for records belong to the class of the record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..errors import InputError
from ..namespaces import LANG_STRING, OWL, RDF, RDF_TYPE, SH, SKOS, XSD
from ..shacl import ShapesGraph
from ..triples import Triple, key_of

#: Properties whose values are RDF lists (SKOS Reference, section 9; OWL 2 mapping to RDF).
LIST_PROPERTIES: Final = frozenset(
    [
        SKOS + "memberList",
        *(OWL + name for name in ("members", "unionOf", "intersectionOf", "oneOf", "hasKey")),
        *(OWL + name for name in ("propertyChainAxiom", "disjointUnionOf", "distinctMembers")),
    ]
)
_NATIVE: Final = frozenset(XSD + name for name in ("string", "boolean", "integer", "double"))


class Key(NamedTuple):
    """A JSON key: the property it stands for and how its values are written.

    ``link`` marks values that are IRIs, ``codes`` the namespace in which they are written as
    codes; ``language`` marks language maps, ``datatype`` typed literals, ``ordered`` RDF
    lists; without ``single`` the value is always an array. ``loose`` says that a shape of the key
    is switched off, so that values may have other forms.
    """

    name: str
    property: str
    single: bool = False
    link: bool = False
    language: bool = False
    ordered: bool = False
    codes: str | None = None
    datatype: str | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a vocabulary: ``shared`` by name, ``records`` by class and name."""

    shared: dict[str, Key] = field(default_factory=dict)
    records: dict[str, dict[str, Key]] = field(default_factory=dict)


@dataclass(slots=True)
class _Facts:
    """What the property shapes of one key say together."""

    property: str
    loose: bool = False
    single: bool = False
    nodes: bool = False
    classes: set[str] = field(default_factory=set)
    datatypes: set[str] = field(default_factory=set)


def read_keys(
    vocabulary_shapes: ShapesGraph, data_shapes: ShapesGraph, vocabulary: Iterable[Triple]
) -> Keys:
    """Read the keys of a project from its shapes; ``vocabulary`` tells which codes there are.

    Raises InputError when one key stands for two properties.
    """
    vocabulary = list(vocabulary)
    spaces = _code_namespaces(vocabulary)
    shared: dict[str, _Facts] = {}
    for _, shape in _property_shapes(vocabulary_shapes):
        _note(vocabulary_shapes, shape, shared)
    _loosen(shared, vocabulary)
    records: dict[str, dict[str, _Facts]] = defaultdict(dict)
    for kind, shape in _property_shapes(data_shapes):
        if kind is not None:
            _note(data_shapes, shape, records[kind])
    return Keys(
        {name: _key(name, facts, spaces) for name, facts in sorted(shared.items())},
        {
            kind: {name: _key(name, facts, spaces) for name, facts in sorted(keys.items())}
            for kind, keys in sorted(records.items())
        },
    )


def _property_shapes(shapes: ShapesGraph) -> Iterator[tuple[str | None, object]]:
    """Yield every property shape with a key, with the class its shape targets."""
    for triple in shapes.triples:
        if triple.predicate.value == SH + "property":
            kind = shapes.value(triple.subject, SH + "targetClass")
            if shapes.objects(triple.object, SH + "codeIdentifier"):
                yield kind, triple.object


def _note(shapes: ShapesGraph, shape: object, known: dict[str, _Facts]) -> None:
    """Add what one property shape says to the facts of its key."""
    paths = shapes.objects(shape, SH + "path")
    name = shapes.value(shape, SH + "codeIdentifier")
    if name is None or not paths or not isinstance(paths[0].object, ox.NamedNode):
        return
    path = paths[0].object.value
    facts = known.setdefault(name, _Facts(path))
    if facts.property != path:
        raise InputError(
            f"The key {name} stands for both {facts.property} and {path}.",
            cure="Give one of them another sh:codeIdentifier.",
            file="shapes",
        )
    facts.loose |= shapes.value(shape, SH + "deactivated") == "true"
    facts.single |= shapes.value(shape, SH + "maxCount") == "1"
    facts.single |= shapes.value(shape, SH + "uniqueLang") == "true"
    for node in _alternatives(shapes, shape):
        facts.nodes |= shapes.value(node, SH + "nodeKind") == SH + "IRI"
        facts.classes.update(t.object.value for t in shapes.objects(node, SH + "class"))
        facts.datatypes.update(t.object.value for t in shapes.objects(node, SH + "datatype"))


def _loosen(known: dict[str, _Facts], vocabulary: list[Triple]) -> None:
    """Take the form of codes from the data where no shape insists on one."""
    for facts in known.values():
        if facts.loose and facts.property == SKOS + "notation":
            found = [t for t in vocabulary if t.predicate.value == facts.property]
            facts.single = len({key_of(t.subject) for t in found}) == len(found)
            values = [t.object for t in found if isinstance(t.object, ox.Literal)]
            if all(value.language is None for value in values):
                facts.datatypes = {value.datatype.value for value in values}


def _alternatives(shapes: ShapesGraph, shape: object) -> Iterator[object]:
    """Yield a shape, and the members of its sh:or, sh:xone and sh:node."""
    yield shape
    for name in ("or", "xone"):
        for triple in shapes.objects(shape, SH + name):
            yield from _members(shapes, triple.object)
    for triple in shapes.objects(shape, SH + "node"):
        yield from _alternatives(shapes, triple.object)


def _members(shapes: ShapesGraph, node: object) -> Iterator[object]:
    while first := shapes.objects(node, RDF + "first"):
        yield first[0].object
        node = shapes.objects(node, RDF + "rest")[0].object


def _key(name: str, facts: _Facts, spaces: dict[str, str]) -> Key:
    codes = spaces.get(next(iter(facts.classes))) if len(facts.classes) == 1 else None
    datatype = next(iter(facts.datatypes)) if len(facts.datatypes) == 1 else None
    if {XSD + "date", XSD + "dateTime"} <= facts.datatypes:
        datatype = XSD + "dateTime"
    return Key(
        name,
        facts.property,
        single=facts.single,
        link=(facts.nodes or bool(facts.classes)) and not facts.datatypes,
        language=datatype == LANG_STRING,
        ordered=facts.property in LIST_PROPERTIES,
        codes=codes,
        datatype=None if datatype in _NATIVE or datatype == LANG_STRING else datatype,
        loose=facts.loose,
    )


def _code_namespaces(vocabulary: Iterable[Triple]) -> dict[str, str]:
    """Return, for every class whose concepts are all in one scheme, the namespace of codes."""
    schemes: dict[str, set[str]] = defaultdict(set)
    types: dict[str, set[str]] = defaultdict(set)
    for triple in vocabulary:
        if triple.predicate.value == SKOS + "inScheme":
            schemes[key_of(triple.subject)].add(key_of(triple.object))
        elif triple.predicate.value == RDF_TYPE:
            types[key_of(triple.object)].add(key_of(triple.subject))
    found = {}
    for kind, members in types.items():
        homes = {scheme for member in members for scheme in schemes.get(member, {""})}
        if len(homes) == 1 and (home := homes.pop()):
            found[kind] = code_namespace(home, members)
    return {kind: space for kind, space in found.items() if space}


def code_namespace(scheme: str, members: Iterable[str]) -> str:
    """Return the namespace that a scheme has in common with most of its members, or ""."""
    bare, members = scheme.rstrip("/#"), list(members)
    counts = {
        space: sum(member.startswith(space) and member != space for member in members)
        for space in (bare + "/", bare + "#")
    }
    best = max(counts, key=lambda space: counts[space])
    return best if counts[best] else ""
