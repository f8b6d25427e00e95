"""Answer SPARQL over loaded graphs, in a process of its own that may die of a query."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final

import pyoxigraph as ox

from ...namespaces import PREFIXES
from ...project import Project
from ...stores import SERVED
from ..workers.limits import PLAIN, Answer, Limits
from .capped import OverflowingError, write_graph, write_solutions
from .graphs import Graphs, open_graphs
from .questions import GRAPHS, SOLUTIONS, Question

# A value for a variable that no query has: the engine reads a query, and refuses to begin.
_UNREADABLE: Final[dict[ox.Variable, Any]] = {
    ox.Variable(f"v{secrets.token_hex(16)}"): ox.Literal("")
}
_READ: Final = Answer(200, PLAIN, b"")


def load(project: Project, options: dict[str, Any], limits: Limits) -> Sparql:
    """Load the graphs. Raises InputError for what cannot be read."""
    loading = SERVED._replace(base=options["base"], format=options["input_format"])
    return Sparql(open_graphs(project, options["data"], options["store"], loading), limits)


class Sparql:
    """The graphs, and how queries over them are answered."""

    def __init__(self, graphs: Graphs, limits: Limits) -> None:
        self._graphs = graphs
        self._limits = limits
        self._store: ox.Store | None = None
        self.sealed = graphs.in_memory

    def summary(self) -> dict[str, Any]:
        """Return the named graphs, the number of statements and the IRI of the vocabulary."""
        found = self._graphs
        return {"graphs": found.names, "statements": found.statements, "base": found.base}

    def open(self) -> None:
        """Open the store in this process."""
        self._store = self._graphs.store()

    def reply(self, head: Any, body: bytes) -> Answer:
        """Answer the question in ``head``."""
        if self._store is None:
            self.open()
        assert self._store is not None
        return answer(self._store, Question(*head), self._limits)


def answer(store: ox.Store, question: Question, limits: Limits) -> Answer:
    """Answer one question. Never raises for what a query says."""
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
    named: list[ox.NamedNode | ox.BlankNode]
    default = [ox.NamedNode(iri) for iri in question.default_graphs]
    named = [ox.NamedNode(iri) for iri in question.named_graphs]
    chosen = bool(default or named)
    try:
        results = store.query(
            question.query,
            base_iri=question.base or None,
            prefixes=dict(PREFIXES),
            default_graph=default if chosen else None,
            named_graphs=named if chosen else None,
            substitutions=_UNREADABLE if question.only_read else None,
        )
        return _written(results, question, limits)
    except SyntaxError as error:
        return Answer.refusal(400, f"Not SPARQL: {_one_line(error.msg)}")
    except OverflowingError as error:
        return Answer.refusal(400, str(error))
    except (RuntimeError, OSError, ValueError) as error:
        if question.only_read:
            return _READ
        return Answer.refusal(400, f"Cannot be answered: {_one_line(str(error))}")


def _written(
    results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    question: Question,
    limits: Limits,
) -> Answer:
    graph = isinstance(results, ox.QueryTriples)
    known = GRAPHS if graph else SOLUTIONS
    media = next((media for media in question.media if media in known), None)
    if media is None:
        return Answer.refusal(406, f"Offered are {', '.join(known)}.")
    if isinstance(results, ox.QueryTriples):
        return Answer(200, media, write_graph(results, GRAPHS[media], limits))
    if isinstance(results, ox.QueryBoolean) and media.startswith("text/c"):
        return Answer(200, media, b"true\r\n" if results else b"false\r\n")
    return Answer(200, media, write_solutions(results, SOLUTIONS[media], limits))


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()[:500]
