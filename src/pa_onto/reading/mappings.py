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


def _read(path: Path) -> Iterator[Triple]:
    lines = read_path(str(path)).splitlines()
    header = [line[1:] for line in lines if line.startswith("#")]
    prefixes = _curie_map(header)
    rows = csv.DictReader(lines[len(header) :], delimiter="\t")
    for number, row in enumerate(rows, start=len(header) + 2):
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
