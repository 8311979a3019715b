"""PgBouncer, in transaction mode by default: every transaction may get another server connection."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from database.embedded.installation import Account
from tests.homes import ENDS_WITH_US, temporary_home
from tests.stack.packages import PGBOUNCER, required

START_SECONDS: Final = 20.0
CONFIGURATION: Final = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = {clients}
admin_users = {user}
"""


@dataclass
class Pooler:
    """A running pooler and its port."""

    port: int
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]

    def before(self, dsn: str) -> str:
        """The DSN of the same database through the pooler, which is started again if it has ended.

        PgBouncer 1.18 ends with "bad client state" when a statement is cancelled while its server connection
        breaks. The test that did both has its answer; the next one is not to find the pooler gone.
        """
        if self.process.poll() is not None:
            self.process.communicate()
            self.process = self.start()
        parts = urlsplit(dsn)
        login = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{login}@127.0.0.1:{self.port}").geturl()


@contextlib.contextmanager
def pooling(
    server_dsn: str, *, size: int = 3, clients: int = 100, mode: str = "transaction"
) -> Iterator[Pooler]:
    """Run PgBouncer on a port of its own, with `size` server connections a database and user.

    It lets in the program's login and the role of the HTTP API, `authenticator`, with the login's password.
    Skips the test where PgBouncer is not installed.
    """
    program = required(PGBOUNCER, "PgBouncer")
    to = urlsplit(server_dsn)
    account = Account.to_run_as()  # PgBouncer refuses root, as Postgres does
    port = _free_port()
    with temporary_home() as folder:
        password = unquote(to.password or "")
        users = "".join(f'"{user}" "{password}"\n' for user in (to.username, "authenticator"))
        folder.joinpath("users").write_text(users)
        folder.joinpath("ini").write_text(
            CONFIGURATION.format(
                host=to.hostname,
                port=to.port,
                listen=port,
                folder=folder,
                size=size,
                clients=clients,
                mode=mode,
                user=to.username,
            )
        )
        for path in (folder, *folder.iterdir()):
            account.take(path)

        def start() -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [*ENDS_WITH_US, program, "--quiet", folder / "ini"],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                **({} if account.is_us else {"user": account.uid, "group": account.gid, "extra_groups": ()}),
            )
            try:
                _await_answer(port, process)
            except BaseException:
                _end(process)
                raise
            return process

        running = Pooler(port, start, start())
        try:
            yield running
        finally:
            _end(running.process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        assert process.poll() is None, process.communicate()[1].decode()
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.02)
    raise AssertionError("PgBouncer does not answer")
