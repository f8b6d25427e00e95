"""Which graphs a query names in its own dataset clauses (SPARQL 1.1, section 13.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from ...namespaces import PREFIXES
from ...reading.tokens import tokens, unescaped


def named_in(text: str, base: str = "") -> list[str]:
    """Return the IRIs after FROM and FROM NAMED; what cannot be read as an IRI stays as it is.

    The engine never fetches such a graph: an IRI that is missed here names an empty graph.
    """
    if not re.search("from", text, re.IGNORECASE):
        return []
    return list(_named(unescaped(text), base))


def _named(text: str, base: str) -> Iterator[str]:
    prefixes = dict(PREFIXES)
    before = declared = ""
    for kind, token in tokens(text):
        word = token.upper() if kind == "word" else ""
        if token == "{":
            return
        if kind == "iri" and before == "BASE":
            base = urljoin(base, token[1:-1])
        elif kind == "iri" and before == "PREFIX":
            prefixes[declared] = urljoin(base, token[1:-1])
            before = ""
            continue
        elif kind == "name" and before == "PREFIX":
            declared = token.partition(":")[0]
            continue
        elif before == "FROM" and word != "NAMED":
            yield _iri(token, base, prefixes)
        before = before if word == "NAMED" else word


def _iri(token: str, base: str, prefixes: dict[str, str]) -> str:
    if token.startswith("<"):
        return urljoin(base, token[1:-1])
    prefix, _, local = token.partition(":")
    return prefixes.get(prefix, prefix + ":") + re.sub(r"\\(.)", r"\1", local)
