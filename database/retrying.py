"""Retries: which errors are transient, and how long to try again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from tenacity import (
    AsyncRetrying,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_none,
    wait_random,
    wait_random_exponential,
)

from config.errors import BusyError, DatabaseError, DatabaseUnreachableError, LoginRefusedError
from database.errors import sqlstate_of

T = TypeVar("T")
Errors = tuple[type[Exception], ...]

WAIT_SECONDS: Final = 60.0
"""How long a caller waits for another worker's sync; the lease of a worker that died ends before that."""

_TRANSIENT: Final = frozenset({"40001", "40P01", "55P03"})
"""A serialization failure, a deadlock, a lock that is not to be had."""


class _Waiting:
    """Whether retries wait; see `without_waiting`."""

    enabled = True


def is_transient(error: BaseException) -> bool:
    """Whether the same call may succeed later: a lost connection, a deadlock, a lock or a serialization."""
    if isinstance(error, DatabaseUnreachableError):
        return not isinstance(error, LoginRefusedError)
    return isinstance(error, DatabaseError) and sqlstate_of(error) in _TRANSIENT


async def retry(
    act: Callable[[], Awaitable[T]],
    *,
    on: Errors | None = None,
    attempts: int | None = None,
    seconds: float | None = None,
    longest_wait: float = 5.0,
    on_retry: Callable[[int], None] = lambda attempt: None,
) -> T:
    """Act, and act again after a transient error, or after one of `on`; the last error is raised.

    It gives up after so many `attempts` or `seconds`, and waits at most `longest_wait` seconds between two
    attempts. `on_retry` is called before each wait with the number of the attempt that failed.
    """
    retrying = AsyncRetrying(
        retry=retry_if_exception(is_transient) if on is None else retry_if_exception_type(on),
        wait=wait_random_exponential(multiplier=0.2, max=longest_wait) if longest_wait else wait_none(),
        stop=_stop(attempts, seconds),
        before_sleep=lambda state: on_retry(state.attempt_number),
        sleep=_sleep,
        reraise=True,
    )
    return await retrying(act)


async def when_free(
    act: Callable[[], Awaitable[T]], seconds: float = WAIT_SECONDS, *, on: Errors = (BusyError,)
) -> T:
    """Act as soon as no other worker syncs the source; after so many seconds the BusyError is raised."""
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(on),
        wait=wait_random(0.1, 0.5),
        stop=stop_after_delay(seconds),
        sleep=_sleep,
        reraise=True,
    )
    return await retrying(act)


@contextmanager
def without_waiting() -> Iterator[None]:
    """For tests: retries follow each other at once."""
    _Waiting.enabled = False
    try:
        yield
    finally:
        _Waiting.enabled = True


def _stop(attempts: int | None, seconds: float | None) -> stop_after_attempt | stop_after_delay:
    if attempts is not None:
        return stop_after_attempt(attempts)
    if seconds is not None:
        return stop_after_delay(seconds)
    raise ValueError("retries need an end: give attempts or seconds")


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds if _Waiting.enabled else 0)
