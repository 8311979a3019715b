"""Tokens of a Supabase project's users, verified by the keys that the project publishes."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Final

import httpx
import jwt

from config.errors import PropertyManagerError
from dashboard.access.users import Role, User
from database.handle import Database

log = logging.getLogger(__name__)

_ALGORITHMS: Final = ("ES256", "RS256", "EdDSA")
_KEPT_SECONDS: Final = 600.0
_ASKED_SECONDS: Final = 30.0
"""Keys are not asked for again sooner, whoever comes with a token of a key that nobody knows."""
_LONGEST: Final = 3_500
"""A cookie holds no longer one."""


class Tokens:
    """Tells who a token is of, and what they may do.

    A user is staff whose `app_metadata` says `"property_manager": "staff"`, which only the project's server
    writes, or who is listed as staff; one whose `app_metadata` says "reader" reads. Others are not let in:
    whoever signs up with a project has a token.
    """

    def __init__(self, project_url: str, database: Database, *, key: str | None = None) -> None:
        """`key`: the project's publishable key, with which e-mail and password are exchanged for a token."""
        self._auth = f"{project_url.rstrip('/')}/auth/v1"
        self._database = database
        self._publishable = key
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked = float("-inf")
        self._lock = asyncio.Lock()

    @property
    def issuer(self) -> str:
        """Who issues the project's tokens."""
        return self._auth

    @property
    def takes_passwords(self) -> bool:
        """Whether users can log in by e-mail and password here."""
        return self._publishable is not None

    async def user(self, token: str) -> User | None:
        """Who it is of; None where it is no valid token, or of somebody who may not even read."""
        if len(token) > _LONGEST:
            return None
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                return None
            claims = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience="authenticated",
                issuer=self._auth,
                options={"require": ["exp", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            log.info("a token was refused: %s", type(error).__name__)
            return None
        role = await self._role(claims)
        return None if role is None else User(str(claims.get("email") or "user"), role, claims)

    async def token_of(self, email: str, password: str) -> str | None:
        """A token for an e-mail and a password; None where they are wrong. Raises PropertyManagerError."""
        headers = {"apikey": self._publishable or ""}
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                answer = await client.post(
                    f"{self._auth}/token",
                    params={"grant_type": "password"},
                    headers=headers,
                    json={"email": email, "password": password},
                )
        except httpx.HTTPError as error:
            raise PropertyManagerError(f"the project cannot be asked: {type(error).__name__}") from error
        if answer.status_code != 200:
            return None
        found = answer.json().get("access_token")
        return found if isinstance(found, str) else None

    async def _role(self, claims: dict[str, Any]) -> Role | None:
        if claims.get("role") != "authenticated" or claims.get("is_anonymous") is True:
            return None
        metadata = claims.get("app_metadata")
        said = metadata.get("property_manager") if isinstance(metadata, dict) else None
        if said == "staff" or await self._database.value("is_listed_staff", str(claims["sub"])):
            return "staff"
        return "reader" if said == "reader" else None

    async def _key(self, kid: object) -> jwt.PyJWK | None:
        """The project's key of that id, asked for anew when it is old or not known."""
        async with self._lock:
            age = time.monotonic() - self._asked
            if age > _KEPT_SECONDS or (kid not in self._keys and age > _ASKED_SECONDS):
                await self._ask()
        return self._keys.get(str(kid))

    async def _ask(self) -> None:
        self._asked = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                answer = await client.get(f"{self._auth}/.well-known/jwks.json")
                answer.raise_for_status()
                found = jwt.PyJWKSet.from_dict(answer.json())
        except (httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
            log.warning("the keys of the project cannot be had: %s", type(error).__name__)
            return
        self._keys = {str(each.key_id): each for each in found.keys if each.key_type != "oct"}
