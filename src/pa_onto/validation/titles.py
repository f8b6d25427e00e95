"""What the job titles in records mean, asked of the resolver when the first one is in doubt."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ..namespaces import PA, SCHEMA, local_name
from ..project import Project

if TYPE_CHECKING:
    from ..model import Match
    from ..titles import Resolver
    from ..titles.labels import Concept

#: The class of job titles.
JOB_TITLE: Final = PA + "JobTitle"
#: What is read of postings beside what shapes read.
OF_POSTINGS: Final = frozenset(
    SCHEMA + name
    for name in ("title", "relevantOccupation", "occupationalCategory", "codeValue", "inCodeSet")
)


class Titles:
    """The job titles of a vocabulary, as N-Triples, read when the first text is asked for.

    ``project`` has the grammar; without one there is nothing to ask (:func:`titles_of`).
    """

    def __init__(self, project: Project, vocabulary: str) -> None:
        self._project = project
        self._vocabulary = vocabulary

    def meant(self, text: str) -> Match:
        """Return what a text means as a title."""
        return self._resolver.answers()[text]

    def slip(self, text: str) -> str | None:
        """Return the IRI of the title whose code a text is but for one letter."""
        title = self._resolver.slip(text)
        return title.iri if title else None

    def known(self, iri: str) -> Concept | None:
        """Return the title with an IRI, if there is one."""
        return self._known.get(iri)

    def text_of(self, iri: str) -> str:
        """Return what stands in an IRI where others have the code of a title."""
        from urllib.parse import unquote

        for base in self._bases:
            if iri.startswith(base):
                return unquote(iri[len(base) :])
        return unquote(local_name(iri))

    def agree(self, one: str, other: str) -> bool:
        """Return whether two titles, by their IRIs, may be said of one job.

        They may when they are one, when one is broader, and when they are similar and of one
        level, as far as they have any: a runner is what others call a production assistant.
        """
        mine, yours = self._known[one], self._known[other]
        if one == other or one in yours.broader or other in mine.broader:
            return True
        levels = {mine.level, yours.level} - {None}
        return other in mine.similar and len(levels) < 2

    @cached_property
    def _resolver(self) -> Resolver:
        from ..titles import Resolver

        return Resolver(self._project, self._vocabulary)

    @cached_property
    def _known(self) -> dict[str, Concept]:
        return self._resolver.index.concepts.titles

    @cached_property
    def _bases(self) -> list[str]:
        """What the IRIs of titles begin with, the longest first."""
        bases = {iri[: len(iri) - len(local_name(iri))] for iri in self._known}
        return sorted(bases, key=len, reverse=True)


def titles_of(project: Project, vocabulary: str) -> Titles | None:
    """Return the titles of a vocabulary; None where the project has no grammar of titles."""
    return Titles(project, vocabulary) if (project.ontology / "titles").is_dir() else None


def text_of(term: str) -> str:
    """Return the text of a literal in N-Triples syntax, or what an IRI is."""
    if term.startswith("<"):
        return term[1:-1]
    text = term[: term.rfind('"') + 1]
    try:
        return str(json.loads(_with_short_escapes(text) if "\\U" in text else text, strict=False))
    except ValueError:
        return term


def _with_short_escapes(text: str) -> str:
    import re

    return re.sub(r"\\U([0-9A-Fa-f]{8})", lambda found: chr(int(found[1], 16)), text)
