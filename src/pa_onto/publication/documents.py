"""The vocabulary in JSON, its context, and the JSON Schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ..canonical import same_facts
from ..errors import InputError
from ..jsonld import record_schema, to_json, to_readable_json, vocabulary_schema
from ..triples import triples_of
from .edition import Edition, Files

#: The schema of the JSON report, written by hand: it describes the program, not the vocabulary.
_REPORT_SCHEMA: Final = Path(__file__).parents[1] / "report" / "report.schema.json"


def files(edition: Edition) -> Files:
    """Yield the context, the vocabulary as JSON-LD, and the schemas of records and reports."""
    project, url = edition.project, edition.context_url
    document = edition.writer.document(edition.catalogue.nodes_by_key, edition.iri, url)
    _check_same(document | {"@context": edition.context["@context"]}, edition)
    yield project.context.name, to_json(edition.context)
    yield f"{project.name}.jsonld", to_json(document)
    if edition.keys.records:
        schema_url = edition.place + project.record_schema.name
        schema = record_schema(edition.keys, edition.shapes, edition.triples, url, schema_url)
        yield project.record_schema.name, to_readable_json(schema)
    schema_url = edition.base + project.vocabulary_schema.name
    described = vocabulary_schema(
        edition.keys, edition.shapes.vocabulary, edition.triples, url, schema_url
    )
    yield project.vocabulary_schema.name, to_readable_json(described)
    report = _REPORT_SCHEMA.read_bytes()
    # It is published where its own URL says.
    if json.loads(report)["$id"].startswith(edition.base):
        yield _REPORT_SCHEMA.name, report


def _check_same(document: dict[str, Any], edition: Edition) -> None:
    """Read the JSON-LD back: it must say what the graph says, whatever the vocabulary."""
    quads = ox.parse(json.dumps(document, ensure_ascii=False), format=ox.RdfFormat.JSON_LD)
    if not same_facts(edition.triples, triples_of(quads)):
        raise InputError(
            "The vocabulary holds something that JSON-LD cannot carry as it stands.",
            cure="Give an IRI to blank nodes that refer to each other.",
            file=str(edition.project.ontology),
        )
