"""Answers of data servers as JSON; what is none is named, and what may pass is asked for again."""

from __future__ import annotations

import contextlib
import gc
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final

import orjson

from config.errors import LayerRefusedError
from config.terminal import one_line

_TITLE: Final = re.compile(rb"<title[^>]*>(.{0,200}?)</title>", re.I | re.S)
_NOT_A_NUMBER: Final = re.compile(rb"\b(NaN|Infinity)\b")


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector of cycles rest for a page, which has none: it would look through the page again and
    again while it grows, for as long as reading the page takes. Nothing else runs meanwhile."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def decoded(body: bytes, url: str, name: str) -> Any:
    """An answer as JSON. Raises LayerRefusedError, transient: pages of maintenance and cut answers pass."""
    try:
        with uncollected():
            return orjson.loads(body)
    except ValueError as error:
        if _NOT_A_NUMBER.search(body):
            with contextlib.suppress(ValueError, RecursionError):
                return json.loads(body)
        raise LayerRefusedError(f"{name} {_instead(body, error)}", url=url, transient=True) from error


def _instead(body: bytes, error: Exception) -> str:
    """What came instead of JSON."""
    head = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        return "answered with nothing"
    if head[:1] == b"<":
        found = _TITLE.search(body[:4096])
        title = " ".join(unescape(found[1].decode("utf-8", "replace")).split()) if found else ""
        return "answered with a web page where JSON was expected" + (
            f": {one_line(title[:80])}" if title else ""
        )
    if head[:1] in b"{[":
        return f"sent JSON that is cut or damaged ({str(error)[:80]})"
    return f"answered with something that is not JSON: {one_line(head[:60].decode('utf-8', 'replace'))}"
