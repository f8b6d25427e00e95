"""HTTP Digest Access Authentication (RFC 7616), as Virtuoso asks for it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_FIELD: Final = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256"}


class Challenge(NamedTuple):
    """What a server wants answered; ``qop`` is empty for the older form without counts."""

    realm: str
    nonce: str
    opaque: str = ""
    algorithm: str = "MD5"
    qop: str = ""


def read_challenge(headers: Iterable[str]) -> Challenge | None:
    """Return the first Digest challenge among WWW-Authenticate headers that can be answered."""
    for header in headers:
        found = re.search(r"(?:^|,\s*)Digest\s+(.*)", header, re.IGNORECASE | re.DOTALL)
        if found is None:
            continue
        fields = {name.lower(): quoted or bare for name, quoted, bare in _FIELD.findall(found[1])}
        qops = [qop.strip() for qop in fields.get("qop", "").split(",")]
        known = fields.get("algorithm", "MD5").upper() in _HASHES and (
            "auth" in qops or qops == [""]
        )
        if known and "nonce" in fields:
            return Challenge(
                fields.get("realm", ""),
                fields["nonce"],
                fields.get("opaque", ""),
                fields.get("algorithm", "MD5").upper(),
                "auth" if "auth" in qops else "",
            )
    return None


def respond(challenge: Challenge, method: str, target: str, user: str, password: str) -> str:
    """Return the Authorization header for a request (RFC 7616, section 3.4)."""

    def hashed(*parts: str) -> str:
        text = ":".join(parts).encode()
        return hashlib.new(_HASHES[challenge.algorithm], text, usedforsecurity=False).hexdigest()

    secret = hashed(user, challenge.realm, password)
    asked = hashed(method, target)
    fields = {
        "username": user.replace("\\", "\\\\").replace('"', '\\"'),
        "realm": challenge.realm,
        "nonce": challenge.nonce,
        "uri": target,
    }
    if challenge.opaque:
        fields["opaque"] = challenge.opaque
    bare = f", algorithm={challenge.algorithm}"
    if challenge.qop:
        # Each challenge is answered once, so that the count is always one.
        count, fields["cnonce"] = "00000001", os.urandom(12).hex()
        fields["response"] = hashed(
            secret, challenge.nonce, count, fields["cnonce"], challenge.qop, asked
        )
        bare += f", qop={challenge.qop}, nc={count}"
    else:
        fields["response"] = hashed(secret, challenge.nonce, asked)
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in fields.items()) + bare
