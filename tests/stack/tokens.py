"""The keys of a project: signing keys, the tokens they sign, and the API keys that stand for a role."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

LIFETIME_SECONDS = 3600


def claims_of(role: str, **claims: Any) -> dict[str, Any]:
    """The claims of a role's token, valid for an hour unless `exp` says otherwise."""
    now = int(time.time())
    return {"role": role, "iat": now, "exp": now + LIFETIME_SECONDS, **claims}


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
        content = claims_of(role, **claims)
        head = f"{_json({'alg': 'HS256', 'kid': self.kid, 'typ': 'JWT'})}.{_json(content)}"
        return f"{head}.{_base64(hmac.digest(self.secret, head.encode(), hashlib.sha256))}"


@dataclass(frozen=True)
class SigningKey:
    """A pair of keys: a project signs its users' tokens with the private one and publishes the other."""

    algorithm: Literal["ES256", "RS256"]
    kid: str = field(default_factory=lambda: secrets.token_hex(8))

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
        if self.algorithm == "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self) -> dict[str, Any]:
        """The public key, as a project's `/.well-known/jwks.json` has it."""
        known = {"kid": self.kid, "alg": self.algorithm, "use": "sig", "key_ops": ["verify"]}
        if isinstance(self._private, rsa.RSAPrivateKey):
            return RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True) | known
        return ECAlgorithm.to_jwk(self._private.public_key(), as_dict=True) | known

    def pem(self) -> bytes:
        """The public key in the other usual form."""
        return self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def token(self, role: str, **claims: Any) -> str:
        """A token of the role, valid for an hour unless `exp` says otherwise."""
        return jwt.encode(
            claims_of(role, **claims), self._private, algorithm=self.algorithm, headers={"kid": self.kid}
        )


def publishable_key() -> str:
    return _api_key("publishable")


def secret_key() -> str:
    return _api_key("secret")


def _api_key(kind: str) -> str:
    return f"sb_{kind}_{secrets.token_urlsafe(16)}_{secrets.token_hex(4)}"
