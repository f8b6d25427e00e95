"""An ontology and linked-data toolkit for film and television job titles.

The names listed here are the public interface; each is imported when it is first used, so
that ``import pa_onto`` costs next to nothing.

>>> import pa_onto
>>> report = pa_onto.validate(["crew.jsonld"])          # doctest: +SKIP
>>> pa_onto.query("ASK {}").boolean                      # doctest: +SKIP
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .careers import Career, path
    from .errors import PaOntoError
    from .importing import import_records
    from .model import Finding, Match, Report, Severity
    from .project import Project, find_project
    from .publication import publish
    from .quality import check
    from .queries import query
    from .remote import ask, push
    from .terms import describe
    from .titles import resolve
    from .validation import validate

__version__ = "0.1.0"

_HOME = {
    "Career": "careers",
    "Finding": "model",
    "Match": "model",
    "PaOntoError": "errors",
    "Project": "project",
    "Report": "model",
    "Severity": "model",
    "ask": "remote",
    "check": "quality",
    "describe": "terms",
    "find_project": "project",
    "import_records": "importing",
    "path": "careers",
    "publish": "publication",
    "push": "remote",
    "query": "queries",
    "resolve": "titles",
    "validate": "validation",
}

__all__ = [
    "Career",
    "Finding",
    "Match",
    "PaOntoError",
    "Project",
    "Report",
    "Severity",
    "__version__",
    "ask",
    "check",
    "describe",
    "find_project",
    "import_records",
    "path",
    "publish",
    "push",
    "query",
    "resolve",
    "validate",
]


def __dir__() -> list[str]:
    """Return the public names, imported already or not."""
    return __all__


def __getattr__(name: str) -> object:
    """Import a public name from its module on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
