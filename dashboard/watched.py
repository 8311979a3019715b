"""What watches the dashboard from outside: metrics, health, readiness, and a line of the log a request.

`/healthz` and `/readyz` answer everybody, as what asks them seldom has a name of ours or a key; why it is not
ready is said only to who may see the metrics: somebody on this host, or with a login.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access.door import Door
from dashboard.access.origin import LOOPBACK, is_loopback
from dashboard.errors import describe
from database.handle import Database
from services.reports.health import Readiness, readiness
from services.reports.metrics import metrics_text

access = logging.getLogger("dashboard.access")

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
READY_SECONDS: Final = 1.0
"""How long an answer of `/readyz` holds."""
_STREAMS: Final = ("/live",)
"""How long they last says nothing."""


class Watched:
    """The routes that are asked from outside, and the durations of requests that `/metrics` shows."""

    def __init__(self, database: Database, door: Door) -> None:
        self._database = database
        self._door = door
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._known = (0.0, Readiness(False))
        self.durations = Histogram(
            "property_manager_http_request_duration_seconds",
            "How long the dashboard took to answer, by the path's pattern.",
            ("method", "path", "status"),
            buckets=_BUCKETS,
            registry=CollectorRegistry(),
        )

    def routes(self) -> list[Route]:
        """`/healthz`, `/readyz` and `/metrics`."""
        return [
            Route("/healthz", self._health),
            Route("/readyz", self._readiness),
            Route("/metrics", self._metrics),
        ]

    async def _health(self, request: Request) -> Response:
        """Alive: the event loop answers. The database is not asked: its outage must restart nothing."""
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    async def _readiness(self, request: Request) -> Response:
        found = await self._ready()
        document: dict[str, Any] = {"ready": found.ready}
        if not found.ready and await self._may_know(request):
            document |= {"why": found.why, "next": found.next_step}
        return JSONResponse(document, 200 if found.ready else 503, {"cache-control": "no-store"})

    async def _ready(self) -> Readiness:
        """The readiness of the last second: anybody may ask, and shall cost the database nothing more."""
        until, found = self._known
        if time.monotonic() >= until:
            found = await readiness(self._database)
            self._known = (time.monotonic() + READY_SECONDS, found)
        return found

    async def _metrics(self, request: Request) -> Response:
        try:
            if not await self._may_know(request):
                return PlainTextResponse(
                    "metrics need the key of the dashboard as a bearer token\n",
                    401,
                    {"www-authenticate": "Bearer"},
                )
            accept = request.headers.get("accept", "")
            text, media_type = await metrics_text(self._database, accept=accept, others=[self.durations])
        except Exception as error:  # noqa: BLE001 the boundary: a scraper gets a sentence and a status
            failure = describe(error)
            return PlainTextResponse(f"{failure.message}\n", failure.status)
        return Response(text, headers={"content-type": media_type, "cache-control": "no-store"})

    async def _may_know(self, request: Request) -> bool:
        """Whether a request is from this host under a name of it, or from somebody who has logged in.

        What a proxy on this host passes on is from elsewhere, and so is a name that only leads here.
        """
        if _is_from_here(request):
            return True
        return not self._door.is_open and await self._door.login_of(request) is not None


class Watching:
    """Measures each request and writes it to the log: the path without its query, which may hold anything."""

    def __init__(self, app: ASGIApp, *, durations: Histogram, paths: Mapping[Any, str]) -> None:
        self._app = app
        self._durations = durations
        self._paths = paths
        """The patterns of paths by what answers them: as many as there are routes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "other"
        path = self._paths.get(scope.get("endpoint"), "unmatched")
        if path not in _STREAMS:
            self._durations.labels(method, path, f"{status // 100}xx").observe(seconds)
        client = scope.get("client")
        access.info(
            "%s %s %d in %.0f ms",
            *(scope["method"], scope["path"], status, 1000 * seconds),
            extra={
                "client": client[0] if client else None,
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "duration_seconds": round(seconds, 4),
            },
        )


def paths_of(routes: Sequence[Route]) -> dict[Any, str]:
    """The pattern of each route's path, by what answers it."""
    return {route.endpoint: route.path for route in routes}


def _is_from_here(request: HTTPConnection) -> bool:
    name = request.headers.get("host", "").lower()
    bare = name.rpartition(":")[0] if name.rpartition(":")[2].isdecimal() else name
    client = request.client.host if request.client else ""
    passed_on = any(header in request.headers for header in _FORWARDED)
    return bare in LOOPBACK and is_loopback(client) and not passed_on
