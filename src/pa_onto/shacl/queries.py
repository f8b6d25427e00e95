"""What the queries in a shapes graph may say (SHACL section 5.2.1)."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from ..reading.federation import calls_service
from ..reading.guards import check_nesting
from ..reading.tokens import assigned, keywords, subselections, tokens, undeclared_prefixes
from .names import Declared, Query, is_absolute, resolved
from .sparql import with_path

#: What a query may not hold, or what would reach beyond the data.
_FORBIDDEN: Final = frozenset({"MINUS", "VALUES", "FROM", "LOAD"})
_PRE_BOUND: Final = ("this", "PATH", "shapesGraph", "currentShape")
# The store plans a query in a time that grows with the fourth power of its length, and its
# parser ends the process for one of some ten thousand tokens.
_MAX_TOKENS: Final = 1000


def query_problem(written: str, form: str, declared: Declared, file: str) -> str | None:
    """Return what is wrong with a query of the form ``select`` or ``ask``, None when nothing is.

    ``declared`` are the prefixes that ``sh:prefixes`` gives it. Raises InputError, naming the
    file, when its brackets nest too deeply to be read.
    """
    check_nesting(written, file)
    long = sum(1 for _ in tokens(written)) > 10 * _MAX_TOKENS
    query = Query(written, {}) if long else resolved(written, declared)
    text = query.text
    if long or sum(1 for _ in tokens(text)) > _MAX_TOKENS:
        return f"is longer than {_MAX_TOKENS} words and marks"
    check_nesting(text, file)
    if calls_service(written) or calls_service(text):
        return "may not have SERVICE"
    if forbidden := keywords(text) & _FORBIDDEN:
        return f"may not have {' or '.join(sorted(forbidden))}"
    bound = _PRE_BOUND if form == "select" else (*_PRE_BOUND, "value")
    if wrong := assigned(text) & set(bound):
        return f"may not assign ?{min(wrong)}"
    if any("this" not in selected for selected in subselections(text)):
        return "has a sub-select that does not select $this"
    return _prefix_problem(query, declared) or _syntax_problem(query, form)


def _prefix_problem(query: Query, declared: Declared) -> str | None:
    """Return what is wrong with the prefixes that a query leaves to ``sh:prefixes``."""
    missing = undeclared_prefixes(query.text, declared)
    if missing:
        return f"has a prefix that sh:prefixes does not declare: {', '.join(sorted(missing))}"
    used = undeclared_prefixes(query.text, ())
    if several := sorted(prefix for prefix in used if len(declared[prefix]) > 1):
        return f"has a prefix that sh:prefixes declares with several namespaces: {several[0]}"
    if wrong := sorted(prefix for prefix in used if not is_absolute(declared[prefix][0])):
        return f"has a prefix that sh:prefixes declares with no IRI: {wrong[0]}"
    return None


def _syntax_problem(query: Query, form: str) -> str | None:
    text = with_path(query.text, "<x:p>")
    try:
        answer = ox.Store().query(text, prefixes=query.prefixes)
    except (SyntaxError, RuntimeError, ValueError) as error:
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
