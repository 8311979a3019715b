"""A message as it is told: a title, the alerts line by line, how many there are beyond them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID, uuid4

from config.secrets import mask
from config.terminal import one_line
from config.text import format_minute, shorten

LONGEST = 400
"""Characters of a sentence in a message; the page that is linked has all of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One alert of a message."""

    source: str | None
    sentence: str
    next_step: str | None
    link: str | None
    note: str
    """Since when it lasts, or from when to when it did."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one delivery says. `id` is the same in every attempt."""

    id: UUID
    title: str
    lines: Sequence[Line] = ()
    rest: str | None = None
    """How many alerts there are beyond the lines, of which sources."""
    link: str | None = None
    attempt: int = 1
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def of(cls, found: dict[str, Any], dashboard: str | None) -> Self:
        """The message of what `take_alert` returns; links lead to the dashboard, if it has an address."""
        base = None if dashboard is None else dashboard.rstrip("/")
        lines = [_line(each, base) for each in found["first"]]
        return cls(
            id=UUID(found["id"]),
            title=_title(found),
            lines=lines,
            rest=_rest(found, len(lines)),
            link=None if base is None else f"{base}/alerts",
            attempt=found["attempts"],
            created_at=datetime.fromisoformat(found["created_at"]),
        )

    @classmethod
    def trial(cls, dashboard: str | None) -> Self:
        """The message of `alerts test`."""
        line = Line(None, "Alerts of Property Manager arrive here.", None, dashboard, "nothing is wrong")
        return cls(uuid4(), "A test of alerts", (line,))

    def plain(self) -> list[str]:
        """The message as lines of text."""
        texts = [self.title, ""]
        for line in self.lines:
            texts.append(f"- {f'{line.source}: ' if line.source else ''}{line.sentence} ({line.note})")
            texts += [f"  {part}" for part in (line.next_step, line.link) if part]
        texts += [part for part in (self.rest, self.link) if part]
        return [*texts, "", f"message {self.id}"]


def _title(found: dict[str, Any]) -> str:
    """ "1 plan is held: acme", "4,000 sources are late", "Over: 2 jobs failed"."""
    count = found["alerts"]
    text = f"{count:,} {found['title'] if count == 1 else found['titles']}"
    named = [each["source"] for each in found["by_source"]]
    if named and found["sources"] <= 3:
        text += f": {', '.join(named)}"
    return clean(f"Over: {text}" if found["part"] == "ended" else text, 140)


def _line(alert: dict[str, Any], base: str | None) -> Line:
    began, ended = (alert[name] and datetime.fromisoformat(alert[name]) for name in ("began_at", "ended_at"))
    note = f"since {format_minute(began)}"
    if ended is not None:
        note = f"{format_minute(began)} to {format_minute(ended)}" if alert["lasts"] else format_minute(ended)
    step = alert["next_step"] if ended is None or not alert["lasts"] else None
    return Line(
        source=alert["source"] and clean(alert["source"], 80),
        sentence=clean(alert["sentence"], LONGEST),
        next_step=step and clean(step, LONGEST),
        link=f"{base}{quote(alert['path'])}" if base and alert["path"] else None,
        note=note,
    )


def _rest(found: dict[str, Any], shown: int) -> str | None:
    """ "and 40 more: acme 12, other 9 and 8 sources more"."""
    more = found["alerts"] - shown
    if more <= 0:
        return None
    counts = [f"{each['source']} {each['alerts']:,}" for each in found["by_source"]]
    others = found["sources"] - len(counts)
    beyond = f" and {others:,} sources more" if others > 0 else ""
    of_all = f"; of all {', '.join(counts)}{beyond}" if counts else ""
    return clean(f"and {more:,} more{of_all}", 1_000)


def clean(text: str, longest: int) -> str:
    """A text on one line without secrets and control characters, cut where it is too long."""
    return shorten(one_line(mask(" ".join(text.split()))), longest)
