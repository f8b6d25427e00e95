"""Read RDF into a dataset: every statement once, in the graph that it stands in.

Reading records is strict about what makes a record; reading RDF keeps whatever is said. What
a file says in no way that could be kept is refused, and keys that JSON-LD leaves out by its
rules are told.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ..errors import InputError
from .documents import Document
from .graphs import Graph
from .inputs import is_pipe
from .json_ld import JsonLdError, Labels, Processor, initial, write_statements
from .problems import Problem
from .records import is_expanded, not_json_ld
from .sources import Readers, Source, open_sources

#: Called with the bytes that are read and those there are.
Progress = Callable[[int, int], None]
#: Called with what people should know of an input that was read all the same.
Notice = Callable[[str], None]

# What JSON-LD leaves out by its rules, where a context says no more.
_LEFT_OUT: Final = frozenset({"FreeFloating", "UnknownKey"})
_FEW: Final = 8


def read_dataset(
    paths: Iterable[str],
    readers: Readers,
    *,
    format: str | None = None,
    progress: Progress = lambda done, total: None,
    notice: Notice = lambda text: None,
) -> Iterator[str]:
    """Yield the statements of files, folders, patterns and ``-`` as N-Quads, part by part.

    ``readers`` are not strict. A blank node label stands for one node in all parts of a file,
    whatever graph it is in, and for others in every other file: parts are to be loaded
    together, or joined. Raises InputError and UsageError for what cannot be read.
    """
    with _spool(paths) as (paths, spool):
        sources = open_sources(paths, readers, format=format, spool=spool)
        total = sum(source.input.size or 0 for source in sources)
        before = 0
        for number, source in enumerate(sources):
            for text in _statements(source, readers, f"f{number}r", notice):
                yield text
                progress(before + source.done, total)
            before += source.input.size or 0


@contextmanager
def _spool(paths: Iterable[str]) -> Iterator[tuple[list[str], Path | None]]:
    """Yield the paths, and where what can be read only once is kept while it is read."""
    named = list(paths)
    if not any(path == "-" or is_pipe(path) for path in named):
        yield named, None
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="pa-onto-") as folder:
        yield named, Path(folder, "stdin")


def _statements(source: Source, readers: Readers, label: str, notice: Notice) -> Iterator[str]:
    if isinstance(source, Graph):
        yield source.nquads(union=readers.union)
    elif isinstance(source, Document):
        yield from json_ld_statements(source, readers, label, notice)
    else:
        yield from _records(source)


def json_ld_statements(
    source: Document, readers: Readers, label: str, notice: Notice
) -> Iterator[str]:
    """Yield the statements of a JSON-LD file or page, like :func:`read_dataset`."""
    return _Json(source, readers, label, notice).statements()


def _records(source: Source) -> Iterator[str]:
    """Yield the statements of records, none of which may be lost."""
    for chunk in source.chunks(whole=True):
        for _, problem in chunk.problems:
            if problem.dropped and problem.component != "FreeFloating":
                raise _refused(problem, source.input.file)
        yield chunk.ntriples


class _Json:
    """A JSON-LD file, or those inside a page."""

    def __init__(self, source: Document, readers: Readers, label: str, notice: Notice) -> None:
        self._source = source
        self._file = source.input.file
        self._contexts = readers.contexts()
        self._base = readers.base
        self._union = readers.union
        self._label = label
        self._notice = notice
        self._left_out: dict[str, None] = {}
        self._number = 0

    def statements(self) -> Iterator[str]:
        """Yield the statements of all texts in the file."""
        texts = list(self._source.documents())
        if all(self._holds_records(document) for _, document in texts):
            yield from _records(self._source)
            return
        for line, document in texts:
            if isinstance(document, list):
                for index, item in enumerate(document):
                    yield self._written(item, f"/{index}", line)
            else:
                yield self._written(document, "", line)
        self._source.done = self._source.input.size
        if self._left_out:
            self._notice(_told(self._file, self._left_out))

    def _holds_records(self, document: object) -> bool:
        """Return whether a document is records under the published context, and no more."""
        if isinstance(document, dict) and document.keys() <= {"@context", "@graph"}:
            if not self._contexts.is_ours(document.get("@context")):
                return False
            document = document.get("@graph")
        items = document if isinstance(document, list) else [document]
        return all(
            isinstance(item, dict)
            and "@graph" not in item
            and self._contexts.is_ours(item.get("@context"))
            for item in items
        )

    def _has_our_terms(self, document: object) -> bool:
        """Return whether short names in a document are those of the vocabulary."""
        if not isinstance(document, dict):
            return False
        if "@context" not in document:
            return not is_expanded(document, self._contexts.terms)
        own = document["@context"]
        return own is not None and self._contexts.is_ours(own)

    def _written(self, document: object, pointer: str, line: int) -> str:
        """Return what one object says, whatever contexts and graphs it brings."""

        def load(url: str) -> object:
            return self._contexts.load(url, self._file, pointer, line)

        processor = Processor(load, self._base)
        active = initial(self._base)
        ours = self._has_our_terms(document)
        try:
            if ours:
                active = processor.process(active, self._contexts.terms)
            self._number += 1
            labels = Labels(f"_:{self._label}", f"_:{self._label}{self._number}")
            written = write_statements(
                processor, active, document, labels, pointer=pointer, union=self._union
            )
        except JsonLdError as error:
            raise not_json_ld(error, self._file, line) from error
        for problem in written.problems:
            if problem.component not in _LEFT_OUT or (ours and problem.component == "UnknownKey"):
                raise _refused(problem, self._file, line)
            self._left_out[problem.key or "a value that belongs to no node"] = None
        return "".join(written.lines)


def _refused(problem: Problem, file: str, line: int | None = None) -> InputError:
    place = f" (at {problem.pointer})" if problem.pointer else ""
    cure = "Validate it: that finds everything of this kind."
    return InputError(f"{problem.message.rstrip('.')}{place}.", cure=cure, file=file, line=line)


def _told(file: str, left_out: Iterable[str]) -> str:
    found = list(left_out)
    names = ", ".join(found[:_FEW]) + (" …" if len(found) > _FEW else "")
    return f"{file}: What the context gives no meaning was left out: {names}."


class Joined(io.RawIOBase):
    """Texts as one stream, which a store reads as one document."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = iter(texts)
        self._held = memoryview(b"")

    def readable(self) -> bool:
        """Return True: this is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; return how many bytes of it, 0 at the end."""
        while not self._held:
            text = next(self._texts, None)
            if text is None:
                return 0
            self._held = memoryview(text.encode())
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size
