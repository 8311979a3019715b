"""Detects the dialect of a delimited text: its delimiter, its quotes and its line endings."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from math import log2
from typing import TYPE_CHECKING, Final, NamedTuple

from importers.readers.header import Header, filled, find_header, usual_width

if TYPE_CHECKING:
    from _csv import Reader

_DELIMITERS: Final = ",;\t|^\x1f\x01~"
_ROWS: Final = 400
_QUOTED: Final = re.compile(r'"[^"]*"')
_HINT: Final = re.compile(r"sep=(.)\r?\n?")


class Dialect(NamedTuple):
    """The parameters of csv.reader."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None


class Sample(NamedTuple):
    """The first rows of a text, read with one dialect."""

    rows: list[list[str]]
    lines: list[int]
    """The physical line at which each row begins, counted from 0."""


def terminator(text: str) -> bytes:
    r"""Return `\r` if only that ends lines, as in files of old Macs; else `\n`."""
    outside = _QUOTED.sub("", text)
    return b"\r" if "\r" in outside and "\n" not in outside else b"\n"


def stated_by_excel(line: str) -> str | None:
    """Return the delimiter that Excel's `sep=` line states, else None."""
    found = _HINT.fullmatch(line)
    return found[1] if found else None


def find_dialect(lines: list[str], delimiter: str | None) -> Dialect:
    """Return the dialect that reads the lines as the most regular table."""
    best, best_score = Dialect(delimiter or ","), 0.0
    text = "".join(lines)
    escapes = (None, "\\") if '\\"' in text else (None,)
    for quote in _quotes(text):
        for escape in escapes:
            for candidate in delimiter or _DELIMITERS:
                if candidate not in text:
                    continue
                dialect = Dialect(candidate, quote, escape)
                score = _score(sample(lines, dialect).rows, dialect)
                if score > best_score * 1.02:
                    best, best_score = dialect, score
    return best


def _quotes(text: str) -> str:
    """Try single quotes only if they enclose cells more often than double quotes do."""
    ends = Counter(re.findall(r"(?:^|[,;\t|])([\"'])(?=[^\n]*?\1(?:[,;\t|\r\n]|$))", text, re.MULTILINE))
    return "'\"" if ends["'"] > ends['"'] else '"'


def sample(lines: list[str], dialect: Dialect) -> Sample:
    """Read the lines as rows, tolerating errors."""
    reader = reader_of(iter(lines), dialect, strict=False)
    rows, starts, start = [], [], 0
    try:
        for row in islice(reader, _ROWS):
            rows.append(row)
            starts.append(start)
            start = reader.line_num
    except csv.Error:
        pass  # the rows read so far are a sufficient sample
    return Sample(rows, starts)


def reader_of(lines: Iterator[str], dialect: Dialect, *, strict: bool) -> Reader:
    """Return a csv.reader; a strict one raises on misplaced quotes instead of guessing."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        doublequote=True,
        strict=strict,
    )


def _score(rows: list[list[str]], dialect: Dialect) -> float:
    width = usual_width(rows)
    if width < 2:
        return 0.0
    said = [row for row in rows if filled(row)]
    regular = sum(len(row) == width for row in said) / len(said)
    torn = sum(dialect.quote in cell or "\n" in cell.strip() for row in said for cell in row)
    header: Header | None = find_header(rows)
    named = header is not None and not header.doubtful
    return (regular**2 * log2(width + 1) * (1.0 if named else 0.4)) / (1 + torn / len(said))
