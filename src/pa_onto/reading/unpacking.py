"""Unpack gzip (RFC 1952) within limits: a small file must not become an endless one."""

from __future__ import annotations

import io
import zlib
from typing import IO, Final

from ..errors import InputError

_BLOCK: Final = 1 << 16
# A short file may well be all alike: the ratio counts from here on.
_FREE: Final = 16 << 20


class Unpacked(io.RawIOBase, IO[bytes]):
    """The bytes of a gzip stream; raises InputError past the limits or where it is damaged."""

    def __init__(self, packed: IO[bytes], file: str, limit: int, ratio: int) -> None:
        self._packed = packed
        self._file = file
        self._limit = limit
        self._ratio = ratio
        self._read = 0
        self._given = 0
        self._begin()

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, all there are when it is negative."""
        parts: list[bytes] = []
        wanted = size if size >= 0 else self._limit + 1
        while wanted > 0 and (part := self._next(min(wanted, 1 << 20))):
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def readable(self) -> bool:
        """Return True: this is for reading."""
        return True

    def close(self) -> None:
        """Close the packed file."""
        self._packed.close()
        super().close()

    def _begin(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)

    def _next(self, wanted: int) -> bytes:
        """Return some bytes, none at the end."""
        while True:
            pending = self._stream.unconsumed_tail
            if self._stream.eof:
                # Another member may follow; zeros are padding (RFC 1952, section 2.2).
                pending = self._stream.unused_data or self._packed.read(_BLOCK)
                if not pending.strip(b"\0"):
                    return b""
                self._begin()
            block = pending or self._packed.read(_BLOCK)
            if not block:
                raise self._refused("The gzip data end too early.", "Fetch the file again.")
            self._read += 0 if pending else len(block)
            if found := self._unpack(block, wanted):
                return found

    def _unpack(self, block: bytes, wanted: int) -> bytes:
        try:
            found = self._stream.decompress(block, wanted)
        except zlib.error as error:
            raise self._refused("Not gzip data, or damaged.", "Fetch the file again.") from error
        self._given += len(found)
        if self._given > self._limit:
            size = f"{self._limit >> 30} GiB" if self._limit >> 30 else f"{self._limit} bytes"
            raise self._refused(f"Unpacks to more than {size}.", "Unpack it yourself if trusted.")
        if self._given > max(_FREE, self._read * self._ratio):
            problem = f"Unpacks to more than {self._ratio} times its size."
            raise self._refused(problem, "Unpack it yourself if you trust it.")
        return found

    def _refused(self, problem: str, cure: str) -> InputError:
        return InputError(problem, cure=cure, file=self._file)
