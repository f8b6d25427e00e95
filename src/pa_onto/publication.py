"""Write what is published: the same sources give the same bytes anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from .canonical import canonical_quads, to_ntriples, to_rdf_xml, to_trig, write_whole
from .canonical.turtle import to_turtle
from .errors import InputError, UsageError
from .jsonld import (
    Shapes,
    context_document,
    read_keys,
    record_schema,
    to_readable_json,
    vocabulary_document,
)
from .namespaces import PROV
from .project import Project, find_project
from .triples import Triple, quads_of, triples_of
from .validation import load_shapes
from .vocabulary import Vocabulary, build

#: The schema of the JSON report, written by hand: it describes the program, not the vocabulary.
_REPORT_SCHEMA: Final = Path(__file__).parent / "report" / "report.schema.json"


class Published(NamedTuple):
    """Which files a run wrote and which were already right."""

    folder: Path
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    stated: int
    derived: int


def publish(project: Project | None = None, out: Path | None = None) -> Published:
    """Write the vocabulary in every format to ``out``, by default the project's ``dist/``.

    Raises UsageError outside a project and InputError for sources that cannot be read.
    """
    project = project or find_project()
    if project.packaged and out is None:
        raise UsageError("There is no project here.", cure="Change to it, or name --out DIR.")
    folder = out or project.dist
    vocabulary = build(project)
    written: list[str] = []
    unchanged: list[str] = []
    for name, content in artefacts(project, vocabulary).items():
        (written if write_whole(folder / name, content) else unchanged).append(name)
    return Published(
        folder, tuple(written), tuple(unchanged), len(vocabulary.stated), len(vocabulary.derived)
    )


def drift(project: Project | None = None, out: Path | None = None) -> list[str]:
    """Return the names of the published files that differ from the sources or are missing."""
    project = project or find_project()
    folder = out or project.dist
    return [
        name
        for name, content in artefacts(project, build(project)).items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]


def artefacts(project: Project, vocabulary: Vocabulary) -> dict[str, bytes]:
    """Return every published file by name."""
    base = vocabulary.iri.rstrip("/#") + "/"
    stated, derived = (ox.NamedNode(f"{base}graph/{name}") for name in ("stated", "derived"))
    origin = Triple(derived, ox.NamedNode(PROV + "wasDerivedFrom"), stated)
    quads = canonical_quads(
        [
            *(ox.Quad(t.subject, t.predicate, t.object, stated) for t in vocabulary.stated),
            *(
                ox.Quad(t.subject, t.predicate, t.object, derived)
                for t in [origin, *vocabulary.derived]
            ),
        ]
    )
    triples = list(triples_of(quads))
    name = project.name
    return {
        f"{name}.nt": to_ntriples(quads),
        f"{name}.rdf": to_rdf_xml(quads),
        f"{name}.trig": to_trig(quads),
        f"{name}.ttl": to_turtle(triples),
        **_json_documents(project, vocabulary.iri, triples, base),
        _REPORT_SCHEMA.name: _REPORT_SCHEMA.read_bytes(),
    }


def _json_documents(
    project: Project, iri: str, triples: list[Triple], base: str
) -> dict[str, bytes]:
    """Return the vocabulary in JSON, its context, and the schema of records."""
    prefixes = project.shapes / "prefixes.ttl"
    shapes = Shapes(
        *(load_shapes([project.shapes / name, prefixes]) for name in ("ontology", "data"))
    )
    keys = read_keys(*shapes, triples)
    url = base + project.context.name
    context = context_document(keys, triples, url)
    document = vocabulary_document(triples, keys, iri, url)
    _check_same(document | {"@context": context["@context"]}, triples, project)
    schema = record_schema(keys, shapes, triples, url, base + project.record_schema.name)
    return {
        project.context.name: to_json(context),
        f"{project.name}.jsonld": to_json(document),
        project.record_schema.name: to_readable_json(schema),
    }


def _check_same(document: dict[str, Any], triples: list[Triple], project: Project) -> None:
    """Read the JSON-LD back: it must say what the graph says, whatever the vocabulary."""
    quads = ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD)
    if canonical_quads(quads) != canonical_quads(quads_of(triples)):
        raise InputError(
            "The vocabulary holds something that JSON-LD cannot carry as it stands.",
            cure="Give an IRI to blank nodes that refer to each other.",
            file=str(project.ontology),
        )


def to_json(document: dict[str, Any]) -> bytes:
    """Serialise a JSON document for people and for diffs."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
