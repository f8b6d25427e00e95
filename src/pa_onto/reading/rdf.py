"""Parse RDF documents with pyoxigraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

import pyoxigraph as ox

from ..errors import InputError, UsageError
from ..namespaces import SCHEMA, SCHEMA_HTTP, XSD
from ..triples import Triple, triples_of
from .formats import Format
from .guards import check_doctype, check_elements, check_nesting, check_triple_terms, starved
from .inputs import Input, files_below, one_file, read_text

T = TypeVar("T")

_SYNTAX = {
    "turtle": ox.RdfFormat.TURTLE,
    "n-triples": ox.RdfFormat.N_TRIPLES,
    "n-quads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdf-xml": ox.RdfFormat.RDF_XML,
}

# How text with a base direction is written in Turtle and its like, and in RDF/XML.
_DIRECTIONS = ("--ltr", "--rtl", "its:dir", "www.w3.org/2005/11/its")

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
    return _guarded(lambda: list(_parsed(text, format, file, has_other_forms(text))), file)


def parse_quads(text: str, format: Format, file: str) -> list[ox.Quad]:
    """Return the quads of a document as they are written. Raises like :func:`parse_graph`."""
    return _guarded(lambda: list(_quads(text, format, file)), file)


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
        triples = list(_normalised(found) if has_other_forms(text) else found)
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
    base: str | None = None,
) -> str:
    """Return the triples of a document as N-Triples, without holding them as objects.

    ``other_forms`` says whether schema.org may be written in a form that is not ours; by
    default the text is searched for them. ``rename`` gives blank nodes labels that no other
    document has; ``base`` is what relative IRIs are resolved against. Raises InputError like
    :func:`parse_graph`.
    """
    other = has_other_forms(text) if other_forms is None else other_forms

    def serialize() -> str:
        triples = cast("Iterator[ox.Triple]", _parsed(text, format, file, other, rename, base))
        return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()

    return _guarded(serialize, file)


def to_nquads(
    text: str, format: Format, file: str, base: str | None = None, *, union: bool = False
) -> str:
    """Return the quads of a document as N-Quads, the terms as they are written.

    Blank nodes get labels that no other document has. With ``union`` what stands in named
    graphs is in the default graph as well. Raises InputError like :func:`parse_graph`.
    """

    def serialize() -> str:
        quads = _quads(text, format, file, base=base)
        found = _united(quads) if union and format.name in ("trig", "n-quads") else quads
        return (ox.serialize(found, format=ox.RdfFormat.N_QUADS) or b"").decode()

    return _guarded(serialize, file)


def _united(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    for quad in quads:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            yield ox.Quad(quad.subject, quad.predicate, quad.object)
        yield quad


def can_stay(text: str) -> bool:
    """Return whether N-Triples can go to an engine as they are, their syntax left to it."""
    return "<<" not in text and not has_other_forms(text)


def has_other_forms(text: str) -> bool:
    """Return whether a text may have schema.org in forms that shapes do not know."""
    return any(form in text for form in _OTHER_FORMS) or (
        "\\" in text and _NEEDLESS.search(text) is not None
    )


def _parsed(
    text: str,
    format: Format,
    file: str,
    other_forms: bool,
    rename: bool = True,
    base: str | None = None,
) -> Iterable[Triple]:
    triples = triples_of(_quads(text, format, file, rename, base))
    return _normalised(triples) if other_forms else triples


def _quads(
    text: str, format: Format, file: str, rename: bool = True, base: str | None = None
) -> Iterator[ox.Quad]:
    """Yield the quads of a document, none of them beyond RDF 1.1."""
    quads = _checked(text, format, file, rename, base)
    return _undirected(quads, file) if any(mark in text for mark in _DIRECTIONS) else quads


def _checked(
    text: str, format: Format, file: str, rename: bool = True, base: str | None = None
) -> ox.QuadParser:
    """Return a parser, after what it would not survive or not tell was refused."""
    if format.name in ("turtle", "trig"):
        check_nesting(text, file)
    marks = ("<<", "{|", "~") if format.name in ("turtle", "trig") else ("<<",)
    if format.name != "rdf-xml" and any(mark in text for mark in marks):
        check_triple_terms(text, file)
    if format.name == "rdf-xml":
        check_doctype(text, file)
        check_elements(text, file)
    try:
        return ox.parse(text, format=_SYNTAX[format.name], rename_blank_nodes=rename, base_iri=base)
    except ValueError as error:
        raise UsageError(f"{base!r} is no base: {error}.", cure="Give an absolute IRI.") from error


def _undirected(quads: Iterable[ox.Quad], file: str) -> Iterator[ox.Quad]:
    """Yield quads. Raises InputError for a base direction (RDF 1.2), which nothing here checks."""
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and quad.object.direction is not None:
            raise InputError(
                f"Text with a base direction ({str(quad.object)[:60]}) is not supported.",
                cure="Give the language alone.",
                file=file,
            )
        yield quad


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
    source = rdf_file(path)
    return parse_graph(read_text(source), source.format, source.file)


def rdf_file(path: Path, *more: str) -> Input:
    """Return one file of RDF, packed or not; ``more`` formats may be read beside ours.

    Raises InputError for what cannot be read or is none.
    """
    cure = "Give Turtle, or another format of RDF, with its extension."
    try:
        source = one_file(str(path))
    except UsageError as error:
        # Whatever names the format of the data says nothing of this file.
        raise InputError(error.message, cure=cure, file=error.file) from error
    if source.format.name not in (*_SYNTAX, *more):
        raise InputError(f"Is {source.format.name}, not RDF.", cure=cure, file=source.file)
    return source


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
        cure = "Write it in full, or say what it is relative to: @base in the file, or --base IRI."
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
