"""Derive what follows, and find contradictions.

Derivation runs CONSTRUCT rules to a fixpoint: the SKOS rules that ship with the toolkit and
those of the project. Consistency is judged by the OWL 2 RL closure of ``owlrl``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from .errors import InputError
from .reading.federation import calls_service
from .triples import Triple, as_ntriples, quads_of, triples_of

_RULES = Path(__file__).parent / "rules"
# Real rules settle in a handful of rounds and add less than there was.
_MAX_ROUNDS = 50
_MAX_GROWTH = 20
_DENIAL = re.compile(r"\b(?:NOT\s+EXISTS|MINUS)\b", re.IGNORECASE).search


def derive(stated: Iterable[Triple], rule_folder: Path | None = None) -> list[Triple]:
    """Return the triples that follow from ``stated`` by the rules and are not stated.

    ``rule_folder`` holds the project's own rules, one CONSTRUCT query a ``.rq`` file. Raises
    InputError for a rule that is not a CONSTRUCT query or never comes to an end.
    """
    store = ox.Store()
    store.bulk_extend(quads_of(stated))
    rules = [(path, path.read_text(encoding="utf-8")) for path in _rule_files(rule_folder)]
    # What looks for something that is absent waits until the other rules have nothing to add.
    denying = [(path, rule) for path, rule in rules if _DENIAL(rule)]
    plain = [rule for rule in rules if rule not in denying]
    derived: dict[Triple, None] = {}
    limit = _MAX_GROWTH * (len(store) + 1_000)
    for _ in range(_MAX_ROUNDS):
        new = [triple for path, rule in plain for triple in _apply(store, path, rule)]
        new = new or [triple for path, rule in denying for triple in _apply(store, path, rule)]
        if not new:
            return list(derived)
        derived.update(dict.fromkeys(new))
        if len(derived) > limit:
            break
    raise InputError(
        "The derivation rules come to no end.",
        cure="Let no rule make blank nodes or new values.",
        file=str(rule_folder or _RULES),
    )


def contradictions(triples: Iterable[Triple]) -> list[str]:
    """Return what the OWL 2 RL rules find contradictory, empty when they find nothing."""
    import owlrl
    import rdflib

    graph = rdflib.Graph()
    graph.parse(data=as_ntriples(triples), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    error = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    return sorted(str(message) for message in graph.objects(None, error))


def _rule_files(folder: Path | None) -> list[Path]:
    own = sorted(folder.glob("*.rq")) if folder is not None else []
    return [*sorted(_RULES.glob("*.rq")), *own]


def _apply(store: ox.Store, path: Path, rule: str) -> list[Triple]:
    if calls_service(rule):
        raise InputError(
            "SERVICE is refused.", cure="Derive from the sources alone.", file=str(path)
        )
    try:
        results = store.query(rule)
    except SyntaxError as error:
        raise InputError(
            f"Not SPARQL: {error.msg}.", cure="Correct the rule.", file=str(path)
        ) from error
    if not isinstance(results, ox.QueryTriples):
        raise InputError("Not a CONSTRUCT query.", cure="Correct the rule.", file=str(path))
    quads = {ox.Quad(triple.subject, triple.predicate, triple.object) for triple in results}
    new = [quad for quad in quads if quad not in store]
    store.extend(new)
    return list(triples_of(new))
