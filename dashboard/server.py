"""The server: the application on uvicorn, which ends within a second of SIGTERM whoever is connected."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Generator

import uvicorn

from config.errors import UsageError
from dashboard.app import Dashboard


def listen(host: str, port: int) -> socket.socket:
    """The socket that is served; port 0 is any that is free. Raises UsageError."""
    try:
        # the name first: with one that cannot be asked for, create_server leaves its socket open
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        made = socket.create_server(address, family=family, backlog=1024)
    except (OSError, OverflowError, ValueError) as error:
        raise UsageError(
            f"cannot listen on {host}, port {port}: {getattr(error, 'strerror', None) or error}",
            next_step="give another --port, or stop what uses it",
        ) from error
    made.setblocking(False)
    return made


class Server(uvicorn.Server):
    """Answers until it is stopped: streams end at once, and what is being answered may take a second.

    Signals are left to who runs it: uvicorn would raise them again after it has ended.
    """

    def __init__(self, dashboard: Dashboard) -> None:
        self._hub = dashboard.hub
        config = uvicorn.Config(
            dashboard.app(),
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=30,
            ws="none",
        )
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield

    def stop(self) -> None:
        """End every stream, then the server."""
        self._hub.close()
        self.should_exit = True


async def serve(dashboard: Dashboard, listening: socket.socket) -> None:
    """Answer until SIGINT or SIGTERM."""
    server = Server(dashboard)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    try:
        await server.serve(sockets=[listening])
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
