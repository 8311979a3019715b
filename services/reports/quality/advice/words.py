"""Pieces of the sentences that recommend something."""

from __future__ import annotations

import shlex
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from config.text import format_minute, format_share, shorten
from services.reports.quality.model import ExampleRow, PlaceExample, QualityReport

_LONGEST: Final = 60


def of_rows(count: int, rows: int) -> str:
    """ "3 of 240 rows"."""
    return f"{count:,} of {rows:,} row{'' if rows == 1 else 's'}"


def many(count: int, one: str, more: str) -> str:
    """The verb of so many rows: "is" or "are"."""
    return one if count == 1 else more


def share_of(count: float, rows: float) -> float:
    """A share, 0 where there are no rows."""
    return count / rows if rows else 0.0


def percent(share: float) -> str:
    """ "98 %", as sentences have it."""
    return format_share(share).replace("%", " %")


def session_of(report: QualityReport) -> str:
    """The start of the session's id, as every command takes it."""
    return str(report.session_id)[:8]


def when(moment: datetime | None) -> str:
    """A moment to the minute."""
    return "an unknown time" if moment is None else format_minute(moment)


def quoted(text: object) -> str:
    """A text of the source between quotation marks, on one line and cut."""
    return f'"{shorten(str(text), _LONGEST)}"'


def place_of(example: ExampleRow | PlaceExample) -> str:
    """Which row it is: its line in the file, its listing, or its number in the session."""
    if example.line is not None:
        return f"line {example.line}"
    return example.property_id or f"row {example.row_no}"


def read_again(report: QualityReport) -> str | None:
    """The command that tries a repaired recipe or mapping without changing anything."""
    if report.kind == "import":
        if not report.base_url or report.base_url == "-":
            return None
        return f"import --suggest {shlex.quote(report.base_url)}"
    if not report.base_url:
        return None
    return f"{scrape_again(report.base_url, report.source)} --max-pages 1 --dry-run"


def scrape_again(url: str, source: str) -> str:
    """The command that scrapes a source; one on a private network has to be permitted each time."""
    private = " --allow-private" if _is_private(urlsplit(url).hostname or "") else ""
    return f"scrape --url {shlex.quote(url)} --source {shlex.quote(source)}{private}"


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost"
