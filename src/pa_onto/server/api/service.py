"""Answer the API's requests with the calls of the library, in a worker."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from ...careers import Ladder, Title, path
from ...errors import InputError, PaOntoError
from ...model import Severity
from ...namespaces import local_name
from ...project import Project
from ...reading.guards import is_too_long, starved
from ...reading.json_text import parse
from ...report import render
from ...report.careers import career_as_json, title_as_object
from ...report.matches import as_object
from ...report.terms import term_as_json
from ...stores import in_memory
from ...terms import describe
from ...titles import resolve
from ...validation import validate
from ..workers.limits import Answer, Limits

_JSON: Final = "application/json"
#: So many findings are listed, and all are counted.
_LISTED: Final = 1_000
#: Bodies of more bytes are judged in parts, which can be left off: where the data do not conform,
#: no more is looked at after this share of the time.
_SMALL: Final = 1 << 17
_READING: Final = 1 / 3

Parameters = Mapping[str, str]


def load(project: Project, options: dict[str, Any], limits: Limits) -> Api:
    """Get everything ready that requests need."""
    return Api(project, limits.seconds)


class Api:
    """The answers to the API's requests for one project."""

    sealed = False

    def __init__(self, project: Project, seconds: float) -> None:
        self._project = project
        self._seconds = seconds
        self._answers: dict[str, Callable[[Parameters, bytes], Answer]] = {
            "titles": self._titles,
            "title": self._title,
            "resolve": self._resolve,
            "path": self._path,
            "validate": self._validate,
        }

    def summary(self) -> dict[str, Any]:
        """Return what can be asked."""
        return {"operations": list(self._answers)}

    def open(self) -> None:
        """Read the grammar of titles, which every worker needs."""
        resolve([], project=self._project)

    def reply(self, head: Any, body: bytes) -> Answer:
        """Answer the request ``[operation, parameters]``."""
        operation, parameters = head
        try:
            return self._answers[operation](parameters, body)
        except LookupError as error:
            return problem(404, str(error.args[0]))
        except PaOntoError as error:
            return problem(400, str(error))
        except MemoryError as error:
            if is_too_long(error):
                return problem(422, str(starved(error)))
            raise

    def _titles(self, given: Parameters, body: bytes) -> Answer:
        ladder = Ladder(in_memory(self._project), given.get("lang", "en"))
        titles = list(ladder.titles.values())
        if level := given.get("level"):
            titles = [title for title in titles if title.level and _names(title.level.iri, level)]
        if department := given.get("department"):
            titles = [
                title
                for title in titles
                if any(_names(place.iri, department) for place in title.departments)
            ]
        return _json({"titles": [title_as_object(title) for title in sorted(titles, key=_code)]})

    def _title(self, given: Parameters, body: bytes) -> Answer:
        found = describe(given["title"], self._project, language=given.get("lang", "en"))
        return Answer(200, _JSON, term_as_json(found).encode())

    def _resolve(self, given: Parameters, body: bytes) -> Answer:
        question = _object(body) if body else {**given, "texts": [given["text"]]}
        texts = question.pop("texts", None)
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            return problem(400, "texts must be an array of strings.")
        context = {key: question[key] for key in ("department", "employer") if key in question}
        if not all(isinstance(value, str) for value in context.values()):
            return problem(400, "department and employer must be strings.")
        matches = resolve(texts, project=self._project, **context)
        return _json({"answers": list(map(as_object, matches))})

    def _path(self, given: Parameters, body: bytes) -> Answer:
        most = given.get("most", "3")
        if not most.isdecimal() or not 1 <= int(most) <= 50:
            return problem(400, "most must be a number from 1 to 50.")
        career = path(
            given["from"],
            given["to"],
            most=int(most),
            only_stated=given.get("onlyStated") == "true",
            project=self._project,
            language=given.get("lang", "en"),
        )
        return Answer(200, _JSON, career_as_json(career).encode())

    def _validate(self, given: Parameters, body: bytes) -> Answer:
        fail_on = Severity.of(given.get("failOn", "violation"))
        enough = time.monotonic() + self._seconds * _READING
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "body"
            file.write_bytes(body)
            try:
                report = validate(
                    [str(file)],
                    format=given["format"],
                    project=self._project,
                    max_findings=_LISTED,
                    parts=True if len(body) > _SMALL else None,
                    progress=lambda done, total: time.monotonic() < enough,
                )
            except PaOntoError as error:
                return problem(422, str(error).replace(str(file), "body"))
        # The file is ours and its name means nothing to who sent the body.
        text = "".join(render(report, "json", fail_on=fail_on)).replace(str(file), "body")
        return Answer(200, _JSON, text.encode())


def problem(status: int, detail: str) -> Answer:
    """Return what is wrong, as problem details (RFC 9457)."""
    body = {"status": status, "detail": detail}
    return Answer(status, "application/problem+json", json.dumps(body).encode())


def _code(title: Title) -> str:
    return title.code


def _names(iri: str, text: str) -> bool:
    """Return whether a text is an IRI, or the code at its end."""
    return text in (iri, local_name(iri))


def _json(content: Any) -> Answer:
    return Answer(200, _JSON, json.dumps(content, ensure_ascii=False).encode())


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = parse(body.decode(), "body")
    except UnicodeDecodeError:
        raise InputError("The body is not UTF-8.") from None
    return content if isinstance(content, dict) else {}
