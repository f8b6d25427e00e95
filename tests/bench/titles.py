"""How well and how fast titles are resolved, beside plain fuzzy matching over the same labels.

Three sets: the tuning and the test half of ``tests/titles/labelled.tsv``, and the open set
where there is one. A wrong match is a title where there is none, or another title; what is
right is the expected title, or no match where none is expected. The baseline is given the
threshold that suits each set best.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process
from tests.titles.sets import Case, labelled, opened

from pa_onto.model import Match
from pa_onto.namespaces import BASE
from pa_onto.project import find_project
from pa_onto.titles import Resolver

TITLE = BASE + "title/"
DISTINCT = 50_000
REPEATED = 1_000_000


class Figures(NamedTuple):
    """How many answers were right, wrong matches, and abstentions from a title there is."""

    right: int
    wrong: int
    abstained: int
    total: int

    def __str__(self) -> str:
        return (
            f"{self.right / self.total:6.1%} right  {self.wrong:3} wrong "
            f"({self.wrong / self.total:.1%})  {self.abstained:3} abstained  of {self.total}"
        )


def figures(answers: list[str | None], cases: list[Case]) -> Figures:
    """Count answers, each the code of a title or None."""
    pairs = [(answer, case.expected) for answer, case in zip(answers, cases, strict=True)]
    right = sum(answer == expected for answer, expected in pairs)
    wrong = sum(answer not in (None, expected) for answer, expected in pairs)
    return Figures(right, wrong, len(pairs) - right - wrong, len(pairs))


def code(match: Match) -> str | None:
    """Return the code of the title that was matched."""
    return match.title.removeprefix(TITLE) if match.title else None


def baseline(cases: list[Case], labels: dict[str, str]) -> tuple[Figures, float]:
    """Return the best that ``extractOne`` does over the labels, and its threshold."""
    names = list(labels)
    found = [process.extractOne(case.text.lower(), names, scorer=fuzz.WRatio) for case in cases]
    best, at = Figures(-1, 0, 0, 1), 0.0
    for threshold in range(50, 101):
        answers = [labels[name] if score >= threshold else None for name, score, _ in found]
        counted = figures(answers, cases)
        if (counted.right, -counted.wrong) > (best.right, -best.wrong):
            best, at = counted, threshold
    return best, at


def accuracy(resolver: Resolver, labels: dict[str, str], hidden: bool) -> None:
    """Print the figures of every set, and the worst mistakes."""
    sets = {"tuning half": labelled("tuning"), "test half": labelled("test"), "open set": opened()}
    mistakes: list[tuple[bool, float, str]] = []
    print("accuracy, beside rapidfuzz WRatio with the threshold that suits the set best")
    for name, cases in sets.items():
        if not cases:
            continue
        matches = [resolver.answers()[case.text] for case in cases]
        print(f"  {name:12} {figures([code(match) for match in matches], cases)}")
        plain, threshold = baseline(cases, labels)
        print(f"  {'rapidfuzz':12} {plain}, threshold {threshold}")
        if hidden and name != "tuning half":
            continue
        for case, match in zip(cases, matches, strict=True):
            if code(match) != case.expected:
                text = f"{name}: {case.text!r} is {case.expected or 'no title'}, answered "
                text += f"{code(match) or match.status} ({match.explanation.reason})"
                mistakes.append((match.title is None, -match.explanation.score, text))
    shown = sorted(mistakes)[: 100 if hidden else 10]
    print(f"worst mistakes, {len(shown)} of {len(mistakes)}")
    for _, _, text in shown:
        print(f"  {text}")


BEFORE = ("", "", "Key ", "Additional ", "Freelance ", "2nd Unit ", "Assistant ", "Pulp ", "Sr. ")
AFTER = ("", " - Season {}", " ({})", ", Unit {}", " #{}", " (London) {}", "/{}", " \u2013 {name}")


def distinct_titles(labels: list[str], count: int) -> list[str]:
    """Return different texts: labels in other case, misspelt, with every kind of leftover."""
    chance = random.Random(7)
    found: set[str] = set()
    while len(found) < count:
        text = chance.choice(labels)
        if chance.random() < 0.2:
            at = chance.randrange(len(text))
            text = text[:at] + text[at + 1 :]
        text = chance.choice((str, str.upper, str.title))(text)
        name = "".join(chance.choices("aeioulmnrst", k=7)).title()
        end = chance.choice(AFTER).format(chance.randrange(5000), name=name)
        found.add(chance.choice(BEFORE) + text + end)
    return sorted(found)


def speed(labels: dict[str, str]) -> None:
    """Print how many titles are resolved in a second, different ones and repeated ones."""
    texts = distinct_titles(list(labels), DISTINCT)
    begun = time.perf_counter()
    resolver = Resolver(find_project())
    made = time.perf_counter() - begun
    begun = time.perf_counter()
    answers = resolver.answers()
    for text in texts:
        answers[text]
    taken = time.perf_counter() - begun
    some = texts[:: DISTINCT // 1000]
    repeated = some * (REPEATED // len(some))
    begun = time.perf_counter()
    [answers[text] for text in repeated]
    again = time.perf_counter() - begun
    names = list(labels)
    begun = time.perf_counter()
    for text in texts[:: DISTINCT // 5000]:
        process.extractOne(text.lower(), names)
    plain = (time.perf_counter() - begun) / 5000
    print("speed on one core")
    print(f"  read vocabulary and grammar  {made * 1000:12.1f} ms")
    print(f"  distinct titles              {len(texts) / taken:12,.0f} a second; goal 50,000")
    print(f"  repeated titles              {len(repeated) / again:12,.0f} a second; goal 1,000,000")
    print(f"  rapidfuzz extractOne         {1 / plain:12,.0f} a second")


def main() -> None:
    """Print accuracy and speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tuning", action="store_true", help="name its mistakes only")
    parser.add_argument("--no-speed", action="store_true")
    chosen = parser.parse_args()
    resolver = Resolver(find_project(Path(__file__).parent))
    labels = {
        label.text.lower(): title.iri.removeprefix(TITLE)
        for title in resolver.index.concepts.titles.values()
        for label in title.labels
    }
    accuracy(resolver, labels, chosen.tuning)
    if not chosen.no_speed:
        speed(labels)


if __name__ == "__main__":
    main()
