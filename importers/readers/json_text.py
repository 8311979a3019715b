"""Reads JSON value by value from a stream of text and holds one value at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_SPACE: Final = re.compile(r"[ \t\r\n\ufeff]*")
_NEXT_OBJECT: Final = re.compile(r"\}\s*,?\s*(?=\{)")
_NAME: Final = re.compile(r'"([^"\\]*)"\s*:')
_FIRST: Final = re.compile(r'\{\s*"([^"\\]*)"\s*:')
_NEAR_END: Final = 16
_AHEAD: Final = 1 << 16  # so that the next object is not cut by the end of the buffer


class MalformedError(ValueError):
    """A value cannot be read; the position stays at its beginning."""

    def __init__(self, why: str, offset: int, *, cut: bool) -> None:
        self.why = why
        self.offset = offset
        """Characters from the beginning of the value to the error."""
        self.cut = cut
        """Whether the text ended inside the value."""
        super().__init__(why)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a repeated name is kept with a number."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for name, value in pairs:
        other, again = name, 2
        while other in found:
            other, again = f"{name} ({again})", again + 1
        found[other] = value
    return found


def _constant(word: str) -> str | None:
    """Return None for NaN, which is how pandas and Python write a missing value, and infinity as text."""
    return None if word == "NaN" else word


DECODER: Final = json.JSONDecoder(strict=False, object_pairs_hook=_once, parse_constant=_constant)


class JsonText:
    """A position in a JSON text; `line` is its physical line."""

    def __init__(self, chunks: Iterator[str], longest: int) -> None:
        self._chunks = chunks
        self._longest = longest
        self._text = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def peek(self) -> str:
        """Return the next character that is not white space, "" at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            end = found.end() if found else self._at
            self._pass_to(end)
            if end < len(self._text):
                return self._text[end]
            if not self._more():
                return ""

    def skip(self, char: str) -> bool:
        """Skip `char` if it is next, and return whether it was."""
        if self.peek() != char:
            return False
        self._at += 1
        return True

    def value(self) -> tuple[Any, str]:
        """Return the next value and its text. Raises MalformedError."""
        self.peek()
        while True:
            try:
                found, end = DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise MalformedError("nested too deep", 0, cut=False) from None
            except json.JSONDecodeError as error:
                self._need_more(error.msg, error.pos)
            except ValueError as error:  # an integer with thousands of digits
                raise MalformedError(str(error).partition(";")[0], 0, cut=False) from error
            else:
                if end < len(self._text) or self._text[end - 1] in '}]"' or not self._more():
                    text = self._text[self._at : end]
                    self._pass_to(end)
                    return found, text

    def _need_more(self, why: str, at: int) -> None:
        """Read on if the value may only be cut by the end of the buffer; raise MalformedError otherwise."""
        held = len(self._text) - self._at
        at_end = at >= len(self._text) - _NEAR_END or why.startswith("Unterminated")
        if at_end and held <= self._longest and self._more():
            return
        if at_end and held > self._longest:
            raise MalformedError(f"longer than {self._longest:,} characters", held, cut=False)
        raise MalformedError(why, at - self._at, cut=at_end and self._ended)

    def next_object(self, offset: int, known: frozenset[str]) -> str | None:
        """Skip a malformed value up to the next object that has half of the `known` names.

        Returns the text skipped, None if there is no such object within reach. An object without
        known names is one nested in the malformed value, not the next row; before any row is known, the
        names that the malformed value begins with must do.
        """
        while not _NEXT_OBJECT.search(self._text, self._at + offset + _AHEAD):
            if len(self._text) - self._at > self._longest or not self._more():
                break
        start = self._at
        known = known or frozenset(_NAME.findall(self._text, start, start + offset))
        for found in _NEXT_OBJECT.finditer(self._text, start + offset):
            if self._is_row(found.end(), start, known):
                passed = self._text[start : found.start() + 1]
                self._pass_to(found.end())
                return passed
        return None

    def _is_row(self, at: int, malformed: int, known: frozenset[str]) -> bool:
        """Whether the object is a row: by its names or, if it is malformed too, by its first name."""
        try:
            row, _ = DECODER.raw_decode(self._text, at)
        except (ValueError, RecursionError):
            first, other = _FIRST.match(self._text, malformed), _FIRST.match(self._text, at)
            return bool(first and other and first[1] == other[1])
        return len(known & row.keys()) * 2 >= len(known)

    def rest(self, most: int) -> str:
        """Return the remaining text, at most `most` characters; the position moves to the end."""
        while len(self._text) - self._at <= most and self._more():
            pass
        kept = self._text[self._at : self._at + most]
        self._text, self._at, self._ended = "", 0, True
        return kept

    def _pass_to(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Double the buffer, so that a large value is not scanned too often."""
        if self._ended:
            return False
        pieces = [self._text[self._at :]]
        wanted = max(len(pieces[0]), 1)
        while wanted > 0:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._ended = True
                break
            pieces.append(chunk)
            wanted -= len(chunk)
        self._text, self._at = "".join(pieces), 0
        return len(pieces) > 1
