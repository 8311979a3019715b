"""Numbers of cases, tax deed applications and certificates: one spelling each, so that layers join."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from config.errors import ParseError

_GAPS: Final = re.compile(r"[\s_]+|(?<=[A-Z0-9]) *- *(?=[A-Z0-9])")
_COURT: Final = re.compile(r"((?:19|20)\d\d)-?([A-Z]{2})-?(\d{1,6})(?:-?([A-Z]))?", re.ASCII)
_DEED: Final = re.compile(
    r"(?:TDA|TAX DEED|TD)?(?: ?(?:NO|NUMBER|#)\.?)? ?:?[ #]*((?:19|20)\d\d)[-/ ](\d{1,9})", re.ASCII
)
_CERTIFICATE: Final = re.compile(r"((?:19|20)\d\d)[-/ ](\d{1,9})", re.ASCII)
LONGEST: Final = 100


def court_case(text: str) -> str:
    """A court's case number: "2024 ca 1234 o" is 2024-CA-001234-O; other forms in upper case, with dashes."""
    line = _short(text)
    number = _GAPS.sub("-", line)
    if found := _COURT.fullmatch(number):
        tail = f"-{found[4]}" if found[4] else ""
        return f"{found[1]}-{found[2]}-{found[3].zfill(6)}{tail}"
    return number


def deed_application(text: str) -> str:
    """A tax deed application: "TDA 2023-0004348" is 2023-4348."""
    line = _short(text)
    found = _DEED.fullmatch(re.sub(r" *([-/]) *", r"\1", line))
    return f"{found[1]}-{int(found[2])}" if found else line


def certificate(text: str) -> str:
    """A tax certificate: "2021-0010456" is 2021-10456."""
    line = _short(text)
    found = _CERTIFICATE.fullmatch(re.sub(r" *([-/]) *", r"\1", line))
    return f"{found[1]}-{int(found[2])}" if found else line


def _short(text: str) -> str:
    line = " ".join(text.upper().split())
    if len(line) > LONGEST:
        raise ParseError(text, f"longer than {LONGEST} characters: no number of a case")
    return line


TIDIED: Final[dict[str, Callable[[str], str]]] = {
    "case_number": court_case,
    "tda_number": deed_application,
    "certificate_number": certificate,
}
"""By field, what gives its number one spelling."""
