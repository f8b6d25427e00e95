"""Read one input, whatever its format, into one shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from ..model import Finding, Location
from ..triples import Triple
from .contexts import Contexts
from .formats import format_of, read_text
from .rdf import parse_graph
from .records import Records, read_records


class Source(NamedTuple):
    """One input: its triples, what reading it found, and where its records stand.

    ``locations`` maps a focus node (an IRI or a blank node label) to its place; it is empty
    for formats whose parser gives no places.
    """

    file: str
    triples: list[Triple]
    findings: Sequence[Finding] = ()
    locations: Mapping[str, Location] = MappingProxyType({})


def read_source(
    path: str, contexts: Callable[[], Contexts], *, format: str | None = None, label: str = "r"
) -> Source:
    """Read a file, or standard input for ``-``.

    ``contexts`` is called only when the input is JSON. Raises InputError for what cannot be
    read and UsageError for an unknown format.
    """
    kind = format_of(path, format)
    file = "<stdin>" if path == "-" else path
    text = read_text(path)
    if not kind.name.startswith("json"):
        return Source(file, parse_graph(text, kind, file))
    lines = kind.name == "json-lines"
    records = read_records(text, file, contexts(), lines=lines, label=label)
    return Source(file, _triples(records, file), records.findings, records.locations)


def _triples(records: Records, file: str) -> list[Triple]:
    syntax = format_of("records.jsonld")
    triples: list[Triple] = []
    for context, nodes in records.batches:
        document = json.dumps({"@context": context, "@graph": nodes}, ensure_ascii=False)
        triples += parse_graph(document, syntax, file)
    return triples
