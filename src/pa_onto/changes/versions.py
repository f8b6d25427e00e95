"""Read one version of a vocabulary from files, whatever they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..errors import InputError
from ..namespaces import OWL, PROV, RDF_TYPE, SKOS
from ..project import Project, find_project
from ..reading.datasets import read_dataset
from ..reading.formats import format_of
from ..reading.inputs import Input, read_text
from ..reading.rdf import parse_graph, parse_quads, read_turtle_folder
from ..reading.sources import Readers
from ..triples import Triple, triples_of
from ..vocabulary import Vocabulary, build
from .compare import Version

_DERIVED_FROM: Final = PROV + "wasDerivedFrom"
# The serialisation of a published folder that says most, in the order of preference.
_PUBLISHED: Final = (".trig", ".nt", ".ttl", ".rdf")
_GRAPHS: Final = ("turtle", "n-triples", "n-quads", "trig", "rdf-xml", "json-ld")


def read_version(path: Path, name: str | None = None) -> Version:
    """Return the version in a file or a folder; ``name`` is what it is called, or its path.

    A folder is a project (``ontology/`` is in it), the ``ontology/`` of one, a published
    folder, or any folder with Turtle. Raises InputError for what cannot be read.
    """
    name = name or str(path)
    if not path.is_dir():
        return _file(path, name)
    for root in (path, path.parent if path.name == "ontology" else path):
        if (root / "ontology").is_dir():
            return of_vocabulary(build(_project(root)), name)
    return published_in(path, name) or _of(read_turtle_folder(path), name)


def published_in(folder: Path, name: str) -> Version | None:
    """Return the version that a folder holds as one graph file, None where there is none."""
    for extension in _PUBLISHED:
        files = sorted(folder.glob(f"*{extension}"))
        if len(files) == 1:
            return _file(files[0], name)
    return None


def of_vocabulary(vocabulary: Vocabulary, name: str) -> Version:
    """Return the version that the sources of a project give."""
    return Version(name, vocabulary.iri, vocabulary.triples, frozenset(vocabulary.derived))


def of_quads(quads: Iterable[ox.Quad], name: str) -> Version:
    """Return a version from quads; a graph that was derived from another holds what follows."""
    found = list(dict.fromkeys(quads))
    origin = {quad for quad in found if quad.predicate.value == _DERIVED_FROM}
    derived = {quad.subject for quad in origin} & {quad.graph_name for quad in found}
    triples = list(dict.fromkeys(triples_of(quad for quad in found if quad not in origin)))
    follows = frozenset(triples_of(quad for quad in found if quad.graph_name in derived))
    return _of(triples, name, follows if derived else None)


def _of(triples: list[Triple], name: str, derived: frozenset[Triple] | None = None) -> Version:
    iri = _vocabulary(triples)
    # What says of the published graphs which follows from which is no part of either.
    graph = f"{iri.rstrip('/#')}/graph/derived"
    kept = [triple for triple in triples if triple.subject.value != graph]
    return Version(name, iri, kept, derived)


def _vocabulary(triples: list[Triple]) -> str:
    """Return the IRI of the one ontology, or else of the one scheme, "" where there is neither."""
    for kind in (OWL + "Ontology", SKOS + "ConceptScheme"):
        found = {
            triple.subject.value
            for triple in triples
            if triple.predicate.value == RDF_TYPE and triple.object.value == kind
        }
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _file(path: Path, name: str) -> Version:
    format = format_of(path.name)
    if format.name not in _GRAPHS:
        problem = f"A vocabulary is RDF, not {format.name}."
        raise InputError(problem, cure="Name a file with a graph.", file=str(path))
    if format.name == "json-ld":
        return _of(_json(path), name)
    text = read_text(Input(str(path), path, format, packed=path.suffix.lower() == ".gz"))
    return of_quads(parse_quads(text, format, str(path)), name)


def _json(path: Path) -> list[Triple]:
    """Read JSON-LD; the context that it names is the one beside it, or else the project's."""
    project = find_project()
    beside = path.with_name(project.context.name)
    context = beside if beside.is_file() else project.context
    readers = Readers(context, project.record_schema, strict=False)
    text = "".join(read_dataset([str(path)], readers))
    return parse_graph(text, format_of("a.nq"), str(path))


def _project(root: Path) -> Project:
    """Return the project in a folder, with its settings where it has them."""
    found = find_project(root)
    return found if found.root == root else Project(root)
