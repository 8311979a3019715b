"""Responses as servers really send them: what a browser reads past is read past here as well.

Some servers send more than their Content-Length says (a comment of a cache, the output of a plug-in), repeat
that header, or send header lines without a name. aiohttp refuses the whole page then. Its parser is given
such a response without what is wrong with it, and the connection is not used again.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Any, Final

import aiohttp
from aiohttp.client_proto import ResponseHandler

_MOST_HEAD: Final = 4_000_000  # bytes of a head that are held; the parser's own limits are lower
_STATUS: Final = re.compile(rb"HTTP/\d\.\d (\d{3})")
_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:|[ \t]")
_LENGTH: Final = re.compile(rb"content-length:[ \t]*(\d{1,18})[ \t]*", re.IGNORECASE)
_CODED: Final = re.compile(rb"transfer-encoding:", re.IGNORECASE)
_END: Final = re.compile(rb"\r?\n\r?\n")
_LINE: Final = re.compile(rb"\r?\n")


def lenient_connector(**options: Any) -> aiohttp.TCPConnector:
    """A connector of aiohttp whose responses may have more bytes than they declare."""
    connector = aiohttp.TCPConnector(**options)
    handlers: Any = partial(_LenientHandler, loop=asyncio.get_running_loop())
    connector._factory = handlers  # aiohttp has no public place for it
    return connector


class _LenientHandler(ResponseHandler):
    """Gives the parser one response a request: its head without invalid lines, and the body it declares."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._head = bytearray()
        self._left: int | None = None  # bytes of the body that are still to come, where that is known
        self._in_body = False

    def set_response_params(self, **options: Any) -> None:
        self._head.clear()
        self._left, self._in_body = None, False
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        if data and not self._in_body:
            self._head += data
            data = self._taken_head()
            if not data:
                return
        elif data:
            data = self._within(data)
            if not data:
                return
        super().data_received(data)

    def eof_received(self) -> None:
        if self._head:  # a head that never ended: the parser says what is wrong with it
            self._in_body = True
            super().data_received(bytes(self._head))
            self._head.clear()
        super().eof_received()

    def _taken_head(self) -> bytes:
        """The heads that are complete, repaired, with what has come of the body; nothing before that."""
        taken = b""
        while not self._in_body:
            end = _END.search(self._head)
            if end is None and len(self._head) <= _MOST_HEAD and self._may_be_http():
                return taken
            if end is None:
                self._in_body = True
                break
            head = bytes(self._head[: end.start()])
            del self._head[: end.end()]
            status = _STATUS.match(head)
            if status is None or not status[1].startswith(b"1") or status[1] == b"101":
                self._in_body = True
                self._left = _body_length(head, status[1] if status else b"")
            taken += _repaired(head) + b"\r\n\r\n"
        body = bytes(self._head)
        self._head.clear()
        return taken + (self._within(body) if body else b"")

    def _may_be_http(self) -> bool:
        return bytes(self._head[:5]) == b"HTTP/"[: len(self._head)]

    def _within(self, data: bytes) -> bytes:
        """What of the data the response has declared; with more than that the connection is at its end."""
        if self._left is None:
            return data
        kept = data[: self._left]
        self._left -= len(kept)
        if len(kept) < len(data):
            self.force_close()
        return kept


def _body_length(head: bytes, status: bytes) -> int | None:
    """How long the body is by its head; None where another rule says where it ends."""
    lines = _LINE.split(head)[1:]
    lengths = {int(found[1]) for line in lines if (found := _LENGTH.fullmatch(line))}
    if status in (b"101", b"204", b"304") or any(_CODED.match(line) for line in lines):
        return None
    return lengths.pop() if len(lengths) == 1 else None


def _repaired(head: bytes) -> bytes:
    """The head without lines that are no header, and with a length that is stated twice once."""
    first, *lines = _LINE.split(head)
    lengths = [line for line in lines if _LENGTH.fullmatch(line)]
    repeated = {int(line.partition(b":")[2]) for line in lengths}
    kept = [line for line in lines if _NAME.match(line) and line not in lengths]
    kept += lengths[:1] if len(repeated) == 1 else lengths
    return b"\r\n".join([first, *kept])
