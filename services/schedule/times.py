"""When a job runs: a cron expression of five fields that cron, pg_cron and GitHub read alike.

It is in UTC. Before it may stand the time zone in which it is meant, as some crons write it:
"CRON_TZ=America/Mexico_City 0 6 * * *". Only our workers run at such times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from typing import Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from config.errors import UsageError

_ITEM: Final = r"(?:\*(?:/\d+)?|(?:\d+|[A-Za-z]{3})(?:-(?:\d+|[A-Za-z]{3})(?:/\d+)?)?)"
_FIELD: Final = re.compile(rf"{_ITEM}(?:,{_ITEM})*")
"""What every program that reads such expressions takes: no seconds, no L, no #, no 5/15."""
_FIELDS: Final = 5
_SUNDAY: Final = re.compile(r"(?<!\d)7(?!\d)")
_ZONE: Final = "CRON_TZ="
_COUNTED: Final = 2_000
_HORIZON: Final = timedelta(days=365 * 9)
"""The longest gap is looked for in so many times, or so many days: the longest of all is of 29 February."""
_EXAMPLE: Final = 'write minute, hour, day, month and weekday: "0 6 * * *" is every day at 06:00 UTC'


@dataclass(frozen=True, slots=True)
class Times:
    """The times at which a job runs."""

    expression: str

    @classmethod
    def parse(cls, text: str, zone: str | None = None) -> Self:
        """Read an expression. Raises UsageError for one that not every scheduler reads in the same way."""
        fields = text.split()
        if fields and fields[0].startswith(_ZONE):
            zone = fields.pop(0).removeprefix(_ZONE)
        if len(fields) != _FIELDS:
            raise UsageError(f'"{text}" has {len(fields)} fields instead of 5', next_step=_EXAMPLE)
        for field in fields:
            if not _FIELD.fullmatch(field):
                raise UsageError(f'"{text}": schedulers read "{field}" differently', next_step=_EXAMPLE)
        if _SUNDAY.search(fields[4]):
            raise UsageError(f'"{text}": not every scheduler knows weekday 7', next_step="write Sunday as 0")
        prefix = [] if zone in (None, "UTC") else [f"{_ZONE}{zone}"]
        times = cls(" ".join([*prefix, *fields]))
        try:
            times.after(datetime.now(UTC))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UsageError(
                f'"{zone}" is not a time zone', next_step="give an IANA name: America/Mexico_City"
            ) from error
        except CronSimError as error:
            raise UsageError(
                f'"{text}" is not a time of cron: {str(error).lower()}', next_step=_EXAMPLE
            ) from error
        return times

    @property
    def zone(self) -> str | None:
        """The time zone in which the expression is meant, if not UTC."""
        first = self.expression.partition(" ")[0]
        return first.removeprefix(_ZONE) if first.startswith(_ZONE) else None

    @property
    def words(self) -> str:
        """The times as a person reads them: "0 6 * * * UTC"."""
        plain = self.expression.removeprefix(f"{_ZONE}{self.zone} ")
        return f"{plain} {self.zone or 'UTC'}"

    def after(self, moment: datetime) -> datetime:
        """The first time after a moment, in UTC."""
        return next(self._times(moment))

    def _times(self, moment: datetime) -> Iterator[datetime]:
        zone = self.zone
        plain = self.expression.removeprefix(f"{_ZONE}{zone} ")
        local = moment.astimezone(UTC if zone is None else ZoneInfo(zone))
        return (time.astimezone(UTC) for time in CronSim(plain, local))

    def longest_gap(self, moment: datetime) -> timedelta:
        """The longest time between two runs, from a moment on."""
        return max(self._gaps(moment))

    def shortest_gap(self, moment: datetime) -> timedelta:
        """The shortest time between two runs, from a moment on."""
        return min(self._gaps(moment))

    def _gaps(self, moment: datetime) -> Iterator[timedelta]:
        times = takewhile(lambda time: time < moment + _HORIZON, self._times(moment))
        return (later - earlier for earlier, later in pairwise(islice(times, _COUNTED)))
