"""Retries requests after transient errors of transport, never after a refusal."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential
from tenacity.wait import wait_base

from config.errors import FetchError
from scrapers.fetch.pace import Sleep

T = TypeVar("T")

JITTERED = wait_random_exponential(multiplier=1, max=30)


def is_transient_status(status: int) -> bool:
    return status in (408, 429) or status >= 500


async def with_retries(
    once: Callable[[int], Awaitable[T]], *, attempts: int, wait: wait_base, sleep: Sleep
) -> T:
    """Call `once(attempt number)` until it succeeds, fails for good, or the attempts are used up."""

    async def numbered() -> T:
        number = retrying.statistics["attempt_number"]
        try:
            return await once(number)
        except FetchError as error:
            error.retry_count = max(error.retry_count, number - 1)
            raise

    retrying = AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, FetchError) and error.transient),
        stop=stop_after_attempt(attempts),
        wait=wait,
        sleep=sleep,
        reraise=True,
    )
    return await retrying(numbered)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` asks for, given as seconds or a date; None without it."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(value, now)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(value: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return math.nan
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
