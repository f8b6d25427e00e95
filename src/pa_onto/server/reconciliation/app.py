"""The service over HTTP: which URL answers what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ...errors import PaOntoError
from ...project import Project, find_project
from ...titles import load_resolver
from ...vocabulary import published_text
from . import pages, wire
from .answers import manifest, results
from .batches import RequestError, read_batch, read_extension, whole_number
from .catalogue import Catalogue, Entity, Property, Type
from .extension import extended, proposed
from .loading import read_catalogue
from .matching import Matcher
from .suggestions import suggest_entities, suggest_properties, suggest_types

_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")


def build(project: Project | None, base_url: str | None) -> ASGIApp:
    """Read a vocabulary and return the app that answers for it."""
    project = project or find_project()
    catalogue = read_catalogue(published_text(project), project)
    service = _Service(catalogue, Matcher(catalogue, load_resolver(project)), base_url)
    app = Starlette(
        routes=service.routes(),
        middleware=[Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=_METHODS[:3])],
        exception_handlers={
            PaOntoError: _refused,
            HTTPException: _unanswered,
            Exception: _broken,
        },
    )
    app.router.redirect_slashes = False
    return _AtRoot(app)


class _AtRoot:
    """Lets an app that is mounted answer at its own address without a slash.

    Clients post to the address that people typed, and few follow a redirect with a form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == scope.get("root_path", ""):
            scope = {**scope, "path": scope["path"] + "/"}
        await self._app(scope, receive, send)


class _Service:
    """Answers requests from a catalogue."""

    def __init__(self, catalogue: Catalogue, matcher: Matcher, base_url: str | None) -> None:
        self.catalogue = catalogue
        self.matcher = matcher
        self.base_url = base_url

    def routes(self) -> list[Route]:
        """Return what answers at which path."""
        return [
            Route("/", self.endpoint, methods=["GET", "POST", "OPTIONS"]),
            _route("/suggest/entity", self.entities),
            _route("/suggest/type", self.types),
            _route("/suggest/property", self.properties),
            _route("/flyout/{kind:str}", self.flyout),
            _route("/preview", self.preview),
            _route("/view", self.view),
            _route("/properties", self.proposals),
        ]

    async def endpoint(self, request: Request) -> Response:
        """Answer queries and data extension, or say what there is (sections 3.1, 4.3, 7.3)."""
        if request.method == "OPTIONS":
            return _allowed("GET, HEAD, POST, OPTIONS")
        posted = request.method == "POST"
        given = await wire.form_of(request) if posted else wire.query_of(request)
        callback = None if posted else given.get("callback")
        if "queries" in given and "extend" in given:
            raise RequestError("Both queries and extend are given.", cure="Send one of them.")
        if "queries" in given:
            content = results(self.matcher, read_batch(given["queries"]))
        elif "extend" in given:
            content = extended(self.catalogue, read_extension(given["extend"]))
        elif posted or "query" in given:
            cure = "Give queries (a batch as JSON) or extend."
            raise RequestError("Nothing is asked.", cure=cure)
        else:
            content = manifest(self.catalogue, wire.base_url_of(request, self.base_url))
        return wire.answer(content, callback)

    def entities(self, given: wire.Parameters) -> Response:
        """Suggest entities."""
        types = self.catalogue.type_ids([given["type"]] if given.get("type") else [])
        prefix, cursor = _typed(given)
        return _suggested(given, suggest_entities(self.catalogue, prefix, cursor, types))

    def types(self, given: wire.Parameters) -> Response:
        """Suggest types."""
        return _suggested(given, suggest_types(self.catalogue, *_typed(given)))

    def properties(self, given: wire.Parameters) -> Response:
        """Suggest properties."""
        return _suggested(given, suggest_properties(self.catalogue, *_typed(given)))

    def flyout(self, given: wire.Parameters) -> Response:
        """Show something small beside a suggestion (section 6.5)."""
        name, kind = given.get("id", ""), given["kind"]
        entity = self.catalogue.find(name) if kind == "entity" else None
        described: dict[str, dict[str, Type] | dict[str, Property]] = {
            "type": self.catalogue.types,
            "property": self.catalogue.properties,
        }
        found = described.get(kind, {})
        if entity is None and name not in found:
            raise RequestError(f"There is no {kind} with that id.", status=404)
        html = pages.card(self.catalogue, entity) if entity else pages.plain_card(kind, found[name])
        return wire.answer({"id": name, "html": html}, given.get("callback"))

    def preview(self, given: wire.Parameters) -> Response:
        """Show what matters most about an entity."""
        return self._page(given, pages.preview)

    def view(self, given: wire.Parameters) -> Response:
        """Show all of an entity."""
        return self._page(given, pages.whole_page)

    def _page(self, given: wire.Parameters, shown: Callable[[Catalogue, Entity], str]) -> Response:
        name = given.get("id", "")
        entity = self.catalogue.find(name)
        if entity is None:
            return wire.page(pages.missing_page(name[:200]), pages.policy(), 404)
        return wire.page(shown(self.catalogue, entity), pages.policy())

    def proposals(self, given: wire.Parameters) -> Response:
        """Say which properties entities of a type have (section 7.2)."""
        kind = given.get("type", "")
        limit = whole_number(given.get("limit") or 0, "limit")
        content: dict[str, Any] = {
            "type": kind,
            "properties": proposed(self.catalogue, kind, limit),
        }
        return wire.answer(content | ({"limit": limit} if limit else {}), given.get("callback"))


def _route(path: str, answered: Callable[[wire.Parameters], Response]) -> Route:
    """Return a route that is only read from."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allowed("GET, HEAD, OPTIONS")
        return answered(wire.query_of(request) | request.path_params)

    return Route(path, endpoint, methods=["GET", "OPTIONS"])


def _typed(given: wire.Parameters) -> tuple[str, int]:
    """Return what was typed and how many suggestions are skipped."""
    if "prefix" not in given:
        raise RequestError("There is no prefix.", cure="Give what was typed as prefix.")
    return given["prefix"][:400], whole_number(given.get("cursor") or 0, "cursor")


def _suggested(given: wire.Parameters, found: list[dict[str, Any]]) -> Response:
    return wire.answer({"result": found}, given.get("callback"))


def _allowed(methods: str) -> Response:
    return Response(status_code=204, headers={"Allow": methods})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, PaOntoError)
    return wire.refusal(error)


async def _unanswered(request: Request, error: Exception) -> Response:
    """Answer a path or a method that is not there."""
    assert isinstance(error, HTTPException)
    cure = "The manifest, at the address of the service, says what there is."
    return wire.failure(error.detail, cure, error.status_code, dict(error.headers or {}))


async def _broken(request: Request, error: Exception) -> Response:
    """Answer for a fault of ours; what it was is for the log of the server."""
    return wire.failure("The service failed at this request.", "Report it, please.", 500)
