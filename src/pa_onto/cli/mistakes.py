"""What to type instead, where a command line cannot be run as it stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

import click

from ..reading.hints import is_url, quoted
from ..reading.nearest import nearest

#: Printed where somebody types the command alone.
OVERVIEW: Final = """\
pa-onto: job titles of film and television, and a toolkit for any vocabulary like them.

  pa-onto show "2nd AD"                        one title: level, duties, career steps
  pa-onto resolve "2ND ASST DIR." UPM          which titles messy texts mean
  pa-onto validate crew.jsonl                  check records, with an exit code for scripts
  pa-onto import crew.csv --guess              make records of an export: first, a mapping
  pa-onto query titles-at-level -p level=mid   ask a stored query; --list names them all
  pa-onto serve                                SPARQL, pages and an API on this machine

`pa-onto --help` lists every command, and `pa-onto COMMAND --help` has examples."""

_ASKS: Final = re.compile("Name |Give ").match
#: What other programs call our verbs.
_OTHER_NAMES: Final = {
    **dict.fromkeys(("lint", "verify", "test", "shacl", "check-data"), "validate"),
    **dict.fromkeys(("sparql", "ask", "select", "search"), "query"),
    **dict.fromkeys(("describe", "info", "get", "lookup", "term"), "show"),
    **dict.fromkeys(("match", "reconcile", "normalize", "normalise"), "resolve"),
    **dict.fromkeys(("convert", "map", "ingest", "transform"), "import"),
    **dict.fromkeys(("server", "start", "run", "http"), "serve"),
    **dict.fromkeys(("upload", "deploy", "put"), "push"),
    **dict.fromkeys(("compare", "changes"), "diff"),
    **dict.fromkeys(("build", "export", "release"), "publish"),
    **dict.fromkeys(("upgrade", "update"), "migrate"),
    **dict.fromkeys(("fmt", "fix"), "format"),
}
_SPARQL: Final = re.compile(
    r"\s*(?:select|ask|construct|describe|prefix|base)\b.*[{:]", re.I | re.S
)


def no_such_command(name: str, rest: list[str], verbs: Iterable[str]) -> str:
    """Return what to say of a word that is no verb."""
    return next(_meant(name, rest, list(verbs)))


def _meant(name: str, rest: list[str], verbs: list[str]) -> Iterator[str]:
    """Yield what may have been meant, the likeliest first."""
    if name == "help":
        asked = next((f"{verb} " for verb in rest if verb in verbs), "")
        yield f"Say `pa-onto {asked}--help`."
    if name in ("version", "list", "ls", "queries"):
        say = "--version" if name == "version" else "query --list"
        yield f"Say `pa-onto {say}`."
    if _SPARQL.match(name):
        yield f"Say `pa-onto query -e {quoted(name)}`."
    if os.path.lexists(name) or is_url(name) or re.search(r"\.\w{2,7}$", name):
        yield f"Say what to do with it, such as `pa-onto validate {quoted(name)}`."
    if name.lower() in _OTHER_NAMES:
        yield f"Did you mean {_OTHER_NAMES[name.lower()]}?"
    if close := nearest(name, verbs, 0.6):
        yield f"Did you mean {close}?"
    if " " in name:
        yield f"To look a title up, say `pa-onto show {quoted(name)}`."
    yield "See `pa-onto --help` for those there are."


def example(error: click.ClickException) -> str:
    """Return what to type instead of an incomplete or overlong call, if that can be said."""
    context = getattr(error, "ctx", None)
    if context is None or context.command.name is None:
        return ""
    extra = re.match(r"Got unexpected extra arguments? \((.*)\)", error.format_message())
    if extra:
        return _for_extra(context, extra[1])
    if not isinstance(error, click.MissingParameter) and not _ASKS(error.format_message()):
        return ""
    lines = (line.strip() for line in (context.command.help or "").splitlines())
    shown = next((line for line in lines if line.startswith("pa-onto ")), "")
    return f"For example: `{shown}`." if shown else ""


def _for_extra(context: click.Context, extra: str) -> str:
    """Say what an argument too many may have been meant for."""
    verb, word = context.command.name, extra.split(" ")[0]
    named = quoted(word)
    said = ""
    if verb == "query" and "=" in word:
        said = f"Parameters are bound with -p: -p {named}."
    elif verb == "serve" or (verb == "query" and os.path.lexists(word)):
        said = f"Data are named with --data: --data {named}."
    elif verb == "import" and word.endswith(".toml"):
        said = f"A mapping is named with --mapping: --mapping {named}."
    elif verb == "check":
        said = f"It checks the vocabulary; records are validated: pa-onto validate {named}."
    elif verb in ("show", "path"):
        said = "Put a text with blanks in quotation marks."
    return said


def file_hint(texts: Iterable[str]) -> str:
    """Say what is done with a file that was given in the place of a title; "" where none was."""
    for text in texts:
        if os.path.lexists(text) or re.fullmatch(r"\S+\.(?:csv|tsv|txt|jsonl?|jsonld)", text):
            file = quoted(text)
            return f"Titles in a file are read with `pa-onto resolve --input {file}`."
    return ""
