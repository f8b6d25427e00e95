"""The index that the search in the browser reads: a script, so that it works from a disk too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import pyoxigraph as ox

from ...catalogue import Catalogue, Entry, Kind
from ...namespaces import DCTERMS, RDF_TYPE, RDFS, SKOS
from .names import LONGEST, Names, address

#: How a label names an entry, in the order in which the better one wins.
KINDS: Final = ("preferred", "alternative", "code", "hidden")
_PROPERTIES: Final = (
    (SKOS + "prefLabel", 0),
    (DCTERMS + "title", 0),
    (RDFS + "label", 0),
    (SKOS + "altLabel", 1),
    (SKOS + "notation", 2),
    (SKOS + "hiddenLabel", 3),
)


def index(catalogue: Catalogue, names: Names) -> bytes:
    """Return the index as a script that sets one global value.

    ``entries`` holds, for each entry, the address of its page, the number of its ``group`` and
    then its labels, its name first, each with the number of its language times four plus that
    of its kind.
    """
    languages: dict[str, int] = {"": 0}
    groups: dict[str, int] = {}
    rows = [_row(entry, catalogue, names, languages, groups) for entry in _searched(catalogue)]
    document = {"languages": list(languages), "groups": list(groups), "entries": rows}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # These two end a line in the scripts of old browsers.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"globalThis.vocabularyIndex={text};\n".encode()


def _searched(catalogue: Catalogue) -> Iterable[Entry]:
    return (e for e in catalogue.entries.values() if e.kind is not Kind.ONTOLOGY)


def _row(
    entry: Entry,
    catalogue: Catalogue,
    names: Names,
    languages: dict[str, int],
    groups: dict[str, int],
) -> list[Any]:
    schemes = catalogue.nodes(entry.iri, SKOS + "inScheme")
    group = names.name(schemes[0]).text if schemes else _kind(entry, catalogue, names)
    row: list[Any] = [address(entry.path), groups.setdefault(group, len(groups))]
    for text, number in _labels(entry.iri, catalogue, names, languages).items():
        row += [text, number]
    return row


def _kind(entry: Entry, catalogue: Catalogue, names: Names) -> str:
    classes = catalogue.nodes(entry.iri, RDF_TYPE) if entry.kind is Kind.OTHER else []
    return names.name(classes[0]).text if classes else entry.kind.value


def _labels(
    iri: str, catalogue: Catalogue, names: Names, languages: dict[str, int]
) -> dict[str, int]:
    """Return the labels of an entry, each once, its name first."""
    name = names.name(iri)
    found = {name.text: 4 * languages.setdefault(name.language, len(languages))}
    about = catalogue.about(iri)
    for predicate, kind in _PROPERTIES:
        for value in about.get(predicate, ()):
            if isinstance(value, ox.Literal):
                language = languages.setdefault(value.language or "", len(languages))
                found.setdefault(value.value[:LONGEST], language * 4 + kind)
    return found
