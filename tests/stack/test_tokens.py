"""Tokens of users through the HTTP API: signed by a key of the project, of a role that it has, in time."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

import aiohttp
import pytest

from tests.servers import Server
from tests.sql.matrix import STAFF, USER, Api
from tests.stack.fixtures import http_api
from tests.stack.gateway import Gateway
from tests.stack.tokens import SigningKey, claims_of

AUDIENCE: Final = "authenticated"
ALGORITHMS: Final = ("ES256", "RS256")
AN_HOUR_AGO: Final = -3600


@pytest.fixture(scope="module")
def keys() -> dict[str, SigningKey]:
    """A pair of keys of each algorithm."""
    return {algorithm: SigningKey(algorithm) for algorithm in ALGORITHMS}


@pytest.fixture(params=ALGORITHMS)
def key(request: pytest.FixtureRequest, keys: dict[str, SigningKey]) -> SigningKey:
    """The project's key of one algorithm, or of the other."""
    return keys[request.param]


@pytest.fixture
def rest(server: Server, database_name: str, keys: dict[str, SigningKey]) -> Iterator[Gateway]:
    """The HTTP API of a project that trusts both, and the tokens of its own audience alone."""
    known = [key.jwk() for key in keys.values()]
    with http_api(server, database_name, keys=known, jwt_aud=AUDIENCE) as running:
        yield running


@pytest.fixture
async def api(rest: Gateway) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as client:
        yield Api(rest, client)


async def asked(
    api: Api, token: str, path: str = "properties_live?select=id", schema: str = "public"
) -> tuple[int, Any]:
    """The status of an answer to a token, and the code of its error."""
    method, body = ("POST", {}) if path.startswith("rpc/") else ("GET", None)
    status, answer = await api.ask(api.rest.headers(token=token), method, path, body, schema=schema)
    return status, answer.get("code") if isinstance(answer, dict) else None


async def test_a_token_of_the_project_is_of_its_role(api: Api, key: SigningKey) -> None:
    """The claim names the role, and with it all that the role may: a visitor, a user, staff, the service."""
    claims = {"aud": AUDIENCE, "sub": USER}
    sources = {
        role: (await asked(api, key.token(role, **claims), "sources"))[0]
        for role in ("anon", "authenticated", "service_role")
    }
    assert sources == {"anon": 401, "authenticated": 403, "service_role": 200}

    plans = ("rpc/staff_plans", "api")
    assert await asked(api, key.token("authenticated", **claims), *plans) == (403, "42501")
    staff = {**claims, "sub": STAFF, "app_metadata": {"property_manager": "staff"}}
    assert (await asked(api, key.token("authenticated", **staff), *plans))[0] == 200


@pytest.mark.parametrize("role", ["property_manager_owner", "property_manager", "postgres", "authenticator"])
async def test_no_token_makes_an_owner(api: Api, key: SigningKey, role: str) -> None:
    """A token that the project has signed, of a role that is not the API's, is refused."""
    for path in (("properties_live?select=id",), ("sources",), ("rpc/feed_position", "api")):
        status, code = await asked(api, key.token(role, aud=AUDIENCE), *path)
        assert (status >= 400, code) == (True, "42501"), path


@pytest.mark.parametrize("role", ["nobody_at_all", "", None, ["service_role"], {"name": "service_role"}])
async def test_a_role_that_is_none_opens_nothing(api: Api, key: SigningKey, role: Any) -> None:
    """A role that does not exist or is no text is refused, or is a visitor's."""
    status, _ = await asked(api, key.token(role, aud=AUDIENCE), "sources")
    assert status in (400, 401, 403)


def unsigned(key: SigningKey, content: dict[str, Any]) -> str:
    """A token that says it needs no signature."""
    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': key.kid})}.{part(content)}."


def signed_with_the_public_key(key: SigningKey, content: dict[str, Any]) -> str:
    """A token that is signed with what everybody knows, as if it were a shared secret."""
    head = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': key.kid})}.{part(content)}"
    return f"{head}.{encoded(hmac.digest(key.pem(), head.encode(), hashlib.sha256))}"


def signed_by_another(key: SigningKey, content: dict[str, Any]) -> str:
    """A token of another project, which names this one's key."""
    return SigningKey(key.algorithm, key.kid).token(**content)


def altered(key: SigningKey, content: dict[str, Any]) -> str:
    """A visitor's token whose claims were exchanged."""
    head, _, signature = key.token("anon", aud=AUDIENCE).split(".")
    return f"{head}.{part(content)}.{signature}"


def stripped(key: SigningKey, content: dict[str, Any]) -> str:
    """A token without its signature."""
    return key.token(**content).rpartition(".")[0] + "."


def part(value: dict[str, Any]) -> str:
    return encoded(json.dumps(value).encode())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "forge", [unsigned, signed_with_the_public_key, signed_by_another, altered, stripped]
)
async def test_a_forged_token_is_refused(
    api: Api, key: SigningKey, forge: Callable[[SigningKey, dict[str, Any]], str]
) -> None:
    """Without a signature, or with one by anything but the project's private key, it is nobody's."""
    content = claims_of("service_role", aud=AUDIENCE)
    assert (await asked(api, key.token(**content), "sources"))[0] == 200, "the same token, well signed"

    assert await asked(api, forge(key, content), "sources") == (401, "PGRST301")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": AN_HOUR_AGO},
        {"nbf": 3600},
        {"iat": 3600},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": ""},
    ],
    ids=str,
)
async def test_a_token_out_of_time_or_for_others_is_refused(
    api: Api, key: SigningKey, claims: dict[str, Any]
) -> None:
    """One that has ended, has not begun, or is meant for another audience."""
    now = int(time.time())
    moved = {name: now + value if isinstance(value, int) else value for name, value in claims.items()}
    status, code = await asked(api, key.token("service_role", **{"aud": AUDIENCE, **moved}), "sources")
    # hosted projects answer some of these with the second code
    assert (status, code in ("PGRST301", "PGRST303")) == (401, True)


async def test_tokens_of_two_keys_are_valid_during_a_rotation(
    server: Server, database_name: str, key: SigningKey
) -> None:
    """The old key's and the new one's; the old one's are refused once it is withdrawn, without a restart."""
    new = SigningKey("ES256")
    with http_api(server, database_name, keys=[key.jwk(), new.jwk()]) as running:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as client:
            api = Api(running, client)
            tokens = [one.token("service_role") for one in (key, new)]
            assert [await asked(api, token, "sources") for token in tokens] == [(200, None)] * 2

            running.postgrest.trust([running.signing.jwk(), new.jwk()])

            async with asyncio.timeout(20):
                while (await asked(api, tokens[0], "sources"))[0] == 200:
                    await asyncio.sleep(0.1)
            assert await asked(api, tokens[0], "sources") == (401, "PGRST301")
            assert await asked(api, tokens[1], "sources") == (200, None)
