"""Credentials from the environment or netrc, which are shown nowhere."""

from __future__ import annotations

import base64
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..errors import InputError, UsageError
from .digest import Challenge, respond
from .urls import Origin

USER: Final = "PA_ONTO_USER"
PASSWORD: Final = "PA_ONTO_PASSWORD"
TOKEN: Final = "PA_ONTO_TOKEN"
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/:=-]+(?: [A-Za-z0-9._~+/:=-]+)?")


class Credentials:
    """A user with a password, or a token; its ``repr`` tells neither."""

    __slots__ = ("_password", "_token", "_user")

    def __init__(self, user: str = "", password: str = "", token: str = "") -> None:
        self._user = user
        self._password = password
        self._token = token

    def __repr__(self) -> str:
        return "Credentials(hidden)"

    def header(self, *, digest: bool = False) -> str | None:
        """Return the Authorization header that needs no challenge, None with ``digest``.

        A token of two words has its own scheme first, as in ``GDB eyJ…``.
        """
        if self._token:
            return self._token if " " in self._token else f"Bearer {self._token}"
        if digest:
            return None
        return f"Basic {self._basic()}"

    def respond(self, challenge: Challenge, method: str, target: str) -> str | None:
        """Return the Authorization header that answers a challenge (RFC 7616)."""
        if self._token:
            return None
        return respond(challenge, method, target, self._user, self._password)

    def hide(self, text: str) -> str:
        """Return a text of others without the secrets, should it quote them."""
        for secret in (self._password, self._token, *self._token.split(), self._basic()):
            if len(secret) > 2:
                text = text.replace(secret, "•••")
        return text

    def _basic(self) -> str:
        return base64.b64encode(f"{self._user}:{self._password}".encode()).decode()


def find_credentials(
    target: Origin, environment: Mapping[str, str] = os.environ
) -> Credentials | None:
    """Return the credentials for a host, None when there are none.

    The environment comes first, then the entry of the host in the file that NETRC names or
    ``~/.netrc``; an entry ``default`` is for no host. Raises UsageError and InputError, which
    quote no secret.
    """
    if token := environment.get(TOKEN):
        if not _TOKEN.fullmatch(token):
            raise UsageError(
                f"{TOKEN} is no token.", cure="It has letters, digits and ._~+/=- only."
            )
        return Credentials(token=token)
    user, password = environment.get(USER), environment.get(PASSWORD)
    if user and password is not None:
        return _checked(user, password, f"{USER} and {PASSWORD}")
    if user or password:
        raise UsageError(f"{USER} and {PASSWORD} go together.", cure="Set both, or none.")
    return _from_netrc(target, environment)


def _checked(user: str, password: str, place: str) -> Credentials:
    if not (user + password).isprintable() or ":" in user:
        raise UsageError(f"{place} hold characters that no login can have.", cure="Check them.")
    return Credentials(user, password)


def _from_netrc(target: Origin, environment: Mapping[str, str]) -> Credentials | None:
    import netrc

    path = Path(environment.get("NETRC") or Path.home() / ".netrc")
    if not path.is_file():
        return None
    try:
        hosts = netrc.netrc(str(path)).hosts
        mode = path.stat().st_mode
    except netrc.NetrcParseError as error:
        # What the parser stumbles over may be a password.
        line = error.lineno
        cure = "Check it there."
        raise InputError("Not a netrc file.", cure=cure, file=str(path), line=line) from None
    except (OSError, UnicodeDecodeError):
        raise InputError("Cannot be read.", cure="Check the file.", file=str(path)) from None
    entry = hosts.get(f"{target.host}:{target.port}") or hosts.get(target.host)
    if entry is None:
        return None
    # Windows keeps who may read a file somewhere else.
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InputError(
            "Others may read the passwords in it.", cure=f"Run `chmod 600 {path}`.", file=str(path)
        )
    return _checked(entry[0], entry[2] or "", str(path))
