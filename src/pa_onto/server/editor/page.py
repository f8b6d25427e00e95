"""Write the page: a form that works as it is, and more once its script has run."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox

from ...namespaces import DCTERMS, OWL, PREFIXES, RDF_TYPE, Prefixes, shorten
from ...project import Project
from ...vocabulary import published_text
from .contents import Partition
from .examples import Example

_HERE: Final = Path(__file__).parent / "templates"
_TITLE: Final = DCTERMS + "title"
_ONTOLOGY: Final = OWL + "Ontology"


def describe(project: Project) -> str:
    """Return the title of a project's vocabulary, in English where it has one."""
    about = [
        line
        for line in published_text(project).splitlines()
        if f"<{_TITLE}>" in line or f"<{_ONTOLOGY}>" in line
    ]
    triples = list(ox.parse("\n".join(about), format=ox.RdfFormat.N_TRIPLES))
    heads = {
        triple.subject
        for triple in triples
        if triple.predicate.value == RDF_TYPE and triple.object == ox.NamedNode(_ONTOLOGY)
    }
    titles = [
        triple.object
        for triple in triples
        if triple.subject in heads
        and triple.predicate.value == _TITLE
        and isinstance(triple.object, ox.Literal)
    ]
    titles.sort(key=lambda title: (title.language != "en", str(title)))
    return titles[0].value if titles else project.name


def render(
    title: str,
    examples: Iterable[Example],
    partitions: Iterable[Partition] = (),
    prefixes: Prefixes = PREFIXES,
) -> str:
    """Return the page of a vocabulary, the examples listed for readers without scripts."""
    listed = list(examples)
    rows = "".join(_row(partition, prefixes) for partition in partitions)
    return _filled(
        "page.html",
        title=escape(title),
        query=escape(listed[0].query if listed else ""),
        examples="".join(map(_listed, listed)),
        contents=_filled("contents.html", rows=rows) if rows else "",
    )


def _row(partition: Partition, prefixes: Prefixes) -> str:
    facts = (f"{shorten(iri, prefixes)} {count}" for iri, count in partition.properties)
    return _filled(
        "partition.html",
        name=escape(shorten(partition.iri, prefixes)),
        entities=str(partition.entities),
        properties=escape(", ".join(facts)),
    )


def _listed(example: Example) -> str:
    return _filled(
        "example.html",
        address=escape("sparql?" + urlencode({"query": example.query})),
        title=escape(example.title),
        description=escape(example.description),
    )


def _filled(file: str, **values: str) -> str:
    return _template(file).substitute(values)


@lru_cache(maxsize=8)
def _template(file: str) -> Template:
    return Template((_HERE / file).read_text(encoding="utf-8"))
