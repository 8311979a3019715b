"""Runs a Postgres server of our own on 127.0.0.1: the binaries of a wheel, a data folder in the home."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import secrets
import shlex
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

import asyncpg

from config.errors import DatabaseError, UsageError
from config.home import make_private
from database import queries
from database.bootstrap import LOGIN, bootstrap, script
from database.embedded import installation
from database.embedded.installation import Account, Installation
from database.embedded.lock import ServerLock
from database.embedded.state import ServerState
from database.errors import Address, while_connecting

DATABASE: Final = "property_manager"

_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a deep home makes longer paths than a socket may have
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "50",
    "jit": "off",
    "log_min_messages": "warning",
}
IDLE_SECONDS: Final = 8 * 3600.0
_START_SECONDS: Final = 120  # after a crash it reads its log again first
_LOG_LIMIT: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class EmbeddedStatus:
    """The state of the embedded server, as `db status` reports it."""

    running: bool
    data: Path | None
    port: int | None
    pid: int | None


class Embedded:
    """The server of one home: created, started and bootstrapped on demand, by one process at a time."""

    def __init__(
        self,
        home: Path,
        *,
        bin_dir: Path | None = None,
        settings: Mapping[str, str] | None = None,
        reachable: Path = installation.REACHABLE,
        idle_seconds: float | None = IDLE_SECONDS,
    ) -> None:
        """Describe the server; nothing starts yet.

        `bin_dir` replaces the binaries of the wheel, `settings` adds to our configuration. The server stops
        after `idle_seconds` without a client; with None it runs until `stop`. Postgres refuses to run as
        root, so root runs it as another account; what that account cannot reach inside of `home` is kept in
        `reachable` instead.
        """
        self.home: Final = home.expanduser().resolve()  # one folder, one name, one lock
        self._folder = self.home / "postgres"
        self._lock_file = self._folder / "lock"
        self._bin_dir = bin_dir
        self._settings = {**_SETTINGS, **(settings or {})}
        self._reachable = reachable
        self._idle_seconds = idle_seconds

    async def ensure(self) -> str:
        """Start the server unless it runs; returns the DSN of the login role, which is not a superuser."""
        state = await self._running_state()
        return self._dsn(state, LOGIN, state.login_password, DATABASE)

    async def superuser_dsn(self) -> str:
        """Start the server unless it runs; returns the DSN of its superuser."""
        state = await self._running_state()
        return self._dsn(state, "postgres", state.superuser_password, "postgres")

    async def _running_state(self) -> ServerState:
        async with self._locked():
            state = self._started()
            version = hashlib.sha256(script().encode()).hexdigest()
            if state.bootstrapped != version:
                await bootstrap(
                    self._dsn(state, "postgres", state.superuser_password, "postgres"),
                    database=DATABASE,
                    login=LOGIN,
                    password=state.login_password,
                )
                state = replace(state, bootstrapped=version)
                state.save(self._folder)
        return state

    async def stop(self) -> bool:
        """Stop the server and roll back open transactions; returns False when it was not running."""
        async with self._locked():
            state = self._state()
            if state is None or self._server_lock(state).wait_until_ready() is None:
                return False
            place = Installation.find(self._bin_dir, self._reachable, Account.owner_of(state.data))
            place.run("pg_ctl", "-D", str(state.data), "-m", "fast", "-w", "stop")
            return True

    def status(self) -> EmbeddedStatus:
        """Whether the server runs; starts nothing."""
        state = self._state()
        if state is None:
            return EmbeddedStatus(running=False, data=None, port=None, pid=None)
        found = self._server_lock(state).ready()
        if found is None:
            return EmbeddedStatus(running=False, data=state.data, port=state.port, pid=None)
        return EmbeddedStatus(running=True, data=state.data, port=found.port, pid=found.pid)

    async def clients(self) -> int:
        """The number of connections to the running server, without the one that counts them."""
        state = self._state()
        if state is None:
            return 0
        dsn = self._dsn(state, "postgres", state.superuser_password, "postgres")
        with while_connecting(Address.of(dsn)):
            conn = await asyncpg.connect(dsn)
        try:
            return int(await conn.fetchval(queries.text("clients")))
        finally:
            await conn.close()

    def last_asked_for(self) -> float:
        """When a command last asked for the server, in seconds since 1970."""
        return self._lock_file.stat().st_mtime

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        """Keep other processes out; the kernel frees the lock when this process is killed.

        The modification time of the file is when the server was last asked for.
        """
        try:
            make_private(self.home)
            self._folder.mkdir(exist_ok=True)
            descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    await asyncio.sleep(0.05)
                else:
                    break
            os.utime(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _state(self) -> ServerState | None:
        try:
            return ServerState.load(self._folder)
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> UsageError:
        return UsageError(
            f"cannot keep the embedded database in {self._folder}: {error.strerror}",
            next_step="set PROPERTY_MANAGER_HOME to a folder of yours, or DATABASE_URL to a server",
        )

    def _started(self) -> ServerState:
        state = self._state()
        if state is not None and (running := self._server_lock(state).wait_until_ready()):
            return replace(state, port=running.port)
        try:
            if state is None:
                state = self._new_state()
            account = Account.owner_of(state.data) if state.data.exists() else Account.to_run_as()
            place = Installation.find(self._bin_dir, self._reachable, account)
            if not state.data.exists():
                _initialise(state, place)
                state = replace(state, bootstrapped=None)
            place.require_made_by_us(state.data)
            state = self._start(state, place)
        except OSError as error:
            raise self._unusable(error) from error
        return state

    def _new_state(self) -> ServerState:
        account = Account.to_run_as()
        parent = self._folder
        if not account.reaches(parent):
            parent = self._reachable / hashlib.sha256(bytes(self._folder)).hexdigest()[:12]
            parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        data = parent / "data"
        if data.exists():
            raise DatabaseError(
                f"{data} holds a database whose passwords are lost ({self._folder / ServerState.FILE})",
                next_step=f"put that file back, or move {data} away to start with an empty database",
            )
        state = ServerState(
            data=data, superuser_password=secrets.token_urlsafe(24), login_password=secrets.token_urlsafe(24)
        )
        state.save(self._folder)
        return state

    def _start(self, state: ServerState, place: Installation) -> ServerState:
        state = replace(state, port=_free_port(state.port))
        state.save(self._folder)
        log = state.data / "server.log"
        if log.exists() and log.stat().st_size > _LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        settings = {**self._settings, "port": str(state.port)}
        flags = shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        wait = ("-w", "-t", str(_START_SECONDS))
        with self._server_lock(state).acquire() as descriptor:
            # no process of the server is alive, so its pid file is stale, whatever has that process id now
            (state.data / "postmaster.pid").unlink(missing_ok=True)
            place.run(
                "pg_ctl",
                "start",
                "-D",
                str(state.data),
                "-l",
                str(log),
                "-o",
                flags,
                *wait,
                log=log,
                keep=descriptor,
            )
        if not self._server_lock(state).held:
            place.run("pg_ctl", "stop", "-D", str(state.data), "-m", "fast", "-w")
            raise UsageError(
                f"the file system of {self._folder} does not keep locks, without which data can be destroyed",
                next_step="set PROPERTY_MANAGER_HOME to a folder on a local disk",
            )
        if self._idle_seconds is not None:
            _stop_when_idle(self.home, self._idle_seconds)
        return state

    def _server_lock(self, state: ServerState) -> ServerLock:
        return ServerLock(self._folder / "alive", state.data)

    def _dsn(self, state: ServerState, user: str, password: str, database: str) -> str:
        # without TLS no driver looks for certificates in a home that may be closed to it
        return f"postgresql://{user}:{quote(password)}@127.0.0.1:{state.port}/{database}?sslmode=disable"


def _initialise(state: ServerState, place: Installation) -> None:
    """Create the data folder whole or not at all."""
    unfinished = state.data.with_name("data.new")
    place.initdb(unfinished, state.superuser_password)
    unfinished.rename(state.data)


def _free_port(preferred: int | None) -> int:
    """The port of the last start, so that a copied DSN stays valid, or any free one."""
    for port in (preferred or 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DatabaseError("no port is free on 127.0.0.1")


def _stop_when_idle(home: Path, seconds: float) -> None:
    """Start the process that stops the server of `home` after so many seconds without a client."""
    subprocess.run(  # noqa: S603 (no shell, and every argument is ours)
        [sys.executable, "-m", "database.embedded.idle", str(home), str(seconds)],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
