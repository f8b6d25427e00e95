"""A flat table for every scheme, as CSV and as JSON, for programs that know no RDF.

One row a concept; the columns are named like the keys of the JSON-LD. A text in the main
language of the vocabulary stands under the key, one in another under ``key@tag``; concepts of
the same scheme are given by their codes, others by IRI.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..canonical.rows import as_row
from ..canonical.turtle import PROPERTY_RANK
from ..catalogue import Entry, Kind
from ..jsonld import native
from ..namespaces import RDF_TYPE, RDFS, SKOS
from ..triples import Term
from .edition import Edition, Files

#: What every row would repeat, or another column says the other way round.
_LEFT_OUT: Final = frozenset(
    [RDF_TYPE, RDFS + "label", RDFS + "isDefinedBy"]
    + [SKOS + name for name in ("inScheme", "topConceptOf", "narrower")]
)
_FIRST: Final = tuple(SKOS + name for name in ("notation", "prefLabel", "altLabel", "broader"))
# Values in one cell are parted by a bar; one inside a value has a backslash before it.
_BAR: Final = "|"
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]").match


class _Column(NamedTuple):
    """A column: a property and the language of its texts, "" for what is in no language."""

    property: str
    language: str


Value = str | int | bool
Cells = dict[str, Value | list[Value]]


def files(edition: Edition) -> Files:
    """Yield ``{path}.csv`` and ``{path}.json`` for every scheme with concepts.

    Concepts in no scheme have a table of their own, named like the vocabulary.
    """
    catalogue = edition.catalogue
    concepts = catalogue.of_kind(Kind.CONCEPT)
    homeless = [c for c in concepts if not catalogue.values(c.iri, SKOS + "inScheme")]
    tables = {edition.project.name: homeless}
    for scheme in catalogue.of_kind(Kind.SCHEME, Kind.ONTOLOGY):
        found = set(catalogue.subjects(SKOS + "inScheme", scheme.iri))
        path = edition.project.name if scheme.path == "index" else scheme.path
        tables.setdefault(path, []).extend(c for c in concepts if c.iri in found)
    for path, members in sorted(tables.items()):
        if members:
            table = _Table(edition, members)
            yield f"{path}.csv", table.csv()
            yield f"{path}.json", table.json()


class _Table:
    """The table of one scheme."""

    def __init__(self, edition: Edition, concepts: list[Entry]) -> None:
        self._catalogue = edition.catalogue
        self._writer = edition.writer
        self._concepts = concepts
        self._main = edition.catalogue.language
        self._codes = self._unique_codes()
        self._several: set[_Column] = set()
        self._columns = self._used()

    def csv(self) -> bytes:
        """Return the table as CSV (RFC 4180), in UTF-8."""
        rows = [as_row(["id", *self._columns.values()])]
        for identifier, cells in self._rows():
            row = (cells.get(name, "") for name in self._columns.values())
            rows.append(as_row([identifier, *map(_cell, row)]))
        return "".join(rows).encode()

    def json(self) -> bytes:
        """Return the table as a JSON array of flat objects, one a line."""
        lines = (json.dumps({"id": i} | c, ensure_ascii=False) for i, c in self._rows())
        return ("[\n" + ",\n".join(lines) + "\n]\n").encode()

    def _rows(self) -> Iterator[tuple[str, Cells]]:
        for concept in self._concepts:
            values = self._values(concept)
            yield (
                concept.iri,
                {
                    name: values[column] if column in self._several else values[column][0]
                    for column, name in self._columns.items()
                    if column in values
                },
            )

    def _values(self, concept: Entry) -> dict[_Column, list[Value]]:
        """Return what is said of a concept, by column."""
        found: dict[_Column, set[Value]] = {}
        for iri, terms in self._catalogue.about(concept.iri).items():
            for term in terms if iri not in _LEFT_OUT else ():
                if not isinstance(term, ox.BlankNode):
                    column = _Column(iri, self._language(iri, term))
                    found.setdefault(column, set()).add(self._value(iri, term))
        return {column: sorted(values, key=str) for column, values in found.items()}

    def _language(self, iri: str, term: Term) -> str:
        key = self._writer.keys.get(iri)
        if isinstance(term, ox.Literal) and (term.language or (key and key.language)):
            return term.language or self._main
        return ""

    def _value(self, iri: str, term: ox.NamedNode | ox.Literal) -> Value:
        if isinstance(term, ox.Literal):
            value = term.value if term.language else native(term)
            return value if isinstance(value, str | int) else term.value
        key = self._writer.keys.get(iri)
        if term.value in self._codes:
            return self._codes[term.value]
        short = key is not None and key.codes is not None and term.value.startswith(key.codes)
        return term.value[len(key.codes or "") :] if key and short else term.value

    def _unique_codes(self) -> Mapping[str, str]:
        """Return the code of every concept, or nothing unless each has one of its own."""
        codes = {}
        for concept in self._concepts:
            found = self._catalogue.values(concept.iri, SKOS + "notation")
            codes[concept.iri] = found[0].value if len(found) == 1 else ""
        right = all(code and ":" not in code for code in codes.values())
        return codes if right and len(set(codes.values())) == len(codes) else {}

    def _used(self) -> dict[_Column, str]:
        """Return the columns with their names, codes and labels first."""
        used: set[_Column] = set()
        for concept in self._concepts:
            for column, values in self._values(concept).items():
                used.add(column)
                key = self._writer.keys.get(column.property)
                if len(values) > 1 or key is None or not key.single:
                    self._several.add(column)
        named: dict[_Column, str] = {}
        for column in sorted(used, key=self._rank):
            tag = "" if column.language in ("", self._main) else f"@{column.language}"
            named[column] = self._writer.name(column.property) + tag
        return named

    def _rank(self, column: _Column) -> tuple[int, int, str, bool, str]:
        iri, language = column
        first = _FIRST.index(iri) if iri in _FIRST else len(_FIRST)
        rank = PROPERTY_RANK.get(iri, len(PROPERTY_RANK))
        return (first, rank, iri, language not in ("", self._main), language)


def _cell(value: Value | list[Value]) -> str:
    """Return a cell that holds one value or several, and that no spreadsheet runs."""
    if isinstance(value, list):
        texts = (_cell_text(item).replace("\\", "\\\\").replace(_BAR, "\\|") for item in value)
        text = _BAR.join(texts)
    else:
        text = _cell_text(value)
    return f"'{text}" if _FORMULA(text) else text


def _cell_text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
