"""Waits for a source's turn: nobody writes it while a sync of it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random

from config.errors import BusyError

T = TypeVar("T")

WAIT_SECONDS: Final = 60.0
"""How long an edit waits for a sync of its source; the lease of one that died is over before that."""


async def in_turn(act: Callable[[], Awaitable[T]], *, wait_seconds: float = WAIT_SECONDS) -> T:
    """Do it as soon as no sync of the source runs; BusyError when one still does after that time."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(BusyError),
        wait=wait_random(0.1, 0.5),
        stop=stop_after_delay(wait_seconds),
        reraise=True,
    ):
        with attempt:
            return await act()
    raise AssertionError("unreachable: the last attempt raises")
