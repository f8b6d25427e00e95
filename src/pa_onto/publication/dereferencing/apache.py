"""The rules as ``.htaccess`` files for Apache's mod_rewrite.

One is for the host that has the files; the other for a host such as w3id.org, which only sends
requests on to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Final

from .families import Family, families
from .formats import FORMATS, MEDIA_TYPES, TEXTS
from .patterns import BEST, FILE, FULL, LESS, below, literally, row, weights
from .routes import Rules

_TEMPLATES: Final = Path(__file__).parent / "templates"
#: Where the files are when nobody has said: to be replaced by whoever registers the IRIs.
NOWHERE: Final = "https://your-host.example/"


def htaccess(rules: Rules) -> bytes:
    """Return the rules for the host that has the files, relative to their folder."""
    return _filled(
        "htaccess.conf",
        rules,
        prefix=_plain(rules.prefix),
        types="\n".join(_types()),
        rewriting="\n".join(_rewriting(rules, "", f'RewriteRule "{FILE}$" - [L]')),
    )


def w3id(rules: Rules) -> bytes:
    """Return the rules for a host that sends all requests on to the one that has the files."""
    site = _plain(rules.site) if rules.moved else NOWHERE
    files = f'RewriteRule "^.*{FILE}$" "{site}$0" [R=302,L]'
    rewriting = "\n".join(_rewriting(rules, site, files))
    return _filled("w3id.conf", rules, site=site, rewriting=rewriting)


def _filled(template: str, rules: Rules, **parts: str) -> bytes:
    text = Template((_TEMPLATES / template).read_text(encoding="utf-8"))
    offer = ", ".join(format.media_type for format in FORMATS)
    return text.substitute(name=rules.name, base=rules.base, offer=offer, **parts).encode()


def _types() -> Iterator[str]:
    for extension, kind in MEDIA_TYPES.items():
        if "." in extension:
            yield f'<FilesMatch "\\.{re.escape(extension)}$">\n    ForceType {kind}\n</FilesMatch>'
        else:
            charset = "; charset=utf-8" if kind in TEXTS else ""
            yield f'AddType "{kind}{charset}" .{extension}'


def _rewriting(rules: Rules, site: str, files: str) -> Iterator[str]:
    """Yield the rules that weigh the header and lead to documents, ``files`` between them."""
    for weight in weights(FORMATS):
        variable = f"q_{weight.variable}"
        start = f"%{{ENV:q_{weight.otherwise}}}" if weight.otherwise else "0"
        yield f"RewriteRule ^ - [E={variable}:{start}]"
        for pattern, value in ((LESS, "0%1"), (FULL, "1")):
            yield f'RewriteCond %{{ENV:accept}} "{weight.pattern}{pattern}" [NC]'
            yield f"RewriteRule ^ - [E={variable}:{value}]"
    every = families(rules)
    for family in every:
        row_ = row(weights(family.formats), "%{{ENV:q_{}}}")
        yield f'\nRewriteCond "{row_}" "{BEST}"'
        yield f"RewriteRule ^ - [E=best_{family.number}:%1]"
        for route in family.exact:
            yield from _answers(family, f"^{literally(route.source)}$", site, _plain(route.page))
    yield f"\n{files}"
    for family in every:
        if family.folders:
            yield from _answers(family, f"^{below(family.folders)}$", site, "$0")


def _answers(family: Family, pattern: str, site: str, page: str) -> Iterator[str]:
    """Yield what is answered to requests of one pattern: a file, or that there is none."""
    best = f"%{{ENV:best_{family.number}}}"
    for stem, extensions in family.stems.items():
        yield f"RewriteCond {best} ^(?:{'|'.join(extensions)})$"
        file = site + stem.replace("*", page)
        yield f'RewriteRule "{pattern}" "{file}.{best}" [R=303,E=negotiated:1,L]'
    yield f'RewriteRule "{pattern}" - [R=406,E=negotiated:1,L]'


def _plain(text: str) -> str:
    """Keep a path from meaning anything to mod_rewrite."""
    return re.sub(r"([$%\\\"])", r"\\\1", text)
