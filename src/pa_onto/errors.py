"""The exception family: every error says what, where and how to cure it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

E = TypeVar("E", bound="PaOntoError")


class PaOntoError(Exception):
    """An error the user can act on.

    ``exit_code`` is what the command line exits with: 2 when the input or the usage stops us
    from judging, 3 when the fault is ours.
    """

    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        cure: str = "",
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
        self.file = file
        self.line = line
        self.column = column
        #: What is wrong besides, where several things are.
        self.others: tuple[PaOntoError, ...] = ()

    def __str__(self) -> str:
        """Return one line, with all that is wrong, that steers no terminal."""
        return " ".join(self.lines())

    def lines(self) -> list[str]:
        """Return all that is wrong, a line ``file:line:column: message cure`` each."""
        return [self._line(), *(line for other in self.others for line in other.lines())]

    def _line(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = " ".join(part for part in (self.message, self.cure) if part)
        line = " ".join(f"{place}: {text}".split() if place else text.split())
        return line if line.isprintable() else "".join(map(_shown, line))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode()


class UsageError(PaOntoError):
    """The call itself is wrong: an unknown name, a missing parameter, a bad combination."""


class NotFoundError(PaOntoError, LookupError):
    """Nothing is called that, or more than one thing is: an answer, not a failure."""

    exit_code = 1


class InputError(PaOntoError):
    """A file or a text that cannot be read as what it claims to be."""


def together(errors: Sequence[E]) -> E:
    """Return one error that says what all of them say; the first stands for the others."""
    first, *others = errors
    first.others = (*first.others, *others)
    return first


class EngineError(PaOntoError):
    """An engine refused its input, or failed while working on it."""


class RemoteError(PaOntoError):
    """Another server cannot be reached, refuses, or answers what cannot be used."""


class InternalError(PaOntoError):
    """A fault in our own code."""

    exit_code = 3
