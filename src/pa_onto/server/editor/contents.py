"""What there is to ask about, told by the published VoID description."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from ...project import Project

_PARTITIONS: Final = Path(__file__).parent / "partitions.rq"


class Partition(NamedTuple):
    """A class, the number of its instances, and their properties with numbers of statements."""

    iri: str
    entities: int
    properties: tuple[tuple[str, int], ...]


def contents(project: Project) -> list[Partition]:
    """Return the classes of a published vocabulary, the largest first; none without VoID."""
    file = project.dist / "void.ttl"
    if not file.is_file():
        return []
    store = ox.Store()
    store.load(path=str(file), format=ox.RdfFormat.TURTLE)
    rows = store.query(_PARTITIONS.read_text(encoding="utf-8"))
    assert isinstance(rows, ox.QuerySolutions)
    found: dict[str, Partition] = {}
    for row in rows:
        iri, count = row["class"].value, int(row["entities"].value)
        known = found.setdefault(iri, Partition(iri, count, ()))
        if row["property"] is not None:
            fact = (row["property"].value, int(row["triples"].value))
            found[iri] = known._replace(properties=(*known.properties, fact))
    return list(found.values())
