"""What a project has in front of PostgREST: `/rest/v1`, API keys that stand for a role, refusals of its own.

It listens on loopback, in a thread, so tests with and without an event loop use it alike. `misbehave`
makes it do what gateways and networks do on a bad day.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, TypeVar

from aiohttp import ClientSession, UnixConnector, web
from multidict import CIMultiDict
from yarl import URL

from tests.stack.postgrest import PostgREST
from tests.stack.tokens import SharedSecret, publishable_key, secret_key

REST: Final = "/rest/v1"
BODY_BYTES: Final = 64 << 20
HOP_BY_HOP: Final = frozenset({"connection", "host", "transfer-encoding", "content-length", "keep-alive"})

T = TypeVar("T")
Forward = Callable[[], Awaitable[web.Response]]
"""Sends the request on to PostgREST; returns its answer."""
Fault = Callable[[Forward], Awaitable[web.Response]]
"""What is done with one request instead of sending it on."""


class Cut(Exception):
    """The connection is to be closed without an answer."""


async def cut_before(forward: Forward) -> web.Response:
    """Close the connection; PostgREST never sees the request."""
    raise Cut


async def cut_after(forward: Forward) -> web.Response:
    """Let PostgREST do the request, then close the connection without an answer."""
    await forward()
    raise Cut


async def repeat(forward: Forward) -> web.Response:
    """Send the request to PostgREST twice, as a proxy that retries does; the answer is the second one's."""
    await forward()
    return await forward()


async def halve(forward: Forward) -> web.Response:
    """Let PostgREST do the request and give half of its answer, as if that were all."""
    answer = await forward()
    body = answer.body
    assert isinstance(body, bytes)
    return web.Response(status=answer.status, headers=answer.headers, body=body[: len(body) // 2])


def html(status: int = 502, *, done: bool = False) -> Fault:
    """Answer with an HTML page; with `done`, after PostgREST has done the request."""

    async def answer(forward: Forward) -> web.Response:
        if done:
            await forward()
        page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
        return web.Response(status=status, text=page, content_type="text/html")

    return answer


def limited(retry_after: str = "1") -> Fault:
    """Refuse the request as one too many."""

    async def answer(forward: Forward) -> web.Response:
        body = {"message": "API rate limit exceeded"}
        return web.json_response(body, status=429, headers={"Retry-After": retry_after})

    return answer


def answering(status: int, body: Any, **headers: str) -> Fault:
    """Answer with this JSON, such as another version's; PostgREST never sees the request."""

    async def answer(forward: Forward) -> web.Response:
        return web.json_response(body, status=status, headers=headers)

    return answer


class Held:
    """Answers late: the request is done at once, its answer is kept back until `release`."""

    def __init__(self) -> None:
        self.done = threading.Event()
        """Set once PostgREST has done the request."""
        self._released = threading.Event()

    def release(self) -> None:
        self._released.set()

    async def __call__(self, forward: Forward) -> web.Response:
        answer = await forward()
        self.done.set()
        while not self._released.is_set():
            await asyncio.sleep(0.005)
        return answer


@dataclass(frozen=True)
class Asked:
    """A request that arrived, and the status it was answered with; none if the connection was cut."""

    method: str
    path: str
    status: int | None


@dataclass
class Misbehaviour:
    fault: Fault
    times: int
    concerns: Callable[[str, str], bool]


@dataclass
class Gateway:
    """A running gateway; everything of it can be changed while it runs."""

    url: str
    postgrest: PostgREST
    signing: SharedSecret
    publishable_key: str = field(default_factory=publishable_key)
    secret_key: str = field(default_factory=secret_key)
    roles: dict[str, str] = field(default_factory=dict)
    """The role that each API key stands for; delete one to revoke it, add one to rotate."""
    asked: list[Asked] = field(default_factory=list)
    faults: list[Misbehaviour] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.roles[self.publishable_key] = "anon"
        self.roles[self.secret_key] = "service_role"

    def token(self, role: str, **claims: Any) -> str:
        """A token that PostgREST accepts, such as a signed-in user's."""
        return self.signing.token(role, **claims)

    def add_secret_key(self) -> str:
        """A further secret key, as for a rotation."""
        key = secret_key()
        self.roles[key] = "service_role"
        return key

    def headers(self, key: str | None = None, *, token: str | None = None) -> dict[str, str]:
        """The headers of a request with an API key (the publishable one) and, of a user, a token."""
        chosen = key or self.publishable_key
        return {"apikey": chosen, "Authorization": f"Bearer {token or chosen}"}

    def misbehave(
        self, fault: Fault, *, times: int = 1, on: Callable[[str, str], bool] = lambda method, path: True
    ) -> None:
        """Do this with the next `times` requests whose method and path `on` accepts; the rest is sent on."""
        self.faults.append(Misbehaviour(fault, times, on))

    def fault_for(self, method: str, path: str) -> Fault | None:
        for planned in self.faults:
            if planned.times > 0 and planned.concerns(method, path):
                planned.times -= 1
                return planned.fault
        return None

    def authorization(self, apikey: str | None, authorization: str | None) -> str | web.Response:
        """The Authorization header that PostgREST gets, or the refusal."""
        if not apikey:
            return _refusal(
                "No API key found in request", "No `apikey` request header or url param was found."
            )
        role = self.roles.get(apikey)
        if role is None:
            return _refusal("Invalid API key", "Double check your Supabase `anon` or `service_role` API key.")
        if authorization in (None, f"Bearer {apikey}"):
            return f"Bearer {self.token(role)}"
        return authorization


def _refusal(message: str, hint: str) -> web.Response:
    return web.json_response({"message": message, "hint": hint}, status=401)


@contextlib.contextmanager
def gateway(rest: PostgREST, signing: SharedSecret) -> Iterator[Gateway]:
    """Run a gateway in front of PostgREST, which has to trust `signing`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="gateway")
    thread.start()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    own = Gateway("", rest, signing)
    try:
        serving = _Serving(own, rest)
        own.url = run(serving.start())
        try:
            yield own
        finally:
            run(serving.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Serving:
    def __init__(self, gateway: Gateway, rest: PostgREST) -> None:
        self.gateway = gateway
        self.rest = rest

    async def start(self) -> str:
        self.client = ClientSession(
            connector=UnixConnector(str(self.rest.socket), limit=0), auto_decompress=False
        )
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0, max_line_size=1 << 17, max_field_size=1 << 17
        )
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self.runner.cleanup()
        await self.client.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        status = None
        try:
            answer = await self._decide(request)
            status = answer.status
        except Cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        finally:
            self.gateway.asked.append(Asked(request.method, request.path, status))
        return answer

    async def _decide(self, request: web.Request) -> web.Response:
        if request.path != REST and not request.path.startswith(f"{REST}/"):
            return web.json_response({"error": "requested path is invalid"}, status=404)
        headers = CIMultiDict(
            (name, value) for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP
        )
        apikey = headers.pop("apikey", None) or request.query.get("apikey")
        authorization = self.gateway.authorization(apikey, headers.get("Authorization"))
        if isinstance(authorization, web.Response):
            return authorization
        headers["Authorization"] = authorization
        body = await request.read()

        async def forward() -> web.Response:
            return await self._forward(request, headers, body)

        fault = self.gateway.fault_for(request.method, request.path.removeprefix(REST))
        return await (forward() if fault is None else fault(forward))

    async def _forward(self, request: web.Request, headers: CIMultiDict[str], body: bytes) -> web.Response:
        # passed on as it came: to PostgREST an encoded character may mean something else
        raw = request.raw_path.removeprefix(REST) or "/"
        async with self.client.request(
            request.method,
            URL(f"http://localhost{raw}", encoded=True),
            headers=headers,
            data=BytesIO(body) if body else None,
        ) as answer:
            kept = CIMultiDict(
                (name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP
            )
            return web.Response(status=answer.status, headers=kept, body=await answer.read())
