"""The formats a document is published in, and the content types of all published files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Format(NamedTuple):
    """A format: the extension of its files, its media type, and what else asks for it."""

    extension: str
    media_type: str
    aliases: tuple[str, ...] = ()


#: The formats in the order in which they are preferred where a client likes several alike.
#: Turtle is N3 as well, and before it had a media type N-Triples was plain text, as which some
#: libraries still ask for it.
FORMATS: Final = (
    Format("html", "text/html", ("application/xhtml+xml",)),
    Format("ttl", "text/turtle", ("application/x-turtle", "text/n3")),
    Format("jsonld", "application/ld+json", ("application/json",)),
    Format("nt", "application/n-triples", ("text/plain",)),
    Format("rdf", "application/rdf+xml"),
    Format("trig", "application/trig"),
)
BY_EXTENSION: Final[Mapping[str, Format]] = {format.extension: format for format in FORMATS}

#: The media type of every kind of file, by extension; the longest extension decides.
MEDIA_TYPES: Final[Mapping[str, str]] = {
    **{format.extension: format.media_type for format in FORMATS},
    "css": "text/css",
    "csv": "text/csv",
    "gz": "application/gzip",
    "ico": "image/vnd.microsoft.icon",
    "js": "text/javascript",
    "json": "application/json",
    "png": "image/png",
    "schema.json": "application/schema+json",
    "svg": "image/svg+xml",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "woff2": "font/woff2",
    "xml": "application/xml",
}
#: The media types whose files are UTF-8 and say so.
TEXTS: Final = frozenset(
    ["application/trig", *(kind for kind in MEDIA_TYPES.values() if kind.startswith("text/"))]
)


def content_type(file: str) -> str:
    """Return the content type of a published file; text without a known extension is plain.

    >>> content_type("title/runner.ttl")
    'text/turtle; charset=utf-8'
    """
    name = file.rpartition("/")[2]
    kind = "text/plain"
    for extension in sorted(MEDIA_TYPES, key=len):
        if name.endswith("." + extension):
            kind = MEDIA_TYPES[extension]
    return f"{kind}; charset=utf-8" if kind in TEXTS else kind
