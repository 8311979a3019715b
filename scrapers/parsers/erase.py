"""Cuts contacts out of texts, JSON and bytes, exactly as the database does with what it holds already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from scrapers.parsers.contact import Contact, any_of

ERASED: Final = "[erased]"
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^"]+', re.DOTALL)


class Eraser:
    """What to cut out: contacts, and other texts by their patterns."""

    def __init__(self, contacts: Iterable[Contact], patterns: Iterable[str] = ()) -> None:
        found = list(contacts)
        others = list(patterns)
        bare = [contact.bare_pattern for contact in found if contact.bare_pattern is not None]
        self.pattern: Final = any_of([*(contact.pattern for contact in found), *others])
        self.told_pattern: Final = any_of([*(contact.told_pattern for contact in found), *others])
        self.bare_pattern: Final = any_of(bare) if bare else None
        self._find = re.compile(self.pattern)
        self._find_told = re.compile(self.told_pattern)
        self._find_bare = None if self.bare_pattern is None else re.compile(self.bare_pattern)

    def is_in(self, text: str) -> bool:
        """Whether the text, or JSON text, holds any of it."""
        return self._find.search(text) is not None

    def text(self, text: str) -> str:
        """The text without it."""
        return self._find.sub(ERASED, text)

    def told(self, text: str) -> str:
        """A sentence without it, also where it was cut short."""
        return self._find_told.sub(ERASED, text)

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in the text, also cut short: begin and end."""
        return [found.span() for found in self._find_told.finditer(text)]

    def json(self, text: str) -> str:
        """JSON text without it: in strings it is cut out, a number that is one becomes a string."""
        return _TOKEN.sub(self._token, text)

    def _token(self, token: re.Match[str]) -> str:
        if token[0].startswith('"'):
            return self.text(token[0])
        return token[0] if self._find_bare is None else self._find_bare.sub(f'"{ERASED}"', token[0])

    def bytes(self, data: bytes) -> bytes:
        """Bytes of any encoding that keeps ASCII, without it."""
        return self.text(data.decode("latin-1")).encode("latin-1")
