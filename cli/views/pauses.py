"""Sources that are paused: why, until when, and how they are resumed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cli.program import next_line
from cli.render import Result
from cli.text import red
from config.text import format_minute

if TYPE_CHECKING:
    from services.verdicts import Pause


def pause_lines(pause: Pause | None) -> Iterator[str]:
    """That a source is paused, the page that shows why, and what resumes it; nothing of one that is not."""
    if pause is None:
        return
    sentence = pause.sentence
    yield red(f"{sentence[:1].upper()}{sentence[1:]}")
    if pause.page:
        yield f"The page that shows it: {pause.page}"
    yield next_line(f"sources resume {shlex.quote(pause.source)}")


def paused(pause: Pause | None) -> list[str]:
    """A pause in a cell of a table."""
    if pause is None:
        return []
    return ["paused" if pause.until is None else f"paused until {format_minute(pause.until)}"]


def render_paused(source: str, pause: Pause | None) -> Result:
    """A source that a person has paused."""
    document = {"source": source, "pause": None if pause is None else asdict(pause)}
    return Result(document, list(pause_lines(pause)))


def render_resumed(source: str, ended: Mapping[str, Any] | None) -> Result:
    """A source that may be scraped again, or could be all the time."""
    if ended is None:
        return Result({"source": source, "resumed": False}, [f"Source {source} is not paused."])
    lines = [
        f"Source {source} is resumed. It was paused: {ended['reason']}",
        next_line(f"scrape --source {shlex.quote(source)}"),
    ]
    return Result({"source": source, "resumed": True, "reason": ended["reason"]}, lines)
