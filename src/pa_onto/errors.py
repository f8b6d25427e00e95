"""The exception family: every error says what, where and how to cure it."""

from __future__ import annotations


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

    def __str__(self) -> str:
        """Return one line, ``file:line:column: message cure``, that steers no terminal."""
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


class EngineError(PaOntoError):
    """An engine refused its input, or failed while working on it."""


class RemoteError(PaOntoError):
    """Another server cannot be reached, refuses, or answers what cannot be used."""


class InternalError(PaOntoError):
    """A fault in our own code."""

    exit_code = 3
