"""Build the application of a project from its parts."""

from __future__ import annotations

from ..project import Project
from .api.application import ApiApplication
from .app import Application, Mounted
from .editor import Editor
from .monitoring import Health, Metrics
from .pages.application import Pages
from .reconciliation import reconciliation_app
from .responses import App
from .settings import Settings
from .sparql.endpoint import Endpoint
from .workers.pool import Pool


def application(project: Project, settings: Settings) -> Application:
    """Return the ASGI application that serves a project."""
    options = {
        "data": settings.data,
        "store": settings.store,
        "base": settings.base,
        "input_format": settings.input_format,
    }
    pool = Pool("sparql", project, settings.limits, options)
    api = Pool("api", project, settings.limits)
    metrics = Metrics(pool)
    parts: dict[str, App] = {
        "/": Pages(project),
        "/api": ApiApplication(api, settings.patience, settings.limits.size),
        "/health": Health(pool),
        "/metrics": metrics,
        "/query": Mounted("/query", lambda: Editor(project, pages=_pages(pool))),
        "/reconcile": Mounted("/reconcile", lambda: reconciliation_app(project), rooted=True),
        "/sparql": Endpoint(pool, settings.patience),
    }
    return Application([pool, api], metrics, parts, settings.hosts, settings.readers)


def _pages(pool: Pool) -> dict[str, str]:
    """Return which IRIs have pages here: what begins with the first is at the second."""
    base = pool.summary["base"]
    return {base: "/"} if base.endswith("/") else {}
