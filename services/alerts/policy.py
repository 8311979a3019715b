"""When alerts are told, and which of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.errors import UsageError
from config.settings import Settings

_HOURS = re.compile(r"(\d\d?:\d\d)-(\d\d?:\d\d)(?: (\S+))?")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of each day in a time zone, possibly over midnight."""

    begin: time
    end: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "22:00-07:00 America/Mexico_City"; without a zone it is UTC. Raises UsageError."""
        found = _HOURS.fullmatch(" ".join(text.split()))
        step = 'write "22:00-07:00 America/Mexico_City"'
        if not found:
            raise UsageError(f'PROPERTY_MANAGER_ALERT_QUIET: "{text}" has no hours', next_step=step)
        try:
            begin, end = (time.fromisoformat(part.zfill(5)) for part in found.groups()[:2] if part)
            zone = ZoneInfo(found[3] or "UTC")
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise UsageError(
                f'PROPERTY_MANAGER_ALERT_QUIET: "{text}" has no such time or zone', next_step=step
            ) from error
        if begin == end:
            raise UsageError(f'PROPERTY_MANAGER_ALERT_QUIET: "{text}" is no time at all', next_step=step)
        return cls(begin, end, zone)

    def hold(self, moment: datetime) -> bool:
        """Whether a moment lies in them, as the clocks of their zone show it."""
        local = moment.astimezone(self.zone).time()
        if self.begin < self.end:
            return self.begin <= local < self.end
        return local >= self.begin or local < self.end


@dataclass(frozen=True, slots=True)
class Policy:
    """When alerts are told, and which of them."""

    quiet: QuietHours | None = None
    gap_seconds: float = 300.0
    """The least time between two messages of one kind."""
    ends: bool = True
    """Whether it is told too that something is over."""
    without: tuple[str, ...] = ()
    """Kinds that are not told."""
    dashboard: str | None = None
    """Where links lead to."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The policy that the settings declare. Raises UsageError."""
        return cls(
            quiet=QuietHours.parse(settings.alert_quiet) if settings.alert_quiet else None,
            gap_seconds=60 * settings.alert_minutes,
            ends=settings.alert_ends,
            without=tuple(kind.strip() for kind in settings.alert_without.split(",") if kind.strip()),
            dashboard=settings.dashboard_url,
        )

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing is sent at that moment."""
        return self.quiet is not None and self.quiet.hold(moment)
