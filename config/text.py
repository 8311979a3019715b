"""Values as text for people: in tables, in sentences and in explanations."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any


def format_value(value: Any, *, longest: int | None = None) -> str:
    """A value in one cell or sentence; a text longer than `longest` characters is cut, on one line.

    Numbers from 10,000 on are grouped: 4,400,000, but the year 1998.
    """
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float() | Decimal() if math.isfinite(value):
            # a price of 12,000.00 is 12,000
            return format_number(int(value) if value == int(value) else value)
        case int():
            return format_number(value)
        case datetime():
            return format_time(value)
        case list() | dict():
            text = json.dumps(value, ensure_ascii=False)
        case _:
            text = str(value)
    return text if longest is None else shorten(text, longest)


def format_share(share: float) -> str:
    """A share as a percentage: 100% is all of it, and 0% is none."""
    rounded = round(share * 100)
    if 0 < share < 1:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}%"


def format_number(number: float | Decimal) -> str:
    """A number with all its digits, grouped from 10,000 on."""
    return f"{number:,}" if number >= 10_000 or number <= -10_000 else str(number)


def format_bytes(size: int) -> str:
    """A size in its largest unit: "1.2 GB", "48 MB", "16 kB"."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            number = size / unit
            return f"{number:.1f} {name}" if number < 10 else f"{number:,.0f} {name}"
    return f"{size} bytes"


def shorten(text: str, longest: int) -> str:
    """The text on one line, its end replaced by "…" where it is longer than that."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def format_time(moment: datetime) -> str:
    """A moment to the second, always with its zone."""
    return moment.astimezone(UTC).isoformat(sep=" ", timespec="seconds").replace("+00:00", " UTC")


def format_minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def format_day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def format_span(span: timedelta) -> str:
    """A length of time in its largest unit: "40 days", "3 hours", "7 minutes"."""
    seconds = span.total_seconds()
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if round(seconds / unit) >= 1:
            number = round(seconds / unit)
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{seconds:.0f} seconds"
