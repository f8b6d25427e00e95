"""Read one input, whatever its format, into one shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from ..model import Finding, Location
from .contexts import Contexts
from .formats import format_of, read_text
from .rdf import can_stay, to_ntriples
from .records import Records, read_records

_BATCH: Final = 1000


class Source(NamedTuple):
    """One input: its triples, what reading it found, and where its records stand.

    ``ntriples`` is N-Triples; when ``raw`` is true it is the file as it came, which no parser
    has seen yet. ``locations`` maps a focus node (an IRI or a blank node label) to its place;
    it is empty for formats whose parser gives no places.
    """

    file: str
    ntriples: str
    findings: Sequence[Finding] = ()
    locations: Mapping[str, Location] = MappingProxyType({})
    raw: bool = False


def read_source(
    path: str,
    contexts: Callable[[], Contexts],
    *,
    format: str | None = None,
    label: str = "r",
    alone: bool = False,
) -> Source:
    """Read a file, or standard input for ``-``.

    ``contexts`` is called only when the input is JSON. ``alone`` says that the graph is merged
    with no other, so that blank nodes may keep their labels. Raises InputError for what cannot
    be read and UsageError for an unknown format.
    """
    kind = format_of(path, format)
    file = "<stdin>" if path == "-" else path
    text = read_text(path)
    if kind.name == "n-triples" and can_stay(text) and (alone or "_:" not in text):
        return Source(file, text, raw=True)
    if not kind.name.startswith("json"):
        return Source(file, to_ntriples(text, kind, file))
    lines = kind.name == "json-lines"
    records = read_records(text, file, contexts(), lines=lines, label=label)
    # Terms of schema.org appear where a record names it, its context or one of its classes.
    schema = "schema.org" in text or "JobPosting" in text
    ntriples = "".join(_batches(records, file, schema))
    return Source(file, ntriples, records.findings, records.locations)


def verify(source: Source) -> None:
    """Parse a source that no parser has seen yet; raise InputError when it is malformed."""
    if source.raw:
        to_ntriples(source.ntriples, format_of("data.nt"), source.file)


def _batches(records: Records, file: str, schema: bool) -> Iterator[str]:
    """Yield the triples of records, a thousand records at a time.

    A parser holds a document whole, so that memory grows with its length.
    """
    syntax = format_of("records.jsonld")
    for context, nodes in records.batches:
        for start in range(0, len(nodes), _BATCH):
            batch = nodes[start : start + _BATCH]
            document = json.dumps({"@context": context, "@graph": batch}, ensure_ascii=False)
            yield to_ntriples(document, syntax, file, other_forms=schema)
