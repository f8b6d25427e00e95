"""Find a term by what people type: IRI, CURIE, code, label in any case, or a messy title."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from .model import Match
from .namespaces import DCTERMS, PREFIXES, RDFS, SKOS, Prefixes, expand, shorten
from .project import Project
from .reading.nearest import nearest
from .triples import match

_LABELS: Final = tuple(ox.NamedNode(SKOS + kind + "Label") for kind in ("pref", "alt", "hidden"))
#: What lists the names of a vocabulary.
_LIST: Final = "List all names: pa-onto query -e 'SELECT ?n { ?t skos:prefLabel ?n }'."
_NAMES: Final = (*_LABELS, ox.NamedNode(SKOS + "notation"))
_PREFERRED: Final = (
    _LABELS[0],
    ox.NamedNode(RDFS + "label"),
    ox.NamedNode(DCTERMS + "title"),
)


def terms_called(text: str, store: ox.Store, prefixes: Prefixes = PREFIXES) -> list[ox.NamedNode]:
    """Return the terms with that IRI, CURIE, code or label, in the order of their IRIs."""
    iri = expand(text.strip(), prefixes) or text.strip()
    if ":" in iri and not any(mark in iri for mark in ' <>"{}|\\^`'):
        node = _node(iri)
        if node is not None and any(match(store, node)):
            return [node]
    wanted = _folded(text)
    found = {
        triple.subject
        for predicate in _NAMES
        for triple in match(store, None, predicate)
        if isinstance(triple.subject, ox.NamedNode) and _folded(triple.object.value) == wanted
    }
    return sorted(found, key=lambda node: node.value)


def title_meant(text: str, project: Project) -> Match | None:
    """Return what a messy title means; None for what looks like an IRI or a CURIE."""
    if text.partition(":")[0].strip() in PREFIXES or "://" in text:
        return None
    from .titles import load_resolver

    return load_resolver(project).answers()[text]


def taken_for(answer: Match) -> str:
    """Say in one sentence which title a messy one was taken for, and why."""
    name = f"{answer.label} ({shorten(answer.title or '')})"
    return f"{answer.text!r} is taken for {name}: {answer.explanation.reason}."


def unanswered(answer: Match, store: ox.Store) -> str:
    """Say that a messy title means none or several, and what may have been meant."""
    if not answer.candidates:
        return not_found(answer.text, store)
    names = ", ".join(shorten(candidate.title) for candidate in answer.candidates)
    if answer.status == "ambiguous":
        reason = answer.explanation.reason
        return f"{answer.text!r} may mean several titles. {reason} Name one of {names}."
    return f"Nothing is called {answer.text!r}. The nearest, another job: {names}."


def not_found(text: str, store: ox.Store) -> str:
    """Say that nothing has that name, and which name is near."""
    labels = {
        triple.object.value.casefold(): triple.object.value
        for predicate in _NAMES
        for triple in match(store, None, predicate)
    }
    close = nearest(text.casefold(), labels)
    hint = f"Did you mean {labels[close]!r}?" if close else _LIST
    return f"Nothing is called {text!r}. {hint}"


def label_of(
    node: ox.NamedNode, store: ox.Store, language: str, prefixes: Prefixes = PREFIXES
) -> str:
    """Return the preferred label of a term in a language, or else in another, or its CURIE."""
    for predicate in _PREFERRED:
        objects = (triple.object for triple in match(store, node, predicate))
        labels = [label for label in objects if isinstance(label, ox.Literal)]
        if labels:
            return str(min(labels, key=lambda text: (text.language != language, text.value)).value)
    return shorten(node.value, prefixes)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None
