"""Compare two versions of a vocabulary, thing by thing and property by property."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

from ..namespaces import DCTERMS, OWL, RDF_TYPE, SKOS, XSD, local_name, shorten
from ..triples import Triple
from . import rules
from .blank import outline
from .change import Change, Effect, Kind, Value
from .index import Index, Keys, is_prose
from .rules import Rule
from .steps import is_version

_DEPRECATED: Final = OWL + "deprecated"
_TRUE: Final = tuple(f'"{text}"^^<{XSD}boolean>' for text in ("true", "1"))
_INFO: Final = OWL + "versionInfo"
_SUCCESSOR: Final = DCTERMS + "isReplacedBy"


class Version(NamedTuple):
    """One version of a vocabulary: ``name`` is what it was asked for by.

    ``iri`` is that of the ontology, "" where none is declared; ``derived`` the triples that
    follow from the others, None where they are not told apart.
    """

    name: str
    iri: str
    triples: list[Triple]
    derived: frozenset[Triple] | None = None

    @property
    def number(self) -> str:
        """The number of the version, ``X.Y.Z``, "" where it has none or is none yet."""
        for triple in self.triples:
            if triple.predicate.value == _INFO and triple.subject.value == self.iri:
                return triple.object.value if is_version(triple.object.value) else ""
        return ""


def compare(old: Version, new: Version) -> list[Change]:
    """Return what changed from one version to another, in order; nothing when they say the same.

    Labels of blank nodes and the order of statements are no change; the order of a list is. The
    version statements of the ontology itself are left out.
    """
    comparison = _Comparison(old, new)
    found = sorted(comparison.changes(), key=lambda change: change.sort_key)
    return found or comparison.shape_of_blank_nodes()


def things(version: Version) -> dict[str, str]:
    """Return everything that a version has of its own: what it is, by IRI."""
    side = _Side(version)
    kinds = {iri: side.what(iri) for iri in side.index.about}
    return {iri: what for iri, what in kinds.items() if what}


class _Side:
    """One version, indexed."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.index = Index(version.triples)
        self.base = version.iri.rstrip("/#")

    @cached_property
    def derived(self) -> set[tuple[str, str, str]]:
        """What follows from other statements: subject, property and value."""
        return {
            (triple.subject.value, triple.predicate.value, str(triple.object))
            for triple in self.version.derived or ()
        }

    def what(self, iri: str) -> str:
        """Return what an IRI is, "" for what belongs to somebody else.

        Concepts, schemes and collections may have a namespace of their own; everything else is
        ours below the IRI of the vocabulary alone, or where that is not known.
        """
        types = self.index.of(iri).get(RDF_TYPE, ())
        kind = next((name for of, name in rules.WHAT.items() if f"<{of}>" in types), "node")
        if not self.base or iri == self.version.iri or kind in rules.ANYWHERE:
            return kind
        return kind if iri.startswith((self.base + "/", self.base + "#")) else ""

    def is_withdrawn(self, iri: str) -> bool:
        """Return whether a thing is deprecated."""
        return any(key in self.index.of(iri).get(_DEPRECATED, ()) for key in _TRUE)

    def is_stated(self, iri: str, property: str, keys: Keys) -> bool:
        """Return whether any of some values is stated, or may be."""
        return any((iri, property, key) not in self.derived for key in keys)


class _Comparison:
    def __init__(self, old: Version, new: Version) -> None:
        self.old, self.new = _Side(old), _Side(new)

    def changes(self) -> Iterator[Change]:
        old, new = self.old.index, self.new.index
        for iri in sorted(old.about.keys() | new.about.keys()):
            before, after = self.old.what(iri), self.new.what(iri)
            if after and iri not in old.about:
                yield self._whole(Kind.ADDED, iri, after, Effect.MINOR)
            elif before and iri not in new.about:
                yield self._whole(Kind.REMOVED, iri, before, Effect.MAJOR)
            else:
                yield from self._same(iri, after or before)
        yield from self._loose()

    def shape_of_blank_nodes(self) -> list[Change]:
        """Return one change where blank nodes alone are connected otherwise."""
        if outline(self.old.version.triples) == outline(self.new.version.triples):
            return []
        label = "blank nodes that refer to each other"
        return [Change(Kind.OTHER, "", label, "node", Effect.MAJOR)]

    def _whole(self, kind: str, iri: str, what: str, effect: Effect) -> Change:
        return Change(kind, iri, self._label(iri), what, effect)

    def _same(self, iri: str, what: str) -> Iterator[Change]:
        """Yield the changes of what both versions have."""
        used, gone = not self.old.is_withdrawn(iri), self.new.is_withdrawn(iri)
        limit = Effect.MINOR if used and gone else Effect.MAJOR
        if not what:
            what, limit = "node", Effect.PATCH
        header = iri in (self.old.version.iri, self.new.version.iri)
        skipped = rules.VERSION if header else frozenset[str]()
        if used == gone:
            kind = Kind.WITHDRAWN if gone else Kind.REINSTATED
            change = self._whole(kind, iri, what, Effect.MINOR)
            yield change._replace(
                before=self._successors(self.old, iri), after=self._successors(self.new, iri)
            )
            skipped = rules.WITHDRAWAL
        old, new = self.old.index.of(iri), self.new.index.of(iri)
        for property in sorted(old.keys() | new.keys()):
            before, after = old.get(property, {}), new.get(property, {})
            if before != after and property not in skipped:
                lost, gained = _less(before, after), _less(after, before)
                most = limit if not header or property in rules.TERMS else Effect.PATCH
                yield self._changed(iri, what, property, lost, gained, most)

    def _changed(
        self, iri: str, what: str, property: str, lost: Keys, gained: Keys, limit: Effect
    ) -> Change:
        kind, effect = self._judged(iri, property, lost, gained)
        stated = self.old.is_stated(iri, property, lost)
        stated = stated or self.new.is_stated(iri, property, gained)
        return Change(
            kind,
            iri,
            self._label(iri),
            what,
            min(effect, limit),
            property,
            self._name(property),
            self._values(self.old.index, lost, self.new.index),
            self._values(self.new.index, gained, self.old.index),
            derived=not stated,
        )

    def _judged(self, iri: str, property: str, lost: Keys, gained: Keys) -> tuple[str, Effect]:
        """Return kind and effect of values that went and came."""
        if property in rules.LABELS:
            return Kind.RELABELLED, self._relabelled(iri, property, lost, gained)
        rule = self._rule(property, [*lost, *gained])
        if not lost:
            return rule.kind, rule.gained
        if all(map(self._is_gone, lost)):
            return rule.kind, min(rule.lost, Effect.MINOR)
        return rule.kind, rule.lost

    def _is_gone(self, key: str) -> bool:
        """Return whether a value was withdrawn: whoever points to it points elsewhere now."""
        iri = key[1:-1]
        return key.startswith("<") and self.new.is_withdrawn(iri) and not self.old.is_withdrawn(iri)

    def _rule(self, property: str, keys: Iterable[str]) -> Rule:
        if property in rules.RULES:
            return rules.RULES[property]
        sides = (self.old.index, self.new.index)
        if any(side.has(property, RDF_TYPE, OWL + "FunctionalProperty") for side in sides):
            return rules.ONE_VALUE
        if all(map(is_prose, keys)):
            return rules.TEXT
        return rules.OTHER if any(key.startswith('"') for key in keys) else rules.RELATION

    def _relabelled(self, iri: str, property: str, lost: Keys, gained: Keys) -> Effect:
        """Return the effect of other labels: a text that leads nowhere now breaks look-ups."""
        now, before = self.new.index.names(iri), self.old.index.names(iri)
        went, came = self.old.index.read(lost), self.new.index.read(gained)
        if went - now:
            return Effect.MAJOR
        shown = property == SKOS + "prefLabel" and went != came
        return Effect.MINOR if shown or came - before else Effect.PATCH

    def _loose(self) -> Iterator[Change]:
        old, new = self.old.index, self.new.index
        lost, gained = _less(old.loose, new.loose), _less(new.loose, old.loose)
        if lost or gained:
            before, after = self._values(old, lost, new), self._values(new, gained, old)
            effect = Effect.MAJOR if lost else Effect.MINOR
            yield Change(
                Kind.OTHER, "", "statements about no IRI", "node", effect, "", "", before, after
            )

    def _successors(self, side: _Side, iri: str) -> tuple[Value, ...]:
        keys = side.index.of(iri).get(_SUCCESSOR, {})
        return self._values(side.index, keys, self.new.index)

    def _values(self, index: Index, keys: Keys, other: Index) -> tuple[Value, ...]:
        return tuple(
            sorted((index.value(key, other) for key in Counter(keys).elements()), key=_by_text)
        )

    def _label(self, iri: str) -> str:
        return self.new.index.label(iri) or self.old.index.label(iri) or shorten(iri)

    def _name(self, property: str) -> str:
        label = self.new.index.label(property) or self.old.index.label(property)
        return label or _words(local_name(property))


def _less(keys: Keys, others: Keys) -> Keys:
    """Return the values that are not among others, or more often than there."""
    return dict(Counter(keys) - Counter(others))


def _by_text(value: Value) -> tuple[str, str]:
    return (value.text.casefold(), value.term)


def _words(name: str) -> str:
    """Return a camel-case name as words: ``scopeNote`` is ``scope note``."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f" {match[1].lower()}", name)
