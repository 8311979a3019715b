"""Reads the body of a response within limits: received, decompressed and decoded."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import AsyncIterator
from typing import BinaryIO

from config.errors import DecompressionError, TooLargeError
from scrapers.fetch.address import redacted

_HEAD = 65_536
ACCEPTED_ENCODINGS = "gzip, deflate"

_GZIP = zlib.MAX_WBITS | 16

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_TEXT_CODEC = re.compile(
    r"utf-(8|16|16-le|16-be|32)|cp\d+|iso(8859|2022)\S*|koi8\S*|gb\S*|big5\S*|euc\S*|shift\S*|mac\S*|tis\S*|hz"
)
# Web pages use these names for a larger character set (WHATWG Encoding).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}


async def read_body(
    chunks: AsyncIterator[bytes],
    *,
    encoding: str,
    limit: int,
    url: str,
    declared: int | None = None,
    cut: bool = False,
) -> bytes:
    """Return the whole body, decompressed, or its first `limit` bytes if it may be `cut`.

    Never more than the limit is held, on the wire or expanded.
    """
    if not cut and declared is not None and declared > limit:
        raise too_large(url, limit)
    decoder = _decoder(encoding, url)
    body = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        body += decoder.feed(chunk, limit + 1 - len(body))
        if max(received, len(body)) > limit:
            if cut:
                return bytes(body[:limit])
            raise too_large(url, limit)
    if not decoder.complete:
        raise DecompressionError(f"the compressed page {redacted(url)} ends early", url=url)
    return bytes(body)


async def save_body(
    chunks: AsyncIterator[bytes],
    file: BinaryIO,
    *,
    encoding: str,
    limit: int,
    url: str,
    declared: int | None = None,
) -> bytes:
    """Decompress the whole body into a file, and return its beginning."""
    if declared is not None and declared > limit:
        raise too_large(url, limit)
    decoder = _decoder(encoding, url)
    file.seek(0)
    file.truncate()  # an earlier attempt may have left part of the file
    head, received, saved = b"", 0, 0
    async for chunk in chunks:
        received += len(chunk)
        room = limit + 1 - saved
        piece = decoder.feed(chunk, room)
        file.write(piece)
        head, saved = head + piece[: _HEAD - len(head)], saved + len(piece)
        if max(received, saved) > limit:
            raise too_large(url, limit)
    if not decoder.complete:
        raise DecompressionError(f"the compressed file {redacted(url)} ends early", url=url)
    return head


def too_large(url: str, limit: int) -> TooLargeError:
    """Return the error for a page of more bytes than the limit."""
    return TooLargeError(f"the page {redacted(url)} is larger than {limit:,} bytes", url=url)


def _decoder(encoding: str, url: str) -> _Plain | _Inflater:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Inflater(url, _GZIP)
        case "deflate":
            return _Inflater(url, None)
        case unknown:
            raise DecompressionError(
                f"the page {redacted(url)} is compressed as {unknown!r}, which was not asked for", url=url
            )


class _Plain:
    complete = True

    def feed(self, chunk: bytes, room: int) -> bytes:
        return chunk[:room]


class _Inflater:
    """Decompresses gzip or deflate, at most as many bytes as there is room for."""

    def __init__(self, url: str, wbits: int | None) -> None:
        self._url = url
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits or zlib.MAX_WBITS)
        self._held = b""
        self._started = False

    @property
    def complete(self) -> bool:
        """Whether the stream has ended; an empty body counts, as servers label it compressed."""
        return self._stream.eof or not (self._started or self._held)

    def feed(self, chunk: bytes, room: int) -> bytes:
        chunk, self._held = self._held + chunk, b""
        if self._wbits is None:
            if len(chunk) < 2:
                self._held = chunk
                return b""
            self._wbits = _deflate_wbits(chunk)
            self._stream = zlib.decompressobj(self._wbits)
        return self._expand(chunk, room)

    def _expand(self, chunk: bytes, room: int) -> bytes:
        out = bytearray()
        while chunk and len(out) < room:
            if self._stream.eof:
                if not self._is_next_member(chunk):
                    break
                self._stream = zlib.decompressobj(self._wbits or zlib.MAX_WBITS)
            out += self._inflate(chunk, room - len(out))
            chunk = self._stream.unconsumed_tail or self._stream.unused_data
        return bytes(out)

    def _is_next_member(self, chunk: bytes) -> bool:
        """Whether another gzip member follows; anything else after the end is padding."""
        return self._wbits == _GZIP and chunk.startswith(b"\x1f")

    def _inflate(self, chunk: bytes, room: int) -> bytes:
        self._started = True
        try:
            return self._stream.decompress(chunk, room)
        except zlib.error as error:
            raise DecompressionError(
                f"the page {redacted(self._url)} cannot be decompressed: {error}", url=self._url
            ) from error


def _deflate_wbits(head: bytes) -> int:
    """Return the window bits of a deflate body, which may be zlib or, against the standard, raw deflate."""
    is_zlib = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS


def decode_text(body: bytes, content_type: str = "") -> str:
    """Decode the body by its charset; what cannot be decoded becomes U+FFFD."""
    return body.decode(charset_of(body, content_type), "replace")


def charset_of(body: bytes, content_type: str = "") -> str:
    """The body's charset, by its byte-order mark, header, or meta element, else UTF-8 or Windows-1252.

    Python's name of it, by which the body is decoded without its mark.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    stated = _codec(_first(_HEADER_CHARSET, content_type))
    charset = stated or _declared_inside(body[:4096])
    if stated == "cp1252" and _is_utf8(body):  # a server's default for all its pages
        charset = "utf-8"
    if charset:
        return charset
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _is_utf8(body: bytes) -> bool:
    """Whether the text can only be UTF-8: letters beyond ASCII, each of them well formed."""
    try:
        return not body.isascii() and bool(body.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _declared_inside(head: bytes) -> str | None:
    found = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    charset = _codec(found[1].decode("ascii", "replace")) if found else None
    # The declaration was read byte by byte, so the text is not UTF-16.
    return "utf-8" if charset and charset.startswith(("utf-16", "utf-32")) else charset


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None


def _codec(label: str | None) -> str | None:
    """Return Python's codec for a label, if it is a character set; `unicode_escape` is not."""
    if label is None:
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _WIDER.get(name, name)
    return name if _TEXT_CODEC.fullmatch(name) else None
