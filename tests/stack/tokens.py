"""The keys of a project: signing keys, the tokens they sign, and the API keys that stand for a role."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

LIFETIME_SECONDS = 3600


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


@dataclass(frozen=True)
class SharedSecret:
    """A secret that signs with HS256, as every project had at first."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(48))
    kid: str = "shared"

    def jwk(self) -> dict[str, Any]:
        """What who verifies has to know; the secret itself."""
        return {"kty": "oct", "alg": "HS256", "kid": self.kid, "k": _base64(self.secret)}

    def token(self, role: str, **claims: Any) -> str:
        """A token of the role, valid for an hour unless `exp` says otherwise."""
        now = int(time.time())
        content = {"role": role, "iat": now, "exp": now + LIFETIME_SECONDS, **claims}
        head = f"{_json({'alg': 'HS256', 'kid': self.kid, 'typ': 'JWT'})}.{_json(content)}"
        return f"{head}.{_base64(hmac.digest(self.secret, head.encode(), hashlib.sha256))}"


def publishable_key() -> str:
    return _api_key("publishable")


def secret_key() -> str:
    return _api_key("secret")


def _api_key(kind: str) -> str:
    return f"sb_{kind}_{secrets.token_urlsafe(16)}_{secrets.token_hex(4)}"
