"""Talk to a reconciliation service over HTTP, and judge its answers by the schemas of the W3C."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import jsonschema_rs

from tests.conftest import PATIENCE

SCHEMAS = Path(__file__).parent / "schemas" / "reconciliation-0.2"
_FACTORY = "pa_onto.server.reconciliation:reconciliation_app"
# The schema of Swagger is not kept: a manifest with authentication is none of ours.
_NO_AUTHENTICATION = {"definitions": {"securityDefinitions": {"additionalProperties": False}}}


class Answer(NamedTuple):
    """A response of the service."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """Asks as OpenRefine does: batches and extensions as forms, the rest by GET."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(
        self,
        path: str = "",
        *,
        method: str | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        request = Request(self.url + path, data=body, method=method, headers=headers or {})
        try:
            with urlopen(request, timeout=PATIENCE) as response:
                return _answer(response)
        except HTTPError as error:
            with error:
                return _answer(error)

    def get(self, path: str, **parameters: str) -> Answer:
        return self.ask(f"{path}?{urlencode(parameters, quote_via=quote)}")

    def post(self, **form: Any) -> Answer:
        return self.ask(body=urlencode({key: json.dumps(form[key]) for key in form}).encode())

    def reconcile(self, queries: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """Send a batch and return the candidates of each query, all of them valid."""
        assert valid("reconciliation-query-batch", queries)
        content = self.post(queries=queries).json
        assert valid("reconciliation-result-batch", content)
        assert list(content) == list(queries)
        for answer in content.values():
            scores = [candidate["score"] for candidate in answer["result"]]
            assert scores == sorted(scores, reverse=True)
            assert all(0 <= score <= 100 for score in scores)
        return {name: answer["result"] for name, answer in content.items()}

    def one(self, text: str, **more: Any) -> list[dict[str, Any]]:
        return self.reconcile({"q0": {"query": text, **more}})["q0"]

    def extend(self, ids: list[str], *properties: str, **settings: Any) -> dict[str, Any]:
        """Fetch properties, all with the same settings, and return a valid response."""
        query = {"ids": ids, "properties": [{"id": name} for name in properties]}
        if settings:
            for wanted in query["properties"]:
                wanted["settings"] = settings  # type: ignore[index]
        assert valid("data-extension-query", query)
        content: dict[str, Any] = self.post(extend=query).json
        assert valid("data-extension-response", content)
        return content


def _answer(response: Any) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, response.read())


def valid(schema: str, content: Any) -> bool:
    """Validate by a schema of the specification. Raises ValidationError, or returns True."""
    _validator(schema).validate(content)
    return True


@cache
def _validator(name: str) -> Any:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    return jsonschema_rs.Draft7Validator(
        {**schema, "$schema": "http://json-schema.org/draft-07/schema#"},
        validate_formats=True,
        retriever=_kept,
    )


def _kept(uri: str) -> Any:
    if uri.startswith("http://swagger.io/v2/schema.json"):
        return _NO_AUTHENTICATION
    return json.loads((SCHEMAS / uri.rpartition("/")[2]).read_text())


@contextmanager
def served(folder: Path, factory: str = _FACTORY) -> Iterator[Client]:
    """Serve the project in a folder by uvicorn, at a port that is free."""
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=_environment()
    ) as server:
        assert server.stderr is not None
        lines = []
        try:
            for line in server.stderr:
                lines.append(line.decode())
                if found := re.search(r"running on (http://[\d.]+:\d+)", lines[-1]):
                    break
            assert found, "".join(lines)
            yield Client(found[1])
        finally:
            server.terminate()
            # Read to the end: a full pipe would hold the server up.
            lines.append(server.stderr.read().decode())
    assert "Traceback" not in "".join(lines), "".join(lines)


def _environment() -> dict[str, str]:
    root = Path(__file__).parent.parent
    return {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}


def mounted() -> Any:
    """Return an app that has the service among others, as a server would have it."""
    from starlette.applications import Starlette

    from pa_onto.server import mount, reconciliation_app

    return Starlette(routes=[mount("/reconcile", reconciliation_app())])


def elsewhere() -> Any:
    """Return the service behind a proxy that gives it another address."""
    from pa_onto.server import reconciliation_app

    return reconciliation_app(base_url="https://example.com/reconcile/")
