"""The moment a file is of, so that an older file after a newer one is known as such."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from config.errors import ParseError, UsageError
from config.source import Source
from importers.mapping.fill import Filling
from importers.mapping.headers import Headers
from importers.mapping.model import Cell, FileDate, Mapping, Options
from importers.mapping.parse import make_parser
from importers.mapping.paths import Getter
from importers.mapping.pattern import matcher
from parsing.dates import parse_timestamp

_AHEAD: Final = timedelta(days=1)
"""How far before its own clock a file may be dated: another zone's day begins earlier."""


def file_time(stated: FileDate | None, headers: Headers, options: Options, source: Source) -> Getter | None:
    """What gives the file's moment for a row: stated, or in a column of the row; None where neither is."""
    if stated is None or stated.name is not None:
        return None
    if stated.column is None:
        return lambda _cells: stated.on
    options = options.model_copy(update={"date_format": stated.format or options.date_format})
    return Filling(headers, options, source).getter("scraped_at", Cell(columns=(stated.column,)))


def dated(mapping: Mapping, file: str, source: Source, *, now: datetime) -> Mapping:
    """The mapping with the date that the name of `file` has, if that is where it asks for it.

    Raises UsageError for a name without one, and for a date that is still to come.
    """
    stated = mapping.file_date
    if stated is None or stated.column is not None:
        return mapping
    moment = stated.on or _of_name(mapping, stated, file, mapping.source_facts(source))
    if moment > now + _AHEAD:
        raise UsageError(
            f"{file} was not read: mapping {mapping.name} dates it {moment:%Y-%m-%d}, which is still to come",
            next_step='correct "file_date" in the mapping: a later file would count as older',
        )
    return mapping.model_copy(update={"file_date": FileDate(on=moment)})


def _of_name(mapping: Mapping, stated: FileDate, file: str, source: Source) -> datetime:
    text = matcher(stated.name or "")(file)
    if text is None:
        raise UsageError(
            f"{file} was not read: its name has no date where mapping {mapping.name} expects one "
            f"('{stated.name}')",
            next_step='rename the file, or correct "file_date" in the mapping',
        )
    read = make_parser("scraped_at", None, source, stated.format)
    try:
        value: Any = (
            parse_timestamp(text.replace("_", "-"), country=source.country) if read is None else read(text)
        )
    except (ParseError, ValueError, ArithmeticError) as error:
        why = error.why if isinstance(error, ParseError) else "not a date"
        raise UsageError(
            f"{file} was not read: {text!r} in its name is no sure date: {why}",
            next_step='state how it is written: file_date = { name = "…", format = "%d%m%Y" }',
        ) from error
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the zone follows
    moment: datetime = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return moment
