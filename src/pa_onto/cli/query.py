"""``pa-onto query``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from .options import (
    data_loading,
    data_options,
    reads_folders,
    remote_options,
    remote_settings,
    strays_told,
    write_text,
)

if TYPE_CHECKING:
    from ..project import Project
    from ..queries import Answer, StoredQuery
    from .confined import Output, Task

_FORMATS = ["table", "json", "csv", "tsv", "xml", "turtle", "json-ld", "n-triples"]


@click.command("query")
@click.argument("name", required=False)
@click.option("-e", "--expression", metavar="TEXT", help="The query itself.")
@click.option("--data", multiple=True, metavar="PATH", help="Files to load beside the vocabulary.")
@click.option("--no-vocabulary", is_flag=True, help="Ask the --data files alone.")
@click.option("--union", is_flag=True, help="Ask the named graphs of the files as one.")
@data_options
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead.")
@click.option("--graph", multiple=True, metavar="IRI", help="Ask that graph of the endpoint.")
@click.option("-p", "--param", multiple=True, metavar="NAME=VALUE", help="Bind a parameter.")
@click.option("--list", "only_list", is_flag=True, help="List the stored queries.")
@click.option(
    "--memory-mb",
    type=click.IntRange(16, 1 << 24),
    default=4_096,
    show_default=True,
    help="Memory for the answer, beyond the data; Linux alone keeps to it.",
)
@remote_options(timeout=60, about="For data and answer, or for a server's whole answer.")
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

    Asks the published vocabulary and the --data files together: files of any format, folders,
    patterns, or - for standard input. What stands in named graphs is asked with GRAPH, FROM or
    --union. With --endpoint it asks a server, with credentials from PA_ONTO_USER and
    PA_ONTO_PASSWORD, PA_ONTO_TOKEN or ~/.netrc. Off a terminal the default format of rows is
    csv. An answer that takes too long or too much memory ends with exit code 2; rows may have
    been written by then.

    \b
    Examples:
      pa-onto query --list
      pa-onto query titles-at-level -p level=mid
      pa-onto query -e 'SELECT ?t { ?t a pa:JobTitle }' --format json
      pa-onto query crew.rq --data crew.jsonld
      pa-onto query titles-at-level --endpoint https://sparql.example.org/query
    """
    if only_list:
        from ..project import find_project

        write_text(_listing(find_project()))
        return 0
    if (name is None) == (expression is None):
        raise click.UsageError("Name a query, or give one with -e.", click.get_current_context())
    if expression is not None and (expression.endswith(".rq") or os.path.isfile(expression)):  # noqa: PTH113
        message = f"A query in a file is named without -e: pa-onto query {expression}."
        raise click.UsageError(message, click.get_current_context())
    parameters = _parameters(param)
    if options["endpoint"] is not None:
        local = ("data", "no_vocabulary", "union", "base", "input_format", "memory_mb")
        _refuse(*local, needs="a run without --endpoint")
        return _ask(name, expression, parameters, options, format)
    _refuse("graph", "retries", "allow_plain_http", needs="--endpoint")
    from .confined import Bounds, can_limit_memory, confined

    if _is_given("memory_mb") and not can_limit_memory():
        _refuse("memory_mb", needs="a system that keeps to such limits")

    def answer(task: Task) -> int:
        from ..queries import run
        from ..stores import in_memory

        project, stored = _stored(name, expression)
        loading = data_loading(options, union=options["union"])
        vocabulary = not options["no_vocabulary"]
        # Here, since an error in the child is told by the child.
        with strays_told(options["data"]):
            store = in_memory(project, options["data"], vocabulary=vocabulary, loading=loading)
        task.begin()
        _write(run(stored, store, parameters, base=loading.base), format, task.output)
        return 0

    return confined(answer, Bounds(options["timeout"], options["memory_mb"] << 20))


def _stored(name: str | None, expression: str | None) -> tuple[Project, StoredQuery]:
    """Return the query that is named or given, and the project that it is about."""
    from ..arguments import as_text
    from ..project import find_project
    from ..queries import find_query, parse_query
    from ..vocabulary import published_prefixes

    project = find_project()
    if name is not None:
        stored = find_query(name, project)
    else:
        stored = parse_query(as_text(expression or "", "The query"))
    return project, stored._replace(prefixes=published_prefixes(project))


def _ask(
    name: str | None,
    expression: str | None,
    parameters: dict[str, str],
    options: dict[str, Any],
    format: str | None,
) -> int:
    """Ask an endpoint; its own limits and the time for the request bound the answer."""
    import signal

    from ..remote import ask
    from .confined import Output

    # The engine that reads the answer cannot be interrupted: Ctrl-C ends the process at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    project, stored = _stored(name, expression)
    answer = ask(
        options["endpoint"],
        stored,
        parameters=parameters,
        graphs=options["graph"],
        project=project,
        settings=remote_settings(options),
    )
    _write(answer, format, Output())
    return 0


def _refuse(*names: str, needs: str) -> None:
    """Raise UsageError for options that somebody gave and that would do nothing."""
    for name in filter(_is_given, names):
        problem = f"--{name.replace('_', '-')} needs {needs}."
        raise click.UsageError(problem, click.get_current_context())


def _is_given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    parameters = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text!r} is not NAME=VALUE.", click.get_current_context())
        parameters[name] = value
    return parameters


def _write(answer: Answer, format: str | None, output: Output) -> None:
    graph = answer.variables is None and answer.boolean is None
    table = format == "table" or (format is None and sys.stdout.isatty())
    if answer.boolean is not None and format in (None, "table"):
        output.write(b"yes" if answer.boolean else b"no")
    elif table and not graph:
        output.write(_table(answer).encode("utf-8", "backslashreplace"))
    else:
        answer.write(output, format or ("turtle" if graph else "csv"))
    output.close()


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
