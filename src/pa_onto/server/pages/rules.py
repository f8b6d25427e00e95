"""The published folder of a project, the rules that lead into it, and when it was changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final, NamedTuple

from ...namespaces import DCTERMS
from ...project import Project
from ...publication import Edition
from ...publication.dereferencing import Answer, Rules, answer, rules_of
from ...publication.folder import published_files
from ...vocabulary import build

#: A site at the root of a host: the path of the vocabulary's own IRIs is left out.
_ROOT: Final = "http://localhost/"


class Published(NamedTuple):
    """A published folder; ``modified`` is the date of its content (RFC 9110, section 8.8.2)."""

    folder: Path
    rules: Rules
    modified: bytes

    def answer(self, target: str, accept: str) -> Answer:
        """Answer a request for an encoded path."""
        return answer(self.rules, self.folder, target, accept or None)


def load_published(project: Project) -> Published | None:
    """Return what is published of a project, None when it has no pages yet.

    Raises InputError for sources that cannot be read.
    """
    if not (project.dist / "index.html").is_file():
        return None
    edition = Edition(project, build(project))
    found = rules_of(edition, published_files(project.dist))
    rules = Rules(found.name, found.base, _ROOT, found.routes)
    return Published(project.dist, rules, _modified(edition))


def _modified(edition: Edition) -> bytes:
    """Return the date that the vocabulary gives for itself, in the form of HTTP."""
    values = edition.catalogue.values
    for predicate in (DCTERMS + "modified", DCTERMS + "issued"):
        for value in values(edition.iri, predicate):
            day = date.fromisoformat(value.value[:10])
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return format_datetime(moment, usegmt=True).encode()
    return format_datetime(datetime(1970, 1, 1, tzinfo=UTC), usegmt=True).encode()
