"""The event stream of a browser: how topics stand, and whether the database is there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import orjson
from starlette.responses import StreamingResponse

from dashboard.live.hub import Hub, State

_STILL_SECONDS: Final = 15.0
"""After so long without an event a comment is sent, so that nothing between takes the stream for dead."""
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


def stream(hub: Hub) -> StreamingResponse:
    """Answer with an event now, and one each time that something moved."""
    return StreamingResponse(_events(hub), media_type="text/event-stream", headers=_HEADERS)


async def _events(hub: Hub) -> AsyncIterator[bytes]:
    """Every event; it ends when the server does, or when the browser has gone."""
    told: State | None = None
    async for state in hub.states(still_seconds=_STILL_SECONDS):
        yield b": still here\n\n" if state is told else _event(state)
        told = state


def _event(state: State) -> bytes:
    data = orjson.dumps({"topics": dict(state.topics), "database": state.reachable})
    return b"event: state\ndata: " + data + b"\n\n"
