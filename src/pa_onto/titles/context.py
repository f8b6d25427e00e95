"""What the department and the employer of a job say about its title."""

from __future__ import annotations

from typing import Final

from .decision import Decider, Decision
from .index import Hit
from .slots import Part
from .words import tokens

#: The rule of a text that is a label itself.
EXACT: Final = "label as it stands"


class Context:
    """A department and an employer, as people write them; either may be empty."""

    def __init__(self, decider: Decider, department: str = "", employer: str = "") -> None:
        self._decider = decider
        self._index = decider.index
        self._foreign = self._foreign_word(department) or self._foreign_word(employer)
        ours = self._index.reader.grammar.context.get("ours", {})
        self._ours = any(word in ours for word in employer.casefold().split())
        self._place, self._parts = self._department(department)
        self._ours = self._ours or self._place is not None

    def decide(self, parts: list[Part]) -> Decision:
        """Return what the parts of a text mean in this context."""
        return self._weighed(self._decider.decide(parts, ours=self._ours), parts)

    def decide_exact(self, hit: Hit, parts: list[Part]) -> Decision:
        """Return what a label means that was written as it stands."""
        key = parts[0] if len(parts) == 1 else ()
        return self._weighed(Decision("match", "", EXACT, hit, key), parts)

    def _weighed(self, decision: Decision, parts: list[Part]) -> Decision:
        if decision.status == "none" and not self._place:
            return decision
        if self._foreign:
            others = (decision.hit.title,) if decision.hit else ()
            why = f"“{self._foreign}” in department or employer is another field of work."
            return Decision("none", why, others=others)
        if self._place is None:
            return decision
        return self._in_department(decision, parts, self._place)

    def _in_department(self, decision: Decision, parts: list[Part], place: str) -> Decision:
        keys = parts if decision.hit is None or not decision.key else [decision.key]
        if decision.status != "none" and len(keys) == 1:
            for part in self._parts:
                found = self._index.find(part + keys[0])
                if len(found) == 1 and found[0].title.place == place:
                    return Decision("match", "", "completed by the department", found[0], keys[0])
        if decision.status == "none" and keys and keys[0] in self._decider.alone:
            complete = self._decider.completions(keys[0], place)
            if complete:
                why = "The word alone is no title; in this department it may be one."
                return Decision("ambiguous", why, others=complete, decides="the whole title")
        if decision.hit is not None and decision.key:
            conflict = self._decider.conflict(decision.hit, decision.key, place, strict=False)
            return conflict or decision
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

    def _foreign_word(self, text: str) -> str | None:
        """Return the word of a text that names another field of work, unless one names ours."""
        reader = self._index.reader
        slots = reader.text(text)
        if "!field" not in slots.words:
            return None
        ours = reader.grammar.context.get("ours", {})
        words = text.casefold().split()
        return None if any(word in ours for word in words) else reader.field_word(text)
