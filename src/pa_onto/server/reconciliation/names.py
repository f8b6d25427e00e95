"""Which short names the service uses for the IRIs of entities, types and properties.

An id is what follows a namespace in an IRI, and elsewhere a CURIE or the whole IRI: the
identifier space and the schema space of the specification (section 2.5) are those namespaces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import takewhile
from typing import Any, Final

from ...errors import InputError
from ...namespaces import local_name, shorten
from ...project import Project

_AFTER_NAMESPACE: Final = re.compile(r"[^/#:]*\Z")
# More than a scheme: an authority and a path, or what follows a scheme without them.
_NAMESPACE: Final = re.compile(r"[^:/]+:(?://[^/]+/.*|[^/].*)", re.DOTALL).fullmatch


def namespace_of(iris: Iterable[str], otherwise: str) -> str:
    """Return the namespace that all IRIs share, or ``otherwise`` where there is none.

    Some may stand deeper in it than others: those have longer ids.

    >>> namespace_of(["https://x.example/v/blue", "https://x.example/v/a/b"], "")
    'https://x.example/v/'
    """
    spaces = sorted({_AFTER_NAMESPACE.sub("", iri) for iri in iris})
    ends = zip(*spaces[:1], *spaces[-1:], strict=False) if spaces else ()
    alike = takewhile(lambda pair: pair[0] == pair[1], ends)
    shared = _AFTER_NAMESPACE.sub("", "".join(pair[0] for pair in alike))
    return shared if _NAMESPACE(shared) else otherwise


def id_in(space: str, iri: str) -> str:
    """Return an IRI without the namespace, or the whole of it where it is outside."""
    inside = iri.startswith(space) and len(iri) > len(space)
    return iri[len(space) :] if inside else iri


def type_id(space: str, iri: str) -> str:
    """Return the id of a class: clients put it into URLs as it is, so it holds no ``#``."""
    return id_in(space, iri) if iri.startswith(space) else shorten(iri)


def read_key_names(project: Project) -> dict[str, str]:
    """Return the JSON keys of records by the property each stands for, from the context.

    A project that has not published one has none. Raises InputError for a damaged context.
    """
    if not project.context.is_file():
        return {}
    try:
        context = json.loads(project.context.read_bytes())["@context"]
        keys = {name: _target(value) for name, value in context.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        cure = "Publish the vocabulary again."
        raise InputError("Not a JSON-LD context.", cure=cure, file=str(project.context)) from error
    found: dict[str, str] = {}
    for name, target in keys.items():
        prefix, _, local = target.partition(":")
        if local and prefix in keys:
            found.setdefault(keys[prefix] + local, name)
    return found


def _target(value: Any) -> str:
    target = value.get("@id", "") if isinstance(value, dict) else value
    return target if isinstance(target, str) else ""


def property_ids(iris: Iterable[str], keys: dict[str, str]) -> dict[str, str]:
    """Return the ids of properties by IRI: the JSON key, else the local name where it is free."""
    found: dict[str, str] = {}
    for iri in sorted(iris, key=lambda iri: (iri not in keys, iri)):
        name = keys.get(iri) or local_name(iri)
        found[iri] = name if name and name not in found.values() else shorten(iri)
    return found


def words(name: str) -> str:
    """Return a camel-case name as words: ``altLabels`` is ``alt labels``."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f" {match[1].lower()}", name)
