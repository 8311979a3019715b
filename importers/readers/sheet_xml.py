"""Reads from a sheet's XML what the reader of workbooks leaves out.

A formula that no program has computed and an error such as #N/A come from it as blank cells, a number shown
as 02139 as 2139, and a hidden row like any other. Of other workbooks, `sheet_errors` finds the errors.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from parsing.staged import Unreadable
from parsing.vocabulary.blank import IS_ERROR

_CHUNK: Final = 1 << 18
_OVERLAP: Final = 256
_LONGEST_FORMULA: Final = 100
_NO_RESULT: Final = rb"""\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
_WORTH_READING: Final = tuple(
    (signs, re.compile(pattern))
    for signs, pattern in (
        ((b'"e"', b"'e'"), rb"""\bt\s*=\s*["']e["']"""),
        ((b"hidden",), rb"""hidden\s*=\s*["'](?:1|true)["']"""),
        ((b"f>",), rb"f>" + _NO_RESULT),
        ((b"<f", b":f"), rb"<(?:\w+:)?f\b[^>]*/>" + _NO_RESULT),
    )
)
"""What is only there in a sheet with something that its reader leaves out, by what is quickly looked for."""
_NAMES: Final = frozenset(("c", "v", "f", "is", "t", "row"))
"""Most elements of a sheet, as they are usually written: without a prefix."""
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})\d+")
_ZEROS: Final = re.compile(r"(?:\[<=99999\])?(0{2,})(?:;.*)?|(0{2,})\\?(-)(0{2,})")
NO_VALUE: Final = "is a formula without a value"
"""Why a formula that no program has computed cannot be read."""


@dataclass(slots=True)
class Hidden:
    """What a sheet hides; complete once its rows were read."""

    rows: int = 0
    columns: list[int] = field(default_factory=list)
    """Positions counted from 0, from the sheet's first column."""
    filtered: bool = False


@dataclass(slots=True)
class SheetXml:
    """One sheet of an XLSX, and what the whole workbook states."""

    path: Path
    part: str
    shown_as: dict[str, str]
    """Style → the zeros that a number is filled up with, "00000" or "00000-0000"."""
    hidden: Hidden = field(default_factory=Hidden)

    def marks(self) -> Iterator[tuple[int, dict[int, Any]]]:
        """Yield each row that has such cells: its position, and the cells by their columns, from 0."""
        if not self.shown_as and not self._is_worth_reading():
            return
        cells = _Cells(self.shown_as, self.hidden)
        with zipfile.ZipFile(self.path) as archive, archive.open(self.part) as stream:
            while chunk := stream.read(_CHUNK):
                cells.parser.Parse(chunk, False)
                while cells.rows:
                    yield cells.rows.popleft()

    def _is_worth_reading(self) -> bool:
        """Whether the sheet has an error, a formula without a value or something hidden."""
        with zipfile.ZipFile(self.path) as archive, archive.open(self.part) as stream:
            before = b""
            while chunk := stream.read(_CHUNK):
                if _is_worth_reading(before + chunk):
                    return True
                before = chunk[-_OVERLAP:]
        return False


def _is_worth_reading(xml: bytes) -> bool:
    return any(
        any(sign in xml for sign in signs) and pattern.search(xml) is not None
        for signs, pattern in _WORTH_READING
    )


def sheet_xml(path: Path, sheet: str) -> SheetXml | None:
    """Return a sheet of an XLSX by its name; None for another kind of workbook, or one built unusually."""
    if not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
                return None
            part = _part(archive, sheet)
            if part not in names:
                return None
            styles = archive.read("xl/styles.xml") if "xl/styles.xml" in names else b""
    except (expat.ExpatError, zipfile.BadZipFile, OSError):
        return None
    return SheetXml(path, part, _filled_up(styles))


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the file that holds a sheet."""
    link = next(
        (found for tag, found in _elements(archive.read("xl/workbook.xml")) if _is(tag, found, sheet)), {}
    )
    wanted = next((value for name, value in link.items() if name.rpartition(":")[2] == "id"), None)
    for tag, found in _elements(archive.read("xl/_rels/workbook.xml.rels")):
        if tag == "Relationship" and found.get("Id") == wanted:
            return posixpath.normpath(posixpath.join("/xl", found.get("Target", ""))).lstrip("/")
    return ""


def _is(tag: str, attributes: dict[str, str], sheet: str) -> bool:
    return tag == "sheet" and attributes.get("name") == sheet


def _elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    parser.Parse(data, True)
    return found


def _filled_up(styles: bytes) -> dict[str, str]:
    """Return the styles whose format fills a number up with zeros."""
    if b"00" not in styles:
        return {}
    formats: dict[str, str] = {}
    shown: dict[str, str] = {}
    inside = False
    style = 0
    try:
        elements = _elements(styles)
    except expat.ExpatError:
        return {}
    for tag, found in elements:
        if tag == "numFmt" and (zeros := _ZEROS.fullmatch(found.get("formatCode", "").replace('"', ""))):
            formats[found.get("numFmtId", "")] = "".join(part for part in zeros.groups() if part)
        elif tag in ("cellXfs", "cellStyles", "dxfs", "tableStyles"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            if found.get("numFmtId") in formats:
                shown[str(style)] = formats[found["numFmtId"]]
            style += 1
    return shown


class _Cells:
    """Collects the cells of a sheet while it is parsed."""

    def __init__(self, shown_as: dict[str, str], hidden: Hidden) -> None:
        self._shown_as, self._hidden = shown_as, hidden
        self.rows: deque[tuple[int, dict[int, Any]]] = deque()
        self._row = self._column = -1
        self._place: str | None = None
        self._found: dict[int, Any] = {}
        self._kind = self._style = ""
        self._formula: list[str] | None = None
        self._value: list[str] = []
        self._into: list[str] | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag if tag in _NAMES else tag.rpartition(":")[2]
        if name == "c":
            place = attributes.get("r")
            if place is None:
                self._column = self._at() + 1
            self._place = place
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._formula = None
            if self._value:
                self._value = []
        elif name == "v":
            if self._kind == "e" or (
                self._kind == "n" and (self._formula is not None or self._style in self._shown_as)
            ):
                self._into = self._value
        elif name == "f":
            self._formula = self._into = []
        elif name == "row":
            self._row = int(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else self._row + 1
            self._column, self._place = -1, None
            self._hidden.rows += _is_true(attributes.get("hidden"))
        elif name == "col" and _is_true(attributes.get("hidden")):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._hidden.columns += range(first - 1, min(last, first + 999))
        elif name == "autoFilter":
            self._hidden.filtered = True

    def _end(self, tag: str) -> None:
        name = tag if tag in _NAMES else tag.rpartition(":")[2]
        if name == "c":
            if self._value or self._formula is not None or self._kind == "e":
                self._judge()
        elif name in ("v", "f"):
            self._into = None
        elif name == "row" and self._found:
            self.rows.append((self._row, self._found))
            self._found = {}

    def _at(self) -> int:
        """Return the column of the last cell begun: the one that it names, else the one after the last."""
        if self._place is not None:
            place = _REFERENCE.fullmatch(self._place)
            if place is not None:
                self._column = _position(place[1].upper())
            self._place = None
        return self._column

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _judge(self) -> None:
        """Keep the cell that ends here if it is more than it comes as."""
        value = "".join(self._value).strip()
        if self._kind == "e":
            self._found[self._at()] = Unreadable(value or "#N/A", IS_ERROR)
        elif self._formula is not None and not value and self._kind == "n":
            formula = "".join(self._formula)[:_LONGEST_FORMULA]
            self._found[self._at()] = Unreadable(f"={formula}" if formula else "a formula", NO_VALUE)
        elif self._kind == "n" and self._style in self._shown_as and value.isdecimal():
            self._found[self._at()] = _shown(value, self._shown_as[self._style])


def _shown(digits: str, zeros: str) -> str:
    """Return a whole number as its format shows it."""
    width, _, last = zeros.partition("-")
    filled = digits.zfill(len(width) + len(last))
    return f"{filled[: -len(last)]}-{filled[-len(last) :]}" if last else filled


def _is_true(word: str | None) -> bool:
    return word in ("1", "true")


def _position(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
