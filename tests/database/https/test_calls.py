"""Every query of the services is a call of one function of schema api, so an HTTP API can answer it."""

from __future__ import annotations

import pytest

from config.errors import UsageError
from database import queries
from database.https.calls import Call, call_of

BY_CONNECTION = {"backend_pid", "export_found", "export_listings", "export_listings_at"}
"""What needs a cursor, or asks about the connection itself."""


def test_a_query_is_a_function_and_the_places_of_its_arguments() -> None:
    """A query names its function; casts, columns and the order of its arguments do not matter."""
    assert call_of("find_plans") == Call("find_plans", (0,))
    assert call_of("rollback") == Call("rollback", (0, 1, 2, 3, 4))
    assert call_of("server_time") == Call("server_time", ())
    assert call_of("rollback").arguments((1, "ana", {}, None, None)) == [1, "ana", {}, None, None]


def test_every_query_of_the_services_is_a_call() -> None:
    """Only what needs a connection of its own is more than a call, and is refused with what to do."""
    more = set()
    for name, query in queries.load().items():
        if query.origin != "sql/queries/database.sql":
            try:
                call_of(name)
            except UsageError as error:
                more.add(name)
                assert error.next_step is not None
                assert "DATABASE_URL" in error.next_step
    assert more == BY_CONNECTION


@pytest.mark.parametrize("name", sorted(BY_CONNECTION))
def test_what_needs_a_connection_says_so(name: str) -> None:
    """The refusal names what was asked."""
    with pytest.raises(UsageError, match=f"{name} needs a direct connection"):
        call_of(name)
