"""Absolute web addresses and e-mail addresses."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from config.errors import ParseError

LONGEST_URL: Final = 8000
LONGEST_EMAIL: Final = 254
_UNSAFE: Final = re.compile(r"[\s<>\"{}|\\^`\x00-\x1f\x7f]+")
_BROKEN: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")  # browsers drop newlines inside an address
_HOST: Final = re.compile(r"[^\s/?#@:]+|[0-9a-f:.]+")
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,63}")


def parse_url(text: str) -> str:
    """An http(s) address with its host; blanks inside are escaped, `//host/…` is https."""
    address = _BROKEN.sub("", text).strip()
    if len(address) > LONGEST_URL:
        raise ParseError(address, f"an address longer than {LONGEST_URL} characters")
    if address.startswith("//"):
        address = "https:" + address
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise ParseError(text, "not a web address") from error
    if parts.scheme.lower() not in ("http", "https") or not host or _HOST.fullmatch(host) is None:
        raise ParseError(text, "not an absolute http(s) address")
    return _UNSAFE.sub(lambda match: quote(match[0]), address)


def parse_email(text: str) -> str:
    """One e-mail address; "mailto:" and a name around it go."""
    if len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) and ".." not in text:
        return text
    address = text.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:].partition("?")[0]
    if address.endswith(">") and "<" in address:
        address = address[address.rindex("<") + 1 : -1]
    address = address.strip()
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address) or ".." in address:
        raise ParseError(text, "not an e-mail address")
    return address
