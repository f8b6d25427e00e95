"""Turn messy titles into the titles of a vocabulary, with the reason for every answer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any, Final

from ..arguments import PathLike
from ..model import Candidate, Explanation, Match
from ..namespaces import local_name
from ..project import Project, project_given
from ..vocabulary import published_text
from . import cells
from .context import EXACT, Context
from .decision import Decider, Decision
from .grammar import read_grammar
from .index import Hit, Index
from .labels import Concept, read_concepts
from .slots import Slots
from .spelling import Spelling, one_off
from .words import MAX_TEXT, tokens

#: How many answers are kept at the most, over all contexts.
_KEPT: Final = 1 << 17
# Longer texts are no titles that come again.
_LONGEST_KEPT: Final = 256
_CONTEXTS: Final = 1 << 10
# In a shorter code one letter may make it another word.
_SHORTEST_SLIP: Final = 10
# What each step away from a label takes off the score.
_STEPS: Final = {"leftover": 0.01, "unknown": 0.05, "correction": 0.05, "rule": 0.02}


def resolve(
    texts: str | Iterable[Any],
    *,
    department: str | Iterable[Any] | None = None,
    employer: str | Iterable[Any] | None = None,
    project: Project | PathLike | None = None,
) -> list[Match]:
    """Return what titles mean, one answer a text, in order.

    ``texts`` is one text or any iterable of texts, a column of a data frame for one; what is
    missing in it (None, NaN, the nulls of pandas, polars and Arrow) has no answer.
    ``department`` and ``employer`` are one text for all, or one for each. They are evidence: a
    department decides what is incomplete or ambiguous, never against a title that is named.
    Raises UsageError for what is no column of texts, and for columns that differ in length.

    >>> resolve(["2ND ASST DIR.", "2nd 2nd AD"])[0].title
    'https://w3id.org/pa-onto/title/second-assistant-director'
    """
    resolver = load_resolver(project_given(project))
    titles = cells.texts(texts, "titles")
    if cells.is_one(department) and cells.is_one(employer):
        answers = resolver.answers(cells.text(department), cells.text(employer))
        return [answers[title] for title in titles]
    departments = cells.column(department, "department", len(titles))
    employers = cells.column(employer, "employer", len(titles))
    return [
        resolver.answers(place, company)[title]
        for title, place, company in zip(titles, departments, employers, strict=True)
    ]


def load_resolver(project: Project) -> Resolver:
    """Return the resolver of a project; it is made once, until the vocabulary is published."""
    try:
        changed = project.published.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _loaded(project, changed)


@lru_cache(maxsize=4)
def _loaded(project: Project, changed: int) -> Resolver:
    return Resolver(project)


class _Answers(dict[Any, Match]):
    """The answers that were given in one context; a new text is answered when it is asked."""

    def __init__(self, resolver: Resolver, context: Context) -> None:
        super().__init__()
        self._resolver = resolver
        self._context = context
        self._decisions: dict[tuple[str, ...], Decision] = {}

    def forget(self) -> None:
        """Give back what is kept."""
        self.clear()
        self._decisions.clear()

    def __missing__(self, text: Any) -> Match:
        asked = cells.text(text)
        if len(asked) > _LONGEST_KEPT:
            return self._resolver.answer(asked, self._context, {})
        self._resolver.make_room()
        answer = self[text] = self._resolver.answer(asked, self._context, self._decisions)
        return answer


class Resolver:
    """Resolves titles by one vocabulary. Make it once: reading the vocabulary takes time.

    ``vocabulary`` is N-Triples to be used with the grammar of the project in place of what the
    project has published.
    """

    def __init__(self, project: Project, vocabulary: str | None = None) -> None:
        grammar = read_grammar(project.ontology / "titles")
        text = published_text(project) if vocabulary is None else vocabulary
        self.index = Index(read_concepts(text), grammar)
        reader = self.index.reader
        words = self.index.usual_words()
        reader.spelling = Spelling(words, grammar.lookalikes, reader.languages)
        self._decider = Decider(self.index)
        self._contexts: dict[tuple[str, str], _Answers] = {}
        self._kept = 0

    def answers(self, department: str = "", employer: str = "") -> _Answers:
        """Return the answers of one context, looked up by text."""
        found = self._contexts.get((department, employer))
        if found is None:
            self.make_room()
            context = Context(self._decider, department, employer)
            found = self._contexts[department, employer] = _Answers(self, context)
        return found

    def slip(self, text: str) -> Concept | None:
        """Return the title whose code a text is but for one letter, whatever the letter is.

        Where all words of a text are known it is no slip: the text says something else.
        """
        if not _SHORTEST_SLIP <= len(text) <= MAX_TEXT:
            return None
        found = tokens(text)
        if not self.index.reader.read(found).unknown:
            return None
        code = one_off(" ".join(found), self._codes)
        return self._codes[code] if code else None

    @cached_property
    def _codes(self) -> dict[str, Concept]:
        titles = self.index.concepts.titles.values()
        return {" ".join(tokens(local_name(title.iri))): title for title in titles}

    def make_room(self) -> None:
        """Count one more thing that is kept, and forget all others when there are too many."""
        self._kept += 1
        if self._kept > _KEPT:
            self._kept = 0
            for answers in self._contexts.values():
                answers.forget()
            # What is held elsewhere stays counted, unless every row has a context of its own.
            if len(self._contexts) > _CONTEXTS:
                self._contexts.clear()

    def answer(
        self, text: str, context: Context, decisions: dict[tuple[str, ...], Decision]
    ) -> Match:
        """Return what one text means in a context."""
        if len(text) > MAX_TEXT:
            return _none(text, f"Longer than {MAX_TEXT} characters, which no title is.")
        found = tokens(text)
        exact = self.index.exact.get(tuple(found))
        slots = self.index.reader.read(found, text)
        if exact is not None:
            decision = context.decide_exact(exact, slots.parts)
        else:
            known = decisions.get(slots.words)
            if known is None:
                known = decisions[slots.words] = context.decide(slots.parts)
            decision = known
        return _match(text, decision, slots)


def _match(text: str, decision: Decision, slots: Slots) -> Match:
    hit = decision.hit
    if hit is None:
        return _unmatched(text, decision, slots)
    title = hit.title
    return Match(
        text,
        "match",
        title.iri,
        title.name,
        title.level,
        title.department,
        tuple(
            Candidate(other.iri, other.name, "narrower, in this department")
            for other in decision.others
        ),
        _explained(decision, hit, slots),
    )


def _explained(decision: Decision, hit: Hit, slots: Slots) -> Explanation:
    label = hit.label
    _, leftovers, unknown, corrected = slots
    rule = decision.rule
    if rule == EXACT:
        reason = f"{label.kind} “{label.text}”"
        return Explanation(reason, rule, label.text, label.kind, score=1.0)
    if corrected:
        rule += ", spelling mended"
    left = (*leftovers, *unknown)
    beside = f"; left over: {', '.join(left)}" if left else ""
    return Explanation(
        f"{label.kind} “{label.text}”, {rule}{beside}",
        rule,
        label.text,
        label.kind,
        left,
        tuple(corrected),
        _score(len(leftovers), len(unknown), len(corrected)),
    )


@lru_cache(maxsize=1 << 10)
def _score(leftovers: int, unknown: int, corrected: int) -> float:
    taken = (
        _STEPS["rule"]
        + _STEPS["leftover"] * leftovers
        + _STEPS["unknown"] * unknown
        + _STEPS["correction"] * corrected
    )
    return round(max(1.0 - taken, 0.0), 2)


def _unmatched(text: str, decision: Decision, slots: Slots) -> Match:
    decides = decision.decides or "nearest, another job"
    candidates = tuple(Candidate(title.iri, title.name, decides) for title in decision.others)
    explanation = Explanation(
        decision.reason,
        decision.rule,
        leftovers=(*slots.leftovers, *slots.unknown),
        corrections=tuple(slots.corrected),
    )
    return Match(text, decision.status, None, None, None, None, candidates, explanation)


def _none(text: str, reason: str) -> Match:
    return Match(text, "none", None, None, None, None, (), Explanation(reason))
