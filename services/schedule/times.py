"""When a job runs: a cron expression of five fields that cron, pg_cron and GitHub read alike, in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from typing import Final, Self

from cronsim import CronSim, CronSimError

from config.errors import UsageError

_ITEM: Final = r"(?:\*(?:/\d+)?|(?:\d+|[A-Za-z]{3})(?:-(?:\d+|[A-Za-z]{3})(?:/\d+)?)?)"
_FIELD: Final = re.compile(rf"{_ITEM}(?:,{_ITEM})*")
"""What every program that reads such expressions takes: no seconds, no L, no #, no 5/15."""
_FIELDS: Final = 5
_SUNDAY: Final = re.compile(r"(?<!\d)7(?!\d)")
_COUNTED: Final = 2_000
_HORIZON: Final = timedelta(days=365 * 9)
"""The longest gap is looked for in so many times, or so many days: the longest of all is of 29 February."""
_EXAMPLE: Final = 'write minute, hour, day, month and weekday: "0 6 * * *" is every day at 06:00 UTC'


@dataclass(frozen=True, slots=True)
class Times:
    """The times at which a job runs."""

    expression: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an expression. Raises UsageError for one that not every scheduler reads in the same way."""
        fields = text.split()
        if len(fields) != _FIELDS:
            raise UsageError(f'"{text}" has {len(fields)} fields instead of 5', next_step=_EXAMPLE)
        for field in fields:
            if not _FIELD.fullmatch(field):
                raise UsageError(f'"{text}": schedulers read "{field}" differently', next_step=_EXAMPLE)
        if _SUNDAY.search(fields[4]):
            raise UsageError(f'"{text}": not every scheduler knows weekday 7', next_step="write Sunday as 0")
        times = cls(" ".join(fields))
        try:
            CronSim(times.expression, datetime.now(UTC))
        except CronSimError as error:
            raise UsageError(
                f'"{text}" is not a time of cron: {str(error).lower()}', next_step=_EXAMPLE
            ) from error
        return times

    def after(self, moment: datetime) -> datetime:
        """The first time after a moment, in UTC."""
        return next(CronSim(self.expression, moment.astimezone(UTC)))

    def longest_gap(self, moment: datetime) -> timedelta:
        """The longest time between two runs, from a moment on."""
        return max(self._gaps(moment))

    def shortest_gap(self, moment: datetime) -> timedelta:
        """The shortest time between two runs, from a moment on."""
        return min(self._gaps(moment))

    def _gaps(self, moment: datetime) -> Iterator[timedelta]:
        times = takewhile(
            lambda time: time < moment + _HORIZON, CronSim(self.expression, moment.astimezone(UTC))
        )
        return (later - earlier for earlier, later in pairwise(islice(times, _COUNTED)))
