"""How far this host's clock is from that of the database, which decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from config.clock import Clock, utc_now
from config.text import format_span
from database.handle import Database

TOLERATED: Final = timedelta(minutes=5)
"""A clock that is further off is reported."""


@dataclass(frozen=True, slots=True)
class HostClock:
    """This host's clock beside the database's."""

    ahead: timedelta
    """How far this host is ahead; negative where it is behind. Right to half of the round trip."""

    @property
    def is_off(self) -> bool:
        """Whether it is further off than a clock may be."""
        return abs(self.ahead) > TOLERATED

    @property
    def said(self) -> str:
        """How far it is off, in words."""
        side = "ahead of" if self.ahead > timedelta() else "behind"
        return f"this host's clock is {format_span(abs(self.ahead))} {side} the database's"

    def database_time(self) -> Clock:
        """A clock that shows the database's time on this host."""
        return lambda: utc_now() - self.ahead


async def host_clock(database: Database) -> HostClock:
    """Compare the clocks: the database is taken to have answered half-way between question and answer."""
    asked = utc_now()
    answered = await database.value("server_time")
    ended = utc_now()
    return HostClock(asked + (ended - asked) / 2 - answered)
