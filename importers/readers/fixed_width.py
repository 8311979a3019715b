"""Reads a text whose columns stand at fixed places of each line; a line that is too short is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from importers.options import ReadOptions
from importers.readers.encoding import stated
from importers.readers.lines import CutLine, split_lines
from importers.readers.unpack import InputFile
from importers.record import Notes, Record, Skipped, Table

_SAMPLE: Final = 1_000
"""Lines by which it is judged whether all are of one length."""
_ENDINGS: Final = "\r\n\x1a"
"""What ends a line, and what DOS ends a file with."""


def read_fixed_width(file: InputFile, options: ReadOptions, notes: Notes) -> Table:
    """Return the table in a fixed-width text, by the places that the options state."""
    encoding = stated(options.encoding or "cp1252").name
    columns = [name for name, _, _ in options.places]
    rows = _Rows(file, encoding, options, notes)
    return Table("fixed_width", rows.read(), columns, encoding, dialect={"length": rows.length})


class _Rows:
    def __init__(self, file: InputFile, encoding: str, options: ReadOptions, notes: Notes) -> None:
        self._file, self._encoding, self._notes = file, encoding, notes
        self._slices = [(name, start - 1, start - 1 + width) for name, start, width in options.places]
        self._needed = max(end for _, _, end in self._slices)
        self._skip = options.skip_rows or 0
        self._longest = options.limits.record
        self._short = 0
        self.length = self._usual_length()
        """The length of every line; None where lines are trimmed, so that a short one is no fault."""

    def _usual_length(self) -> int | None:
        """The length that the first lines share, the last line aside, which may be cut."""
        lines = list(islice(self._lines(), self._skip, self._skip + _SAMPLE))
        lengths = Counter(len(text) for text, _ in lines if text)
        if not lengths:
            return None
        usual, times = lengths.most_common(1)[0]
        return usual if usual >= self._needed and times * 10 >= sum(lengths.values()) * 9 else None

    def _lines(self) -> Iterator[tuple[str, bytes]]:
        for line in split_lines(self._file.chunks(), b"\n", self._longest):
            yield line.decode(self._encoding, "replace").rstrip(_ENDINGS), line

    def read(self) -> Iterator[Record | Skipped]:
        number = 0
        for at, (text, line) in enumerate(self._lines(), 1):
            if at <= self._skip:
                yield Skipped(at, "preamble")
            elif not text.strip():
                yield Skipped(at, "blank")
            else:
                number += 1
                cells = {name: text[start:end].rstrip() for name, start, end in self._slices}
                problem = self._problem(text, line, at)
                yield Record(number, at, cells, problem, line if problem else None)
        if self._short:
            self._notes.warnings.append(
                f"{self._short:,} lines end before the layout does: their last columns are taken as blank."
            )

    def _problem(self, text: str, line: bytes, at: int) -> str | None:
        """Why a line cannot be trusted, as its columns may have moved; None for a good one."""
        where = f"{self._file.name}, line {at}"
        if isinstance(line, CutLine):
            return f"{where}: {line.length:,} bytes in one line"
        if not line.endswith(b"\n") and len(text) < (self.length or self._needed):
            why = f"{where}: the file ends in the middle of a row"
            self._notes.incomplete = self._notes.incomplete or why
            return why
        if "\ufffd" in text:
            return f"{where}: bytes that are not {self._encoding}"
        if self.length is not None and len(text) != self.length:
            return f"{where}: {len(text)} characters where every line has {self.length}"
        if len(text) < self._needed:
            self._short += 1
        return None
