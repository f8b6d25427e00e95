"""Messages between the server and its workers: a JSON head and a body, each with its length."""

from __future__ import annotations

import json
import struct
from asyncio import StreamReader
from socket import socket
from typing import Any, Final

_LENGTHS: Final = struct.Struct(">II")


def pack(head: Any, body: bytes = b"") -> bytes:
    """Return a message as it travels."""
    text = json.dumps(head).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def receive(channel: socket) -> tuple[Any, bytes] | None:
    """Read a message from a blocking socket; None when the other end is gone."""
    lengths = _exactly(channel, _LENGTHS.size)
    if lengths is None:
        return None
    head, body = _LENGTHS.unpack(lengths)
    text = _exactly(channel, head)
    rest = _exactly(channel, body)
    return None if text is None or rest is None else (json.loads(text), rest)


async def receive_from(reader: StreamReader) -> tuple[Any, bytes]:
    """Read a message from a stream. Raises IncompleteReadError when the other end is gone."""
    head, body = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
    text = await reader.readexactly(head)
    return json.loads(text), await reader.readexactly(body)


def _exactly(channel: socket, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        piece = channel.recv(min(size - len(found), 1 << 20))
        if not piece:
            return None
        found += piece
    return bytes(found)
