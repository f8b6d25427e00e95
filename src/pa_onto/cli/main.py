"""The ``pa-onto`` command: finds the verb, runs it, turns errors into one line and a code."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

import click

from .. import __version__
from ..errors import InputError, InternalError, PaOntoError
from .streams import guard

#: The verbs in the order in which help lists them, each in the module of its name.
COMMANDS = {
    "publish": "Write the vocabulary to dist/ in every format.",
    "check": "Check the quality of the vocabulary itself.",
    "format": "Format the Turtle sources.",
    "validate": "Validate records against shapes and vocabulary.",
    "query": "Answer SPARQL.",
    "show": "Show one term of the vocabulary.",
    "path": "Show the career steps from one title to another.",
    "resolve": "Say which title a messy text means.",
    "import": "Turn the rows of an export into valid records.",
    "diff": "Say what changed between two versions.",
    "migrate": "Rewrite records that use withdrawn concepts.",
    "load": "Fill a store on disk for the server.",
    "push": "Put a graph into a SPARQL store.",
    "serve": "Serve SPARQL and linked data over HTTP.",
    "completion": "Make a shell complete what you type.",
}


#: A disk or a quota has no room left.
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What is wrong with a place that somebody named, or with the machine.
_PLACE: Final = (
    errno.ENAMETOOLONG,
    errno.EACCES,
    errno.EPERM,
    errno.ELOOP,
    errno.EROFS,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
)


class _Verbs(click.Group):
    """A group that imports a verb's module only when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f".{name}", __package__).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from .mistakes import no_such_command

            hint = no_such_command(args[0], args[1:], COMMANDS)
            raise click.UsageError(f"No such command {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pa-onto")
def cli() -> None:
    """An ontology and linked-data toolkit for film and television job titles.

    Works on the project in the working folder, or else on the vocabulary that ships with it.
    Exit codes: 0 done and clean, 1 findings, 2 could not judge, 3 a fault of ours.
    """


def run() -> None:
    """Run the command line and exit with the code that says how it went.

    The interpreter is not taken down in good order, which would take a tenth of the time of a
    short command: files are closed where they are written, and the streams are flushed here.
    """
    # Little of what a command makes is garbage before it ends.
    gc.set_threshold(100_000, 20, 20)
    guard()
    code = guarded(_invoke)
    with suppress(OSError, PaOntoError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def guarded(work: Callable[[], int]) -> int:
    """Do work and return its exit code; say in one line what stopped it, if something did."""
    try:
        return work()
    except (PaOntoError, click.ClickException) as error:
        return _explained(error)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return 141
    except (OSError, MemoryError) as error:
        return _short(error)
    except Exception as error:
        return _fault(error)


def _fault(error: Exception) -> int:
    if os.environ.get("PA_ONTO_DEBUG"):
        raise error
    problem = f"{type(error).__name__}: {error}".replace("\n", " ")
    hint = "This is a fault of ours; PA_ONTO_DEBUG=1 shows where."
    click.echo(f"pa-onto: {problem} {hint}", err=True)
    return InternalError.exit_code


def _short(error: OSError | MemoryError) -> int:
    """Say what there was too little of, memory or room, or which place cannot be used."""
    if isinstance(error, OSError):
        if error.errno in _PLACE:
            return _barred(error)
        return _full(error) if error.errno in _FULL else _fault(error)
    from ..reading.guards import starved

    return _explained(starved(error))


def _full(error: OSError) -> int:
    """Say that there was no room, of a temporary file for one."""
    place = f"{error.filename}: " if error.filename else ""
    cure = "Make room, or name another folder for temporary files with TMPDIR."
    click.echo(f"pa-onto: {place}Could not write: {error.strerror}. {cure}", err=True)
    return 2


def _barred(error: OSError) -> int:
    """Say which place cannot be used, and why."""
    file = str(error.filename) if error.filename else None
    cure = "Check the place and its permissions."
    return _explained(InputError(f"Cannot be used: {error.strerror}.", cure=cure, file=file))


def _invoke() -> int:
    if len(sys.argv) < 2 and "_PA_ONTO_COMPLETE" not in os.environ:
        from .mistakes import OVERVIEW

        click.echo(OVERVIEW, err=True)
        return 2
    try:
        code = cli.main(standalone_mode=False)
    except SystemExit as stop:
        # click exits by itself after completing a command line, and with 1 on a closed pipe.
        return int(stop.code or 0) if "_PA_ONTO_COMPLETE" in os.environ else 141
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _explained(error: PaOntoError | click.ClickException) -> int:
    """Say what is wrong, a line for each thing; click's own exit code 1 means findings here."""
    if isinstance(error, PaOntoError):
        for line in error.lines():
            click.echo(f"pa-onto: {line}", err=True)
        return error.exit_code
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "pa-onto"
    from .mistakes import example

    problem = " ".join(error.format_message().split())
    problem += "" if problem.endswith((".", "?", "?)")) else "."
    said = " ".join(filter(None, (problem, example(error))))
    see = "" if "--help`" in said else f" See `{command} --help`."
    click.echo(f"pa-onto: {said}{see}", err=True)
    return 2
