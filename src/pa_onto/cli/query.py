"""``pa-onto query``."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from .options import reads_folders, remote_options, remote_settings, write_bytes, write_text

if TYPE_CHECKING:
    from ..project import Project
    from ..queries import Answer, StoredQuery

_FORMATS = ["table", "json", "csv", "tsv", "xml", "turtle", "json-ld", "n-triples"]


@click.command("query")
@click.argument("name", required=False)
@click.option("-e", "--expression", metavar="TEXT", help="The query itself.")
@click.option("--data", multiple=True, metavar="PATH", help="Files to load beside the vocabulary.")
@click.option("--no-vocabulary", is_flag=True, help="Ask the --data files alone.")
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead.")
@click.option("--graph", multiple=True, metavar="IRI", help="Ask that graph of the endpoint.")
@click.option("-p", "--param", multiple=True, metavar="NAME=VALUE", help="Bind a parameter.")
@click.option("--list", "only_list", is_flag=True, help="List the stored queries.")
@remote_options(timeout=60)
@click.option("--format", type=click.Choice(_FORMATS), help="Default: table, for graphs turtle.")
@reads_folders("data")
def command(
    name: str | None,
    expression: str | None,
    param: tuple[str, ...],
    only_list: bool,
    format: str | None,
    **options: Any,
) -> int:
    """Answer NAME, a stored query or a .rq file, or the query given with -e.

    Asks the published vocabulary and the --data files together, or with --endpoint a server,
    with credentials from PA_ONTO_USER and PA_ONTO_PASSWORD, PA_ONTO_TOKEN or ~/.netrc. Off a
    terminal the default format of rows is csv.

    \b
    Examples:
      pa-onto query --list
      pa-onto query titles-at-level -p level=mid
      pa-onto query -e 'SELECT ?t { ?t a pa:JobTitle }' --format json
      pa-onto query crew.rq --data crew.jsonld
      pa-onto query titles-at-level --endpoint https://sparql.example.org/query
    """
    from ..project import find_project
    from ..queries import find_query, parse_query
    from ..vocabulary import published_prefixes

    project = find_project()
    if only_list:
        write_text(_listing(project))
        return 0
    if (name is None) == (expression is None):
        raise click.UsageError("Name a query, or give one with -e.", click.get_current_context())
    if expression is not None and (expression.endswith(".rq") or os.path.isfile(expression)):  # noqa: PTH113
        message = f"A query in a file is named without -e: pa-onto query {expression}."
        raise click.UsageError(message, click.get_current_context())
    stored = find_query(name, project) if name is not None else parse_query(expression or "")
    stored = stored._replace(prefixes=published_prefixes(project))
    # The engine cannot be interrupted from Python: Ctrl-C ends the process at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _print(_answer(stored, project, _parameters(param), options), format)
    return 0


def _answer(
    stored: StoredQuery, project: Project, parameters: dict[str, str], options: dict[str, Any]
) -> Answer:
    endpoint, data = options["endpoint"], options["data"]
    if endpoint is None:
        _refuse("graph", "timeout", "retries", "allow_plain_http", needs="--endpoint")
        from ..queries import run
        from ..stores import in_memory

        store = in_memory(project, data, vocabulary=not options["no_vocabulary"])
        return run(stored, store, parameters)
    _refuse("data", "no_vocabulary", needs="a run without --endpoint")
    from ..remote import ask

    settings = remote_settings(options)
    return ask(
        endpoint,
        stored,
        parameters=parameters,
        graphs=options["graph"],
        project=project,
        settings=settings,
    )


def _refuse(*names: str, needs: str) -> None:
    """Raise UsageError for options that somebody gave and that would do nothing."""
    context = click.get_current_context()
    for name in names:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} needs {needs}.", context)


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    parameters = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text!r} is not NAME=VALUE.", click.get_current_context())
        parameters[name] = value
    return parameters


def _print(answer: Answer, format: str | None) -> None:
    if answer.boolean is not None and format in (None, "table"):
        click.echo("yes" if answer.boolean else "no")
        return
    if answer.variables is None and answer.boolean is None:
        write_bytes(answer.serialize(format or "turtle"))
        return
    if format == "table" or (format is None and sys.stdout.isatty()):
        write_text(_table(answer))
        return
    write_bytes(answer.serialize(format or "csv"))


def _table(answer: Answer) -> str:
    from ..report import readable, table

    rows = [
        [readable(cell, answer.prefixes) if cell else "" for cell in row] for row in answer.rows()
    ]
    text = table(answer.variables or [], rows)
    return f"{text}\n{len(rows)} row{'s' if len(rows) != 1 else ''}"


def _listing(project: Project) -> str:
    from ..queries import stored_queries
    from ..report import table

    rows = [
        (
            stored.name,
            stored.title,
            " ".join(f"{p.name}={p.default or ''}" for p in stored.parameters),
        )
        for stored in stored_queries(project)
    ]
    return table(("name", "title", "parameters"), rows)
