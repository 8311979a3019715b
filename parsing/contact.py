"""An e-mail address or phone number in all its spellings: its normal form, and how texts show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import phonenumbers

from config.errors import ParseError, UsageError
from parsing.phone import parse_phone

Kind = Literal["email", "phone"]

_FEWEST_DIGITS: Final = 7
_SHORTEST_NAME: Final = 5
_EMAIL: Final = re.compile(r"[^\s@<>\"\\,;:]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_OBSOLETE: Final = re.compile(r"^0(?:1|44|45)(?=\d{10}$)")

_ESCAPED: Final = r"\\[tnr/]|\\u(?:00a0|00b7|2007|2009|201[0-4]|202f)|\\302\\240|\\240"
_SEPARATOR: Final = (
    r"(?:[ \t\r\n().·/\u00a0\u00c2\u2007\u2009\u2010\u2011\u2012\u2013\u2014\u202f-]|" + _ESCAPED + ")"
)
GAP: Final = _SEPARATOR + "{0,3}"
"""What people write between the digits of a number, in text, in JSON and in escaped bytes."""

# What stands before a contact is matched with it and put back: to look back, PostgreSQL reads a text from its
# very beginning, at every place anew.
_ESCAPE: Final = r"\\u[0-9a-fA-F]{4}|\\[0-7]{3}"
BEFORE_NUMBER: Final = rf"(^|[^0-9.,+]|(?:^|[^0-9])[.,]|{_ESCAPE})"
BEFORE_ADDRESS: Final = rf"(^|[^a-zA-Z0-9._%+-]|\\[nrt]|%3[aA]|%20|{_ESCAPE})"
BEFORE_NAME: Final = rf"(^|\W|_|\\[nrt]|{_ESCAPE})"
BEFORE_BARE: Final = r"(^|[^0-9.eE+-])"
_CUT_HERE: Final = r'(?=…|\\u2026|"|$)'


@dataclass(frozen=True)  # no slots: the patterns are kept once made
class Contact:
    """One e-mail address or phone number.

    The patterns are written for Python's and PostgreSQL's regular expressions alike; what must stand before
    them is the kind's own.
    """

    kind: Kind
    normal: str
    """An address in lower case; a number's national digits."""
    country_code: int | None = None

    @cached_property
    def pattern(self) -> str:
        """Finds it in a text, in JSON text and in bytes written as escapes."""
        if self.kind == "email":
            return rf"{_letters(self.normal)}(?![a-zA-Z0-9-]|\.[a-z0-9])"
        return f"{self._prefix}{GAP.join(self.normal)}(?![0-9])"

    @cached_property
    def excerpt_pattern(self) -> str:
        """Finds it also where a sentence was cut short after most of it."""
        gap, begin = ("", "") if self.kind == "email" else (GAP, self._prefix)
        units = [_letters(letter) for letter in self.normal]
        rest = ""
        for unit in reversed(units[self._least : -1]):
            rest = f"(?:{gap}{unit}{rest})?"
        return f"(?:{self.pattern}|{begin}{gap.join(units[: self._least])}{rest}{gap}{_CUT_HERE})"

    @cached_property
    def screen(self) -> str:
        """Finds what any of these finds and little else, several times faster."""
        gap = "" if self.kind == "email" else GAP
        return gap.join(_letters(letter) for letter in self.normal[: self._least])

    @cached_property
    def bare_pattern(self) -> str | None:
        """Finds it as a JSON number; an address cannot be one."""
        if self.kind == "email":
            return None
        code = r"[0-9]{1,4}" if self.country_code is None else f"{self.country_code}[01]?"
        return rf"-?(?:{code})?{self.normal}(?:\.0+)?(?![0-9.eE])"

    @property
    def _least(self) -> int:
        """How much of it is too much to be left."""
        if self.kind == "email":
            return self.normal.index("@") + 1
        return max(_FEWEST_DIGITS, len(self.normal) - 3)

    @property
    def _prefix(self) -> str:
        plus = rf"(?:\++{GAP})?"
        if self.country_code is None:
            return rf"{plus}(?:[0-9]{GAP}){{0,5}}"
        code = GAP.join(str(self.country_code))
        return rf"{plus}(?:(?:00{GAP})?{code}{GAP}(?:[01]{GAP})?|0(?:1|44|45)?{GAP})?"


def _letters(text: str) -> str:
    """Letters in either case, `@` as links write it too."""
    return "".join(
        f"[{letter}{letter.upper()}]"
        if letter.isalpha() and letter.upper() != letter and len(letter.upper()) == 1
        else ("(?:@|%40)" if letter == "@" else re.escape(letter))
        for letter in text
    )


def read_contact(text: str, *, country: str | None = None) -> Contact:
    """The contact that a person wrote; the text itself is in no error."""
    given = text.strip()
    if "@" in given:
        address = given.lower().removeprefix("mailto:")
        if not _EMAIL.fullmatch(address):
            raise UsageError("not an e-mail address", next_step="write it as name@example.com")
        return Contact("email", address)
    digits = re.sub(r"\D", "", given)
    if len(digits) < _FEWEST_DIGITS or len(digits) > 17:
        raise UsageError(
            "this is neither an e-mail address nor a phone number",
            next_step="write a phone number with its country code: +52 999 123 4567",
        )
    if country is not None or given.startswith(("+", "00")) or len(digits) > 10:
        try:
            number = phonenumbers.parse(parse_phone(given, country=country), None)
        except (ParseError, phonenumbers.NumberParseException):
            pass  # not a valid number, yet it may stand in a text
        else:
            return Contact("phone", phonenumbers.national_significant_number(number), number.country_code)
    return Contact("phone", _OBSOLETE.sub("", digits))


def name_pattern(name: str) -> str:
    """Finds a name or link as a text or JSON text shows it, whatever the white space in it."""
    words = (_letters_or_escape(word) for word in name.split())
    space = r"(?:[ \t\r\n\u00a0]|\\[tnr]|\\u00a0)+"
    return rf"{space.join(words)}(?!\w)"


def _letters_or_escape(word: str) -> str:
    """As JSON writes it too: beyond ASCII as an escape, a slash perhaps after a backslash."""
    return "".join(
        rf"(?:{re.escape(letter)}|\\u{ord(letter):04x})"
        if not letter.isascii() and ord(letter) < 0x10000
        else r"\\?/"
        if letter == "/"
        else _letters(letter)
        for letter in word
    )


def contacts_of(values: Mapping[str, str]) -> list[Contact]:
    """The e-mail addresses and telephone numbers in the values of listing fields."""
    found = []
    for name in ("agent_email", "agent_phone"):
        if name in values:
            with suppress(UsageError):  # neither: a plain text
                found.append(read_contact(values[name]))
    return found


def name_patterns_of(values: Mapping[str, str]) -> list[str]:
    """What else other texts may repeat of it: a person's name, links; short ones are words like others."""
    return [
        name_pattern(values[name])
        for name in ("agent_name", "message_url")
        if len(values.get(name, "")) >= _SHORTEST_NAME
    ]
