"""Resolve and check IRIs (RFC 3986, section 5; RFC 3987)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

# The five parts of a reference (RFC 3986, appendix B).
_PARTS: Final = re.compile(
    r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.S
)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:").match


@lru_cache(maxsize=65_536)
def is_iri(text: str) -> bool:
    """Return whether a text is an absolute IRI that RDF can hold."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def has_scheme(text: str) -> bool:
    """Return whether a text begins like an absolute IRI."""
    return _SCHEME(text) is not None


def resolve(base: str, reference: str) -> str:
    """Return a reference resolved against a base (RFC 3986, section 5.2.2, strict)."""
    scheme, authority, path, query, fragment = _split(reference)
    if scheme is not None:
        return _joined(scheme, authority, _without_dots(path), query, fragment)
    base_scheme, base_authority, base_path, base_query, _ = _split(base)
    if authority is not None:
        path = _without_dots(path)
    else:
        authority = base_authority
        if not path:
            path = base_path
            query = base_query if query is None else query
        elif path.startswith("/"):
            path = _without_dots(path)
        elif authority is not None and not base_path:
            path = _without_dots("/" + path)
        else:
            path = _without_dots(base_path[: base_path.rfind("/") + 1] + path)
    return _joined(base_scheme, authority, path, query, fragment)


_Parts = tuple[str | None, str | None, str, str | None, str | None]


def _split(text: str) -> _Parts:
    found = _PARTS.fullmatch(text)
    if found is None:
        return None, None, text, None, None
    scheme, authority, path, query, fragment = found.groups()
    return scheme, authority, path or "", query, fragment


def _joined(
    scheme: str | None, authority: str | None, path: str, query: str | None, fragment: str | None
) -> str:
    text = f"{scheme}:" if scheme is not None else ""
    text += f"//{authority}" if authority is not None else ""
    text += path
    text += f"?{query}" if query is not None else ""
    return text + (f"#{fragment}" if fragment is not None else "")


def _without_dots(path: str) -> str:
    """Return a path without the steps ``.`` and ``..`` (RFC 3986, section 5.2.4)."""
    if "." not in path:
        return path
    steps = path.split("/")
    kept: list[str] = []
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        if step == "..":
            # The empty step before the first slash stays.
            if len(kept) > 1 or (kept and kept[0]):
                kept.pop()
            if last:
                kept.append("")
        elif step != ".":
            kept.append(step)
        elif last:
            kept.append("")
    return "/".join(kept)
