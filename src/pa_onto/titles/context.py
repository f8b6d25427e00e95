"""What the department and the employer of a job say about its title.

They are evidence, and never outdo the title: people are on the payroll of a department that is
not that of their title. **A department decides between titles that have one label, and completes
what is no title without it, such as “Coordinator”; a title that a text names stays what it is.**
Only another field of work, a hospital for one, makes it another job.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .decision import Decider, Decision
from .index import Hit
from .labels import Concept
from .slots import Part
from .words import tokens

#: The rule of a text that is a label itself.
EXACT: Final = "label as it stands"
#: The rules of what a department decided.
COMPLETED: Final = "completed by the department"
SHARED: Final = "decided by the department"


class Context:
    """A department and an employer, as people write them; either may be empty."""

    def __init__(self, decider: Decider, department: str = "", employer: str = "") -> None:
        self._decider = decider
        self._index = decider.index
        context = self._index.reader.grammar.context
        self._place, self._parts = self._department(department)
        ours = self._names(employer, context.get("ours", {}))
        self._foreign = self._foreign_word(employer, ())
        if self._foreign is None and self._place is None and not ours:
            self._foreign = self._foreign_word(department, context.get("house", {}))
        self._ours = ours or self._place is not None

    def decide(self, parts: list[Part]) -> Decision:
        """Return what the parts of a text mean in this context."""
        return self._weighed(self._decider.decide(parts, ours=self._ours), parts)

    def decide_exact(self, hits: tuple[Hit, ...], parts: list[Part]) -> Decision:
        """Return what a label means that was written as it stands."""
        if len(hits) > 1:
            return self._weighed(self._decider.shared(hits), parts)
        return self._weighed(Decision("match", "", EXACT, hits[0]), parts)

    def _weighed(self, decision: Decision, parts: list[Part]) -> Decision:
        if decision.status == "none" and not self._place:
            return decision
        if self._foreign:
            others = (decision.hit.title,) if decision.hit else ()
            why = f"“{self._foreign}” in department or employer is another field of work."
            return Decision("none", why, others=others)
        if self._place is None:
            return decision
        if decision.hit is not None:
            return decision._replace(others=self._narrower(decision.hit.title, self._place))
        if decision.shared:
            return self._chosen(decision, self._place)
        return self._completed(decision, self._place)

    def _narrower(self, title: Concept, place: str) -> tuple[Concept, ...]:
        """Return the titles of a department that are a kind of another one."""
        return tuple(
            other
            for other in self._index.concepts.titles.values()
            if other.place == place and title.iri in other.broader
        )

    def _chosen(self, decision: Decision, place: str) -> Decision:
        """Return that title of several with one label which is in a department, or near it."""
        departments = self._index.concepts.departments
        above = departments[place].broader
        same = [hit for hit in decision.shared if hit.title.place == place]
        near = [
            hit
            for hit in decision.shared
            if (own := departments.get(hit.title.place or ""))
            and (own.iri in above or place in own.broader)
        ]
        for found in (same, near):
            if len(found) == 1:
                return Decision("match", "", SHARED, found[0])
            if found:
                break
        return decision

    def _completed(self, decision: Decision, place: str) -> Decision:
        """Return what is missing without its department."""
        key = decision.key
        if key and decision.status == "ambiguous":
            for part in self._parts:
                found = self._index.find(part + key)
                if len(found) == 1 and found[0].title.place == place:
                    return Decision("match", "", COMPLETED, found[0], key)
        if key in self._decider.alone:
            complete = self._decider.completions(key, place)
            if complete:
                why = "The word alone is no title; in this department it may be one."
                return Decision("ambiguous", why, others=complete, decides="the whole title")
        return decision

    def _department(self, text: str) -> tuple[str | None, list[Part]]:
        """Return the IRI of a department, and the words that stand for it in titles."""
        if not text.strip():
            return None, []
        parts = self._index.reader.text(text).parts
        place = self._index.department_names.get(tuple(tokens(text)))
        places = self._index.departments
        place = place or next((iri for part in parts if (iri := places.get(part))), None)
        return place, [*parts, *(part for part, iri in places.items() if iri == place)]

    def _foreign_word(self, text: str, house: Iterable[str]) -> str | None:
        """Return the word of a text that names another field of work, unless one names ours.

        ``house`` are words of other fields that companies of ours have departments for.
        """
        grammar = self._index.reader.grammar
        if self._names(text, grammar.context.get("ours", {})):
            return None
        found = (word for word in self._index.reader.field_words(text) if word not in house)
        return next(found, None)

    @staticmethod
    def _names(text: str, words: Iterable[str]) -> bool:
        return any(word in words for word in text.casefold().split())
