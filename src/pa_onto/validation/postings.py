"""Compare the raw title of a job posting with the title of the vocabulary that it names.

Not a shape but the resolver says what a raw title means. It is taken at its word only where it
is certain: what is ambiguous or no title contradicts nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from ..namespaces import SCHEMA, local_name
from ..shacl.results import Result
from .titles import Titles, text_of

_TITLE: Final = f"<{SCHEMA}title>"
_OCCUPATION: Final = f"<{SCHEMA}relevantOccupation>"
_CATEGORY: Final = f"<{SCHEMA}occupationalCategory>"
_CODE: Final = f"<{SCHEMA}codeValue>"
_CODE_SET: Final = f"<{SCHEMA}inCodeSet>"
_READ: Final = frozenset((_TITLE, _OCCUPATION, _CATEGORY, _CODE, _CODE_SET))

#: What two titles that do not agree are called among the components of findings.
COMPONENT: Final = "TitleMismatch"
# More of a raw title is no help in a message.
_SHOWN: Final = 80

#: The objects of a node by predicate, in N-Triples syntax.
_Node = dict[str, list[str]]


class _Named(NamedTuple):
    """A title that a posting names: predicate, object in N-Triples syntax, IRI of the title."""

    path: str
    value: str
    iri: str


class Postings:
    """Reads postings part by part, and compares them as soon as all of one is known."""

    def __init__(self, titles: Titles) -> None:
        self._titles = titles
        # What the part in hand says, and what is kept for the end.
        self._here: Mapping[str, _Node] = {}
        self._kept: dict[str, _Node] = {}
        self._late: dict[str, None] = {}

    def compared(self, statements: str) -> list[Result]:
        """Compare the postings in N-Triples that are all there is."""
        self._here = here = _nodes(statements)
        return [result for name in here for result in self._compared(name)]

    def compared_in_part(
        self, statements: str, open: Collection[str], shared: Collection[str]
    ) -> tuple[list[Result], list[str]]:
        """Compare the postings of a part; return those as well that are left for the end.

        Left are those in ``open``, whose links lead out of the part, in ``shared``, which other
        parts describe as well, and those whose codes are not all here.
        """
        self._here = here = _nodes(statements)
        found: list[Result] = []
        late: list[str] = []
        for name, node in here.items():
            codes = [value for value in node.get(_CATEGORY, ()) if value[0] != '"']
            away = any(code not in here or code in shared for code in codes)
            if name in shared or ((away or name in open) and _TITLE in node):
                late.append(name)
                for kept in (name, *codes):
                    self._keep(kept, here.get(kept, {}))
            elif _TITLE in node:
                found += self._compared(name)
            elif name[0] == "<" and _CODE_SET in node:
                # A posting in another part may have this code.
                self._keep(name, node)
        self._late.update(dict.fromkeys(late))
        return found, late

    def compared_at_last(self) -> list[Result]:
        """Compare the postings that were left for the end."""
        self._here = self._kept
        return [result for name in self._late for result in self._compared(name)]

    def suggested(self, result: Result) -> str | None:
        """Return what a posting should name, by its raw title, where it names another or none.

        That is the IRI of a title, or its code where the result is about a code.
        """
        node = self._here.get(result.focus_node, {})
        if result.component != COMPONENT and any(self._named(node)):
            return None
        meant = self._meant(node)
        return local_name(meant) if meant and result.path == _CATEGORY else meant

    def _keep(self, name: str, node: _Node) -> None:
        kept = self._kept.setdefault(name, {})
        for predicate, values in node.items():
            known = kept.setdefault(predicate, [])
            known += [value for value in values if value not in known]

    def _compared(self, name: str) -> Iterator[Result]:
        node = self._here[name]
        named = list(self._named(node)) if _TITLE in node else []
        meant = self._meant(node) if named else None
        if meant is None:
            return
        raw = json.dumps(text_of(node[_TITLE][0])[:_SHOWN], ensure_ascii=False)
        for path, value, iri in named:
            if not self._titles.agree(meant, iri):
                message = (
                    f"The title {raw} means {local_name(meant)}, but {local_name(path[1:-1])} "
                    f"names {local_name(iri)}; correct the one that is wrong."
                )
                yield Result(name, path, value, "", COMPONENT, "Warning", message)

    def _meant(self, node: _Node) -> str | None:
        """Return the IRI of the title that the one raw title of a posting certainly means."""
        raw = node.get(_TITLE, ())
        return self._titles.meant(text_of(raw[0])).title if len(raw) == 1 else None

    def _named(self, node: _Node) -> Iterator[_Named]:
        """Yield the titles of the vocabulary that a posting names, by IRI or by code."""
        for value in node.get(_OCCUPATION, ()):
            iri = text_of(value)
            if self._titles.known(iri):
                yield _Named(_OCCUPATION, value, iri)
        for value in node.get(_CATEGORY, ()):
            for iri in self._coded(self._here.get(value, {})):
                if self._titles.known(iri):
                    yield _Named(_CATEGORY, value, iri)

    @staticmethod
    def _coded(category: _Node) -> Iterator[str]:
        """Yield the IRIs that a code in its code set may stand for."""
        for code_set in category.get(_CODE_SET, ()):
            for code in category.get(_CODE, ()):
                yield f"{text_of(code_set).rstrip('/#')}/{text_of(code)}"


def _nodes(statements: str) -> dict[str, _Node]:
    """Return the nodes that say something that is read here, with the objects of each."""
    nodes: dict[str, _Node] = {}
    if not any(predicate in statements for predicate in _READ):
        return nodes
    for line in statements.split("\n"):
        subject, _, rest = line.partition(" ")
        predicate, _, value = rest.partition(" ")
        if predicate in _READ:
            values = nodes.setdefault(subject, {}).setdefault(predicate, [])
            if value[:-2] not in values:
                values.append(value[:-2])
    return nodes
