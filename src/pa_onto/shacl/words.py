"""Say in words what a constraint demands, and what of it a value does not meet.

A shape of SHACL need not have a message, and most have none: what is wrong is then told from
the constraint, the path and the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Final

import pyoxigraph as ox

from ..namespaces import LANG_STRING, RDFS, SH, XSD, local_name
from ..triples import Term
from .prepared import chosen
from .results import Result
from .shapes import ShapesGraph
from .statements import node_of
from .structure import MalformedError, members, path_text

#: How many members of a list, demands of a shape and characters of a value are told.
_LISTED: Final = 10
_DEMANDS: Final = 4
_LENGTH: Final = 120
_DEPTH: Final = 3
#: How many names are kept in mind.
_REMEMBERED: Final = 10_000
#: Datatypes whose values are told apart by their looks.
_PLAIN: Final = frozenset(
    XSD + name
    for name in (
        *("integer", "decimal", "double", "float", "boolean", "int", "long"),
        *("date", "dateTime", "time", "gYear", "gYearMonth", "duration"),
    )
)
_KINDS: Final = {
    "IRI": "an IRI",
    "BlankNode": "a blank node",
    "Literal": "a literal",
    "BlankNodeOrIRI": "a blank node or an IRI",
    "BlankNodeOrLiteral": "a blank node or a literal",
    "IRIOrLiteral": "an IRI or a literal",
}
#: What each parameter demands; ``{}`` is its value.
_DEMANDS_OF: Final = {
    "class": "must be an instance of {}",
    "datatype": "must have the datatype {}",
    "nodeKind": "must be {}",
    "minInclusive": "must be at least {}",
    "minExclusive": "must be more than {}",
    "maxInclusive": "must be at most {}",
    "maxExclusive": "must be less than {}",
    "equals": "must have the same values as {}",
    "disjoint": "must share no value with {}",
    "lessThan": "must be less than {}",
    "lessThanOrEquals": "must be at most {}",
    "hasValue": "must have the value {}",
    "in": "must be one of {}",
    "languageIn": "must be in one of the languages {}",
    "node": "must conform to {}",
    "not": "must not conform to {}",
    "and": "must conform to all of {}",
    "or": "must conform to at least one of {}",
    "xone": "must conform to exactly one of {}",
}
_SUFFIX: Final = "ConstraintComponent"


class Words:
    """Tells constraints of a shapes graph in words, with the prefixes of its files."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._known: dict[tuple[object, ...], str] = {}
        self._names: dict[str, str] = {}
        self._lists: dict[Term, list[Term]] = {}

    def message(self, result: Result, source: Term, values: list[Term], inside: str = "") -> str:
        """Return what is wrong in a sentence.

        ``values`` are those of the parameter that are not met, ``inside`` what failed in a shape
        within.
        """
        parameter = parameter_of(result.component)
        about = self.path(result.path) if result.path else "The node"
        if parameter == "closed":
            allowed = f"{self.name_of(source)} is closed and has no such property"
            return f"{about} must not be here: {allowed}."
        demands = [self.demand(source, parameter, value) for value in values]
        if not demands:
            return f"{about} {self._other(result, source)}."
        fault = "" if inside and parameter == "not" else self._fault(parameter, result, source)
        inner = f": {inside}" if inside else ""
        return f"{about} {' and '.join(dict.fromkeys(demands))}{fault}{inner}."

    def values(self, shape: Term, parameter: str) -> list[Term]:
        """Return the values that a parameter has on a shape."""
        return [triple.object for triple in self._shapes.objects(shape, SH + parameter)]

    def demand(self, shape: Term, parameter: str, value: Term) -> str:
        """Return what a parameter with a value demands, such as ``must be at least 18``."""
        key = (shape, parameter, value)
        if key not in self._known:
            self._known[key] = self._demand(shape, parameter, value)
        return self._known[key]

    def _demand(self, shape: Term, parameter: str, value: Term) -> str:
        if written := _COUNTED.get(parameter):
            return written(value.value)
        if parameter == "pattern":
            flags = self._shapes.value(shape, SH + "flags")
            return f"must match the pattern {value.value}" + (f" (flags {flags})" if flags else "")
        if parameter == "uniqueLang":
            return "must have no more than one value in each language"
        if parameter in ("qualifiedMinCount", "qualifiedMaxCount"):
            return self._qualified(shape, parameter, value)
        form = _DEMANDS_OF.get(parameter)
        return form.format(self._told(parameter, value)) if form else ""

    def demands(self, shape: Term, depth: int = 0) -> str:
        """Return what a shape demands in all, as far as there is room to say it."""
        key = (shape, depth)
        if key not in self._known:
            self._known[key] = self._demands(shape, depth)
        return self._known[key]

    def _demands(self, shape: Term, depth: int) -> str:
        if self._shapes.deactivated(shape) or depth > _DEPTH:
            return ""
        found = []
        paths = self._shapes.objects(shape, SH + "path")
        for parameter in (*_DEMANDS_OF, *_COUNTED, "pattern", "uniqueLang", *_QUALIFIED):
            if parameter == "uniqueLang" and self._shapes.value(shape, SH + parameter) != "true":
                continue
            for given in self.values(shape, parameter):
                found.append(self.demand(shape, parameter, given))
                within = self.demands(given, depth + 1) if parameter in ("node", "not") else ""
                found[-1] += f" ({within})" if within else ""
        about = f"{self.path_of(paths[0].object)} " if paths and found else ""
        told = [about + " and ".join(found)] if found else []
        for property in self.values(shape, "property"):
            if text := self.demands(property, depth + 1):
                told.append(text)
        more = f" and {len(told) - _DEMANDS} more" if len(told) > _DEMANDS else ""
        return "; ".join(told[:_DEMANDS]) + more

    def name_of(self, shape: Term) -> str:
        """Return the name of a shape, or of what it stands in."""
        if isinstance(shape, ox.NamedNode):
            return self.name(shape.value)
        outer = self._shapes.around(shape)
        if isinstance(outer, ox.NamedNode):
            return f"a shape in {self.name(outer.value)}"
        return "a shape without a name"

    def name(self, iri: str) -> str:
        """Return an IRI as people know it."""
        if iri not in self._names:
            if len(self._names) >= _REMEMBERED:
                self._names.clear()
            short = self._shapes.short(iri)
            self._names[iri] = short if short != iri else f"<{iri}>"
        return self._names[iri]

    def path(self, path: str) -> str:
        """Return a property path in SPARQL syntax as people read it."""
        text = re.sub(r"<([^<>]*)>", lambda match: self.name(match[1]), path)
        return text[1:-1] if re.fullmatch(r"\([^()]*\)", text) else text

    def path_of(self, path: Term) -> str:
        """Return the property path that a node stands for."""
        try:
            return self.path(path_text(self._shapes, path))
        except MalformedError:
            return "a path"

    def value(self, term: Term) -> str:
        """Return a term as people read it."""
        if isinstance(term, ox.NamedNode):
            return _cut(self.name(term.value))
        if isinstance(term, ox.BlankNode):
            return "a node without a name"
        if term.datatype.value in _PLAIN and term.value:
            return _cut(term.value)
        text = json.dumps(_cut(term.value), ensure_ascii=False)
        if term.datatype.value == LANG_STRING:
            return f"{text}@{term.language}"
        if term.datatype.value == XSD + "string":
            return text
        return f"{text} ({self.name(term.datatype.value)})"

    def _told(self, parameter: str, value: Term) -> str:
        if parameter in ("in", "languageIn"):
            listed = self.members(value)
            told = [
                item.value if parameter == "languageIn" else self.value(item) for item in listed
            ]
            return _listing(told)
        if parameter in ("and", "or", "xone"):
            what = "shape" if parameter == "and" else "alternative"
            return _plural(str(len(self.members(value))), what)
        if parameter == "nodeKind":
            return _KINDS.get(value.value.removeprefix(SH), value.value)
        return self.name_of(value) if parameter in ("node", "not") else self.value(value)

    def members(self, value: Term) -> list[Term]:
        """Return the members of a list; a list that is none has none."""
        if value not in self._lists:
            try:
                self._lists[value] = members(self._shapes, value)
            except MalformedError:
                self._lists[value] = []
        return self._lists[value]

    def _qualified(self, shape: Term, parameter: str, value: Term) -> str:
        how = "at least" if parameter == "qualifiedMinCount" else "at most"
        inner = self._shapes.objects(shape, SH + "qualifiedValueShape")
        what = self.name_of(inner[0].object) if inner else "a shape"
        said = self.demands(inner[0].object) if inner else ""
        said = f" ({said})" if said else ""
        conform = "that conforms" if value.value == "1" else "that conform"
        return f"must have {how} {_plural(value.value, 'value')} {conform} to {what}{said}"

    def _fault(self, parameter: str, result: Result, source: Term) -> str:
        """Return how the value differs from what is demanded, empty where there is no value."""
        if result.value is None or parameter in _WITHOUT_VALUE:
            return ""
        value = node_of(result.value)
        plain = parameter not in _FAULTS and parameter not in ("datatype", "nodeKind")
        itself = result.path is None and not isinstance(value, ox.Literal)
        shown = "it" if itself and not plain else self.value(value)
        if parameter == "datatype":
            return self._mistyped(value, source, shown)
        if parameter == "nodeKind":
            return _of_another_kind(value, shown)
        if parameter in ("minLength", "maxLength"):
            return f", not {len(value.value)} ({shown})"
        return _FAULTS.get(parameter, ", not {}").format(shown)

    def _mistyped(self, value: Term, source: Term, shown: str) -> str:
        wanted = self._shapes.value(source, SH + "datatype")
        if not isinstance(value, ox.Literal):
            return f", not {shown}" if shown != "it" else ", and it is no literal"
        if value.datatype.value == wanted:
            return (
                f", and {json.dumps(_cut(value.value), ensure_ascii=False)} is not written as one"
            )
        plain = value.datatype.value in (XSD + "string", *_PLAIN)
        return f", not {shown}" + (f" ({self.name(value.datatype.value)})" if plain else "")

    def _other(self, result: Result, source: Term) -> str:
        """Say what is wrong where a query or a component of one's own found it."""
        value = f" ({self.value(node_of(result.value))})" if result.value and result.path else ""
        if result.component == "SPARQL" + _SUFFIX:
            return f"does not meet what {self.name_of(source)} asks in SPARQL{value}"
        component = self.components.get(result.component)
        if component is None:
            return f"does not meet {result.component} of {self.name_of(source)}{value}"
        template = chosen(t.object for t in self._shapes.objects(component, SH + "labelTemplate"))
        label = template or chosen(
            t.object for t in self._shapes.objects(component, RDFS + "label")
        )
        told = f": {self.filled(label.value, component, source)}" if label else ""
        return f"does not meet {self.name_of(component)}{self._given(component, source)}{told}"

    def _given(self, component: Term, source: Term) -> str:
        """Return the parameters that a component of one's own has on a shape."""
        given = [
            f"{self.name(path)} {self.value(triple.object)}"
            for path in self._paths(component)
            for triple in self._shapes.objects(source, path)
        ]
        return f" with {_listing(given)}" if given else ""

    def _paths(self, component: Term) -> list[str]:
        declared = self._shapes.objects(component, SH + "parameter")
        paths = (self._shapes.value(triple.object, SH + "path") for triple in declared)
        return [path for path in paths if path]

    def filled(self, template: str, component: Term, source: Term) -> str:
        """Put the values of parameters into a template, ``{$name}`` or ``{?name}`` each."""
        values = {
            local_name(path): self.value(triple.object)
            for path in self._paths(component)
            for triple in self._shapes.objects(source, path)
        }
        return re.sub(
            r"\{[?$](\w+)\}", lambda match: values.get(match[1], match[0]), template
        ).rstrip(". ")

    @cached_property
    def components(self) -> dict[str, Term]:
        """The constraint components of the graph by their local names."""
        found: dict[str, Term] = {}
        for _, triple in self._shapes.having("parameter"):
            if isinstance(triple.subject, ox.NamedNode):
                found.setdefault(local_name(triple.subject.value), triple.subject)
        return found


@cache
def parameter_of(component: str) -> str:
    """Return the parameter that a constraint component is known by.

    >>> parameter_of("MinCountConstraintComponent")
    'minCount'
    """
    name = component.removesuffix(_SUFFIX)
    return name[:1].lower() + name[1:]


def sentences(texts: Iterable[str]) -> str:
    """Return several sentences as one clause, each once."""
    told = list(dict.fromkeys(text.rstrip(". ") for text in texts if text))
    more = f"; and {len(told) - _LISTED} more" if len(told) > _LISTED else ""
    return "; ".join(told[:_LISTED]) + more


def _plural(count: str, noun: str) -> str:
    return f"{count} {noun}{'' if count == '1' else 's'}"


def _listing(items: list[str]) -> str:
    more = f" and {len(items) - _LISTED} more" if len(items) > _LISTED else ""
    return ", ".join(items[:_LISTED]) + more


def _cut(text: str) -> str:
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"


def _of_another_kind(value: Term, shown: str) -> str:
    if isinstance(value, ox.BlankNode):
        return f"{', and it is' if shown == 'it' else ', not'} a blank node"
    kind = "IRI" if isinstance(value, ox.NamedNode) else "literal"
    return ", and it is an IRI" if shown == "it" else f", not the {kind} {shown}"


_COUNTED: Final[dict[str, Callable[[str], str]]] = {
    "minCount": lambda count: f"must have at least {_plural(count, 'value')}",
    "maxCount": lambda count: (
        f"must have at most {_plural(count, 'value')}" if count != "0" else "must have no value"
    ),
    "minLength": lambda count: f"must have at least {_plural(count, 'character')}",
    "maxLength": lambda count: f"must have at most {_plural(count, 'character')}",
}
_QUALIFIED: Final = ("qualifiedMinCount", "qualifiedMaxCount")
_WITHOUT_VALUE: Final = frozenset({"minCount", "maxCount", "uniqueLang", "hasValue", *_QUALIFIED})
_FAULTS: Final = {
    "class": ", and {} is not",
    "pattern": ", and {} does not",
    "equals": ", and {} is a value of only one of them",
    "disjoint": ", and {} is a value of both",
    "lessThan": ", and {} is not",
    "lessThanOrEquals": ", and {} is not",
    "node": ", and {} does not",
    "not": ", and {} does",
    "and": ", and {} does not",
    "or": ", and {} conforms to none",
    "xone": ", and {} does not",
}
