"""What the keys of a JSON-LD node mean, as far as references need it (JSON-LD 1.1, section 4).

Contexts of documents, of types and of keys are laid over each other; a reference is a value
that is an IRI by its key, a code or an IRI. Nothing is expanded but these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..reading.contexts import Contexts

Terms = Mapping[str, Any]

_LINKS: Final = ("@id", "@vocab")


class Meaning(NamedTuple):
    """What a value stands for: an IRI, and what is written of it before and after a change.

    ``space`` is the beginning of the IRI that is left out or written as ``prefix``; None where
    the value is a name of its own.
    """

    iri: str
    space: str | None = ""
    prefix: str = ""

    def written(self, iri: str) -> str | None:
        """Return another IRI in the same form, None when it cannot be written so."""
        if self.space is None or not iri.startswith(self.space):
            return None
        return self.prefix + iri[len(self.space) :]


class Scope(NamedTuple):
    """The terms that hold for the keys of one node, and those that hold inside it."""

    own: Terms
    inside: Terms


class Reading:
    """Reads nodes under the contexts that a project knows."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts

    def terms(self, context: object, file: str, line: int, before: Terms | None = None) -> Terms:
        """Return the terms of a context laid over others. Raises InputError for an unknown URL."""
        inlined = self._contexts.inline(context, file, line=line)
        terms = dict(before or {})
        for part in _flat(inlined):
            terms |= part
        return terms

    def scope(self, node: Mapping[str, Any], terms: Terms) -> Scope:
        """Return the terms for a node: those of its types hold for its own keys alone."""
        own, inside = terms, terms
        for kind in sorted(types_of(node, terms)):
            definition = terms.get(kind)
            scoped = definition.get("@context") if isinstance(definition, dict) else None
            for part in _flat(scoped):
                own = {**own, **part}
                if part.get("@propagate"):
                    inside = {**inside, **part}
        return Scope(own, inside)

    def meaning(self, key: str, value: str, terms: Terms) -> Meaning | None:
        """Return what the value of a key stands for, None when it is no reference."""
        definition = terms.get(key)
        coercion = definition.get("@type") if isinstance(definition, dict) else None
        if coercion not in _LINKS or not value:
            return None
        inner = definition.get("@context") if isinstance(definition, dict) else None
        if coercion == "@vocab":
            laid = {**terms, **next(_flat(inner), {})}
            return _named(value, laid) or _address(value, laid) or _code(value, laid)
        return _address(value, terms)

    def identifier(self, value: str, terms: Terms) -> Meaning | None:
        """Return what the id of a node stands for, None when it is relative or blank."""
        return _address(value, terms)

    def property(self, key: str, terms: Terms) -> str:
        """Return the IRI of the property that a key stands for, "" when it stands for none."""
        definition = terms.get(key)
        name = definition.get("@id", key) if isinstance(definition, dict) else definition
        if not isinstance(name, str):
            return ""
        found = _address(name, terms)
        return found.iri if found else ""


def inner_terms(key: str, terms: Terms, inside: Terms) -> Terms:
    """Return the terms for a node that is the value of a key."""
    definition = terms.get(key)
    scoped = definition.get("@context") if isinstance(definition, dict) else None
    return {**inside, **next(_flat(scoped), {})} if scoped else inside


def types_of(node: Mapping[str, Any], terms: Terms) -> list[str]:
    """Return the types of a node as they are written."""
    found: list[str] = []
    for key, value in node.items():
        if key == "@type" or terms.get(key) == "@type":
            found += [item for item in _listed(value) if isinstance(item, str)]
    return found


def is_keyword(key: str, keyword: str, terms: Terms) -> bool:
    """Return whether a key is a keyword or another name of it."""
    return key == keyword or terms.get(key) == keyword


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _flat(context: object) -> Iterator[dict[str, Any]]:
    for part in _listed(context):
        if isinstance(part, list):
            yield from _flat(part)
        elif isinstance(part, dict):
            yield part


def _named(value: str, terms: Terms) -> Meaning | None:
    """Return the meaning of a value that is a name of the context."""
    definition = terms.get(value)
    name = definition.get("@id") if isinstance(definition, dict) else definition
    if not isinstance(name, str) or name.startswith("@"):
        return None
    found = _address(name, terms)
    if found is None:
        return None
    # The name of a code is the end of what it stands for.
    end = found.iri.endswith(value)
    return Meaning(found.iri, found.iri[: -len(value)] if end else None)


def _address(value: str, terms: Terms) -> Meaning | None:
    """Return the meaning of an IRI or a compact IRI."""
    prefix, colon, local = value.partition(":")
    if not colon or prefix == "_":
        return None
    space = terms.get(prefix)
    if isinstance(space, dict):
        space = space.get("@id") if space.get("@prefix") is True else None
    if isinstance(space, str) and not local.startswith("//") and ":" in space:
        return Meaning(space + local, space, prefix + ":")
    return Meaning(value)


def _code(value: str, terms: Terms) -> Meaning | None:
    space = terms.get("@vocab")
    return Meaning(space + value, space) if isinstance(space, str) else None
