"""Decide which title the parts of a text are.

The rule when an answer is given by itself, in one sentence: **a text is a title when one part
of it, or its parts joined, is exactly a key of one title, and everything else in it is a known
leftover, the title's own department, the same title again, or a part of its own of which
nothing is known.** Whatever else stands beside a title makes it another job. Beside a title
that other trades have as well, unknown words need something that shows our trade: a leftover
that only we use, a department of ours, or an employer that says what it makes.
"""

from __future__ import annotations

from itertools import chain
from typing import Final, NamedTuple

from .grammar import EVIDENCE, PERSON
from .index import Hit, Index
from .items import COUNT, GRADE, UNKNOWN
from .labels import Concept
from .slots import OF, Part

#: A longer part of unknown words is a sentence, which may say anything of the title.
_LONGEST: Final = 8


class Decision(NamedTuple):
    """What parts of a text mean; ``others`` are candidates, or the nearest title to none.

    ``key`` are the words that decided. ``shared`` are the titles that have one label together.
    """

    status: str
    reason: str
    rule: str = ""
    hit: Hit | None = None
    key: Part = ()
    others: tuple[Concept, ...] = ()
    decides: str = ""
    shared: tuple[Hit, ...] = ()


class Decider:
    """Decides by the keys of an index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.alone = index.reader.grammar.alone
        self._unless = index.reader.grammar.unless
        self._elsewhere = frozenset(
            tuple(sorted(part))
            for text in index.reader.grammar.context.get("elsewhere", {})
            for part in index.reader.text(text).parts
        )

    def decide(self, parts: list[Part], *, ours: bool = False) -> Decision:
        """Return what the parts of a text mean; ``ours`` says that the job is in our trade."""
        ours = ours or any(EVIDENCE in part for part in parts)
        parts = [part for raw in parts if (part := self._without_leftovers(raw))]
        parts = [numbered for part in parts if (numbered := self._numbered(part))]
        if not parts:
            return Decision("none", "Holds no word of a title.")
        if any(word[0] == GRADE for part in parts if part not in self.index.keys for word in part):
            return self._graded(parts, ours)
        hits = {part: found for part in parts if (found := self.index.find(part))}
        decision = self._joined(parts, hits)
        if decision is None and not hits:
            return self._without_hit(parts)
        decision = decision or self._from_hits(parts, hits)
        return decision if ours or decision.hit is None else self._doubted(decision, parts)

    def _without_leftovers(self, part: Part) -> Part:
        """Take away what is left over here, names of persons with all their words."""
        if not any(word[0] in "~+@" for word in part):
            return part
        kept = []
        for word in part:
            if word[0] == "~" and not self._unless[word].isdisjoint(part):
                kept.append(UNKNOWN)
            elif word[0] not in "~+@":
                kept.append(word)
        return () if PERSON in part and set(kept) <= {UNKNOWN} else tuple(kept)

    def _numbered(self, part: Part) -> Part:
        """Settle the numbers of a part: the ordinals of titles, and what only counts something."""
        if not any(word[0] in (GRADE, COUNT) for word in part) or self.index.find(part):
            return part
        bare = _without_numbers(part)
        mark, value = part[0][0], part[0][1:]
        graded = any(self.index.find((word, *bare)) for word in self.index.ordinals)
        if graded and mark == GRADE and value and len(bare) == len(part) - 1:
            return (*self.index.reader.ordinal(int(value)).words, *bare)
        if graded and mark == COUNT:
            # “2 AD” is the second; of “Season 2 AD” nobody knows.
            return (GRADE, *bare)
        return tuple(word for word in part if word[0] != COUNT)

    def _graded(self, parts: list[Part], ours: bool) -> Decision:
        """Leave open which grade of a title a number names, where it may be one."""
        bare = [part for numbered in parts if (part := _without_numbers(numbered))]
        decision = self.decide(bare, ours=ours)
        if decision.status == "none":
            return decision
        others = (decision.hit.title,) if decision.hit else decision.others
        why = "The number beside the title may be its grade."
        return Decision("ambiguous", why, others=others, decides="what the number says")

    def _doubted(self, decision: Decision, parts: list[Part]) -> Decision:
        """Leave a title open that other trades have, where an unknown part may name one."""
        key, hit = decision.key, decision.hit
        unknown = any(UNKNOWN in part for part in parts)
        if not unknown or hit is None or not self._is_elsewhere(key):
            return decision
        why = "Other trades have this title, and the words beside it may name one."
        return Decision("ambiguous", why, others=(hit.title,), decides="the employer or department")

    def _is_elsewhere(self, key: Part) -> bool:
        """Return whether a title says nothing of our trade itself."""
        bare = tuple(sorted(word for word in key if word != OF))
        return (
            bare in self._elsewhere
            or key in self.index.acronyms
            or self.index.roles.issuperset(key)
        )

    def _joined(self, parts: list[Part], hits: dict[Part, list[Hit]]) -> Decision | None:
        """Return the title of the parts taken together: ``Director, Locations``."""
        known = [part for part in parts if not set(part) <= {UNKNOWN}]
        beside = [part for part in known if part not in hits]
        if len(known) < 2 or len(known) != len(set(known)):
            return None
        if hits and any(not self.index.roles.isdisjoint(part) for part in beside):
            return None
        for order in (known[::-1], known):
            key = tuple(chain.from_iterable(order))
            found = self.index.find(key)
            if len(found) == 1:
                return self._matched(found[0], key, parts, "parts joined")
        return None

    def _from_hits(self, parts: list[Part], hits: dict[Part, list[Hit]]) -> Decision:
        found = {hit.title.iri: hit for part in hits for hit in hits[part]}
        hit = self._common(hits) or (self._one(list(found.values())) if len(hits) > 1 else None)
        titles = tuple(hit.title for hit in found.values())
        if any(word == "!grade" or word == "!field" for part in parts for word in part):
            return Decision("none", "A word beside the title makes it another job.", others=titles)
        for part in parts:
            if part not in hits and self.index.ordinals.issuperset(part):
                titles += self._with_ordinal(part, next(iter(hits)), titles)
                two = any(not self.index.ordinals.isdisjoint(other) for other in hits)
                why = "Two ordinals are named." if two else "The ordinal may be its grade."
                return Decision("ambiguous", why, others=titles, decides="one title a text")
            if part not in hits and self._is_other(part):
                return self._beside(part, hit or next(iter(found.values())), titles)
        if hit is None:
            return self._several(found, hits)
        key = next(part for part in hits if hit in hits[part])
        for part in parts:
            place = self.index.departments.get(part) if part not in hits else None
            if place and (conflict := self._conflict(hit, key, place)):
                return conflict
        rule = "the words of a label" if OF not in key else "turned around “of”"
        return self._matched(hit, key, parts, rule)

    def _several(self, found: dict[str, Hit], hits: dict[Part, list[Hit]]) -> Decision:
        if len(hits) == 1:
            return self.shared(tuple(found.values()))
        titles = tuple(hit.title for hit in found.values())
        why = "Several titles are named."
        return Decision("ambiguous", why, others=titles, decides="one title a text")

    def shared(self, hits: tuple[Hit, ...]) -> Decision:
        """Return the decision on a label that several titles have."""
        why = "Several titles have this label."
        titles = tuple(hit.title for hit in hits)
        return Decision("ambiguous", why, others=titles, decides="the department", shared=hits)

    def _common(self, hits: dict[Part, list[Hit]]) -> Hit | None:
        """Return the one title that all parts may mean."""
        first, *rest = hits.values()
        common = [
            hit for hit in first if all(any(o.title == hit.title for o in part) for part in rest)
        ]
        return common[0] if len(common) == 1 else None

    def _one(self, hits: list[Hit]) -> Hit | None:
        """Return the one hit there is: of several, the one that is narrower than all others."""
        for hit in hits:
            if all(hit is other or other.title.iri in hit.title.broader for other in hits):
                return hit
        return None

    def _matched(self, hit: Hit, key: Part, parts: list[Part], rule: str) -> Decision:
        unknown = [part for part in parts if set(part) <= {UNKNOWN}]
        if sum(map(len, unknown)) > _LONGEST:
            why = "Too many words beside the title are unknown."
            return Decision("ambiguous", why, others=(hit.title,), decides="the title alone")
        if hit.derived and rule == "the words of a label":
            rule = "the words of two labels"
        return Decision("match", "", rule, hit, key)

    def _conflict(self, hit: Hit, key: Part, place: str) -> Decision | None:
        """Return what another department makes of a title that is named in the same text.

        A general title, one that others are narrower than, may stand in any department.
        """
        title, departments = hit.title, self.index.concepts.departments
        titles = self.index.concepts.titles.values()
        own = departments.get(title.place or "")
        if own is None or place == own.iri or place in own.broader:
            return None
        if own.iri in departments[place].broader:
            return None
        if any(title.iri in other.broader for other in titles) and key not in self.index.acronyms:
            return None
        rivals = {
            hits[0].title.iri: hits[0].title
            for other, hits in self.index.keys.items()
            if other[-1] == key[-1] and hits[0].title.place == place
        }
        why = f"The title belongs to another department than {departments[place].name}."
        others = (title, *(rivals[iri] for iri in sorted(rivals)))
        return Decision("ambiguous", why, others=others, decides="the department")

    def _is_other(self, part: Part) -> bool:
        """Return whether a part says more than a department or something unknown."""
        if part in self.index.departments or set(part) <= {UNKNOWN}:
            return False
        return UNKNOWN not in part or not self.index.roles.isdisjoint(part)

    def _with_ordinal(
        self, ordinal: Part, key: Part, known: tuple[Concept, ...]
    ) -> tuple[Concept, ...]:
        """Return the titles that a key means with another ordinal."""
        bare = tuple(word for word in key if word not in self.index.ordinals)
        found = (hit.title for hit in self.index.find(ordinal + bare))
        return tuple(title for title in found if title not in known)

    def _beside(self, part: Part, hit: Hit, titles: tuple[Concept, ...]) -> Decision:
        if "!craft" in part:
            why = "Another job stands beside the title."
            return Decision("ambiguous", why, others=titles, decides="one job a text")
        return Decision("none", "Words beside the title make it another job.", others=titles)

    def _without_hit(self, parts: list[Part]) -> Decision:
        words = tuple(chain.from_iterable(parts))
        if words in self.alone:
            return Decision("none", "The word alone is no title of the vocabulary.", key=words)
        if words and self.index.ranks.issuperset(words):
            complete = self.completions(words)
            if complete:
                why = "The department is missing."
                return Decision("ambiguous", why, "", None, words, complete, "the department")
        if any(word[0] == "!" for word in words):
            why = "A word in it belongs to another job."
            return Decision("none", why, others=self._near(words))
        near = self._near(words)
        why = "No title has these words." if near else "Nothing like a title of the vocabulary."
        return Decision("none", why, others=near)

    def completions(self, rank: Part, place: str | None = None) -> tuple[Concept, ...]:
        """Return the titles that are a rank in some department, or in that at ``place``."""
        found = {
            hits[0].title.iri: hits[0].title
            for key, hits in self.index.keys.items()
            if key[-len(rank) :] == rank
            and key[: -len(rank)] in self.index.departments
            and place in (None, hits[0].title.place)
        }
        return tuple(found[iri] for iri in sorted(found))

    def _near(self, words: Part) -> tuple[Concept, ...]:
        """Return the title that is left when one word, or all unknown ones, are taken away."""
        known = tuple(word for word in words if word != UNKNOWN and word[0] not in "!#")
        tries = [known, *(known[:at] + known[at + 1 :] for at in range(len(known)))]
        for key in tries[:_LONGEST]:
            if found := self.index.find(key):
                return (found[0].title,)
        return ()


def _without_numbers(part: Part) -> Part:
    return tuple(word for word in part if word[0] not in (GRADE, COUNT))
