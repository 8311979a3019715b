"""Characters that the encoding of stdout or stderr lacks, printed as ASCII that reads alike or as escapes."""

from __future__ import annotations

import codecs
import sys
from io import TextIOWrapper
from typing import Final

_HANDLER: Final = "property_manager.readable"
_READS_AS: Final = {
    "–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "←": "<-", "·": "-", "×": "x", "°": " deg", "“": '"',
    "”": '"', "‘": "'", "’": "'", "✓": "ok", "✗": "no", "≤": "<=", "≥": ">=", "²": "2", "\xa0": " ",
}  # fmt: skip


def degrade() -> None:
    """Let stdout and stderr print every text, whatever encoding the terminal has; UTF-8 stays as it is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not takes_all(stream):
            stream.reconfigure(errors=_HANDLER)


def readable(text: str, *, err: bool = False) -> str:
    """The text as stdout, or stderr, can print it: click takes a stream of ASCII for one of UTF-8."""
    stream = sys.stderr if err else sys.stdout
    if takes_all(stream) or not stream.encoding:
        return text
    return text.encode(stream.encoding, _HANDLER).decode(stream.encoding)


def takes_all(stream: object) -> bool:
    """Whether the stream's encoding has every character."""
    return (getattr(stream, "encoding", None) or "").lower().startswith("utf")


def _readable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_READS_AS.get(char) or _escape(char) for char in text), error.end


def _escape(char: str) -> str:
    return char.encode("ascii", "backslashreplace").decode("ascii")


codecs.register_error(_HANDLER, _readable)
