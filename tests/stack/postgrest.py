"""PostgREST on a unix socket, for one database; the gateway in front of it has the port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import asyncpg

from tests.homes import ENDS_WITH_US, temporary_home
from tests.servers import Server
from tests.stack.packages import POSTGREST, required

T = TypeVar("T")

READY_SECONDS: Final = 60.0
SCHEMAS: Final = ("public", "graphql_public", "api")
"""What is exposed: what a project exposes by default, and what programs of ours call."""

# a project's own: reads of an application end soon, and no answer has more than a thousand rows
ROLES: Final = """
alter role authenticator password '{password}';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
grant connect on database {database} to authenticator;
"""
MAX_ROWS: Final = 1000


@dataclass(frozen=True)
class PostgREST:
    """A running PostgREST: the socket that it answers on, and its process."""

    socket: Path
    process: subprocess.Popen[bytes]
    log: Path

    def reload_schema(self) -> None:
        """Make it read the database's tables and functions again; returns when it has."""
        before = self._loads()
        self.process.send_signal(signal.SIGUSR1)
        self.await_schema(before + 1)

    def trust(self, keys: list[dict[str, Any]]) -> None:
        """Trust the tokens that these keys sign and no others, a list of JWKs; takes effect soon."""
        (self.log.parent / "jwks.json").write_text(json.dumps({"keys": keys}))
        self.process.send_signal(signal.SIGUSR2)

    def await_schema(self, times: int) -> None:
        """Wait until it has read the tables and functions so many times since it started."""
        ends = time.monotonic() + READY_SECONDS
        while self._loads() < times:
            assert time.monotonic() < ends, (
                f"PostgREST did not read the schema:\n{self.log.read_text()[-2000:]}"
            )
            time.sleep(0.01)

    def _loads(self) -> int:
        return self.log.read_text().count("Schema cache loaded")


@contextlib.contextmanager
def postgrest(
    server: Server,
    database: str,
    keys: list[dict[str, Any]],
    *,
    schemas: tuple[str, ...] = SCHEMAS,
    through: int | None = None,
    **configuration: object,
) -> Iterator[PostgREST]:
    """Run PostgREST for a database; it trusts tokens signed with `keys`, a list of JWKs.

    `through` is the port of a transaction pooler that it connects to instead of the server; further arguments
    are options of PostgREST, with underscores for hyphens.
    """
    program = required(POSTGREST, "PostgREST")
    known = _apart(_schemas(server, database))
    pooled = {"db_prepared_statements": False, "db_channel_enabled": False} if through else {}
    password = urlsplit(server.login).password or ""
    _apart(server.execute(ROLES.format(password=password, database=database)))
    at = f"127.0.0.1:{through or urlsplit(server.superuser).port}"
    with temporary_home() as folder:
        (folder / "jwks.json").write_text(json.dumps({"keys": keys}))
        answers_at = folder / "socket"
        options = {
            "db_uri": f"postgresql://authenticator:{password}@{at}/{database}",
            "db_schemas": ", ".join(schema for schema in schemas if schema in known),
            "db_extra_search_path": "public, extensions",
            "db_anon_role": "anon",
            "db_max_rows": MAX_ROWS,
            "jwt_secret": f"@{folder / 'jwks.json'}",
            "server_unix_socket": answers_at,
            "server_unix_socket_mode": "600",
            **pooled,
            **configuration,
        }
        (folder / "conf").write_text("".join(_option(name, value) for name, value in options.items()))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*ENDS_WITH_US, program, folder / "conf"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            _await_ready(answers_at, process, folder / "log")
            yield PostgREST(answers_at, process, folder / "log")
        finally:
            process.kill()
            process.wait()


def _apart(work: Coroutine[Any, Any, T]) -> T:
    """The result of the work, also where a loop runs already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def _option(name: str, value: object) -> str:
    match value:
        case bool():
            written = str(value).lower()
        case int():
            written = str(value)
        case _:
            written = json.dumps(str(value))
    return f"{name.replace('_', '-')} = {written}\n"


async def _schemas(server: Server, database: str) -> set[str]:
    conn = await asyncpg.connect(server.superuser_dsn(database))
    try:
        return {row["nspname"] for row in await conn.fetch("select nspname from pg_namespace")}
    finally:
        await conn.close()


class Socket(HTTPConnection):
    """PostgREST on its socket, without a gateway."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


def _await_ready(answers_at: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the schema cache is loaded: before, everything is answered 503."""
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        conn = Socket(answers_at)
        with contextlib.closing(conn), contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
            conn.request("GET", "/rpc/is_the_schema_cache_loaded")
            if conn.getresponse().status != 503:
                return
        time.sleep(0.02)
    raise AssertionError(f"PostgREST did not start:\n{log.read_text()[-2000:]}")
