"""Text prepared for a terminal or a log: what would act there is shown instead.

Control characters move the cursor, rename the window or ring; bidirectional overrides show a text in another
order than it has; a newline forges a line of a log. They become `\\x1b`, `\\u202e` and so on. Every other
character of every script stays, also the marks and joiners that names and emoji are written with.
"""

from __future__ import annotations

import re
from typing import Final

_ACTING: Final = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff"
)
_IN_LINES: Final = re.compile(f"[{_ACTING}]")
_IN_A_LINE: Final = re.compile(f"[\t\n{_ACTING}]")
_IN_JSON: Final = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
_SHORT: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def one_line(text: str) -> str:
    """The text on one line, with newlines and tabs shown too."""
    return text if text.isprintable() and text.isascii() else _IN_A_LINE.sub(_escape, text)


def lines(text: str) -> str:
    """The text on its lines; newlines and tabs stay."""
    return _IN_LINES.sub(_escape, text)


def json_text(text: str) -> str:
    """A JSON document in which what would act on a terminal is an escape; the values stay the same."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    code = ord(char)
    return _SHORT.get(char) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
