"""``pa-onto completion``: what a shell offers for the word at the cursor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from .options import REPORT_FORMATS, write_text

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ..queries import StoredQuery

_SHELLS: Final = ("bash", "zsh", "fish")
#: What needs no quoting in any shell; other words are not offered.
_PLAIN: Final = re.compile(r"[\w.@%+/:,=-]+").fullmatch
# Where bash cuts a word into several (COMP_WORDBREAKS), each completed by itself.
_BREAKS: Final = re.compile(r".*[=:@]")
_LINE: Final = re.compile(r'<([^>]*)> <([^>]*)> (?:"((?:[^"\\]|\\.)*)"(?:@([\w-]+))?|<([^>]*)>)')
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_TITLE: Final = "https://w3id.org/pa-onto/ns#JobTitle"
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@click.command("completion", context_settings={"ignore_unknown_options": True})
@click.argument("shell", type=click.Choice(_SHELLS))
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="")
def command(shell: str, words: tuple[str, ...]) -> int:
    """Print what makes SHELL (bash, zsh or fish) complete the words after pa-onto.

    Verbs, options, files, stored queries and their parameters, terms and codes are offered.
    Put the line that is right for your shell where it reads its settings.

    \b
    Examples:
      source <(pa-onto completion bash)                          # in ~/.bashrc
      source <(pa-onto completion zsh)                           # in ~/.zshrc, after compinit
      pa-onto completion fish > ~/.config/fish/completions/pa-onto.fish
    """
    if not words:
        script = resources.files(__package__).joinpath("shells", f"pa-onto.{shell}")
        write_text(script.read_text(encoding="utf-8"))
        return 0
    # Whoever is typing wants no message in the middle of a line.
    with suppress(Exception):
        given = _split(words[0]) if shell == "bash" else list(words)
        lines = (_line(offer, given[-1], shell) for offer in offers(given[:-1], given[-1]))
        if text := "\n".join(dict.fromkeys(filter(None, lines))):
            write_text(text)
    return 0


class Offer(NamedTuple):
    """Something to complete a word to; ``kind`` is word, part (more follows), file or folder.

    For files ``value`` is what stands before the name: FORMAT= for one.
    """

    kind: str
    value: str = ""
    about: str = ""


def offers(words: list[str], incomplete: str) -> list[Offer]:
    """Return what the word after some words may become; ``incomplete`` is what there is of it."""
    from .main import COMMANDS, cli

    verb = next((word for word in words if not word.startswith("-")), None)
    if verb is None:
        options = (Offer("word", name) for p in cli.params for name in p.opts)
        verbs = (Offer("word", *item) for item in COMMANDS.items())
        found = options if incomplete.startswith("-") else verbs
        return [offer for offer in found if offer.value.startswith(incomplete)]
    found_command = cli.get_command(click.Context(cli), verb)
    if found_command is None:
        return []
    return _of_command(found_command, words, incomplete)


def _of_command(command: click.Command, words: list[str], incomplete: str) -> list[Offer]:
    from click.shell_completion import ShellComplete

    from .main import cli

    found: list[Offer] = []

    def complete(param: click.Parameter, text: str) -> list[CompletionItem]:
        found.extend(_of_parameter(command, param, words, text))
        return []

    for param in command.params:
        # In place of what the parameter's type knows, which is no more than choices.
        setattr(param, "shell_complete", _bound(complete, param))  # noqa: B010
    items: list[CompletionItem] = ShellComplete(cli, {}, "pa-onto", "_").get_completions(
        words, incomplete
    )
    found += [Offer("word", item.value, item.help or "") for item in items]
    if not found and not incomplete:
        found = [Offer("word", name) for param in command.params for name in _long(param)]
    name, equals, _ = incomplete.partition("=")
    if equals and name.startswith("--"):
        # The value of an option that is written with it.
        found = [o._replace(value=f"{name}={o.value}") for o in found]
    kept = (o for o in found if o.kind in ("file", "folder") or o.value.startswith(incomplete))
    return list(kept)


def _bound(
    complete: Callable[[click.Parameter, str], list[CompletionItem]], param: click.Parameter
) -> Callable[[click.Context, str], list[CompletionItem]]:
    return lambda context, text: complete(param, text)


def _long(param: click.Parameter) -> list[str]:
    named = isinstance(param, click.Option) and not param.hidden
    return [name for name in param.opts if name.startswith("--")] if named else []


def _of_parameter(
    command: click.Command, param: click.Parameter, words: list[str], text: str
) -> Iterable[Offer]:
    """Return what the value of a parameter may be, that begins like a text."""
    name = param.name or ""
    if isinstance(param.type, click.Choice):
        return _words(param.type.choices)
    if command.name == "query" and name == "name":
        return [*_query_names(), Offer("file")]
    if name in _VALUES:
        return _VALUES[name](words, text)
    return [Offer("file")] if isinstance(param.type, click.Path) else []


def _words(values: Iterable[str]) -> Iterator[Offer]:
    return (Offer("word", value) for value in values)


def _reports(words: list[str], text: str) -> Iterable[Offer]:
    form, equals, _ = text.partition("=")
    if equals:
        return [Offer("file", f"{form}=")]
    return [Offer("part", f"{form}=") for form in REPORT_FORMATS]


def _formats(words: list[str], text: str) -> Iterable[Offer]:
    from ..reading.formats import format_names

    return _words(format_names())


def _terms(words: list[str], text: str) -> Iterable[Offer]:
    kind, colon, _ = text.partition(":")
    if colon:
        return _words(f"{kind}:{code}" for code in _codes(kind))
    return _words(_codes())


def _query_names() -> Iterator[Offer]:
    return (Offer("word", query.name, query.title) for query in _queries())


def _queries() -> list[StoredQuery]:
    from ..project import find_project
    from ..queries import stored_queries

    return stored_queries(find_project())


def _bindings(words: list[str], text: str) -> Iterator[Offer]:
    """Yield the parameters of the query that is named, or the values of one of them."""
    known = {p.name: p for query in _queries() if query.name in words for p in query.parameters}
    name, equals, _ = text.partition("=")
    if not equals:
        yield from (Offer("part", f"{p.name}=", p.about) for p in known.values())
    elif name in known:
        codes = _codes(known[name].kind) or [known[name].default or ""]
        yield from (Offer("word", f"{name}={code}") for code in codes)


def _codes(kind: str = "", *, titles: bool = False) -> list[str]:
    """Return the codes of the vocabulary: of one namespace, of job titles, or all."""
    from ..namespaces import expand

    space = (expand(f"{kind}:") or f"{kind}/") if kind else ""
    codes: dict[str, str] = {}
    jobs: set[str] = set()
    for subject, predicate, text, _, object in _statements():
        if predicate == _SKOS + "notation":
            codes[subject] = text
        elif predicate == _TYPE and object == _TITLE:
            jobs.add(subject)
    return sorted(
        {
            code
            for iri, code in codes.items()
            if (not space or iri.startswith(space)) and (not titles or not jobs or iri in jobs)
        }
    )


def _languages() -> list[str]:
    found = {tag for _, name, _, tag, _ in _statements() if name == _SKOS + "prefLabel"}
    return sorted(found - {""})


def _statements() -> Iterator[tuple[str, ...]]:
    """Yield the parts of the statements that are published; nothing where nothing is."""
    from ..project import find_project

    published: Path = find_project().published
    if published.is_file():
        yield from _LINE.findall(published.read_text(encoding="utf-8"))


def _line(offer: Offer, incomplete: str, shell: str) -> str:
    """Return how a shell is told of an offer: kind, value and what it is, between tabs."""
    value = offer.value
    if not value and offer.kind not in ("file", "folder"):
        return ""
    if value and not _PLAIN(value):
        return ""
    if shell == "bash" and (cut := _BREAKS.match(incomplete)):
        # Only the last piece of the word is completed.
        value = value[len(cut[0]) :]
    return "\t".join((offer.kind, value, " ".join(offer.about.split())))


def _split(line: str) -> list[str]:
    """Return the words of a command line up to the cursor, the last one incomplete.

    Without the command itself; quotation marks and backslashes are taken off as bash does.
    """
    words, word, quote, begun = [], "", "", False
    characters = iter(line)
    for character in characters:
        if quote != "'" and character == "\\":
            word += next(characters, "")
            begun = True
        elif character == quote:
            quote = ""
        elif not quote and character in "\"'":
            quote, begun = character, True
        elif not quote and character.isspace():
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + character, True
    words.append(word)
    while words[:-1] and re.match(r"[A-Za-z_]\w*=", words[0]):
        del words[0]
    return words[1:] or [""]


def _files(words: list[str], text: str) -> Iterable[Offer]:
    return [Offer("file")]


#: What gives the values of a parameter, by its name: the words before it, and how it begins.
_VALUES: Final[dict[str, Callable[[list[str], str], Iterable[Offer]]]] = {
    **dict.fromkeys(
        ("files", "file", "paths", "old", "new", "data", "mapping", "rejected", "out"), _files
    ),
    "exclude": _files,
    "store": lambda words, text: [Offer("folder")],
    "output": _reports,
    "input_format": _formats,
    "term": _terms,
    **dict.fromkeys(("start", "goal", "texts"), lambda words, text: _words(_codes(titles=True))),
    "department": lambda words, text: _words(_codes("department")),
    "lang": lambda words, text: _words(_languages()),
    "param": _bindings,
}
