"""List the pages for search engines (sitemaps.org, protocol 0.9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

_LONGEST: Final = 50_000
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemaps(pages: Sequence[str], site: str, longest: int = _LONGEST) -> Iterator[tuple[str, str]]:
    """Yield the files that list pages below a site: one, or several and one that lists them.

    No dates are given: those of the files are not those of their content.
    """
    urls = [site + quote(page) for page in sorted(pages)]
    parts = [urls[start : start + longest] for start in range(0, len(urls), longest)] or [[]]
    if len(parts) == 1:
        yield "sitemap.xml", _listing("urlset", "url", parts[0])
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        yield name, _listing("urlset", "url", part)
    yield "sitemap.xml", _listing("sitemapindex", "sitemap", [site + name for name in names])


def robots(site: str) -> str:
    """Return ``robots.txt``: everything may be read, and there is the list of pages."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {site}sitemap.xml\n"


def _listing(root: str, item: str, urls: Sequence[str]) -> str:
    lines = [f"  <{item}><loc>{escape(url)}</loc></{item}>" for url in urls]
    return "\n".join([f"{_HEAD}<{root} {_SPACE}>", *lines, f"</{root}>", ""])
