"""Read titles from JSON lines and from a JSON array, one record at a time.

A record is an object, or a text, which stands for an object with that ``text``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any, Final

from ..errors import InputError
from ..reading.inputs import MAX_LINE

#: Characters that are read at once.
_BLOCK: Final = 1 << 16
_SPACES: Final = " \t\r\n"
# A value may go on behind the last character that was read: so far from the end it does not.
_TAIL: Final = 16

Record = dict[str, Any]


def of_lines(lines: Iterator[str], file: str) -> Iterator[Record]:
    """Yield the records of JSON lines. Raises InputError with the line of what is none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _record(json.loads(line), file, number)
            except (ValueError, RecursionError) as error:
                raise InputError(
                    f"Not JSON: {error}.", cure="Write one value a line.", file=file, line=number
                ) from error


def of_array(stream: IO[str], file: str) -> Iterator[Record]:
    """Yield the records of one JSON array, which is never held whole.

    Raises InputError for what is no such array, with the line where it is not.
    """
    text = _Text(stream, file)
    if not (opening := text.next()):
        return
    if opening != "[":
        cure = "Write an array of texts or objects, or give --input-format json-lines."
        raise InputError("Not a JSON array.", cure=cure, file=file, line=text.line)
    text.skip()
    mark = text.next()
    while mark != "]":
        line = text.line
        yield _record(text.value(), file, line)
        mark = text.next()
        if mark not in (",", "]"):
            raise text.error("a comma or the end of the array is missing")
        if mark == ",":
            text.skip()
            text.next()
    text.skip()
    if text.next():
        raise text.error("something stands behind the array")


def cell(value: Any) -> str:
    """Return a JSON value as the cell of a table; null and NaN are empty."""
    if isinstance(value, str):
        return value
    return "" if value is None or value != value else json.dumps(value, ensure_ascii=False)


def _record(value: Any, file: str, line: int) -> Record:
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, dict):
        return value
    cure = "Write an object, or a text in quotation marks."
    raise InputError("Neither an object nor a text.", cure=cure, file=file, line=line)


class _Text:
    """A text of which no more is held than the value in hand needs."""

    def __init__(self, stream: IO[str], file: str) -> None:
        self._stream = stream
        self._file = file
        self._held = ""
        self._at = 0
        self._decoder = json.JSONDecoder()
        #: The line that the next character stands on.
        self.line = 1

    def next(self) -> str:
        """Go to the next character that is no space, and return it, nothing at the end."""
        while True:
            held, start = self._held, self._at
            while self._at < len(held) and held[self._at] in _SPACES:
                self._at += 1
            self.line += held.count("\n", start, self._at)
            if self._at < len(held):
                return held[self._at]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Leave one character behind."""
        self._at += 1

    def value(self) -> Any:
        """Return the value that begins here. Raises InputError where none does."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                open = error.msg.startswith("Unterminated") or len(self._held) - error.pos < _TAIL
                if open and self._more():
                    continue
                raise self._not_json(error.msg, error.pos) from error
            except (ValueError, RecursionError) as error:
                raise self._not_json(str(error), self._at) from error
            self.line += self._held.count("\n", self._at, end)
            self._at = end
            return value

    def error(self, problem: str) -> InputError:
        """Return the error that something is wrong here."""
        return self._not_json(problem, self._at)

    def _more(self) -> bool:
        """Read on; return whether there was anything. As much is added as is held."""
        held = self._held[self._at :]
        if len(held) > MAX_LINE:
            raise InputError("A value is too long.", file=self._file, line=self.line)
        block = self._stream.read(max(_BLOCK, len(held)))
        self._held, self._at = held + block, 0
        return bool(block)

    def _not_json(self, problem: str, at: int) -> InputError:
        line = self.line + self._held.count("\n", self._at, at)
        cure = "Check the syntax there."
        return InputError(f"Not JSON: {problem}.", cure=cure, file=self._file, line=line)
