"""What the keys and values of a JSON-LD document mean (JSON-LD 1.1 API, section 5.1.2).

The result has the form that the specification calls expanded; beside it stands, with its JSON
Pointer, whatever the algorithm leaves out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from ..iris import has_scheme, is_iri
from ..nearest import nearest
from ..problems import Problem, at
from .context import (
    KEYWORDS,
    UNSET,
    Active,
    JsonLdError,
    Processor,
    Term,
    Unset,
    well_formed_language,
)

Note = Callable[[Problem], None]

_OF_VALUE: Final = frozenset({"@direction", "@index", "@language", "@type", "@value"})
_SHOWN: Final = 80
_CURE_OF_BASE: Final = "relative ones need --base IRI or @base."


class Thing(dict[str, Any]):
    """An expanded object: a node, a value, a list or a set, and where it stands."""

    __slots__ = ("pointer",)

    def __init__(self, pointer: str, *given: Any, **entries: Any) -> None:
        super().__init__(*given, **entries)
        self.pointer = pointer


#: An expanded value; None for what means nothing, a list for an array.
Expanded = Thing | list[Any] | None


class Expander:
    """Expands documents; ``note`` is told what becomes no statement."""

    def __init__(self, processor: Processor, note: Note) -> None:
        self._processor = processor
        self._note = note

    def document(self, active: Active, document: object, pointer: str) -> list[Thing]:
        """Return the nodes of a document. Raises JsonLdError with the place in ``pointer``."""
        found = self.element(active, None, document, pointer)
        if isinstance(found, Thing) and found.keys() == {"@graph"}:
            found = found["@graph"]
        return [thing for thing in _listed(found) if thing is not None]

    def element(
        self,
        active: Active,
        prop: str | None,
        element: object,
        pointer: str,
        *,
        inside: bool = False,
    ) -> Expanded:
        """Return what an element means as a value of a term; ``inside`` says: of a map."""
        if element is None:
            return None
        term = active.terms.get(prop) if prop is not None else None
        if isinstance(element, list):
            return self._array(active, prop, term, element, pointer, inside=inside)
        scoped = term.context if term is not None else UNSET
        if isinstance(element, dict):
            try:
                return self._object(active, prop, scoped, element, pointer, inside=inside)
            except JsonLdError as error:
                error.pointer = error.pointer or pointer or "/"
                raise
        if prop in (None, "@graph"):
            self._floating(element, pointer)
            return None
        if not isinstance(scoped, Unset):
            active = self._processor.process(active, scoped, override=True)
        return self._scalar(active, str(prop), element, pointer)

    def _array(
        self,
        active: Active,
        prop: str | None,
        term: Term | None,
        array: list[object],
        pointer: str,
        *,
        inside: bool,
    ) -> list[Any]:
        found: list[Any] = []
        ordered = term is not None and "@list" in term.container
        for index, item in enumerate(array):
            here = f"{pointer}/{index}"
            value = self.element(active, prop, item, here, inside=inside)
            if ordered and isinstance(value, list):
                value = Thing(here, {"@list": value})
            if isinstance(value, list):
                found += value
            elif value is not None:
                found.append(value)
        return found

    def _scalar(self, active: Active, prop: str, value: object, pointer: str) -> Thing:
        """Return a value with what its term says of it (section 5.3.2)."""
        term = active.terms.get(prop)
        kind = term.type if term is not None else None
        if isinstance(value, str) and kind in ("@id", "@vocab"):
            iri = active.expand(value, relative=True, vocab=kind == "@vocab")
            self._check_iri(iri, value, pointer, prop)
            return Thing(pointer, {"@id": iri})
        found = Thing(pointer, {"@value": value})
        if kind not in (None, "@id", "@vocab", "@none"):
            found["@type"] = kind
        elif isinstance(value, str):
            language = active.language
            if term is not None and not isinstance(term.language, Unset):
                language = term.language
            if language is not None:
                found["@language"] = language
                self._check_language(language, pointer, prop)
            self._direct(found, term, active, prop)
        return found

    def _direct(self, found: Thing, term: Term | None, active: Active, key: str) -> None:
        direction = active.direction
        if term is not None and not isinstance(term.direction, Unset):
            direction = term.direction
        if direction is not None:
            self._no_direction(found.pointer, key, direction)

    def _object(
        self,
        active: Active,
        prop: str | None,
        scoped: object,
        element: dict[str, Any],
        pointer: str,
        *,
        inside: bool,
    ) -> Expanded:
        if active.previous is not None and not inside and _reverts(active, element):
            active = active.previous
        if not isinstance(scoped, Unset):
            active = self._processor.process(active, scoped, override=True)
        if "@context" in element:
            active = self._processor.process(active, element["@context"])
        typed = active
        active, kind = self._typed(active, element)
        found = Thing(pointer)
        _Object(self, active, typed, prop, kind, found).read(element, pointer)
        return self._finished(found, prop)

    def _typed(self, active: Active, element: dict[str, Any]) -> tuple[Active, str | None]:
        """Return the context with those of the types, and the type that comes last."""
        typed, kind = active, None
        for key in sorted(element):
            if active.expand(key, vocab=True) != "@type":
                continue
            names = [name for name in _listed(element[key]) if isinstance(name, str)]
            if names and kind is None:
                kind = typed.expand(names[-1], vocab=True, relative=True)
            for name in sorted(names):
                term = typed.terms.get(name)
                if term is not None and not isinstance(term.context, Unset):
                    active = self._processor.process(active, term.context, propagate=False)
        return active, kind

    def _finished(self, found: Thing, prop: str | None) -> Expanded:
        """Check an expanded object, and take what is none (steps 15 to 19)."""
        result: Expanded = found
        if "@value" in found:
            result = self._value_object(found)
        elif "@list" in found or "@set" in found:
            if len(found.keys() - {"@index"}) > 1:
                raise JsonLdError("invalid set or list object")
            result = found.get("@set", found)
        elif found.keys() == {"@language"}:
            result = None
        if prop in (None, "@graph") and isinstance(result, Thing):
            if not result or "@value" in result or "@list" in result:
                if result:
                    self._floating(result.get("@value", ""), result.pointer)
                return None
            # A name alone says nothing.
            return None if result.keys() == {"@id"} else result
        return result

    def _value_object(self, found: Thing) -> Thing | None:
        if not found.keys() <= _OF_VALUE:
            raise JsonLdError("invalid value object")
        kinds = found.get("@type", [])
        if kinds and ("@language" in found or "@direction" in found):
            raise JsonLdError("invalid value object")
        value = found["@value"]
        if kinds == ["@json"]:
            found["@type"] = "@json"
            return found
        if value is None:
            return None
        if "@language" in found and not isinstance(value, str):
            raise JsonLdError("invalid language-tagged value")
        if kinds:
            (kind, *more) = kinds
            if more or not isinstance(kind, str) or not is_iri(kind):
                raise JsonLdError("invalid typed value", kind)
            found["@type"] = kind
        if "@direction" in found:
            self._no_direction(found.pointer, "@direction", found["@direction"])
        return found

    def _floating(self, value: object, pointer: str) -> None:
        message = "A value that belongs to no node says nothing."
        self._note(Problem(pointer, "", "FreeFloating", message, _written(value), None, True))

    def _no_direction(self, pointer: str, key: str, direction: object) -> None:
        message = f"{key} has a base direction, which RDF 1.1 cannot keep; take @direction out."
        self._note(Problem(pointer, key, "BaseDirection", message, _written(direction), None, True))

    def _check_language(self, tag: object, pointer: str, key: str) -> None:
        if not isinstance(tag, str) or not well_formed_language(tag):
            message = f"{key} is no language tag."
            self._note(Problem(pointer, key, "MalformedValue", message, _written(tag), None, True))

    def _check_iri(self, iri: str | None, value: str, pointer: str, key: str) -> None:
        """Note what is no name of a node, so that nothing can be said of it."""
        if iri is not None and (iri.startswith("_:") or is_iri(iri)):
            return
        cure = f"; {_CURE_OF_BASE}" if iri is not None and _relative(iri) else "."
        message = f"{key} must be an absolute IRI, not {_written(value)}{cure}"
        self._note(Problem(pointer, key, "MalformedIRI", message, _written(value), None, True))

    def _unknown(self, active: Active, key: str, value: object, pointer: str) -> None:
        if value is None:
            return
        close = nearest(key, active.terms)
        hint = f"did you mean {close}?" if close else "define it in the context."
        message = f"The key {key} is unknown and would be dropped; {hint}"
        self._note(Problem(pointer, key, "UnknownKey", message, _written(value), close, True))


class _Object:
    """One object while its entries are read (steps 13 and 14)."""

    def __init__(
        self,
        expander: Expander,
        active: Active,
        typed: Active,
        prop: str | None,
        kind: str | None,
        found: Thing,
    ) -> None:
        self._expander = expander
        self._active = active
        self._typed = typed
        self._prop = prop
        self._kind = kind
        self._found = found
        self._literal = False

    def read(self, element: dict[str, Any], pointer: str) -> None:
        """Take all entries of an element, or of an object that is only there to nest them."""
        names = [self._active.expand(key, vocab=True) for key in element]
        self._literal = "@value" in names
        nests = []
        for iri, (key, value) in zip(names, element.items(), strict=True):
            if key == "@context":
                continue
            here = at(pointer, key)
            if iri == "@nest":
                nests.append((key, value, here))
            elif iri is not None and iri in KEYWORDS:
                self._keyword(iri, key, value, here)
            else:
                # RDF knows no property without a name; what is said inside stays.
                if iri is None or ":" not in iri or iri.startswith("_:"):
                    self._expander._unknown(self._active, key, value, here)
                elif not is_iri(iri):
                    self._expander._check_iri(iri, iri, here, key)
                if iri is not None and ":" in iri:
                    self._property(iri, key, value, here)
        for key, value, here in nests:
            self._nested(key, value, here)

    def _nested(self, key: str, value: object, pointer: str) -> None:
        before = self._active
        term = before.terms.get(key)
        if term is not None and not isinstance(term.context, Unset):
            self._active = self._expander._processor.process(before, term.context, override=True)
        for index, item in enumerate(_listed(value)):
            if not isinstance(item, dict) or any(
                self._active.expand(name, vocab=True) == "@value" for name in item
            ):
                raise JsonLdError("invalid @nest value", _written(item))
            self.read(item, f"{pointer}/{index}" if isinstance(value, list) else pointer)
        self._active = before

    def _keyword(self, keyword: str, key: str, value: object, pointer: str) -> None:
        if self._prop == "@reverse":
            raise JsonLdError("invalid reverse property map", key)
        if keyword in self._found and keyword not in ("@included", "@type"):
            raise JsonLdError("colliding keywords", keyword)
        reader = _READERS.get(keyword)
        if reader is None:
            # Keywords of contexts mean nothing elsewhere.
            self._expander._unknown(self._active, key, value, pointer)
        else:
            reader(self, key, value, pointer)

    def _id(self, key: str, value: object, pointer: str) -> None:
        if not isinstance(value, str):
            raise JsonLdError("invalid @id value", _written(value))
        iri = self._active.expand(value, relative=True)
        self._expander._check_iri(iri, value, pointer, key)
        self._found["@id"] = iri

    def _type(self, key: str, value: object, pointer: str) -> None:
        kinds = self._found.setdefault("@type", [])
        for index, name in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(name, str):
                raise JsonLdError("invalid type value", _written(name))
            iri = self._typed.expand(name, vocab=True, relative=True)
            if not self._literal:
                here = f"{pointer}/{index}" if isinstance(value, list) else pointer
                self._expander._check_iri(iri, name, here, key)
            kinds.append(iri)

    def _graph(self, key: str, value: object, pointer: str) -> None:
        self._found["@graph"] = list(
            _listed(self._expander.element(self._active, "@graph", value, pointer) or [])
        )

    def _included(self, key: str, value: object, pointer: str) -> None:
        found = self._expander.element(self._active, "@included", value, pointer)
        nodes = list(_listed(found))
        if any(not _is_node(node) for node in nodes):
            raise JsonLdError("invalid @included value", _written(value))
        self._found.setdefault("@included", []).extend(nodes)

    def _value(self, key: str, value: object, pointer: str) -> None:
        if self._kind != "@json" and isinstance(value, dict | list):
            raise JsonLdError("invalid value object value", _written(value))
        self._found["@value"] = value

    def _language(self, key: str, value: object, pointer: str) -> None:
        if value is None:
            return
        if not isinstance(value, str):
            raise JsonLdError("invalid language-tagged string", _written(value))
        self._expander._check_language(value, pointer, key)
        self._found["@language"] = value

    def _direction(self, key: str, value: object, pointer: str) -> None:
        if value not in (None, "ltr", "rtl"):
            raise JsonLdError("invalid base direction", _written(value))
        if value is not None:
            self._found["@direction"] = value

    def _index(self, key: str, value: object, pointer: str) -> None:
        if not isinstance(value, str):
            raise JsonLdError("invalid @index value", _written(value))
        self._found["@index"] = value

    def _list(self, key: str, value: object, pointer: str) -> None:
        if self._prop in (None, "@graph"):
            self._expander._floating(value, pointer)
            return
        found = self._expander.element(self._active, self._prop, value, pointer)
        self._found["@list"] = list(_listed(found)) if found is not None else []

    def _set(self, key: str, value: object, pointer: str) -> None:
        self._found["@set"] = self._expander.element(self._active, self._prop, value, pointer)

    def _reverse(self, key: str, value: object, pointer: str) -> None:
        if not isinstance(value, dict):
            raise JsonLdError("invalid @reverse value", _written(value))
        found = self._expander.element(self._active, "@reverse", value, pointer)
        for iri, nodes in found.items() if isinstance(found, Thing) else ():
            if iri == "@reverse":  # twice round is forward again
                for forward, values in nodes.items():
                    self._found.setdefault(forward, []).extend(values)
            else:
                self._add_reverse(iri, nodes)

    def _add_reverse(self, iri: str, nodes: list[Any]) -> None:
        if any("@value" in node or "@list" in node for node in nodes):
            raise JsonLdError("invalid reverse property value", iri)
        self._found.setdefault("@reverse", {}).setdefault(iri, []).extend(nodes)

    def _property(self, iri: str, key: str, value: object, pointer: str) -> None:
        term = self._active.terms.get(key)
        container = term.container if term is not None else frozenset[str]()
        found: Expanded
        if term is not None and term.type == "@json":
            found = Thing(pointer, {"@value": value, "@type": "@json"})
        elif "@language" in container and isinstance(value, dict):
            found = self._language_map(term, key, value, pointer)
        elif container & {"@index", "@type", "@id"} and isinstance(value, dict) and term:
            found = self._map(term, key, value, pointer)
        else:
            found = self._expander.element(self._active, key, value, pointer)
        if found is None:
            return
        if "@list" in container and not (isinstance(found, Thing) and "@list" in found):
            found = Thing(pointer, {"@list": list(_listed(found))})
        if "@graph" in container and not container & {"@id", "@index"}:
            found = [Thing(item.pointer, {"@graph": [item]}) for item in _listed(found)]
        values = list(_listed(found))
        if term is not None and term.reverse:
            self._add_reverse(iri, values)
        else:
            self._found.setdefault(iri, []).extend(values)

    def _language_map(
        self, term: Term | None, key: str, value: dict[str, Any], pointer: str
    ) -> list[Thing]:
        found = []
        for language, texts in value.items():
            here = at(pointer, language)
            plain = self._active.expand(language, vocab=True) == "@none"
            for index, text in enumerate(_listed(texts)):
                if text is None:
                    continue
                if not isinstance(text, str):
                    raise JsonLdError("invalid language map value", _written(text))
                place = f"{here}/{index}" if isinstance(texts, list) else here
                item = Thing(place, {"@value": text})
                if not plain:
                    item["@language"] = language
                    self._expander._check_language(language, place, language)
                self._expander._direct(item, term, self._active, key)
                found.append(item)
        return found

    def _map(self, term: Term, key: str, value: dict[str, Any], pointer: str) -> list[Thing]:
        """Return the values of an index, id or type map (step 13.8)."""
        found = []
        for index, inner in value.items():
            here = at(pointer, index)
            active = self._map_context(term, index)
            listed = inner if isinstance(inner, list) else [inner]
            items = self._expander.element(active, key, listed, here, inside=True)
            for item in _listed(items):
                if "@graph" in term.container and not _is_graph(item):
                    item = Thing(item.pointer, {"@graph": [item]})
                self._name_item(term, index, item, here)
                found.append(item)
        return found

    def _map_context(self, term: Term, index: str) -> Active:
        active = self._active
        if term.container & {"@id", "@type"} and active.previous is not None:
            active = active.previous
        kind = active.terms.get(index) if "@type" in term.container else None
        if kind is not None and not isinstance(kind.context, Unset):
            active = self._expander._processor.process(active, kind.context, propagate=False)
        return active

    def _name_item(self, term: Term, index: str, item: Thing, pointer: str) -> None:
        """Give an item of a map what its key says of it (step 13.8.3.7)."""
        name = self._active.expand(index, vocab=True)
        if name == "@none":
            return
        container = term.container
        if "@index" in container and term.indexed_by not in (None, "@index"):
            iri = self._active.expand(str(term.indexed_by), vocab=True) or ""
            told = self._expander._scalar(self._active, str(term.indexed_by), index, pointer)
            item[iri] = [told, *item.get(iri, [])]
            if "@value" in item:
                raise JsonLdError("invalid value object")
        elif "@index" in container:
            item.setdefault("@index", index)
        elif "@id" in container and "@id" not in item:
            item["@id"] = self._active.expand(index, relative=True)
            self._expander._check_iri(item["@id"], index, pointer, index)
        elif "@type" in container:
            self._expander._check_iri(name, index, pointer, index)
            item["@type"] = [name, *item.get("@type", [])]


_READERS: Final[dict[str, Callable[[_Object, str, object, str], None]]] = {
    "@id": _Object._id,
    "@type": _Object._type,
    "@graph": _Object._graph,
    "@included": _Object._included,
    "@value": _Object._value,
    "@language": _Object._language,
    "@direction": _Object._direction,
    "@index": _Object._index,
    "@list": _Object._list,
    "@set": _Object._set,
    "@reverse": _Object._reverse,
}


def _reverts(active: Active, element: dict[str, Any]) -> bool:
    """Return whether an object goes back to the context before that of a type (step 7)."""
    names = [active.expand(key, vocab=True) for key in element]
    return "@value" not in names and names != ["@id"]


def _is_node(thing: object) -> bool:
    return isinstance(thing, Thing) and thing.keys().isdisjoint({"@value", "@list", "@set"})


def _is_graph(thing: Thing) -> bool:
    return "@graph" in thing and thing.keys() <= {"@graph", "@id", "@index"}


def _relative(iri: str) -> bool:
    return not has_scheme(iri) and is_iri(f"x:/{iri}")


def _listed(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:_SHOWN]
