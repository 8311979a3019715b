"""The parts of the stack as fixtures, each started when a test first asks for it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.servers import Server
from tests.stack.gateway import Gateway, gateway
from tests.stack.postgrest import postgrest
from tests.stack.tokens import SharedSecret


@contextlib.contextmanager
def http_api(server: Server, database: str, **configuration: object) -> Iterator[Gateway]:
    """The HTTP API of a database as a project has it; `configuration` is that of `postgrest`."""
    signing = SharedSecret()
    with (
        postgrest(server, database, [signing.jwk()], **configuration) as running,  # type: ignore[arg-type]
        gateway(running, signing) as open_to_all,
    ):
        yield open_to_all


@pytest.fixture
def rest(server: Server, database_name: str) -> Iterator[Gateway]:
    """The HTTP API of this test's database: `rest.url` is what a project calls SUPABASE_URL."""
    with http_api(server, database_name) as running:
        yield running
