"""Read the sources of a vocabulary: every RDF file of a folder, and the prefixes they use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ..errors import InputError
from ..namespaces import SCHEMA, SCHEMA_HTTP
from ..triples import Triple
from .contexts import Contexts
from .formats import Format, format_named, known_format
from .inputs import one_file, read_path
from .rdf import parse_graph, parse_with_prefixes
from .sources import Readers

_RDF: Final = ("turtle", "n-triples", "n-quads", "trig", "rdf-xml", "json-ld")


class Sources(NamedTuple):
    """The statements of a vocabulary's sources, and what they call their namespaces."""

    triples: list[Triple]
    prefixes: dict[str, str]


def read_sources(folder: Path) -> Sources:
    """Read every RDF file under a folder, files in order of their path.

    Where files give a prefix two meanings, the first one stands. Raises InputError for what
    cannot be read, and when there is no RDF at all.
    """
    files = [(path, kind) for path in sorted(folder.rglob("*")) if (kind := _rdf(path))]
    if not files:
        raise InputError(
            "Holds no RDF.",
            cure="Put the vocabulary there: Turtle (.ttl), RDF/XML, JSON-LD, N-Triples or TriG.",
            file=str(folder),
        )
    triples: list[Triple] = []
    prefixes: dict[str, str] = {}
    for path, format in files:
        own: Mapping[str, str] = {}
        if format.name == "json-ld":
            triples += read_json_ld(path, _OwnContexts(path, path, strict=False))
        else:
            found, own = parse_with_prefixes(read_path(str(path)), format, str(path))
            triples += found
        for name, space in own.items():
            prefixes.setdefault(name, space.replace(SCHEMA_HTTP, SCHEMA))
    return Sources(triples, prefixes)


def _rdf(path: Path) -> Format | None:
    format = known_format(path.name) if path.is_file() else None
    packed = path.name.lower().endswith(".gz")
    return format if format and format.name in _RDF and not packed else None


def read_json_ld(path: Path, readers: Readers) -> list[Triple]:
    """Read a document that brings its own context, or names one that ``readers`` know.

    ``readers`` are not strict. Raises InputError: nothing it says may be dropped unseen.
    """
    from .datasets import json_ld_statements
    from .documents import Document

    def refuse(text: str) -> None:
        raise InputError(text, cure="Define the keys in the context, or take them out.")

    source = Document(one_file(str(path)), readers, "s")
    for line, document in source.documents():
        _check_context(document, str(path), line)
    text = "".join(json_ld_statements(source, readers, "s", refuse))
    return parse_graph(text, format_named("n-quads"), str(path))


def _check_context(document: object, file: str, line: int) -> None:
    """Refuse objects whose keys mean nothing, for there is no context."""
    for item in document if isinstance(document, list) else [document]:
        if not isinstance(item, dict) or "@context" in item:
            continue
        if any(key[:1] != "@" and ":" not in key for key in item):
            raise InputError(
                "Has no @context, without which its keys mean nothing.",
                cure="Write one into the document, or give it another extension than .json.",
                file=file,
                line=line,
            )


class _OwnContexts(Readers):
    """Readers for documents that know no published context."""

    def contexts(self) -> Contexts:
        """Return contexts that leave every document to its own."""
        return Contexts({"@context": {}}, "")
