"""Times on the command line: how they are typed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from config.errors import UsageError

TIME_FORMAT: Final = "2026-11-03T18:00:00Z, or a day, meaning its first moment; UTC where no zone is given"
"""What --at takes, for the help."""


def parse_time(text: str) -> datetime:
    """The time that `--at` names, in UTC, which is also the zone of a time without one."""
    try:
        named = datetime.fromisoformat(text.strip())
        return named.astimezone(UTC) if named.tzinfo else named.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f'--at "{text}" is not a time', next_step="write it as 2026-11-03 or 2026-11-03T18:00:00Z"
        ) from error
