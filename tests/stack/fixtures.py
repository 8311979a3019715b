"""The parts of the stack as fixtures, each started when a test first asks for it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.servers import Server, running_server
from tests.stack.cli import Supabase
from tests.stack.gateway import Gateway, gateway
from tests.stack.packages import POSTGRES_15, POSTGRES_17, required
from tests.stack.pgbouncer import Pooler, pooling
from tests.stack.postgrest import postgrest
from tests.stack.tokens import SharedSecret

SCHEDULING: Final = {
    "cron.database_name": "property_manager",
    "cron.use_background_workers": "on",  # its own connections would need a password
    "max_worker_processes": "20",
}


@contextlib.contextmanager
def http_api(
    server: Server, database: str, *, keys: Iterable[dict[str, Any]] = (), **configuration: object
) -> Iterator[Gateway]:
    """The HTTP API of a database as a project has it; `configuration` is that of `postgrest`.

    Beside the secret of its gateway it trusts what `keys` sign, a list of JWKs.
    """
    signing = SharedSecret()
    with (
        postgrest(server, database, [signing.jwk(), *keys], **configuration) as running,  # type: ignore[arg-type]
        gateway(running, signing) as open_to_all,
    ):
        yield open_to_all


@pytest.fixture(scope="session")
def postgres_17() -> Iterator[Server]:
    """The version that hosted projects run, with pgvector."""
    required(POSTGRES_17 / "postgres", "PostgreSQL 17")
    with running_server(POSTGRES_17) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_15() -> Iterator[Server]:
    """The oldest version that is supported, with PostGIS, pg_cron, pgTAP and plpgsql_check.

    Jobs of pg_cron run in its database `property_manager`.
    """
    required(POSTGRES_15 / "postgres", "PostgreSQL 15")
    with running_server(POSTGRES_15, {"shared_preload_libraries": "pg_cron", **SCHEDULING}) as running:
        yield running


@pytest.fixture(scope="session")
def bouncer(server: Server) -> Iterator[Pooler]:
    """PgBouncer in transaction mode before this run's server."""
    with pooling(server.login) as running:
        yield running


@pytest.fixture
def supabase(tmp_path: Path) -> Supabase:
    """The supabase command line in an empty project."""
    return Supabase(tmp_path)


@pytest.fixture
def rest(server: Server, database_name: str) -> Iterator[Gateway]:
    """The HTTP API of this test's database: `rest.url` is what a project calls SUPABASE_URL."""
    with http_api(server, database_name) as running:
        yield running
