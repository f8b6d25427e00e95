"""URLs that users and servers name: which may be used, and how they are shown."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from ..errors import UsageError

_PORTS: Final = {"http": 80, "https": 443}
_CURE: Final = "Give it as http://HOST/… or https://HOST/…, other characters percent-encoded."


class Origin(NamedTuple):
    """Whom one talks to: scheme, host and port (RFC 6454, section 4)."""

    scheme: str
    host: str
    port: int

    def extends_to(self, other: Origin) -> bool:
        """Return whether what is meant for this origin may go to another.

        It may go to itself, and from http to https of one host, each on its usual port.
        """
        usual = Origin("http", self.host, 80), Origin("https", self.host, 443)
        return other == self or (self, other) == usual


def check_url(url: str) -> SplitResult:
    """Return the parts of a URL for HTTP. Raises UsageError, which never quotes credentials."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError("That is no URL.", cure=_CURE) from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise UsageError(
            "A URL with a user or a password in it is refused: it would be seen and kept.",
            cure="Set PA_ONTO_USER and PA_ONTO_PASSWORD, or write them to ~/.netrc.",
        )
    plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    if parts.scheme not in _PORTS or not parts.hostname or parts.fragment or not plain or port == 0:
        bare = re.fullmatch(r"[\w.-]+(?::\d+)?(?:/[^?#]*)?", url)
        cure = f"Give it as http://{url} or https://{url}." if bare else _CURE
        raise UsageError(f"{shown(url)!r} is no URL that can be asked.", cure=cure)
    return parts


def origin(url: str) -> Origin:
    """Return the origin of a URL that was checked."""
    parts = urlsplit(url)
    return Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, as far as its name tells."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def shown(url: str) -> str:
    """Return a URL for messages, without what may hold secrets."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
