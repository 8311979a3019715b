"""What is tried again, how often, and how tests turn the waiting off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from config.errors import (
    BusyError,
    ConnectionLostError,
    DatabaseError,
    DatabaseUnreachableError,
    LoginRefusedError,
    PlanOutdatedError,
    PropertyManagerError,
    UsageError,
)
from database.retrying import is_transient, retry, when_free, without_waiting


def caused_by(cause: type[asyncpg.PostgresError]) -> DatabaseError:
    error = DatabaseError("the statement failed")
    error.__cause__ = cause("no")
    return error


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (ConnectionLostError("gone"), True),
        (DatabaseUnreachableError("no answer"), True),
        (LoginRefusedError("wrong password"), False),
        (caused_by(asyncpg.DeadlockDetectedError), True),
        (caused_by(asyncpg.SerializationError), True),
        (caused_by(asyncpg.LockNotAvailableError), True),
        (caused_by(asyncpg.QueryCanceledError), False),
        (DatabaseError("no cause"), False),
        (UsageError("wrong"), False),
        (ValueError("wrong"), False),
    ],
)
def test_only_errors_that_may_pass_are_transient(error: Exception, transient: bool) -> None:
    assert is_transient(error) is transient


def failing(*errors: Exception) -> tuple[Callable[[], Awaitable[str]], list[Exception]]:
    """An act that raises one error after the other, then succeeds; and the errors left."""
    left = list(errors)

    async def act() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return act, left


async def test_a_transient_error_is_retried_and_each_retry_reported() -> None:
    act, _ = failing(ConnectionLostError("1"), ConnectionLostError("2"))
    failed: list[int] = []
    with without_waiting():
        assert await retry(act, attempts=3, on_retry=failed.append) == "done"
    assert failed == [1, 2]


async def test_the_last_attempts_error_is_raised() -> None:
    act, left = failing(*(ConnectionLostError(str(number)) for number in range(5)))
    with without_waiting(), pytest.raises(ConnectionLostError, match="1"):
        await retry(act, attempts=2)
    assert len(left) == 3


@pytest.mark.parametrize("error", [UsageError("wrong"), LoginRefusedError("wrong password")])
async def test_any_other_error_is_raised_at_once(error: PropertyManagerError) -> None:
    act, left = failing(error, error)
    with pytest.raises(type(error)):
        await retry(act, attempts=3)
    assert left == [error]


async def test_named_errors_alone_are_retried() -> None:
    act, _ = failing(PlanOutdatedError("edited"))
    assert await retry(act, on=(PlanOutdatedError,), attempts=2, longest_wait=0) == "done"
    act, _ = failing(ConnectionLostError("gone"))
    with pytest.raises(ConnectionLostError):
        await retry(act, on=(PlanOutdatedError,), attempts=2, longest_wait=0)


async def test_a_busy_source_is_waited_for_until_the_time_is_up() -> None:
    act, left = failing(*(BusyError("busy") for _ in range(100)))
    with pytest.raises(BusyError):
        await when_free(act, 0)
    assert len(left) == 99
    del left[1:]
    assert await when_free(act, 5) == "done"


async def test_without_waiting_a_retry_follows_at_once() -> None:
    act, _ = failing(*(BusyError("busy") for _ in range(1_000)))
    with without_waiting():
        async with asyncio.timeout(5):  # a thousand waits take minutes
            assert await when_free(act, 60) == "done"
