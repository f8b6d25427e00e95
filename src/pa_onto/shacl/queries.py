"""What the queries in a shapes graph may say (SHACL section 5.2.1)."""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from ..reading.federation import calls_service
from ..reading.guards import check_nesting
from ..reading.tokens import keywords, subselections, tokens, undeclared_prefixes, unescaped
from .sparql import with_path

#: What a query may not hold, or what would reach beyond the data.
_FORBIDDEN: Final = frozenset({"MINUS", "VALUES", "FROM", "LOAD"})
_PRE_BOUND: Final = ("this", "PATH", "shapesGraph", "currentShape")
# The store plans a query in a time that grows with the fourth power of its length, and its
# parser ends the process for one of some ten thousand tokens.
_MAX_TOKENS: Final = 1000


def query_problem(query: str, form: str, prefixes: dict[str, str], file: str) -> str | None:
    """Return what is wrong with a query of the form ``select`` or ``ask``, None when nothing is.

    Raises InputError, naming the file, when its brackets nest too deeply to be read.
    """
    text = unescaped(query)
    check_nesting(text, file)
    if sum(1 for _ in tokens(text)) > _MAX_TOKENS:
        return f"is longer than {_MAX_TOKENS} words and marks"
    if calls_service(query):
        return "may not have SERVICE"
    if forbidden := keywords(text) & _FORBIDDEN:
        return f"may not have {' or '.join(sorted(forbidden))}"
    bound = "|".join(_PRE_BOUND if form == "select" else (*_PRE_BOUND, "value"))
    if assigned := re.search(rf"\b[Aa][Ss]\s+[?$]({bound})\b", text):
        return f"may not assign ?{assigned[1]}"
    if any("this" not in selected for selected in subselections(text)):
        return "has a sub-select that does not select $this"
    return _syntax_problem(text, form, prefixes)


def _syntax_problem(text: str, form: str, prefixes: dict[str, str]) -> str | None:
    if undeclared := undeclared_prefixes(text, prefixes):
        return f"has a prefix that sh:prefixes does not declare: {', '.join(sorted(undeclared))}"
    try:
        answer = ox.Store().query(with_path(text, "<x:p>"), prefixes=prefixes)
    except (SyntaxError, RuntimeError) as error:
        reason = str(getattr(error, "msg", error)).splitlines()[0].rstrip(".")
        return f"is no SPARQL: {reason}"
    return _form_problem(answer, form)


def _form_problem(answer: object, form: str) -> str | None:
    if form == "ask":
        return None if isinstance(answer, ox.QueryBoolean) else "is no ASK query"
    if not isinstance(answer, ox.QuerySolutions):
        return "is no SELECT query"
    selected = {variable.value for variable in answer.variables}
    return None if "this" in selected else "does not select $this"
