"""When a source may be fetched from at all: outside its quiet hours, and within its pages of a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.errors import NotNowError, UsageError
from config.source import Source

_DAY = timedelta(days=1)


class Budget(Protocol):
    """Counts the pages of a day, together with every other process that fetches from the source."""

    async def take(self) -> bool:
        """Take one page; false when none is left today."""
        ...


class Gate:
    """Lets a request pass, or says until when none may."""

    def __init__(
        self,
        source: Source,
        *,
        budget: Budget | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._source = source
        self._zone = zone_of(source)
        self._budget = budget
        self._now = now

    async def pass_through(self, url: str) -> None:
        """Take one page of the day's budget. Raises NotNowError in quiet hours and when none is left."""
        now = self._now().astimezone(self._zone)
        if (until := quiet_until(self._source.quiet_hours, now)) is not None:
            raise NotNowError(
                f"source {self._source.name} has quiet hours until {_told(until)}; nothing is fetched",
                url,
                until,
            )
        if self._budget is not None and not await self._budget.take():
            until = _midnight(now)
            raise NotNowError(
                f"the {self._source.pages_per_day:,} pages a day of source {self._source.name} are fetched; "
                f"it goes on after {_told(until)}",
                url,
                until,
            )


def zone_of(source: Source) -> ZoneInfo:
    """The time zone of a source, UTC without one. Raises UsageError for one that does not exist."""
    try:
        return ZoneInfo(source.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(
            f"source {source.name}: time_zone: there is no time zone {source.time_zone!r}",
            next_step="give an IANA name, such as America/Mexico_City",
        ) from error


def quiet_until(quiet: tuple[str, ...], now: datetime) -> datetime | None:
    """When the quiet hours end that a moment of the source's time zone is in; None outside of them."""
    until = now
    for _ in range(len(quiet) + 1):  # one may begin where another ends
        ends = [end for each in quiet if (end := _end(each, until)) is not None]
        if not ends:
            break
        until = max(ends)
    return until if until > now else None


def _end(quiet: str, moment: datetime) -> datetime | None:
    """The end of one span of quiet hours, if the moment is in it."""
    first, last = quiet.split("-")
    for day in (moment.date() - _DAY, moment.date()):
        begin = datetime.combine(day, time.fromisoformat(first), moment.tzinfo)
        over = last <= first or last == "24:00"
        at = time() if last == "24:00" else time.fromisoformat(last)
        end = datetime.combine(day + _DAY if over else day, at, moment.tzinfo)
        if begin <= moment < end:
            return end
    return None


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + _DAY, time(), now.tzinfo)


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} ({moment.tzinfo})"
