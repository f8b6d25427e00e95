"""Turn values into HTML: the templates, compiled once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .names import address

if TYPE_CHECKING:
    from jinja2 import Environment, Template

#: Where a rectangle is, from its x, y, width and height.
_FRAME: Final = 'x="{}" y="{}" width="{}" height="{}"'
# Without indentation the encoder is the fast one.
_COMPACT: Final = (",", ":")
_HERE: Final = Path(__file__).parent
#: What would end a script, or begin a comment in it, however it is quoted.
_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class Renderer:
    """Renders pages; ``shared`` are the values that every template may use."""

    def __init__(self, **shared: object) -> None:
        self._environment = _environment()
        self._environment.globals.update(shared)
        self._templates: dict[str, Template] = {}

    def page(self, template: str, path: str, **values: object) -> tuple[str, bytes]:
        """Return the path and the bytes of a page; all its addresses are relative to it."""
        if template not in self._templates:
            self._templates[template] = self._environment.get_template(template)
        root = "../" * path.count("/")
        text = self._templates[template].render(
            root=root, home=root + "index.html", self_path=address(path), **values
        )
        return path, text.encode()


def assets() -> list[tuple[str, bytes]]:
    """Return the files that all pages share."""
    folder = _HERE / "assets"
    return [(f"assets/{path.name}", path.read_bytes()) for path in sorted(folder.iterdir())]


def as_script(document: object) -> str:
    """Return JSON that is safe inside a ``script`` element, whatever stands in it."""
    return json.dumps(document, ensure_ascii=False, separators=_COMPACT).translate(_ESCAPES)


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters["number"] = _number
    environment.filters["frame"] = lambda shape: Markup(_FRAME.format(*map(_number, shape)))
    environment.filters["script"] = lambda document: Markup(as_script(document))
    return environment


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def to_text(document: Any) -> str:
    """Return JSON for people to read and copy."""
    return json.dumps(document, ensure_ascii=False, indent=2)
