"""Detects the format of a file from its first bytes."""

from __future__ import annotations

import re
from typing import Final

from importers.errors import NotAListingFileError

_BINARY: Final = (
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
)
_SAVE_AS: Final = "save or export it as CSV, JSON, XLSX or Parquet, then import that file"
_REFUSED: Final = (
    (b"%PDF", "a PDF document", _SAVE_AS),
    (b"\x89PNG", "an image", _SAVE_AS),
    (b"\xff\xd8\xff", "an image", _SAVE_AS),
    (b"GIF8", "an image", _SAVE_AS),
    (b"\x7fELF", "a program", _SAVE_AS),
    (b"MZ\x90", "a program", _SAVE_AS),
    (b"{\\rtf", "a text document (RTF)", _SAVE_AS),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "import one of its tables by url: sqlite:///path/to/file#table",
    ),
    (b"BZh", "compressed with bzip2", "decompress it first: bunzip2"),
    (b"\xfd7zXZ\0", "compressed with xz", "decompress it first: unxz"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "decompress it first: unzstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "extract it first, or pack it as zip"),
    (b"Rar!", "a RAR archive", "extract it first, or pack it as zip"),
    (b"ARROW1", "an Arrow (Feather) file", _SAVE_AS),
    (b"Obj\x01", "an Avro file", _SAVE_AS),
)
_HTML: Final = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table)\b", re.I | re.S)
_XML: Final = re.compile(r"\s*<(?:\?xml|[A-Za-z][\w:.-]*[\s>/])")
_ARRAY: Final = re.compile(r"\s*\[\s*(?:[\[{\]\"\d-]|true|false|null|$)")
_OBJECT: Final = re.compile(r"\s*\{\s*(?:\"|\}|$)")
_CONTROL: Final = re.compile(r"[\x02-\x08\x0e-\x1a\x1c-\x1e\x7f]")


def binary_format(head: bytes, name: str) -> str | None:
    """Return the format of a binary file, None for a text. Raises NotAListingFileError if unsupported."""
    for magic, what, next_step in _REFUSED:
        if head.startswith(magic):
            raise NotAListingFileError(f"{name} is {what}, not a listing file", next_step=next_step)
    return next((kind for magic, kind in _BINARY if head.startswith(magic)), None)


def text_format(text: str, name: str) -> str:
    """Return "json" or "csv". Raises NotAListingFileError for HTML, XML and binary data."""
    if _HTML.match(text):
        raise NotAListingFileError(
            f"{name} is an HTML page, not a listing file (often an error or login page that was saved)",
            next_step="download the export again while signed in, or scrape the page instead",
        )
    if _XML.match(text):
        raise NotAListingFileError(f"{name} is an XML file, which cannot be imported", next_step=_SAVE_AS)
    control = len(_CONTROL.findall(text)) + text.count("\0")
    if control > max(len(text) // 50, 2) and control > text.count("\n"):
        raise NotAListingFileError(f"{name} holds binary data, not a table", next_step=_SAVE_AS)
    return "json" if _ARRAY.match(text) or _OBJECT.match(text) else "csv"
