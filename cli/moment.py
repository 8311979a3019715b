"""Moments on the command line: how they are written, and how they are said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from config.errors import UsageError

WRITTEN: Final = "2026-11-03T18:00:00Z, or a day, meaning its first moment; UTC where no zone is given"
"""How --at is written, for the help."""


def moment(text: str) -> datetime:
    """The moment that `--at` names, in UTC; without a zone it is meant so."""
    try:
        named = datetime.fromisoformat(text.strip())
        return named.astimezone(UTC) if named.tzinfo else named.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f'--at "{text}" is no time', next_step="write it as 2026-11-03 or 2026-11-03T18:00:00Z"
        ) from error


def spoken(named: datetime) -> str:
    """The moment as a person reads it, always with its zone."""
    return named.astimezone(UTC).isoformat(sep=" ", timespec="seconds").replace("+00:00", " UTC")
