"""Cells of a shapefile's table as they stand in it, where GDAL says something else.

GDAL reads a yes-or-no that is blank as no, and a number of more digits than a float holds as one of fewer.
"""

from __future__ import annotations

import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

_YES, _NO = frozenset(b"TtYy"), frozenset(b"FfNn")
_EXACT: Final = 15
"""Digits that every float keeps."""
_SUFFIXES: Final = (".dbf", ".DBF")


class _Field(NamedTuple):
    name: str
    kind: str
    start: int
    width: int


@dataclass(slots=True)
class Answers:
    """The rows of a .dbf, as far as its yes-or-no fields and its long numbers go."""

    file: IO[bytes]
    fields: list[_Field]
    start: int
    length: int

    def of(self, row: int) -> dict[str, Any]:
        """The cells of one row, by its number from 0."""
        self.file.seek(self.start + row * self.length)
        data = self.file.read(self.length)
        return {each.name: _cell(each, data[each.start : each.start + each.width]) for each in self.fields}


def open_answers(path: Path, stack: ExitStack) -> Answers | None:
    """Open the table beside a .shp, or in a zip with it; None where there is nothing to correct."""
    file = _opened(path, stack)
    if file is None:
        return None
    head = file.read(32)
    if len(head) < 32:
        return None
    start, length = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
    described = file.read(start - 32)
    fields, at = [], 1
    for offset in range(0, len(described) - 31, 32):
        if described[offset] == 0x0D:
            break
        name = described[offset : offset + 11].partition(b"\0")[0].decode("latin-1")
        kind, width = chr(described[offset + 11]), described[offset + 16]
        if kind == "L" or (kind in "NF" and width > _EXACT):
            fields.append(_Field(name, kind, at, width))
        at += width
    return Answers(file, fields, start, length) if fields else None


def _opened(path: Path, stack: ExitStack) -> IO[bytes] | None:
    if zipfile.is_zipfile(path):
        archive = stack.enter_context(zipfile.ZipFile(path))
        tables = [name for name in archive.namelist() if name.endswith(_SUFFIXES)]
        return stack.enter_context(archive.open(tables[0])) if len(tables) == 1 else None
    for suffix in _SUFFIXES:
        if (beside := path.with_suffix(suffix)).exists():
            return stack.enter_context(beside.open("rb"))
    return None


def _cell(field: _Field, text: bytes) -> Any:
    if field.kind == "L":
        return True if text[:1] and text[0] in _YES else False if text[:1] and text[0] in _NO else None
    try:
        return Decimal(text.strip(b" \0").decode("ascii"))
    except (InvalidOperation, UnicodeDecodeError):  # blank, or asterisks
        return None
