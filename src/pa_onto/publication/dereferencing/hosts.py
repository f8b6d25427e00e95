"""Files for hosts that know no rules of Apache or nginx, and do not look at ``Accept``.

GitHub Pages, GitLab Pages, Netlify and Cloudflare Pages serve ``title/runner`` from
``title/runner.html``; what does not follow from that is in ``_redirects``, and the headers
for those that take them are in ``_headers``. Pages name their other formats in links.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

from .formats import MEDIA_TYPES, content_type
from .interpreter import OPEN
from .routes import Route, Rules

_TEMPLATES: Final = Path(__file__).parent / "templates"


def exceptions(rules: Rules) -> dict[str, str]:
    """Return the paths that are not called like their page, and the file they lead to."""
    return {
        route.source: _first(route)
        for route in rules.routes
        if not route.folder and route.source and _is_exception(route)
    }


def redirects(rules: Rules) -> bytes:
    """Return ``_redirects``, one line for each exception."""
    prefix = rules.prefix if rules.moved else "/"
    lines = []
    for source, file in sorted(exceptions(rules).items()):
        address = quote(source, errors="surrogateescape")
        lines.append(f"{prefix}{address} {prefix}{quote(file)} 302\n")
    return "".join(lines).encode()


def headers() -> bytes:
    """Return ``_headers``: any page may read everything, and types that hosts do not know."""
    lines = ["/*", *(f"  {name}: {value}" for name, value in OPEN.items())]
    for extension in MEDIA_TYPES:
        lines += [f"/*.{extension}", f"  Content-Type: {content_type('x.' + extension)}"]
    return "\n".join([*lines, ""]).encode()


def folder_pages(rules: Rules, pages: Iterator[str]) -> Iterator[tuple[str, bytes]]:
    """Yield a page that leads on for each folder that is called like a page.

    Some hosts take ``title`` for the folder ``title/`` even where there is ``title.html``.
    """
    template = Template((_TEMPLATES / "moved.html").read_text(encoding="utf-8"))
    known = sorted(set(pages))
    folders = {page.rpartition("/")[0] for page in known}
    for page in known:
        if page in folders:
            name = escape(page.rpartition("/")[2])
            text = template.substitute(file=f"../{quote(page.rpartition('/')[2])}.html", name=name)
            yield f"{page}/index.html", text.encode()


def _is_exception(route: Route) -> bool:
    return _first(route) != f"{route.source}.html"


def _first(route: Route) -> str:
    return route.targets[0].file.replace("*", route.page)
