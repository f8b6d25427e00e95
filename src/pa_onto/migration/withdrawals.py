"""What a vocabulary has withdrawn, and what records that use it should say instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from ..changes.successors import Succession, Successors
from ..namespaces import SKOS, local_name
from ..triples import Triple

_SCHEME: Final = SKOS + "inScheme"
_BROADER: Final = SKOS + "broader"
_NOTATION: Final = SKOS + "notation"


class Withdrawals:
    """The withdrawn concepts of a vocabulary; ``triples`` is all of it."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        found = list(triples)
        self.successors = Successors(found)
        self._links: dict[str, dict[str, set[str]]] = {}
        self._codes: dict[str, list[str]] = {}
        for triple in found:
            if not isinstance(triple.subject, ox.NamedNode):
                continue
            iri, name, value = triple.subject.value, triple.predicate.value, triple.object
            if isinstance(value, ox.NamedNode):
                self._links.setdefault(iri, {}).setdefault(name, set()).add(value.value)
            elif name == _NOTATION:
                self._codes.setdefault(iri, []).append(value.value)

    def __contains__(self, iri: object) -> bool:
        return iri in self.successors.withdrawn

    def succession(self, iri: str) -> Succession:
        """Return where the successors of a withdrawn concept lead."""
        return self.successors.of(iri)

    def links(self, iri: str, predicate: str) -> set[str]:
        """Return the values of a property that are IRIs."""
        return self._links.get(iri, {}).get(predicate, set())

    def above(self, iri: str) -> set[str]:
        """Return a concept with everything broader than it."""
        found, waiting = {iri}, [iri]
        while waiting:
            new = self.links(waiting.pop(), _BROADER) - found
            found |= new
            waiting += new
        return found

    def share_scheme(self, one: str, other: str) -> bool:
        """Return whether two concepts are in one scheme, or neither is in any."""
        schemes = self.links(one, _SCHEME), self.links(other, _SCHEME)
        return bool(schemes[0] & schemes[1]) or not (schemes[0] or schemes[1])

    def coded(self, scheme: str, code: str) -> str | None:
        """Return the withdrawn concept that has a code in a scheme, as job postings name it."""
        return self._coded.get((scheme.rstrip("/#"), code))

    def code(self, iri: str) -> str | None:
        """Return the code of a concept, None when it has none or several."""
        codes = self._codes.get(iri, [])
        return codes[0] if len(codes) == 1 else None

    @cached_property
    def _coded(self) -> dict[tuple[str, str], str]:
        return {
            (scheme.rstrip("/#"), code): iri
            for iri in self.successors.withdrawn
            for scheme in self.links(iri, _SCHEME)
            for code in self._codes.get(iri, ())
        }

    def mentioned(self, node: object) -> bool:
        """Return whether any text in a record may refer to something withdrawn."""
        found = self._name
        waiting = [node]
        while found and waiting:
            item = waiting.pop()
            if isinstance(item, str):
                if found.search(item):
                    return True
            elif isinstance(item, dict):
                waiting += item.values()
            elif isinstance(item, list):
                waiting += item
        return False

    @cached_property
    def mention(self) -> re.Pattern[bytes] | None:
        """What every text matches that may refer to something withdrawn, escapes among it.

        None when nothing has been withdrawn.
        """
        if self._name is None:
            return None
        return re.compile(rb"\\[u/]|" + self._name.pattern.encode())

    @cached_property
    def _name(self) -> re.Pattern[str] | None:
        """The end of every IRI and every code of what has been withdrawn."""
        names = {
            name
            for iri in self.successors.withdrawn
            for name in (local_name(iri) or iri, *self._codes.get(iri, ()))
        }
        words = sorted(map(re.escape, names), key=lambda word: (-len(word), word))
        return re.compile("|".join(words)) if words else None
