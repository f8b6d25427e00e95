"""Build the application of a project from its parts."""

from __future__ import annotations

from ..project import Project
from .app import Application
from .monitoring import Health, Metrics
from .responses import App
from .settings import Settings
from .sparql.endpoint import Endpoint
from .workers.pool import Pool


def application(project: Project, settings: Settings) -> Application:
    """Return the ASGI application that serves a project."""
    options = {"data": settings.data, "store": settings.store}
    pool = Pool("sparql", project, settings.limits, options)
    metrics = Metrics(pool)
    base = "https://w3id.org/pa-onto/"
    parts: dict[str, App] = {
        "/health": Health(pool),
        "/metrics": metrics,
        "/sparql": Endpoint(pool, base, {"text/turtle": b""}, settings.patience),
    }
    return Application(pool, metrics, parts, settings.hosts)
