"""Phone numbers in E.164, with Mexico's obsolete prefixes taken off first."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers

from config.errors import ParseError
from parsing.text import one_line

_MEXICAN_PREFIX: Final = re.compile(r"^(\+?52)?(?:1(?=\d{10}$)|01(?=\d{10}$)|044(?=\d{10}$)|045(?=\d{10}$))")
_WHOLE: Final = re.compile(r"^(\d{7,15})\.0+$")
"""A spreadsheet's number."""
_DIALLED: Final = re.compile(r"[^\d+]+")
_EXTENSION: Final = re.compile(r"(?:ext\.?|extensión|x|#)\s*\d+\s*$", re.IGNORECASE)


is_e164: Final = re.compile(r"\+(?:52[2-9]\d{9}|1[2-9]\d{2}[2-9]\d{6})", re.ASCII).fullmatch
"""Whether a text is plainly a number of +52 or +1 as we write them; most of a Mexican feed is."""


def parse_phone(text: object, *, country: str | None = None) -> str:
    """The number as `+<country><number>`; `country` is where a national number belongs."""
    if isinstance(text, int) and not isinstance(text, bool) and 0 < text < 10**15:
        text = str(text)
    if not isinstance(text, str):
        raise ParseError(text, "not a phone number")
    text = _WHOLE.sub(r"\1", text)
    return _plainly_international(text) or _parse(one_line(text), country)


def _plainly_international(text: str) -> str | None:
    """Numbers of +52 and +1 written in full need no library; most of a Mexican feed are such."""
    digits = text.replace(" ", "").replace("-", "")
    if not digits.isascii() or not digits[1:].isdigit():
        return None
    if len(digits) == 13 and digits.startswith("+52") and digits[3] not in "01":
        return digits
    if len(digits) == 12 and digits.startswith("+1") and digits[2] not in "01" and digits[5] not in "01":
        return digits
    return None


@lru_cache(maxsize=50_000)
def _parse(line: str, country: str | None) -> str:
    dialled = _DIALLED.sub("", _EXTENSION.sub("", line.removeprefix("tel:")))
    if country == "MX" or dialled.startswith(("+52", "0052")):
        dialled = _without_obsolete_prefix(dialled)
    elif dialled.startswith("00"):
        dialled = "+" + dialled[2:]
    candidates = [line.removeprefix("tel:"), dialled] if country != "MX" else [dialled]
    if not dialled.startswith("+"):
        candidates.append("+" + dialled)
    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise ParseError(line, "not a phone number that can be dialled")


def _without_obsolete_prefix(dialled: str) -> str:
    """Since 2019 every Mexican number has ten digits: 01, 044, 045 and the mobile 1 are gone."""
    if dialled.startswith("00"):
        dialled = "+" + dialled[2:]
    national = _MEXICAN_PREFIX.sub(lambda match: match[1] or "", dialled)
    if len(national) == 12 and national.startswith("52"):
        return "+" + national
    return national
