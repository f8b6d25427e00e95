"""Parse RDF documents with pyoxigraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

import pyoxigraph as ox

from ..errors import InputError
from ..namespaces import SCHEMA, SCHEMA_HTTP, XSD
from ..triples import Triple, triples_of
from .formats import Format
from .guards import check_doctype, check_elements, check_nesting, check_triple_terms, starved
from .inputs import files_below, one_file, read_text

T = TypeVar("T")

_SYNTAX = {
    "turtle": ox.RdfFormat.TURTLE,
    "n-triples": ox.RdfFormat.N_TRIPLES,
    "n-quads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdf-xml": ox.RdfFormat.RDF_XML,
    "json-ld": ox.RdfFormat.JSON_LD,
}

# What a text holds when schema.org is written with http, or with date types of its own; a base
# or a namespace may end before the slash.
_OTHER_FORMS = (SCHEMA_HTTP.rstrip("/"), "schema:Date", "schema.org/Date")
# An escape of a character that has no need of one may hide any of them.
_NEEDLESS = re.compile(r"\\(?:u00|U000000)[2-7]")


def parse_graph(text: str, format: Format, file: str) -> list[Triple]:
    """Return the triples of a document, those of named graphs among them.

    Blank nodes get labels of their own, so that graphs can be merged. Raises InputError with
    line and column for what is not well formed, and for relative IRIs.
    """
    return _guarded(lambda: list(_parsed(text, format, file, _has_other_forms(text))), file)


def parse_quads(text: str, format: Format, file: str) -> list[ox.Quad]:
    """Return the quads of a document as they are written. Raises like :func:`parse_graph`."""
    return _guarded(lambda: list(_checked(text, format, file)), file)


class Document(NamedTuple):
    """What a document says, the prefixes it declares, and the base its relative IRIs have."""

    triples: list[Triple]
    prefixes: dict[str, str]
    base: str


def parse_document(text: str, format: Format, file: str, base: str | None = None) -> Document:
    """Return the triples of a document with its prefixes, like `parse_graph`.

    Relative IRIs are resolved against ``base``, where there is one, or the document's own.
    """

    def parse() -> Document:
        quads = _checked(text, format, file, base=base)
        found = triples_of(quads)
        triples = list(_normalised(found) if _has_other_forms(text) else found)
        return Document(triples, dict(quads.prefixes), quads.base_iri or "")

    return _guarded(parse, file)


def parse_with_prefixes(
    text: str, format: Format, file: str
) -> tuple[list[Triple], dict[str, str]]:
    """Return the triples of a document and the prefixes it declares, like `parse_graph`."""
    return parse_document(text, format, file)[:2]


def to_ntriples(
    text: str,
    format: Format,
    file: str,
    *,
    other_forms: bool | None = None,
    rename: bool = True,
) -> str:
    """Return the triples of a document as N-Triples, without holding them as objects.

    ``other_forms`` says whether schema.org may be written in a form that is not ours; by
    default the text is searched for them. ``rename`` gives blank nodes labels that no other
    document has. Raises InputError like :func:`parse_graph`.
    """
    other = _has_other_forms(text) if other_forms is None else other_forms

    def serialize() -> str:
        triples = cast("Iterator[ox.Triple]", _parsed(text, format, file, other, rename))
        return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()

    return _guarded(serialize, file)


def can_stay(text: str) -> bool:
    """Return whether N-Triples can go to an engine as they are, their syntax left to it."""
    return "<<" not in text and not _has_other_forms(text)


def _has_other_forms(text: str) -> bool:
    return any(form in text for form in _OTHER_FORMS) or (
        "\\" in text and _NEEDLESS.search(text) is not None
    )


def _parsed(
    text: str, format: Format, file: str, other_forms: bool, rename: bool = True
) -> Iterable[Triple]:
    triples = triples_of(_checked(text, format, file, rename))
    return _normalised(triples) if other_forms else triples


def _checked(
    text: str, format: Format, file: str, rename: bool = True, base: str | None = None
) -> ox.QuadParser:
    if format.name in ("turtle", "trig"):
        check_nesting(text, file)
    marks = ("<<", "{|", "~") if format.name in ("turtle", "trig") else ("<<",)
    if format.name not in ("json-ld", "rdf-xml") and any(mark in text for mark in marks):
        check_triple_terms(text, file)
    if format.name == "rdf-xml":
        check_doctype(text, file)
        check_elements(text, file)
    # JSON-LD documents come from our own reader, which has labelled their blank nodes.
    rename = rename and format.name != "json-ld"
    syntax = _SYNTAX[format.name]
    return ox.parse(text, format=syntax, base_iri=base, rename_blank_nodes=rename)


def _guarded(work: Callable[[], T], file: str) -> T:
    try:
        return work()
    except SyntaxError as error:
        raise _located(error, file) from error
    except MemoryError as error:
        raise starved(error, file) from error


def parse_file(path: Path) -> list[Triple]:
    """Return the triples of one file of RDF, packed or not.

    Raises InputError for what cannot be read or is none.
    """
    source = one_file(str(path))
    if source.format.name not in _SYNTAX:
        cure = "Give Turtle, or another format of RDF."
        raise InputError(f"Is {source.format.name}, not RDF.", cure=cure, file=source.file)
    return parse_graph(read_text(source), source.format, source.file)


def read_turtle_folder(folder: Path) -> list[Triple]:
    """Return the triples of every Turtle file under a folder, files in order of their path."""
    return [triple for path in turtle_files(folder) for triple in parse_file(path)]


def turtle_files(folder: Path) -> list[Path]:
    """Return the Turtle files under a folder, sorted. Raises InputError when there is none."""
    files = [Path(file) for file in files_below(folder) if file.endswith(".ttl")]
    if not files:
        raise InputError("Holds no Turtle file.", cure="Check the folder.", file=str(folder))
    return files


def _located(error: SyntaxError, file: str) -> InputError:
    """Turn pyoxigraph's error into ours; it counts lines and columns from 1."""
    message = _reason(str(error.msg)).rstrip(". ")
    cure = "Check the syntax there."
    if "No scheme found" in message or "relative IRI" in message.lower():
        cure = "Write the IRI in full; relative ones mean nothing here."
    return InputError(f"{message}.", cure=cure, file=file, line=error.lineno, column=error.offset)


def _reason(message: str) -> str:
    """Return what a parser objects to, without the place, which stands before it."""
    place = re.match(r"(?:Parser error )?(?:at|between) line [^:]*: ", message)
    return message[place.end() :] if place else message


def _normalised(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Write schema.org with https, and its dates as XML Schema dates.

    Both forms of the namespace are in use and mean the same; shapes know one.
    """
    terms: dict[str, ox.NamedNode] = {}

    def secure(term: ox.NamedNode) -> ox.NamedNode:
        iri = term.value
        if not iri.startswith(SCHEMA_HTTP):
            return term
        if iri not in terms:
            terms[iri] = ox.NamedNode(SCHEMA + iri[len(SCHEMA_HTTP) :])
        return terms[iri]

    for triple in triples:
        subject, object = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode):
            subject = secure(subject)
        if isinstance(object, ox.NamedNode):
            object = secure(object)
        elif isinstance(object, ox.Literal):
            object = _plain_date(object)
            if object.datatype.value.startswith(SCHEMA_HTTP):
                object = ox.Literal(object.value, datatype=secure(object.datatype))
        yield Triple(subject, secure(triple.predicate), object)


def _plain_date(literal: ox.Literal) -> ox.Literal:
    """Give schema:Date and schema:DateTime the XML Schema type their text has the form of."""
    kind = literal.datatype.value.removeprefix(SCHEMA).removeprefix(SCHEMA_HTTP)
    if kind not in ("Date", "DateTime"):
        return literal
    type = "dateTime" if "T" in literal.value else "date"
    return ox.Literal(literal.value, datatype=ox.NamedNode(XSD + type))
