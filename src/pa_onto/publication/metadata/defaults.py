"""Write the defaults of its parameters into a query, so that it runs as it stands."""

from __future__ import annotations

from collections.abc import Mapping

from ...reading.tokens import placed_tokens


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Return a query in which variables have values, given as terms in SPARQL.

    A ``VALUES`` stands at the head of each group that mentions the variable, because a filter
    sees only what its own group binds (SPARQL 1.1, section 18.2.2.2).
    """
    for name, term in sorted(values.items()):
        for place in sorted(_groups(text, name), reverse=True):
            text = f"{text[:place]} VALUES ?{name} {{ {term} }}{text[place:]}"
    return text


def _groups(text: str, name: str) -> set[int]:
    """Return where the groups begin that mention a variable themselves."""
    found: set[int] = set()
    open_groups: list[int] = []
    # What stands between SELECT and its group are results, and what follows CONSTRUCT is a
    # template: neither is a place to look for values.
    selecting = template = False
    for kind, token, place in placed_tokens(text):
        word = token.upper()
        if token == "{":
            open_groups.append(-1 if template else place + 1)
            selecting = template = False
        elif token == "}":
            open_groups = open_groups[:-1]
        elif kind == "word":
            selecting = selecting or word == "SELECT"
            template = word == "CONSTRUCT"
        elif kind == "variable" and token[1:] == name and open_groups and not selecting:
            found.add(open_groups[-1])
    return found - {-1}
