"""Answer SPARQL over the published vocabulary and any data beside it.

Stored queries are ``.rq`` files in ``ontology/queries``; the comment lines at their head give
the title, the description and the parameters::

    # title: Titles at a level
    # description: Every title at one level, with its department.
    # parameter: level (level) = senior -- code or IRI of the level

A parameter is bound as a term, never pasted into the text. ``(level)`` says that its value is
a code of the scheme of that name; ``(text)`` makes it a plain literal.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final, NamedTuple, Protocol, cast

import pyoxigraph as ox

from .arguments import PathLike, Paths, as_flag, as_mapping, as_several, as_text
from .errors import InputError, UsageError
from .namespaces import PREFIXES, SKOS, Prefixes, expand
from .project import Project, project_given
from .reading.clauses import named_in
from .reading.federation import calls_service
from .reading.guards import check_nesting
from .reading.nearest import nearest
from .stores import in_memory
from .triples import match
from .vocabulary import published_prefixes

RESULT_FORMATS: Final[Mapping[str, ox.QueryResultsFormat]] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final[Mapping[str, ox.RdfFormat]] = {
    "turtle": ox.RdfFormat.TURTLE,
    "json-ld": ox.RdfFormat.JSON_LD,
    "n-triples": ox.RdfFormat.N_TRIPLES,
}
_NOTATION: Final = ox.NamedNode(SKOS + "notation")
#: So many codes are listed.
_FEW: Final = 12
# A parameter as the head of a query declares it: name (kind) = default -- what it is.
_PARAMETER: Final = r"(\w+) \(([\w-]+)\)(?: = (.*?))?(?: -- (.*))?"


Value = ox.NamedNode | ox.Literal
Bindings = Iterator[tuple[ox.Variable, Value]]
Results = ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples
Substitutions = dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]


class Parameter(NamedTuple):
    """A variable the caller binds: ``kind`` is ``text``, ``iri`` or the name of a scheme."""

    name: str
    kind: str
    default: str | None = None
    about: str = ""


class StoredQuery(NamedTuple):
    """A query with a name, a title, a description, parameters, and the prefixes it may use."""

    name: str
    text: str
    title: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    file: str = "<query>"
    prefixes: Prefixes = PREFIXES


class Writable(Protocol):
    """What takes bytes: a binary file, or less."""

    def write(self, piece: bytes, /) -> int:
        """Take a piece and return its length."""

    def flush(self) -> None:
        """Pass on what is held back."""


class Answer:
    """The answer to a query: a boolean, rows, or a graph. It can be read once."""

    def __init__(self, results: Results, prefixes: Prefixes = PREFIXES) -> None:
        self._results = results
        self.prefixes = prefixes

    @property
    def boolean(self) -> bool | None:
        """The answer to an ASK query, None for any other."""
        return bool(self._results) if isinstance(self._results, ox.QueryBoolean) else None

    @property
    def variables(self) -> list[str] | None:
        """The variables of a SELECT query in order, None for any other."""
        if not isinstance(self._results, ox.QuerySolutions):
            return None
        return [variable.value for variable in self._results.variables]

    def rows(self) -> Iterator[list[str | None]]:
        """Yield the rows of a SELECT query: terms in N-Triples syntax, None where unbound."""
        names = self.variables or []
        for row in self._results if isinstance(self._results, ox.QuerySolutions) else ():
            yield [None if (term := row[name]) is None else str(term) for name in names]

    def serialize(self, format: str) -> bytes:
        """Return the answer in a format of RESULT_FORMATS, or a graph in one of GRAPH_FORMATS.

        Raises UsageError when the format is not for this kind of answer.
        """
        output = io.BytesIO()
        self.write(output, format)
        return output.getvalue()

    def write(self, output: Writable, format: str) -> None:
        """Write the answer to a binary file, rows as they are found.

        Raises UsageError, before anything is written, when the format is not for this kind of
        answer.
        """
        graph = isinstance(self._results, ox.QueryTriples)
        known: Mapping[str, object] = GRAPH_FORMATS if graph else RESULT_FORMATS
        if format not in known:
            kind = "a graph" if graph else "a table or a yes or no"
            raise UsageError(
                f"The answer is {kind}, which {format} cannot hold.",
                cure=f"Use one of {', '.join(known)}.",
            )
        if isinstance(self._results, ox.QueryTriples):
            from .canonical import serialize

            ordered = sorted(set(self._results), key=str)
            output.write(serialize(ordered, GRAPH_FORMATS[format], self.prefixes))
            return
        self._results.serialize(cast("IO[bytes]", output), format=RESULT_FORMATS[format])


def query(
    text: str,
    *,
    data: Paths | None = None,
    parameters: Mapping[str, str] | None = None,
    project: Project | PathLike | None = None,
    vocabulary: bool = True,
) -> Answer:
    """Answer a SPARQL query.

    ``data`` names files to load; ``vocabulary=False`` leaves the published vocabulary out.
    Raises InputError for text that is not SPARQL and UsageError for what is not allowed.
    """
    named, bound = as_several(data, "data"), as_mapping(parameters, "parameters")
    vocabulary, project = as_flag(vocabulary, "vocabulary"), project_given(project)
    stored = parse_query(as_text(text, "text"))
    stored = stored._replace(prefixes=published_prefixes(project))
    return run(stored, in_memory(project, named, vocabulary=vocabulary), bound)


def run(
    stored: StoredQuery,
    store: ox.Store,
    parameters: Mapping[str, str],
    *,
    base: str | None = None,
) -> Answer:
    """Answer a query over a store, its parameters bound to terms and its IRIs to a base."""
    _check(stored)
    _check_sources(stored, store, base)
    bound: Substitutions | None = dict(bindings(stored, parameters, store)) or None
    prefixes = dict(stored.prefixes)
    try:
        results = store.query(stored.text, base_iri=base, prefixes=prefixes, substitutions=bound)
        return Answer(results, prefixes)
    except SyntaxError as error:
        raise _located(error, stored.file) from error
    except RuntimeError as error:
        problem, cure = f"Cannot be answered: {error}.", "Use the functions of SPARQL 1.1."
        if bound:
            problem = f"A parameter cannot be bound: {error}."
            cure = "Let the query select the variable."
        raise UsageError(problem, cure=cure, file=stored.file) from error


def stored_queries(project: Project) -> list[StoredQuery]:
    """Return the stored queries of a project by name."""
    folder = project.ontology / "queries"
    return [read_query(path) for path in sorted(folder.glob("*.rq"))]


def find_query(name: str, project: Project) -> StoredQuery:
    """Return the query in a file, or the stored query of that name.

    Raises UsageError when there is neither.
    """
    if name == "-" or name.endswith(".rq"):
        return read_query(Path(name))
    queries = {stored.name: stored for stored in stored_queries(project)}
    if name not in queries:
        raise UsageError(f"There is no stored query {name!r}.", cure=_instead(name, queries))
    return queries[name]


def _instead(name: str, queries: Iterable[str]) -> str:
    """Say what to type instead of what is no name of a query."""
    from .reading.hints import quoted

    if re.search(r"[{}]|^\s*(?:select|ask|construct|describe|prefix|base)\b", name, re.IGNORECASE):
        return f"A query itself is given with -e: pa-onto query -e {quoted(name)}."
    if Path(name).suffix or "/" in name:
        return (
            "A query in a file ends in .rq; data are asked with "
            f"`pa-onto query -e 'SELECT …' --data {quoted(name)}`."
        )
    close = nearest(name, queries)
    return f"Did you mean {close}?" if close else "List them with `pa-onto query --list`."


def read_query(path: Path) -> StoredQuery:
    """Read a ``.rq`` file, or standard input for ``-``, and the comments at its head."""
    from .reading.inputs import read_path

    text = read_path(str(path))
    return parse_query(text, name=path.stem, file=str(path))


def parse_query(text: str, *, name: str = "", file: str = "<query>") -> StoredQuery:
    """Return a query with what the comment lines at its head say of it."""
    heads: dict[str, list[str]] = {"title": [], "description": [], "parameter": []}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        field, _, value = line.lstrip("# ").partition(":")
        if field in heads:
            heads[field].append(value.strip())
    parameters = tuple(_parameter(value, file) for value in heads["parameter"])
    title, about = (" ".join(heads[field]) for field in ("title", "description"))
    return StoredQuery(name, text, title, about, parameters, file)


def _parameter(declaration: str, file: str) -> Parameter:
    found = re.fullmatch(_PARAMETER, declaration)
    if found is None:
        raise InputError(
            f"Not a parameter: {declaration!r}.",
            cure="Write `# parameter: name (kind) = default -- what it is`.",
            file=file,
        )
    return Parameter(found[1], found[2], found[3], found[4] or "")


def bindings(stored: StoredQuery, given: Mapping[str, str], store: ox.Store) -> Bindings:
    """Yield the parameters of a query and the terms that they stand for.

    Codes must be in the store. Raises UsageError for what is no value of its parameter.
    """
    known = {parameter.name: parameter for parameter in stored.parameters}
    for name in given:
        if name not in known and stored.parameters:
            raise UsageError(
                f"The query has no parameter {name!r}.", cure=f"It has {', '.join(known)}."
            )
        kind = "iri" if expand(given[name], stored.prefixes) else "text"
        known.setdefault(name, Parameter(name, kind))
    for name, parameter in known.items():
        value = given.get(name, parameter.default)
        if value is None:
            raise UsageError(
                f"The parameter {name} has no value.", cure=f"Give one: --param {name}=VALUE."
            )
        yield ox.Variable(name), _term(value, parameter, store, stored.prefixes)


def _term(value: str, parameter: Parameter, store: ox.Store, prefixes: Prefixes) -> Value:
    """Make a term of what somebody typed for a parameter."""
    if parameter.kind == "text":
        return ox.Literal(value)
    iri = expand(value, prefixes) or value
    if ":" not in iri:
        iri = (expand(f"{parameter.kind}:", prefixes) or f"{parameter.kind}/") + value
    try:
        node = ox.NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{value!r} is no IRI for the parameter {parameter.name}.") from error
    if parameter.kind != "iri" and not any(match(store, node)):
        codes = {triple.object.value for triple in match(store, None, _NOTATION)}
        close = nearest(value, codes)
        raise UsageError(
            f"There is no {parameter.kind} {value!r}.",
            cure=f"Did you mean {close}?" if close else _known(parameter, store, prefixes),
        )
    return node


def _known(parameter: Parameter, store: ox.Store, prefixes: Prefixes) -> str:
    """Say which codes a parameter may have, or else where to look them up."""
    space = expand(f"{parameter.kind}:", prefixes) or ""
    found = (triple for triple in match(store, None, _NOTATION) if space)
    codes = sorted({t.object.value for t in found if str(t.subject).startswith(f"<{space}")})
    return (
        f"Use {', '.join(codes)}." if 0 < len(codes) <= _FEW else "Look it up with `pa-onto show`."
    )


def _check(stored: StoredQuery) -> None:
    """Refuse what would crash the engine or reach beyond the store."""
    check_nesting(stored.text, stored.file)
    if calls_service(stored.text):
        raise UsageError(
            "SERVICE is refused: a query answers from the loaded graphs alone.",
            cure="Load the data with --data.",
            file=stored.file,
        )


def _check_sources(stored: StoredQuery, store: ox.Store, base: str | None) -> None:
    """Refuse graphs that are not loaded: nothing is fetched, and they would seem empty."""
    for iri in named_in(stored.text, base or "", stored.prefixes):
        if any(graph.value == iri for graph in store.named_graphs()):
            continue
        known = ", ".join(sorted(f"<{graph.value}>" for graph in store.named_graphs())[:10])
        raise UsageError(
            f"FROM asks for <{iri}>, which is not loaded; there is {known or 'no named graph'}.",
            cure="Load files with --data that name their graphs (TriG, N-Quads, JSON-LD).",
            file=stored.file,
        )


def _located(error: SyntaxError, file: str) -> InputError:
    """Turn pyoxigraph's ``error at LINE:COLUMN: expected …`` into one short line."""
    found = re.match(r"error at (\d+):(\d+): (.*)", str(error.msg), re.DOTALL)
    if found is None:
        return InputError(f"Not SPARQL: {error.msg}.", cure="Check the query.", file=file)
    return InputError(
        "Not SPARQL from here on.",
        cure="Check the query at that place.",
        file=file,
        line=int(found[1]),
        column=int(found[2]),
    )
