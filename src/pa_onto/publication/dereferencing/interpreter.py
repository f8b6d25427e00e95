"""What a server answers that follows the rules, without a server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from ...negotiation import choose
from .formats import content_type
from .routes import Route, Rules, decoded

#: Headers of every answer: any web page may read it.
OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Accept",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
}


class Answer(NamedTuple):
    """Status, headers, and the file or the text that is the body."""

    status: int
    headers: dict[str, str]
    file: Path | None = None
    text: str = ""


def answer(
    rules: Rules, folder: Path, target: str, accept: str | None = None, method: str = "GET"
) -> Answer:
    """Answer a request for ``target`` (path and query, encoded) from a published folder."""
    if method == "OPTIONS":
        return Answer(204, dict(OPEN))
    path = _below(rules.prefix, target)
    if path is None:
        return _missing(folder)
    route = rules.find(path)
    return _file(folder, path) if route is None else _negotiated(rules, route, path, accept)


def static(
    redirects: Mapping[str, str],
    prefix: str,
    folder: Path,
    target: str,
    accept: str | None = None,
    method: str = "GET",
) -> Answer:
    """Answer as a host does that knows files and ``_redirects``, and looks at no ``Accept``.

    Some hosts take ``title`` for the folder where there is ``title.html`` as well; so does this.
    """
    path = _below(prefix, target)
    if path is None:
        return _missing(folder)
    if path in redirects:
        return Answer(302, OPEN | {"Location": prefix + quote(redirects[path])})
    if (folder / path).is_dir() and not path.endswith("/") and path:
        return Answer(
            301, OPEN | {"Location": prefix + quote(path, errors="surrogateescape") + "/"}
        )
    names = (path + "index.html",) if path.endswith("/") or not path else (path, f"{path}.html")
    found = (_file(folder, name) for name in names)
    return next((answer for answer in found if answer.status == 200), _missing(folder))


def offer(route: Route) -> str:
    """Return the list of media types that a refusal names (RFC 9110, section 15.5.7)."""
    types = ", ".join(format.media_type for format in route.formats)
    return f"None of the formats that are asked for. There are: {types}\n"


def _negotiated(rules: Rules, route: Route, path: str, accept: str | None) -> Answer:
    headers = OPEN | {"Vary": "Accept"}
    format = choose(accept, route.formats)
    if format is None:
        return Answer(406, headers | {"Content-Type": "text/plain"}, text=offer(route))
    location = rules.prefix + quote(route.file(path, format), errors="surrogateescape")
    return Answer(303, headers | {"Location": location})


def _file(folder: Path, path: str) -> Answer:
    """Answer with a file; a path that climbs or hides is none."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\0" in path:
        return _missing(folder)
    file = folder.joinpath(*parts)
    if not file.is_file():
        return _missing(folder)
    return Answer(200, OPEN | {"Content-Type": content_type(path)}, file)


def _missing(folder: Path) -> Answer:
    page = folder / "404.html"
    headers = OPEN | {"Content-Type": content_type("404.html")}
    return Answer(404, headers, page if page.is_file() else None, "Not found.\n")


def _below(prefix: str, target: str) -> str | None:
    """Return the decoded path below the folder, None for a path outside."""
    path = decoded(target.partition("?")[0])
    if path + "/" == prefix:
        return ""
    return path.removeprefix(prefix) if path.startswith(prefix) else None
