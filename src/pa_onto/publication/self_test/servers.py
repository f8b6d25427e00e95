"""Servers on the loopback interface that answer by our own reading of the rules."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ..dereferencing import Answer

#: Answers a path with its query, an ``Accept`` header or None, and a method.
Answering = Callable[[str, "str | None", str], Answer]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


@contextmanager
def serving(answering: Answering) -> Iterator[int]:
    """Serve on a free port of 127.0.0.1, which is given, until the end of the block."""
    server = _Server(("127.0.0.1", 0), _handler(answering))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 1 << 16

        def _answer(self) -> None:
            answer = answering(self.path, self.headers.get("Accept"), self.command)
            body = answer.file.read_bytes() if answer.file else answer.text.encode()
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD" and answer.status != 204:
                self.wfile.write(body)

        do_GET = do_HEAD = do_OPTIONS = _answer

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing: the misses are what counts."""

    return Handler
