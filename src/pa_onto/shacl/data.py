"""A data graph, and the nodes in it that shapes target."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from ..errors import InputError
from ..namespaces import RDF_TYPE, RDFS, XSD
from ..triples import Resource
from .shapes import Target
from .statements import Statements, resource_of, text_of

_CHUNK = 1 << 22

# Python needs a second for so many characters when two repeats compete for them.
_LONGEST = 10_000

_TYPED = r'"(?:[^"\\\n]|\\.)*+"\^\^<http://www\.w3\.org/2001/XMLSchema#\w+>'


class DataGraph:
    """The data to validate with the vocabulary it refers to.

    ``ntriples`` is what the engines read. ``predicates`` are those that targets and SPARQL
    mention; only statements with them are loaded (None: all do). ``lines`` are those statements
    and perhaps more, where they have been picked out before, without those of the vocabulary,
    which are the ``background``. ``verify`` raises InputError when
    an engine could not read the data because it is malformed. A data graph belongs to one
    thread.
    """

    def __init__(
        self,
        ntriples: str,
        *,
        predicates: set[str] | None = None,
        lines: str | None = None,
        background: str = "",
        verify: Callable[[], None] = lambda: None,
    ) -> None:
        self.ntriples = ntriples
        self.verify = verify
        self._predicates = predicates
        self._lines = lines
        self._background = background
        self._focus: dict[Target, set[str]] = {}

    def rewritten(self, rewrite: Callable[[str], str]) -> DataGraph:
        """Return the same data with every text rewritten, statement by statement."""
        predicates = self._predicates
        return DataGraph(
            rewrite(self.ntriples),
            predicates=predicates and {rewrite(f"<{iri}>")[1:-1] for iri in predicates},
            lines=self._lines and rewrite(self._lines),
            background=rewrite(self._background),
            verify=self.verify,
        )

    @cached_property
    def statements(self) -> Statements:
        """The statements that rules ask for, loaded when the first rule does."""
        if self._lines is not None:
            return Statements([self._lines], self._background)
        return Statements(with_predicates(self.ntriples, self._predicates))

    def as_written(self, term: str) -> str:
        """Return a term as the data write it: the store writes numbers and dates its own way."""
        if not term.startswith('"') or term.endswith(f"<{XSD}string>") or term in self.ntriples:
            return term
        return self._written.get(term, term)

    @cached_property
    def _written(self) -> dict[str, str]:
        """The literals that the store writes otherwise, by what it makes of them."""
        texts = [self.ntriples if self._lines is None else self._lines]
        literals = sorted({literal for text in texts for literal in re.findall(_TYPED, text)})
        marked = [f"<x:{n}> <x:value> {literal} ." for n, literal in enumerate(literals)]
        rows = Statements(marked).solutions("SELECT ?s ?o { ?s ?p ?o }")
        return {text_of(row["o"]): literals[int(row["s"]["value"][2:])] for row in rows}

    def check_literals(self) -> None:
        """Raise InputError for a literal too long to match patterns on with Python's ``re``."""
        if re.search(rf'"(?:[^"\\\n]|\\.){{{_LONGEST}}}', self.ntriples):
            raise InputError(
                f"A literal is longer than {_LONGEST} characters; the engine pyshacl may need "
                "hours to match a pattern on it.",
                cure="Use the engine shacl.",
            )

    def may_have(self, predicate: str) -> bool:
        """Return whether any statement may have a predicate; escapes may hide it."""
        return self._escaped or any(f"<{predicate}>" in text for text in self._texts)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return (self.ntriples,) if self._lines is None else (self._lines, self._background)

    @cached_property
    def _escaped(self) -> bool:
        return any("\\u" in text or "\\U" in text for text in self._texts)

    def typed(self) -> set[Resource]:
        """Return the nodes that have a type."""
        found = self.statements.resources(f"SELECT DISTINCT ?s {{ ?s <{RDF_TYPE}> ?c }}")
        return {resource_of(text) for text in found}

    def focus_nodes(self, targets: Iterable[Target]) -> set[str]:
        """Return the nodes that targets select (SHACL section 2.1.3).

        They are terms in N-Triples syntax.
        """
        selected = []
        for target in set(targets):
            if target not in self._focus:
                self._focus[target] = self._selected(target)
            selected.append(self._focus[target])
        return selected[0] if len(selected) == 1 else set().union(*selected)

    def _selected(self, target: Target) -> set[str]:
        kind, node = target
        if kind == "targetNode" or not isinstance(node, ox.NamedNode):
            return {str(node)}
        if kind == "targetSubjectsOf":
            return set(self.statements.resources(f"SELECT ?s {{ ?s {node} ?o }}"))
        if kind == "targetObjectsOf":
            found = self.statements.solutions(f"SELECT DISTINCT ?o {{ ?s {node} ?o }}")
            return {text_of(row["o"]) for row in found}
        query = f"SELECT ?s ?c {{ ?s <{RDF_TYPE}> ?c }}"
        return {
            row.partition("\t")[0]
            for below in closed([str(node)], self._below)
            for row in self.statements.resources(query, {"c": below})
        }

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        query = f"SELECT ?s ?o {{ ?s <{RDFS}subClassOf> ?o }}"
        below = defaultdict(list)
        for row in self.statements.resources(query):
            subject, _, object = row.partition("\t")
            below[object].append(subject)
        return below


def closed(roots: Iterable[str], below: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return names with all that is below them."""
    found = set(roots)
    todo = list(found)
    while todo:
        for name in below.get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return frozenset(found)


def with_predicates(
    ntriples: str, predicates: set[str] | None, *, ours: bool = False
) -> Iterator[str]:
    """Yield N-Triples, chunk by chunk, without the statements of other predicates.

    A line that is not written the usual way is kept: too many do no harm. ``ours`` says that
    every line is written the usual way, since we wrote it.
    """
    if predicates is None:
        yield ntriples
        return
    if ours:
        lines = ntriples.split("\n")
        kept = [
            line for line in lines if line[line.find(" ") + 2 :].partition(">")[0] in predicates
        ]
        yield "\n".join(kept) + "\n" if kept else ""
        return
    wanted = {f"<{iri}>": True for iri in predicates}
    for chunk in _chunks(ntriples):
        # N-Triples may end lines with a carriage return alone, and never holds one in a term.
        text = chunk.replace("\r", "\n") if "\r" in chunk else chunk
        lines = []
        before, usual = "", False
        for line in filter(None, text.split("\n")):
            subject, _, rest = line.partition(" ")
            predicate = rest[: rest.find(" ")]
            keep = wanted.get(predicate)
            if keep is None:
                keep = wanted[predicate] = not _is_usual(predicate)
            if subject != before:
                label = subject[:2] == "_:" and "<" not in subject
                before, usual = subject, label or _is_usual(subject)
            if keep or not usual:
                lines.append(line)
        yield "\n".join(lines) + "\n" if lines else ""


def _is_usual(iri: str) -> bool:
    """Return whether a text is one IRI without escapes."""
    return iri[:1] == "<" and iri.find(">") == len(iri) - 1 and "\\" not in iri


def _chunks(text: str) -> Iterator[str]:
    """Yield a text in pieces of some megabytes that end with a line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _CHUNK) + 1 or len(text)
        yield text[start:end]
        start = end
