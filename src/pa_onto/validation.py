"""Validate instance data against shapes and vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from .errors import InputError, UsageError
from .model import Finding, Location, Report, Severity, grouped
from .project import Project, find_project
from .reading import Contexts, Source, read_source, read_turtle_folder, verify
from .reading.rdf import parse_file
from .shacl import DataGraph, ShapesGraph, run_engine
from .shacl.data import with_predicates
from .shacl.results import Result
from .triples import Triple, as_ntriples
from .vocabulary import published_text


def validate(
    paths: Iterable[str],
    *,
    shapes: Iterable[Path] = (),
    vocabulary: Iterable[Path] = (),
    engine: str = "shacl",
    format: str | None = None,
    project: Project | None = None,
) -> Report:
    """Validate files against the data shapes and the published vocabulary of a project.

    ``shapes`` and ``vocabulary`` (files or folders) replace the project's own. ``-`` among the
    paths is standard input, in ``format``. Raises InputError for what cannot be read and when
    nothing could be checked: no shape, or no node that a shape looks at.
    """
    project = project or find_project()
    sources = _read(list(paths), format, project)
    graph = load_shapes(list(shapes) or [project.shapes / "data", _prefixes(project)])
    terms = _vocabulary(list(vocabulary), project)
    return check_sources(sources, graph, _relevant(terms, graph), engine)


def check_sources(
    sources: list[Source], shapes: ShapesGraph, vocabulary: str, engine: str
) -> Report:
    """Validate sources that have been read; ``vocabulary`` is N-Triples."""
    found = [finding for source in sources for finding in source.findings]
    data = DataGraph(
        "\n".join([vocabulary, *(source.ntriples for source in sources)]),
        predicates=shapes.rule_predicates(),
        verify=partial(_verify, sources),
    )
    results, notices = run_engine(engine, shapes, data)
    found += _Placing(sources, shapes).findings(results)
    counts = _count(sources, shapes, data, vocabulary)
    if not counts.focus_nodes and not found:
        raise InputError(
            f"Nothing was checked: no shape looks at any of {counts.records} records.",
            cure="Check the types of the records, or name other shapes with --shapes.",
            file=", ".join(source.file for source in sources),
        )
    ordered = _in_order(found, sources)
    return Report(
        findings=tuple(ordered),
        groups=grouped(ordered),
        files=tuple(source.file for source in sources),
        records=counts.records,
        focus_nodes=counts.focus_nodes,
        unchecked=counts.unchecked,
        shapes=len(shapes.shapes),
        engine=engine,
        notices=tuple(notices),
    )


def _verify(sources: list[Source]) -> None:
    for source in sources:
        verify(source)


def _in_order(findings: list[Finding], sources: list[Source]) -> list[Finding]:
    """Return findings in the order of their records, those without a place by their content."""
    nodes = [node for source in sources for node in source.locations]
    ranks = {node: rank for rank, node in enumerate(nodes)}
    return sorted(
        findings, key=lambda f: (ranks.get(f.focus_node, len(ranks)), -f.severity, f.sort_key)
    )


def load_shapes(paths: Iterable[Path]) -> ShapesGraph:
    """Read shapes from files and folders.

    Raises InputError for terms SHACL does not have, and when no shape has a target.
    """
    paths = list(paths)
    triples = [triple for path in paths for triple in _triples(path)]
    graph = ShapesGraph(triples)
    file = ", ".join(map(str, paths))
    graph.check_terms(file)
    if not graph.shapes:
        raise InputError("Holds no shape with a target.", cure="Add sh:targetClass.", file=file)
    return graph


class _Counts(NamedTuple):
    records: int
    focus_nodes: int
    unchecked: int


class _Placing:
    """Makes findings of results: adds the key, the place and readable terms."""

    def __init__(self, sources: list[Source], shapes: ShapesGraph) -> None:
        self._places = {
            node: place for source in sources for node, place in source.locations.items()
        }
        self._file = sources[0].file if len(sources) == 1 else None
        self._keys = dict(_keys(shapes))

    def findings(self, results: list[Result]) -> Iterator[Finding]:
        """Yield one finding for every result."""
        for result in results:
            node = result.focus_node.strip("<>")
            yield Finding(
                focus_node=node,
                message=result.message,
                component=result.component,
                severity=Severity.of(result.severity),
                shape=result.shape,
                path=result.path,
                value=result.value,
                key=self._keys.get(result.shape) or self._keys.get(result.path or ""),
                location=self._place(node),
            )

    def _place(self, node: str) -> Location | None:
        place = self._places.get(node)
        if place is None and self._file is not None:
            return Location(self._file)
        return place


def _keys(shapes: ShapesGraph) -> Iterator[tuple[str, str]]:
    """Yield the JSON key of every shape that has one, and of every path of such a shape."""
    for triple in shapes.triples:
        if triple.predicate.value.endswith("#codeIdentifier"):
            subject = triple.subject
            yield getattr(subject, "value", str(subject)), triple.object.value
            for path in shapes.objects(subject, "http://www.w3.org/ns/shacl#path"):
                yield str(path.object), triple.object.value


def _read(paths: list[str], format: str | None, project: Project) -> list[Source]:
    if not paths:
        raise UsageError("No file is named.", cure="Name files, or - for standard input.")
    known: list[Contexts] = []

    def contexts() -> Contexts:
        if not known:
            known.append(Contexts.from_file(project.context))
        return known[0]

    return [
        read_source(path, contexts, format=format, label=f"f{number}r", alone=len(paths) == 1)
        for number, path in enumerate(paths)
    ]


def _prefixes(project: Project) -> Path:
    return project.shapes / "prefixes.ttl"


def _triples(path: Path) -> list[Triple]:
    return read_turtle_folder(path) if path.is_dir() else parse_file(path)


def _vocabulary(paths: list[Path], project: Project) -> str:
    if not paths:
        return published_text(project)
    return "".join(as_ntriples(_triples(path)) for path in paths)


def _relevant(vocabulary: str, shapes: ShapesGraph) -> str:
    """Keep the statements of the vocabulary whose predicates the shapes mention.

    The engines index every triple they are given; most of a vocabulary is prose.
    """
    return "".join(with_predicates(vocabulary, shapes.predicates()))


def _count(sources: list[Source], shapes: ShapesGraph, data: DataGraph, vocabulary: str) -> _Counts:
    """Count the records of the sources, and the nodes in them that a shape looks at.

    What the vocabulary brings along does not count.
    """
    ours = {line.split(" ", 1)[0] for line in vocabulary.split("\n")}
    checked = {str(node) for node in data.focus_nodes(t for _, t in shapes.targets)} - ours
    records = {node for source in sources for node in _placed(source)}
    if any(not source.locations for source in sources):
        typed = (str(node) for node in data.typed() if isinstance(node, ox.NamedNode))
        records |= {node for node in typed if node not in ours} | checked
    return _Counts(len(records), len(checked), len(records - checked))


def _placed(source: Source) -> set[str]:
    """Return the records of a JSON source, as terms in N-Triples syntax."""
    return {node if node.startswith("_:") else f"<{node}>" for node in source.locations}
