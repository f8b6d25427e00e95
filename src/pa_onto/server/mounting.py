"""Put a service under a path of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import Mount
    from starlette.types import ASGIApp


def mount(path: str, app: ASGIApp) -> Mount:
    """Return a route under which an app answers at a path as well as at all below it.

    A plain mount answers the path itself with a redirect to that path and a slash. Clients of
    services post forms to the address that people typed, and few follow a redirect with them.
    """
    from starlette.routing import Match, Mount
    from starlette.types import Scope

    class Exact(Mount):
        def matches(self, scope: Scope) -> tuple[Match, Scope]:
            here = scope.get("root_path", "") + self.path
            if scope["type"] != "http" or scope["path"] != here:
                return super().matches(scope)
            # What is returned becomes part of the scope that the app gets.
            match, child = super().matches({**scope, "path": f"{here}/"})
            return match, {**child, "path": f"{here}/"}

    return Exact(path, app)
