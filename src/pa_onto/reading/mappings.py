"""Read mappings in SSSOM TSV (Simple Standard for Sharing Ontological Mappings)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ..errors import InputError
from ..namespaces import SKOS
from ..triples import Triple
from .inputs import read_path

_MATCHES = frozenset(
    SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
)
_COLUMNS = ("subject_id", "predicate_id", "object_id")


def read_mappings(folder: Path) -> list[Triple]:
    """Return one ``skos:*Match`` triple for every row of every ``*.sssom.tsv`` in a folder.

    Raises InputError for a row whose prefix is not in the curie map, or whose predicate is no
    SKOS mapping property.
    """
    return [triple for path in sorted(folder.glob("*.sssom.tsv")) for triple in _read(path)]


def read_object_labels(folder: Path) -> dict[str, str]:
    """Return the labels that the files of a folder give to what is mapped to, by IRI.

    Raises InputError for a prefix that is not in the curie map.
    """
    return {
        _expand(row["object_id"], prefixes, path, number): label
        for path in sorted(folder.glob("*.sssom.tsv"))
        for number, row, prefixes in _rows(path)
        if (label := row.get("object_label")) and row.get("object_id")
    }


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str], dict[str, str]]]:
    """Yield the number of a line, its cells by column, and the prefixes of the file."""
    lines = read_path(str(path)).splitlines()
    header = [line[1:] for line in lines if line.startswith("#")]
    prefixes = _curie_map(header)
    rows = csv.DictReader(lines[len(header) :], delimiter="\t")
    for number, row in enumerate(rows, start=len(header) + 2):
        yield number, row, prefixes


def _read(path: Path) -> Iterator[Triple]:
    for number, row, prefixes in _rows(path):
        subject, predicate, object = (
            _expand(row.get(column) or "", prefixes, path, number) for column in _COLUMNS
        )
        if predicate not in _MATCHES:
            raise InputError(
                f"{predicate} is no SKOS mapping property.",
                cure="Use skos:exactMatch, closeMatch, broadMatch, narrowMatch or relatedMatch.",
                file=str(path),
                line=number,
            )
        yield Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(object))


def _curie_map(header: list[str]) -> dict[str, str]:
    """Return the prefixes of the YAML header's ``curie_map``, a flat map of strings."""
    prefixes = {}
    inside = False
    for line in header:
        if not line.startswith("  "):
            inside = line.strip() == "curie_map:"
        elif inside:
            prefix, _, namespace = line.strip().partition(":")
            prefixes[prefix] = namespace.strip().strip("\"'")
    return prefixes


def _expand(curie: str, prefixes: dict[str, str], path: Path, line: int) -> str:
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in prefixes:
        raise InputError(
            f"{curie!r} has no prefix of the curie_map.",
            cure="Add the prefix to the header.",
            file=str(path),
            line=line,
        )
    return prefixes[prefix] + local
