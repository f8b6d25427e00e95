"""Show a concept as HTML: previews, flyouts and whole pages (specification, section 5).

A page loads nothing and runs nothing, and everything in it is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

from ...namespaces import PA, SKOS
from .catalogue import Catalogue, Entity, Property

#: The frame that a preview is made for, in pixels.
WIDTH: Final = 430
HEIGHT: Final = 300
_HERE: Final = Path(__file__).parent / "templates"
#: What a preview shows, as far as a concept has it; a page shows everything.
_SHOWN: Final = (
    *(PA + name for name in ("atLevel", "inDepartment")),
    *(SKOS + name for name in ("altLabel", "broader", "narrower")),
    *(PA + name for name in ("reportsTo", "supervises", "advancesTo", "requiresSkill")),
    SKOS + "scopeNote",
)
_MOST: Final = 6


def preview(catalogue: Catalogue, entity: Entity) -> str:
    """Return a page of what matters most about a concept, small enough for a frame."""
    return _page(entity.name, card(catalogue, entity))


def whole_page(catalogue: Catalogue, entity: Entity) -> str:
    """Return a page of all that is known of a concept."""
    rows = (_row(catalogue, entity, one, None) for one in catalogue.properties.values() if one.iris)
    return _page(entity.name, _card(catalogue, entity, rows))


def card(catalogue: Catalogue, entity: Entity) -> str:
    """Return what matters most about a concept as a fragment of HTML."""
    known = {one.iris: one for one in catalogue.properties.values()}
    shown = [known[(iri,)] for iri in _SHOWN if (iri,) in known]
    return _card(catalogue, entity, (_row(catalogue, entity, one, _MOST) for one in shown))


def plain_card(kind: str, item: Any) -> str:
    """Return the name, the id and the description of a type or a property as HTML."""
    return _filled(
        "card.html",
        heading=escape(item.name),
        kind=escape(kind),
        id=escape(item.id),
        description=escape(item.description),
        rows="",
    )


def missing_page(name: str) -> str:
    """Return the page for what is not there."""
    text = f"<p>There is no concept with the id <code>{escape(name)}</code>.</p>"
    return _page("Not found", text)


@lru_cache(maxsize=1)
def policy() -> str:
    """Return the Content Security Policy of the pages: their own style and nothing else.

    Clients show them in frames of their own, wherever those are.
    """
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _card(catalogue: Catalogue, entity: Entity, rows: Iterable[str]) -> str:
    name = escape(entity.name)
    is_web = entity.iri.startswith(("https://", "http://"))
    return _filled(
        "card.html",
        heading=_filled("link.html", iri=escape(entity.iri), name=name) if is_web else name,
        kind=escape(", ".join(catalogue.types[kind].name for kind in entity.types)),
        id=escape(entity.id),
        description=escape(entity.description),
        rows="".join(rows),
    )


def _row(catalogue: Catalogue, entity: Entity, property: Property, most: int | None) -> str:
    """Return a property with its values, nothing where there are none."""
    values = [catalogue.shown(value) for value in catalogue.values(entity, property)]
    if not values:
        return ""
    more = "" if most is None or len(values) <= most else f" and {len(values) - most} more"
    text = "; ".join(values[:most]) + more
    return _filled("row.html", name=escape(property.name), values=escape(text))


def _page(name: str, content: str) -> str:
    return _filled("page.html", name=escape(name), style=_style(), card=content)


def _style() -> str:
    return _template("style.css").template


def _filled(file: str, **values: str) -> str:
    return _template(file).substitute(values)


@lru_cache(maxsize=8)
def _template(file: str) -> Template:
    return Template((_HERE / file).read_text(encoding="utf-8"))
