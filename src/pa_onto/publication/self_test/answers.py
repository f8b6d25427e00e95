"""Ask servers over connections that stay open, and follow where they lead."""

from __future__ import annotations

import http.client
import re
from html import unescape
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_SECONDS: Final = 10
_REFRESH: Final = re.compile(rb'<meta http-equiv="refresh" content="0; url=([^"]+)">')
_LONGEST: Final = 256 << 20


class Reply(NamedTuple):
    """What a server answered; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def location(self) -> str:
        """Where the answer leads, "" for nowhere."""
        return self.headers.get("location", "")

    @property
    def refresh(self) -> str:
        """Where a page sends browsers on to, "" for nowhere."""
        found = _REFRESH.search(self.body[:1000])
        return unescape(found[1].decode()) if found else ""


class Asker:
    """Asks one server on the loopback interface, over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)

    def ask(self, path: str, accept: str | None = None, method: str = "GET") -> Reply:
        """Return the reply to a request; raises OSError when there is none."""
        for attempt in (1, 2):
            try:
                return self._ask(path, accept, method)
            except (http.client.HTTPException, OSError) as error:
                # A server may close a connection that was open for long: once is no fault.
                self._connection.close()
                if attempt == 2:
                    raise OSError(f"no answer: {error}") from error
        raise AssertionError

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(self, path: str, accept: str | None, method: str) -> Reply:
        connection = self._connection
        connection.putrequest(method, path, skip_accept_encoding=True)
        if accept is not None:
            connection.putheader("Accept", accept)
        connection.endheaders()
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, response.read(_LONGEST))


def local(location: str, port: int) -> str:
    """Return a location as a path on the same server, "" when it leads elsewhere."""
    parts = urlsplit(location)
    if parts.netloc and parts.netloc != f"127.0.0.1:{port}":
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
