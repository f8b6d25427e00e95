"""Serve what is published and ask for all of it, to see that every IRI leads where it should.

The rules are followed by Apache and nginx where they are installed, and by our own reading of
them in any case; each server gets the same requests (:mod:`cases`), and each answer is judged
down to the content of the file it leads to (:mod:`judging`).
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ...errors import EngineError, UsageError
from ...project import Project, find_project
from ...vocabulary import build
from ..dereferencing import Rules, answer, rules_of, static
from ..dereferencing.apache import NOWHERE
from ..dereferencing.hosts import exceptions
from ..edition import Edition
from ..folder import published_files
from .bodies import Bodies
from .cases import all_cases, left_out, static_cases, unaskable
from .judging import Judge, Miss, Result, Served, cases_of
from .programs import apache, found, nginx, open_folder
from .servers import serving

__all__ = ["Miss", "Result", "Trial", "cases_of", "try_out"]

#: Told which server is asked, how many requests are done, and how many there are.
Progress = Callable[[str, int, int], None]


class Trial(NamedTuple):
    """What came of it: a result for every server, and why others were left out."""

    results: tuple[Result, ...]
    notices: tuple[str, ...]

    @property
    def misses(self) -> list[Miss]:
        """All requests that were not answered as they should have been."""
        return [miss for result in self.results for miss in result.misses]


def try_out(
    project: Project | None = None, folder: Path | None = None, progress: Progress | None = None
) -> Trial:
    """Serve a published folder, by default that of the project, and ask for all of it.

    A server that does not start with the rules is a miss. Raises UsageError when nothing is
    published.
    """
    project = project or find_project()
    folder = folder or project.dist
    if not (folder / "redirects" / "htaccess").is_file():
        raise UsageError("Nothing is published here.", cure="Run `pa-onto publish` first.")
    edition = Edition(project, build(project))
    rules = rules_of(edition, published_files(folder))
    asked = {
        True: list(all_cases(edition, rules, folder)),
        False: list(static_cases(edition, rules, folder)),
    }
    bodies = Bodies(_contexts(folder))
    results: list[Result] = []
    with closing(_servers(rules, folder)) as servers:
        for served in servers:
            if isinstance(served, Result):
                results.append(served)
                continue
            told = partial(progress or _silent, served.name)
            judge = Judge(served, folder, bodies)
            results.append(judge.run(asked[served.negotiates], told))
    missing = [name for name, program in _programs().items() if program is None]
    notices = [f"{name} is not installed: not tried." for name in missing]
    notices += [text for text in [left_out(edition, rules, folder)] if text]
    notices += [f"{iri} cannot be asked for: clients take it apart." for iri in unaskable(edition)]
    return Trial(tuple(results), tuple(notices))


def _silent(server: str, done: int, total: int) -> None:
    pass


def _programs() -> dict[str, str | None]:
    return {"Apache": found("apache2", "httpd"), "nginx": found("nginx")}


def _servers(rules: Rules, folder: Path) -> Generator[Served | Result]:
    """Yield the servers, each running for as long as it is looked at.

    In place of a server that does not start comes the result that says so.
    """
    with serving(partial(answer, rules, folder)) as port:
        yield Served("pa-onto", port, rules.prefix)
    plain = partial(static, exceptions(rules), rules.prefix, folder)
    with serving(plain) as port:
        yield Served("static host", port, rules.prefix, negotiates=False)
    programs = _programs()
    if not any(programs.values()):
        return
    with TemporaryDirectory(prefix="pa-onto-", dir=open_folder()) as temporary:
        place = Path(temporary).resolve()
        place.chmod(0o755)
        site = _site(rules, folder, place / "site")
        starts = {"Apache": _apache, "nginx": _nginx}
        for name, program in programs.items():
            try:
                if program:
                    yield from starts[name](rules, folder, place, site, program)
            except EngineError as error:
                miss = Miss(name, "start", rules.prefix, None, str(error))
                yield Result(name, Counter({"start": 1}), (miss,))


def _nginx(rules: Rules, folder: Path, place: Path, site: Path, program: str) -> Generator[Served]:
    maps, locations = (
        (folder / "redirects" / f"nginx-{name}.conf").resolve() for name in ("maps", "locations")
    )
    with nginx(program, place, site, maps, locations) as port:
        yield Served("nginx", port, rules.prefix)


def _apache(rules: Rules, folder: Path, place: Path, site: Path, program: str) -> Generator[Served]:
    """Yield the host that has the files, and the one that sends requests on to it."""
    redirects = folder / "redirects"
    shutil.copyfile(redirects / "htaccess", _below(site, rules.prefix) / ".htaccess")
    other = _below(place / "w3id", rules.prefix)
    other.mkdir(parents=True)
    shutil.copyfile(redirects / "w3id.htaccess", other / ".htaccess")
    elsewhere = rules.site if rules.moved else NOWHERE
    with apache(program, place, [site, place / "w3id"]) as (port, sending):
        yield Served("Apache", port, rules.prefix)
        yield Served("Apache (w3id)", sending, rules.prefix, elsewhere, port)


def _site(rules: Rules, folder: Path, site: Path) -> Path:
    """Copy what is published to where its IRIs say it is, readable by all."""
    target = _below(site, rules.prefix)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(folder, target)
    except (OSError, shutil.Error) as error:
        raise EngineError(f"What is published cannot be copied: {error}.") from error
    for path in (site, *site.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return site


def _below(site: Path, prefix: str) -> Path:
    return site.joinpath(*(part for part in prefix.split("/") if part not in ("", ".", "..")))


def _contexts(folder: Path) -> dict[str, Any]:
    """Return the published JSON-LD contexts by the URL that they name themselves."""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("**/context.jsonld")):
        try:
            document = json.loads(path.read_bytes())
            found[document["id"]] = document["@context"]
        except (ValueError, KeyError, TypeError):
            continue
    return found
