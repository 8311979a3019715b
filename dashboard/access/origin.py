"""Where a request comes from: the name it was sent to, and the page that sent a form.

A page of somebody else's can make a browser send anything here, and a name of somebody else's can be made
to lead to this host. So the name has to be ours, and a form has to come from a page of ours.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
FIELD: Final = "form_token"
"""The hidden field of every form."""

_NONCE: Final = 16


def allowed_names(host: str, port: int, named: Collection[str] = ()) -> frozenset[str]:
    """The values of the header Host that are ours: those named, and where we listen.

    A name that was given without a port is ours with any port, as a proxy may stand before us.
    """
    own = LOOPBACK if is_loopback(host) else (f"[{host}]" if ":" in host else host,)
    return frozenset(f"{name}:{port}" for name in own) | frozenset(name.lower() for name in named)


def is_loopback(host: str) -> bool:
    """Whether only this host reaches it."""
    return host in ("127.0.0.1", "::1", "localhost") or host.startswith("127.")


def require_our_name(connection: HTTPConnection, allowed: Collection[str]) -> None:
    """Refuse a request that was sent to another name. Raises HTTPException."""
    host = connection.headers.get("host", "").lower()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if host not in allowed and name not in allowed:
        raise HTTPException(421)


def require_our_page(connection: HTTPConnection) -> None:
    """Refuse a form that no page of ours has sent, as the browser says. Raises HTTPException."""
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    own = f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    by_origin = origin is not None and _bare(origin) == _bare(own)
    if not (by_origin if site is None else site == "same-origin"):
        raise HTTPException(403, "the form was not sent by a page of the dashboard")


def _bare(origin: str) -> str:
    """An origin without its scheme, which a proxy before us may have changed."""
    return origin.lower().partition("://")[2]


class FormTokens:
    """Tokens of forms: each belongs to a login, and none is the same as another in a page that is packed."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)

    def new(self, login: str) -> str:
        """A token for a form."""
        nonce = secrets.token_bytes(_NONCE)
        return base64.urlsafe_b64encode(nonce + self._sign(nonce, login)).decode()

    def check(self, token: str, login: str) -> None:
        """Refuse a form without a token of this login. Raises HTTPException."""
        try:
            given = base64.urlsafe_b64decode(token.encode())
        except ValueError:
            given = b""
        nonce, signature = given[:_NONCE], given[_NONCE:]
        if len(nonce) < _NONCE or not hmac.compare_digest(signature, self._sign(nonce, login)):
            raise HTTPException(403, "the page of the form is too old; load it again")

    def _sign(self, nonce: bytes, login: str) -> bytes:
        return hmac.digest(self._key, nonce + login.encode(), hashlib.sha256)
