"""What is pushed: statements as N-Triples in a file, counted, and the graph they belong in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, Final, NamedTuple

import pyoxigraph as ox

from ..errors import InputError, UsageError
from ..namespaces import OWL, RDF_TYPE
from ..project import Project
from ..reading import format_of
from ..reading.rdf import to_ntriples
from ..stores import USUAL, Loading, dataset
from ..vocabulary import published_text

_ONTOLOGY: Final = re.compile(rf"^<([^<>]*)> <{RDF_TYPE}> <{OWL}Ontology> \.$", re.MULTILINE)
_N_TRIPLES: Final = format_of("x.nt")
_AT_ONCE: Final = 250_000
_FEW: Final = 3


class Payload(NamedTuple):
    """Statements in a file: its size, how many different ones, and whether nodes are blank."""

    graph: ox.NamedNode
    file: IO[bytes]
    size: int
    statements: int
    blank: bool

    def lines(self) -> Iterator[bytes]:
        """Yield the statements, some perhaps more than once."""
        self.file.seek(0)
        return iter(self.file)

    def text(self) -> bytes:
        """Return all statements at once."""
        self.file.seek(0)
        return self.file.read()


def gather(
    project: Project,
    data: Iterable[str],
    graph: str | None,
    file: IO[bytes],
    loading: Loading = USUAL,
) -> Payload:
    """Write the statements of files, or of the published vocabulary when there is none, to a file.

    What stands in named graphs is among them. Without ``graph`` the vocabulary belongs in
    the graph that is named after it. Raises InputError for what cannot be read or is empty,
    UsageError for a missing or malformed name.
    """
    files = list(data)
    if files and graph is None:
        raise UsageError("The graph for the data has no name.", cure="Name it with --graph IRI.")
    if files:
        node = _node(graph or "")
        _write_files(files, project, file, loading, node)
    else:
        text = published_text(project)
        node = _node(graph if graph is not None else _ontology(text, project))
        file.write(_sound(text, "the vocabulary").encode())
    size = file.tell()
    if not size:
        raise InputError("There is no statement to push.", cure="Check the input.")
    file.seek(0)
    lines, blank = 0, False
    for line in file:
        lines += 1
        blank = blank or b"_:" in line
    return Payload(node, file, size, _different(file, lines), blank)


def _write_files(
    files: list[str], project: Project, file: IO[bytes], loading: Loading, graph: ox.NamedNode
) -> None:
    """Write all statements of files, and say what graphs they leave for the one they go to."""
    left: set[str] = set()
    for text in dataset(project, files, loading):
        quads = ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True)
        ox.serialize(_triples(quads, left), file, format=ox.RdfFormat.N_TRIPLES)
    if others := sorted(left - {str(graph)}):
        shown = ", ".join(others[:_FEW]) + (" …" if len(others) > _FEW else "")
        loading.notice(f"What stands in the graphs {shown} goes to {graph} with all the rest.")


def _triples(quads: Iterable[ox.Quad], graphs: set[str]) -> Iterator[ox.Triple]:
    """Yield the triples of quads; collect the graphs that they stand in."""
    for quad in quads:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            graphs.add(str(quad.graph_name))
        yield quad.triple


def _sound(text: str, file: str) -> str:
    return to_ntriples(text, _N_TRIPLES, file, rename=False)


def _different(file: IO[bytes], lines: int) -> int:
    """Count the lines that differ, a part of them at a time."""
    parts = lines // _AT_ONCE + 1
    total = 0
    for part in range(parts):
        file.seek(0)
        codes = (hash(line) for line in file)
        total += len({code for code in codes if code % parts == part})
    return total


def _ontology(text: str, project: Project) -> str:
    found = _ONTOLOGY.findall(text)
    if len(found) != 1:
        raise InputError(
            f"Declares {len(found)} ontologies.",
            cure="Name the graph with --graph IRI.",
            file=str(project.published),
        )
    return str(found[0])


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise UsageError(f"{iri!r} is no IRI.", cure="Name the graph by an absolute IRI.") from None
