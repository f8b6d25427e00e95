"""Find the references of a record to withdrawn concepts, and decide what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..reading.records import escaped
from .contexts import Meaning, Reading, Terms, inner_terms, is_keyword
from .withdrawals import Withdrawals

CHANGED: Final = "changed"
LEFT: Final = "left"
DOUBT: Final = "doubt"


class Item(NamedTuple):
    """One value of a record: ``changed``, ``left`` as it was, or in ``doubt`` after a change.

    ``pointer`` leads to it inside its text; ``new`` is what stands there now, None for what
    stays; ``reason`` and ``candidates`` tell a person what to decide.
    """

    kind: str
    pointer: str
    key: str
    old: str
    new: str | None = None
    reason: str = ""
    candidates: tuple[str, ...] = ()


class _Value(NamedTuple):
    """A reference in a node: where it stands and what it means."""

    pointer: str
    key: str
    text: str
    iri: str
    predicate: str
    written: Callable[[str], str | None]


class Finder:
    """Finds what is to be changed in records."""

    def __init__(self, reading: Reading, withdrawals: Withdrawals) -> None:
        self._reading = reading
        self._withdrawals = withdrawals

    def items(self, node: object, context: object, file: str, line: int) -> list[Item]:
        """Return what to change in a record; one that needs a person is left as it is.

        Raises InputError for a context that is not known.
        """
        if not self._withdrawals.mentioned(node):
            return []
        terms = self._reading.terms(context, file, line)
        groups = list(self._groups(node, "", terms, (file, line), top=True))
        items = [
            self._item(value)
            for group in groups
            for value in group
            if value.iri in self._withdrawals
        ]
        stuck = [item for item in items if item.new is None]
        if stuck or not items:
            return stuck
        return [*items, *(doubt for group in groups for doubt in self._doubts(group))]

    def _groups(
        self, node: object, pointer: str, terms: Terms, place: tuple[str, int], *, top: bool = False
    ) -> Iterator[list[_Value]]:
        """Yield the references of a node, and then those of every node inside it."""
        if isinstance(node, list):
            for index, item in enumerate(node):
                yield from self._groups(item, f"{pointer}/{index}", terms, place)
        if not isinstance(node, dict) or "@value" in node:
            return
        if "@context" in node and not top:
            terms = self._reading.terms(node["@context"], *place, terms)
        own, inside = self._reading.scope(node, terms)
        group = [] if top else list(self._identified(node, pointer, own))
        group += self._code_values(node, pointer)
        below: list[tuple[object, str, Terms]] = []
        for key, value in node.items():
            if key == "@context" or is_keyword(key, "@id", own) or is_keyword(key, "@type", own):
                continue
            at = f"{pointer}/{escaped(key)}"
            below.append((value, at, inner_terms(key, own, inside)))
            group += self._values(key, value, at, own)
        yield group
        for value, at, scoped in below:
            yield from self._groups(value, at, scoped, place)

    def _values(self, key: str, value: object, pointer: str, terms: Terms) -> Iterator[_Value]:
        """Yield the references that a key has as text."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._values(key, item, f"{pointer}/{index}", terms)
        elif isinstance(value, str) and (meaning := self._reading.meaning(key, value, terms)):
            predicate = self._reading.property(key, terms)
            yield self._value(pointer, key, value, meaning, predicate)

    def _identified(self, node: Mapping[str, Any], pointer: str, terms: Terms) -> Iterator[_Value]:
        """Yield the id of a node inside a record: a reference as well."""
        for key, value in node.items():
            if not isinstance(value, str) or not is_keyword(key, "@id", terms):
                continue
            if meaning := self._reading.identifier(value, terms):
                above = pointer.rpartition("/")[2]
                yield self._value(f"{pointer}/{escaped(key)}", above, value, meaning, "")

    def _value(self, pointer: str, key: str, text: str, meaning: Meaning, predicate: str) -> _Value:
        return _Value(pointer, key, text, meaning.iri, predicate, meaning.written)

    def _code_values(self, node: Mapping[str, Any], pointer: str) -> Iterator[_Value]:
        """Yield the code of a CategoryCode (schema.org) whose code set is one of our schemes."""
        scheme, code = node.get("inCodeSet"), node.get("codeValue")
        if isinstance(scheme, dict):
            scheme = next((scheme[k] for k in ("@id", "id", "url") if k in scheme), None)
        if not isinstance(scheme, str) or not isinstance(code, str):
            return
        if iri := self._withdrawals.coded(scheme, code):
            at = f"{pointer}/codeValue"
            yield _Value(at, "codeValue", code, iri, "", self._withdrawals.code)

    def _item(self, value: _Value) -> Item:
        """Return what becomes of a reference to something withdrawn."""
        succession = self._withdrawals.succession(value.iri)
        kept = Item(LEFT, value.pointer, value.key, value.text)
        candidates = tuple(value.written(iri) or iri for iri in succession.live)
        if succession.one is None:
            return kept._replace(reason=succession.why_not, candidates=candidates)
        new = value.written(succession.one)
        if new is None or not self._withdrawals.share_scheme(value.iri, succession.one):
            reason = "its successor is in another scheme"
            return kept._replace(reason=reason, candidates=succession.live)
        return kept._replace(kind=CHANGED, new=new)

    def _doubts(self, group: list[_Value]) -> Iterator[Item]:
        """Yield values that went with a withdrawn concept and do not go with its successor."""
        withdrawals = self._withdrawals
        for old in group:
            new = withdrawals.succession(old.iri).one if old.iri in withdrawals else None
            for value in group if new else ():
                if value.iri in withdrawals or not self._contradicts(old.iri, new or "", value):
                    continue
                after = sorted(withdrawals.links(new or "", value.predicate))
                candidates = tuple(value.written(iri) or iri for iri in after)
                reason = "it does not go with the successor"
                yield Item(DOUBT, value.pointer, value.key, value.text, None, reason, candidates)

    def _contradicts(self, old: str, new: str, value: _Value) -> bool:
        """Return whether a value fits what was withdrawn and does not fit its successor."""
        before = self._withdrawals.links(old, value.predicate)
        after = self._withdrawals.links(new, value.predicate)
        fitted = not before or bool(before & self._withdrawals.above(value.iri))
        return bool(after) and fitted and not after & self._withdrawals.above(value.iri)
