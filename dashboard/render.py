"""Pages from templates: what is common to all of them, and how numbers, times and amounts are written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from config.text import format_value
from dashboard.assets import Assets

_STEPS: Final = ((60, 1, "second"), (3600, 60, "minute"), (86_400, 3600, "hour"), (math.inf, 86_400, "day"))
_DASH: Final = "–"
_TONES: Final = {
    "good": "fresh complete completed done applied approved active on here",
    "warn": "late suspect held refused partly partial inactive doubtful",
    "bad": "failed interrupted lost removed away",
    "info": "new running pending ready planned waiting draft",
}
_TONE_OF: Final = {word: tone for tone, words in _TONES.items() for word in words.split()}


class Query(dict[str, str]):
    """The values of an address; one that it does not have is none."""

    def __missing__(self, name: str) -> None:
        return None


def environment(assets: Assets, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Environment:
    """The templates; everything that they print is escaped."""
    found = Environment(
        loader=PackageLoader("dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        enable_async=False,
    )
    found.filters |= {
        "number": number,
        "percent": percent,
        "moment": lambda value: moment(value, now()),
        "ago": lambda value: ago(value, now()),
        "duration": duration,
        "bytes": size,
        "money": money,
        "short": lambda value: str(value)[:8],
        "value": lambda value: _DASH if value is None else format_value(value),
        "cut": cut,
        "tone": lambda word: _TONE_OF.get(str(word), "plain"),
        "count": count,
        "pairs": lambda rows, *names: [tuple(getattr(row, name) for name in names) for row in rows],
        "web": lambda url: url if str(url).startswith(("https://", "http://")) else None,
        "path_part": lambda value: quote(str(value), safe=""),
        "slug": lambda value: re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-"),
    }
    found.globals |= {"asset": assets.url, "integrity": assets.integrity, "assets": assets, "link": link}
    return found


def link(path: str, query: Mapping[str, Any] | None = None, /, **changed: Any) -> str:
    """An address with the values of a query, some of them changed; what is none is left out."""
    values = {**(query or {}), **changed}
    kept = {name: value for name, value in values.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept)}" if kept else path


def number(value: float | Decimal | None, digits: int = 0) -> str:
    """A number with separators between thousands: 12,345."""
    if value is None or not math.isfinite(value):
        return _DASH
    return f"{value:,.{digits}f}".replace("-", "−")


def count(amount: int, thing: str, things: str | None = None) -> str:
    """A number of things: "1 source", "2 sources"."""
    return f"{amount:,} {thing if amount == 1 else things or f'{thing}s'}"


def percent(share: float | Decimal | None, digits: int = 0) -> str:
    """A share of 0 to 1: 93 %. What is not quite all is never said to be all."""
    if share is None or not math.isfinite(share):
        return _DASH
    of_hundred = float(share) * 100
    if 100 - 0.5 * 10**-digits <= of_hundred < 100:
        of_hundred = 100 - 10**-digits
    return f"{number(of_hundred, digits)} %"


def money(amount: Decimal | float | None, currency: str | None) -> str:
    """A price with its currency: MXN 2,500,000."""
    if amount is None:
        return _DASH
    digits = 0 if amount == int(amount) else 2
    return f"{currency or ''} {number(amount, digits)}".strip()


def size(count: int | None) -> str:
    """A number of bytes: 1.2 MB."""
    if count is None:
        return _DASH
    value, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{number(value, 0 if unit == 'B' or value >= 100 else 1)} {unit}"


def duration(seconds: float | Decimal | None) -> str:
    """A length of time in its two largest units: 2 h 5 min."""
    if seconds is None:
        return _DASH
    value = float(seconds)
    if value < 10:
        return f"{number(value, 1)} s" if value >= 0.1 else f"{number(value * 1000)} ms"
    left, parts = round(value), []
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        if left >= length:
            parts.append(f"{left // length} {unit}")
            left %= length
        elif parts:
            break
    return " ".join(parts[:2])


def ago(moment: datetime, now: datetime) -> str:
    """How long ago a moment is, or in how long: "5 minutes ago", "in 2 hours"."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 10:
        return "just now"
    _, length, unit = next(step for step in _STEPS if abs(seconds) < step[0])
    count = int(abs(seconds) // length)
    said = f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{said} ago" if seconds > 0 else f"in {said}"


def moment(value: datetime | None, now: datetime) -> Markup:
    """A time as how long ago, with the exact one beside it as a title."""
    if value is None:
        return Markup("–")
    exact = value.astimezone(UTC)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        exact.isoformat(timespec="seconds"), f"{exact:%a %d %b %Y, %H:%M:%S} UTC", ago(value, now)
    )


def cut(text: object, length: int = 160) -> Markup:
    """The beginning of a long text; all of it is in the JSON of the page."""
    whole = str(text)
    if len(whole) <= length:
        return escape(whole)
    return Markup('<span title="{} characters">{}…</span>').format(number(len(whole)), whole[: length - 1])
