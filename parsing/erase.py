"""Cuts contacts out of texts, JSON and bytes, exactly as the database does with what it holds already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from parsing.contact import (
    BEFORE_ADDRESS,
    BEFORE_BARE,
    BEFORE_NAME,
    BEFORE_NUMBER,
    Contact,
)

ERASED: Final = "[erased]"
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^"]+', re.DOTALL)


class Eraser:
    """What to cut out: contacts, and names by their patterns.

    The patterns have a group for what stands before, which is put back.
    """

    def __init__(self, contacts: Iterable[Contact], names: Iterable[str] = ()) -> None:
        found, others = sorted(set(contacts), key=lambda contact: contact.normal), sorted(set(names))
        numbers = [contact for contact in found if contact.kind == "phone"]
        addresses = [contact for contact in found if contact.kind == "email"]
        self.pattern: Final = _any_of(
            (BEFORE_NUMBER, [number.pattern for number in numbers]),
            (BEFORE_ADDRESS, [address.pattern for address in addresses]),
            (BEFORE_NAME, others),
        )
        self.excerpt_pattern: Final = _any_of(
            (BEFORE_NUMBER, [number.excerpt_pattern for number in numbers]),
            (BEFORE_ADDRESS, [address.excerpt_pattern for address in addresses]),
            (BEFORE_NAME, others),
        )
        self.screen: Final = _any_of(("", [*(contact.screen for contact in found), *others]))
        bare = [number.bare_pattern for number in numbers if number.bare_pattern is not None]
        self.bare_pattern: Final = _any_of((BEFORE_BARE, bare)) if bare else None
        self._find = re.compile(self.pattern)
        self._find_in_excerpt = re.compile(self.excerpt_pattern)
        self._find_bare = None if self.bare_pattern is None else re.compile(self.bare_pattern)

    def is_in(self, text: str) -> bool:
        """Whether the text, or JSON text, holds any of it."""
        return self._find.search(text) is not None

    def text(self, text: str) -> str:
        """The text without it."""
        return self._find.sub(_left, text)

    def excerpt(self, text: str) -> str:
        """A sentence without it, also where it was cut short."""
        return self._find_in_excerpt.sub(_left, text)

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in the text, also cut short: begin and end."""
        return [
            (found.start() + len(_before(found)), found.end())
            for found in self._find_in_excerpt.finditer(text)
        ]

    def json(self, text: str) -> str:
        """JSON text without it: in strings it is cut out, a number that is one becomes a string."""
        return _TOKEN.sub(self._token, text)

    def _token(self, token: re.Match[str]) -> str:
        if token[0].startswith('"'):
            return self.text(token[0])
        return token[0] if self._find_bare is None else self._find_bare.sub(_quoted, token[0])

    def bytes(self, data: bytes) -> bytes:
        """Bytes of any encoding that keeps ASCII, without it."""
        return self.text(data.decode("latin-1")).encode("latin-1")


def _any_of(*kinds: tuple[str, list[str]]) -> str:
    """Finds what any of the patterns finds, each after what must stand before its kind."""
    found = [f"{before}(?:{'|'.join(patterns)})" for before, patterns in kinds if patterns]
    return "|".join(found) or "(?!.)."


def _before(found: re.Match[str]) -> str:
    return "".join(group or "" for group in found.groups())


def _left(found: re.Match[str]) -> str:
    return _before(found) + ERASED


def _quoted(found: re.Match[str]) -> str:
    return f'{_before(found)}"{ERASED}"'
