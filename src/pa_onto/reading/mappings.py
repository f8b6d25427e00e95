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
from .vocabularies import Sources

_MATCHES = frozenset(
    SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
)
_COLUMNS = ("subject_id", "predicate_id", "object_id")


def read_mappings(folder: Path) -> Sources:
    """Return one ``skos:*Match`` triple for every row of every ``*.sssom.tsv`` in a folder.

    The prefixes are those of what is mapped to, the curie map has more. Raises InputError for a
    row whose prefix is not in the curie map, or whose predicate is no SKOS mapping property.
    """
    found = Sources([], {})
    for path in sorted(folder.glob("*.sssom.tsv")):
        lines = read_path(str(path)).splitlines()
        header = [line[1:] for line in lines if line.startswith("#")]
        prefixes = _curie_map(header)
        for triple, prefix in _rows(path, lines[len(header) :], len(header), prefixes):
            found.triples.append(triple)
            found.prefixes.setdefault(prefix, prefixes[prefix])
    return found


def _rows(
    path: Path, lines: list[str], above: int, prefixes: dict[str, str]
) -> Iterator[tuple[Triple, str]]:
    rows = csv.DictReader(lines, delimiter="\t")
    for number, row in enumerate(rows, start=above + 2):
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
        try:
            triple = Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(object))
        except ValueError as error:
            problem = f"Not an IRI: {subject} or {object}."
            cure = "Correct the row, or the curie_map."
            raise InputError(problem, cure=cure, file=str(path), line=number) from error
        yield triple, (row["object_id"] or "").partition(":")[0]


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
