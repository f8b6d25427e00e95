"""The title of a row, and the level and department that follow from it."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..model import Match
from ..namespaces import PA, local_name
from ..project import Project
from ..titles import load_resolver
from ..titles.words import MAX_TEXT, tokens
from .cells import shown
from .fields import Fields

_LEVEL = PA + "atLevel"
_DEPARTMENT = PA + "inDepartment"


class Title(NamedTuple):
    """The code of a title with its IRI, or why there is none and the status that says so."""

    code: str = ""
    iri: str = ""
    status: str = "match"
    why: str = ""


class Titles:
    """Resolves titles, and knows which keys of a record hold title, level and department.

    A key is empty where the records have none.
    """

    def __init__(self, project: Project, fields: Fields) -> None:
        self._resolver = load_resolver(project)
        self._concepts = self._resolver.index.concepts
        self.key, self._space = self._title_key(fields)
        self.level_key = _of(fields, _LEVEL)
        self.department_key = _of(fields, _DEPARTMENT)
        place = fields.by_name.get(self.department_key)
        self._places = place.space if place else ""

    def title(self, text: str, department: str, employer: str, *, known: bool) -> Title:
        """Return the title that a text means beside a department and an employer.

        ``known`` says that the text is the code of a title, or its IRI.
        """
        if known:
            iri = text if ":" in text else self._space + text
            return Title(text, iri)
        if len(text) > MAX_TEXT:
            why = f"{shown(text)} is longer than {MAX_TEXT} characters, which no title is"
            return Title(status="none", why=why)
        beside = (department[:MAX_TEXT], employer[:MAX_TEXT])
        match = self._resolver.answers(*beside)[text]
        if match.title is None:
            return Title(status=match.status, why=_unresolved(match))
        return Title(match.title.removeprefix(self._space), match.title)

    def department(self, text: str) -> str | None:
        """Return the code of a department by what people call it."""
        iri = self._resolver.index.department_names.get(tuple(tokens(text)))
        return iri.removeprefix(self._places) if iri else None

    def columns(self) -> dict[str, str]:
        """Return which names of columns say title, department or employer, in lower case."""
        return dict(self._resolver.index.reader.grammar.context.get("column", {}))

    def fill(self, record: dict[str, Any], title: Title, wrong: set[str]) -> list[str]:
        """Add the level and the department of a title where a row has none of its own.

        ``wrong`` are the keys that the row has something wrong for. Returns what contradicts.
        """
        concept = self._concepts.titles.get(title.iri)
        if concept is None:
            return []
        if concept.level and self.level_key and self.level_key not in wrong:
            record.setdefault(self.level_key, concept.level)
        if not concept.place or not self.department_key or self.department_key in wrong:
            return []
        own = record.setdefault(self.department_key, concept.place.removeprefix(self._places))
        iri = own if ":" in own else self._places + own
        place = self._concepts.departments.get(iri)
        if place is None or concept.place in (iri, *place.broader):
            return []
        return [
            f"{self.department_key}: {shown(place.name)} contradicts the title {concept.name}, "
            f"which is in {local_name(concept.place)}; correct one of the two, or leave "
            f"{self.department_key} out of [columns], for the title gives it"
        ]

    def _title_key(self, fields: Fields) -> tuple[str, str]:
        for name, field in fields.by_name.items():
            if field.space and any(iri.startswith(field.space) for iri in self._concepts.titles):
                return name, field.space
        return "", ""


def _of(fields: Fields, property: str) -> str:
    return next((name for name, f in fields.by_name.items() if f.property == property), "")


def _unresolved(match: Match) -> str:
    """Say why a text is no title, and which titles it may mean."""
    why = f"{shown(match.text)}: {match.explanation.reason}"
    if match.candidates:
        names = ", ".join(local_name(candidate.title) for candidate in match.candidates)
        why += f" Perhaps {names} ({match.candidates[0].decides})."
    return why.rstrip(".")
