"""The door: who a request is from, and how somebody logs in.

A login is a cookie that scripts cannot read and that no other site's page can make a browser send. It holds
either the token of a Supabase user, or the time until which the configured secret was given, signed by that
secret. So nothing has to be remembered here, and a login outlives a restart of the server.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from dashboard.access.tokens import Tokens
from dashboard.access.users import User, staff

COOKIE: Final = "property_manager_login"
_HOURS: Final = 12
_BY_SECRET: Final = staff("dashboard")


@dataclass(frozen=True, slots=True)
class Login:
    """Who a request is from; `mark` is what tokens of forms belong to."""

    user: User
    mark: str


class Door:
    """Lets in whoever is on this host, where it is open; else who has the secret or a token."""

    def __init__(
        self, *, opened: User | None = None, secret: str | None = None, tokens: Tokens | None = None
    ) -> None:
        """`opened`: whom everybody counts as, where nobody has to log in."""
        self._opened = opened
        self._secret = secret
        self.tokens = tokens

    @property
    def is_open(self) -> bool:
        """Whether nobody has to log in."""
        return self._opened is not None

    async def login_of(self, connection: HTTPConnection) -> Login | None:
        """Who a request is from; None: somebody who has to log in. Raises HTTPException 403."""
        if self._opened is not None:
            return Login(self._opened, "open")
        kind, _, bearer = connection.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and bearer:
            user = await self._of_key(bearer.strip())
            return None if user is None else Login(user, _mark(bearer))
        cookie = connection.cookies.get(COOKIE, "")
        kind, _, rest = cookie.partition(".")
        if kind == "key" and self._is_signed(rest):
            return Login(_BY_SECRET, _mark(cookie))
        if kind == "user" and self.tokens is not None:
            user = await self.tokens.user(rest)
            return None if user is None else Login(user, _mark(cookie))
        return None

    async def enter(self, key: str, response: Response, *, secure: bool) -> User | None:
        """Log in by the secret or a token: sets the cookie on `response`. None: the key opens nothing."""
        user = await self._of_key(key)
        if user is None:
            return None
        if user is _BY_SECRET:
            until = str(int(time.time()) + _HOURS * 3600)
            cookie = f"key.{until}.{self._sign(until)}"
        else:
            cookie = f"user.{key}"
        response.set_cookie(
            COOKIE, cookie, max_age=_HOURS * 3600, httponly=True, samesite="strict", secure=secure
        )
        return user

    async def _of_key(self, key: str) -> User | None:
        if self._secret is not None and hmac.compare_digest(key.encode(), self._secret.encode()):
            return _BY_SECRET
        return None if self.tokens is None else await self.tokens.user(key)

    def _is_signed(self, rest: str) -> bool:
        until, _, signature = rest.partition(".")
        return (
            self._secret is not None
            and until.isascii()
            and until.isdecimal()
            and len(until) < 15
            and int(until) > time.time()
            and hmac.compare_digest(signature.encode(), self._sign(until).encode())
        )

    def _sign(self, until: str) -> str:
        key = hashlib.sha256(b"dashboard login\0" + (self._secret or "").encode()).digest()
        return hmac.digest(key, until.encode(), hashlib.sha256).hex()


def require_staff(user: User) -> None:
    """Refuse a decision of somebody who only reads. Raises HTTPException."""
    if not user.is_staff:
        raise HTTPException(403, "only staff decide; see docs/dashboard.md: who may do what")


def _mark(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()
