"""Reads rows from JSON: a list, a list inside a document, or consecutive objects (JSON Lines)."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Container, Iterator
from dataclasses import replace
from typing import Any, Final

from importers.errors import ChoiceNeededError, NotAListingFileError
from importers.options import ReadOptions
from importers.readers.encoding import Encoding
from importers.readers.json_place import FoundList, is_by_key, place_of_rows
from importers.readers.json_text import DECODER, JsonText, MalformedError
from importers.readers.lines import CutLine, split_lines
from importers.readers.unpack import InputFile
from importers.record import KEPT_OF_TOO_LONG, Notes, Record, Skipped, Table

_BAD: Final = re.compile("[\udc80-\udcff\0]")
_BAD_PLACE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*[^:]*$')
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_DEEPEST: Final = 8
_NOTHING: Final = ("n", '"')
"""The first character of null and of a text."""
_KEY: Final = "(key)"
"""The column of the key, where listings are held by one."""


def read_json(file: InputFile, encoding: Encoding, head: str, options: ReadOptions, notes: Notes) -> Table:
    """Return the table in a JSON text of any of these shapes."""
    rows = _Rows(file, encoding, options, notes)
    wanted = "jsonl" if file.name.lower().endswith((".jsonl", ".ndjson")) else None
    if options.rows is None and (options.format or wanted) == "jsonl":
        return rows.table("jsonl", rows.lines())
    if options.rows is None and head.lstrip("\ufeff \t\r\n").startswith("{") and _is_lines(head):
        return rows.table("jsonl", rows.lines())
    path = tuple(options.rows.split(".")) if options.rows else _find_path(rows, file.name, notes)
    if path is None:
        return rows.table("jsonl", rows.one_after_the_other())
    return rows.table("json", rows.at(path), {"rows": ".".join(path)})


def _is_lines(head: str) -> bool:
    """Whether the first line is a complete object and another line follows."""
    first, _, others = head.lstrip().partition("\n")
    if not others.strip():
        return False
    try:
        return isinstance(DECODER.decode(first), dict)
    except (ValueError, RecursionError):
        return False


def _find_path(rows: _Rows, name: str, notes: Notes) -> tuple[str, ...] | None:
    """Return the path to the rows; None if the text is consecutive objects, or one of no known shape."""
    text = rows.open()
    if text.peek() in {"[", ""}:
        return ()
    found: list[FoundList] = []
    try:
        _survey(text, (), found)
        followed = text.peek() == "{"
    except MalformedError:
        followed = False
    lists = [item for item in found if item.holds_objects]
    if followed:
        return None
    path = place_of_rows(found, rows.whole())
    if path is not None:
        listed = {".".join(item.path) for item in lists}
        others = sorted(listed - {".".join(path)}) if path in {item.path for item in found} else []
        if others:
            notes.warnings.append(
                f"{name}: the rows at {'.'.join(path)} are read, not {', '.join(others[:10])}."
            )
        return path
    if not found:
        notes.warnings.append(f"{name} holds one object and no list of rows: it is read as one row.")
        return None
    if len(lists) > 1:
        choices = [".".join(item.path) for item in lists]
        raise ChoiceNeededError(
            f"{name} holds {len(lists)} lists of objects: {', '.join(choices)}",
            choices=choices,
            next_step=f'name the one with the rows in the mapping: rows = "{choices[0]}"',
        )
    return (lists or found)[0].path


def _survey(text: JsonText, path: tuple[str, ...], found: list[FoundList]) -> None:
    """Collect every list below an object; values are skipped."""
    if text.peek() == "[":
        text.skip("[")
        place = len(found)
        found.append(FoundList(path, holds_objects=text.peek() == "{"))
        try:
            first = _pass_elements(text)
            if isinstance(first, dict):
                found[place] = replace(found[place], keys=frozenset(first))
        except MalformedError:
            found[place:] = [found[place]]
            raise
    elif text.peek() == "{" and len(path) < _DEEPEST:
        for name in _members(text):
            _survey(text, (*path, name), found)
    else:
        text.value()


def _pass_elements(text: JsonText) -> Any:
    """Skip the elements of a list, and return the first."""
    first = None
    while not text.skip("]"):
        if text.peek() == "":
            raise MalformedError("the text ends inside a list", 0, cut=True)
        value, _ = text.value()
        first = value if first is None else first
        text.skip(",")
    return first


def _members(text: JsonText) -> Iterator[str]:
    """Yield the names in an object, with the position at each one's value."""
    text.skip("{")
    while not text.skip("}"):
        name, _ = text.value()
        if not isinstance(name, str) or not text.skip(":"):
            raise MalformedError("a name and a colon are expected", 0, cut=text.peek() == "")
        yield name
        text.skip(",")


class _Rows:
    """The records of one JSON file."""

    def __init__(self, file: InputFile, encoding: Encoding, options: ReadOptions, notes: Notes) -> None:
        self._file = file
        self._name = file.name
        self._encoding = encoding
        self._longest = options.limits.record
        self._notes = notes
        self._columns: dict[str, None] = {}
        self._shown: list[str] = []
        self._number = 0
        self._usual: frozenset[str] = frozenset()

    def table(
        self, kind: str, items: Iterator[Record | Skipped], dialect: dict[str, Any] | None = None
    ) -> Table:
        return Table(kind, items, self._shown, self._encoding.name, dialect or {})

    def open(self) -> JsonText:
        """Return the text, positioned at its beginning."""
        return JsonText(self._texts(), self._longest)

    def whole(self) -> Any:
        """Return the whole document; None if it is malformed, or longer than a record may be."""
        try:
            return self.open().value()[0]
        except MalformedError:
            return None

    def _texts(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self._encoding.of_lines)("surrogateescape")
        for chunk in self._encoding.narrow(self._file.chunks()):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def at(self, path: tuple[str, ...]) -> Iterator[Record | Skipped]:
        """Yield the elements of the list at a path; one object there is one row, null and "" are none."""
        text = self.open()
        try:
            kind = self._go_to(text, path)
        except MalformedError as error:
            raise NotAListingFileError(
                f"{self._name}, line {text.line}: this is not JSON ({error.why})",
                next_step="export the file again, or import it as another format",
            ) from error
        if kind == "list":
            yield from self._elements(text, "]", after={"", ",", "}"} if path else {""})
        elif kind == "object":
            yield from self._one(text)

    def _one(self, text: JsonText) -> Iterator[Record | Skipped]:
        """Yield the object that is next, or the listings that it holds by key."""
        line = text.line
        try:
            value, written = text.value()
        except MalformedError as error:
            yield self._malformed(text, error, line)
            return
        if not is_by_key(value):
            self._notes.warnings.append(f"{self._name} holds one object instead of a list: it is one row.")
            yield self._record(line, value, written)
            return
        self._notes.warnings.append(
            f"{self._name} holds its rows by a key of each, which is column {_KEY!r}."
        )
        for key, each in value.items():
            yield self._record(line, {_KEY: key, **each}, json.dumps(each, ensure_ascii=False))

    def one_after_the_other(self) -> Iterator[Record | Skipped]:
        """Yield consecutive objects that only white space separates."""
        yield from self._elements(self.open(), "")

    def _go_to(self, text: JsonText, path: tuple[str, ...]) -> str:
        """Go to the path, and return whether a list, an object or nothing ("none") is there."""
        for name in path:
            if text.peek() in _NOTHING and _is_nothing(text):
                return "none"
            if text.peek() != "{":
                raise self._no_such(path)
            for member in _members(text):
                if member == name:
                    break
                text.value() if text.peek() not in "[{" else _survey(text, (), [])
            else:
                raise self._no_such(path)
        if not text.peek() or text.skip("["):
            return "list"
        if path and text.peek() in _NOTHING and _is_nothing(text):
            return "none"
        if text.peek() != "{":
            raise self._no_such(path)
        return "object"

    def _no_such(self, path: tuple[str, ...]) -> NotAListingFileError:
        where = ".".join(path) or "its top level"
        return NotAListingFileError(
            f"{self._name} has no list at {where}", next_step='check "rows" in the mapping'
        )

    def _elements(
        self, text: JsonText, closing: str, after: Container[str] = ()
    ) -> Iterator[Record | Skipped]:
        """Yield every element up to the end of the list; after a malformed one, continue at the next row."""
        while True:
            while text.skip(","):
                pass
            char = text.peek()
            line = text.line
            if char == "":
                if closing:
                    self._ends_early(line)
                return
            if closing and text.skip(closing):
                if text.peek() not in after:
                    self._ends_early(text.line, "the file goes on after the list")
                return
            try:
                value, written = text.value()
            except MalformedError as error:
                yield self._malformed(text, error, line)
                if not text.peek():  # the rest of the list was lost with it
                    return
                continue
            yield self._record(line, value, written)

    def _malformed(self, text: JsonText, error: MalformedError, line: int) -> Record:
        passed = None if error.cut else text.next_object(error.offset, self._usual)
        cut = False
        if passed is None:
            passed = text.rest(self._longest)
            cut = len(passed) >= self._longest or not _closes_the_list(passed)
            if cut:
                self._ends_early(line)
                passed = passed if error.cut else passed[:KEPT_OF_TOO_LONG]
        at = line + passed.count("\n", 0, max(error.offset, 0))
        column = error.offset - passed.rfind("\n", 0, max(error.offset, 0))
        why = "the file ends inside this row" if cut and error.cut else f"not JSON: {error.why}"
        return self._problem(line, {}, f"{self._name}, line {at}, character {column}: {why}", passed)

    def _ends_early(self, line: int, why: str = "the list is not closed") -> None:
        self._notes.incomplete = self._notes.incomplete or f"{self._name}, line {line}: {why}"

    def lines(self) -> Iterator[Record | Skipped]:
        """Yield one object per line."""
        encoding = self._encoding.of_lines
        chunks = self._encoding.narrow(self._file.chunks())
        for line, data in enumerate(split_lines(chunks, b"\n", self._longest), 1):
            if data.isspace():
                yield Skipped(line, "blank")
                continue
            text = data.decode(encoding, "surrogateescape").strip()
            if isinstance(data, CutLine):
                kept = f"its first {KEPT_OF_TOO_LONG:,} are kept"
                yield self._problem(
                    line, {}, f"{self._name}, line {line}: {data.length:,} bytes in one line; {kept}", text
                )
                continue
            try:
                value = DECODER.decode(text)
            except RecursionError:
                yield self._problem(line, {}, f"{self._name}, line {line}: nested too deep", text)
            except ValueError as error:
                where = f"{self._name}, line {line}, character {getattr(error, 'pos', 0) + 1}"
                if not data.endswith(b"\n"):
                    cut = f"{self._name}, line {line}: the file ends in the middle of a row"
                    self._notes.incomplete = self._notes.incomplete or cut
                yield self._problem(line, {}, f"{where}: not JSON: {getattr(error, 'msg', error)}", text)
            else:
                yield self._record(line, value, text)

    def _record(self, line: int, value: Any, written: str) -> Record:
        if value.__class__ is not dict:
            kind = type(value).__name__
            return self._problem(
                line, {}, f"{self._name}, line {line}: a row must be an object, not {kind}", written
            )
        if not (value.keys() <= self._columns.keys()):
            new = [name for name in value if name not in self._columns]
            self._columns.update(dict.fromkeys(new))
            self._shown.extend(new)
        self._usual = self._usual or frozenset(value)
        if (not written.isascii() or "\0" in written) and (bad := _BAD.search(written)):
            place = _BAD_PLACE.search(written, 0, bad.start())
            column = f", column {place[1]!r}" if place else ""
            what = "a NUL byte" if bad[0] == "\0" else f"bytes that are not {self._encoding.name}"
            cells = _repaired(value)
            return self._problem(line, cells, f"{self._name}, line {line}{column}: {what}", written)
        self._number += 1
        return Record(self._number, line, value)

    def _problem(self, line: int, cells: dict[str, Any], problem: str, written: str) -> Record:
        self._number += 1
        raw = written.encode(self._encoding.of_lines, "surrogateescape")
        return Record(self._number, line, cells, problem, self._encoding.original(raw))


def _is_nothing(text: JsonText) -> bool:
    """Whether the next value is null, "" or what a converter of XML makes of an empty element."""
    value, _ = text.value()
    return value is None or (isinstance(value, str) and not value.strip())


def _closes_the_list(rest: str) -> bool:
    """Whether a malformed row and the text after it close more brackets than they open."""
    bare = _STRING.sub("", rest)
    return bare.count("]") + bare.count("}") > bare.count("[") + bare.count("{")


def _repaired(value: Any) -> Any:
    """Return the value with replacement characters where it could not be decoded."""
    if isinstance(value, str):
        return _BAD.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_repaired(name): _repaired(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_repaired(item) for item in value]
    return value
