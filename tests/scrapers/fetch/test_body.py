"""Bodies within limits, and their text."""

from __future__ import annotations

import codecs
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from config.errors import DecompressionError, TooLargeError
from scrapers.fetch.body import decode_text, read_body
from tests.tables import rows


async def read(
    body: bytes, encoding: str = "", *, limit: int = 10_000, size: int = 7, cut: bool = False
) -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    return await read_body(chunks(), encoding=encoding, limit=limit, url="http://a.org/", cut=cut)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKED = [
    ("", bytes),
    ("identity", bytes),
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("GZIP", lambda body: gzip.compress(body[:50]) + gzip.compress(body[50:])),
    ("gzip", lambda body: gzip.compress(body) + b"\0\0"),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
]


@pytest.mark.parametrize(("encoding", "pack"), PACKED)
@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_every_content_encoding_is_decompressed(encoding, pack, size):
    body = b"the quick brown fox " * 20
    assert await read(pack(body), encoding, size=size) == body


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
async def test_an_empty_body_is_empty_in_any_encoding(encoding):
    assert await read(b"", encoding) == b""


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
@pytest.mark.parametrize("size", [7, 100_000])
async def test_decompression_stops_at_the_limit(pack, size):
    encoding = "gzip" if pack is gzip.compress else "deflate"
    assert len(await read(pack(b"\0" * 10_000), encoding, size=size)) == 10_000
    with pytest.raises(TooLargeError):
        await read(pack(b"\0" * 1_000_000), encoding, size=size)
    assert await read(pack(b"\0" * 1_000_000), encoding, size=size, cut=True) == b"\0" * 10_000


@pytest.mark.parametrize("cut", [True, False])
async def test_a_decompression_bomb_does_not_fill_memory(cut):
    bomb = gzip.compress(b"\0" * 20_000_000)
    tracemalloc.start()
    try:
        with suppress(TooLargeError):
            await read(bomb, "gzip", size=100_000, cut=cut)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


async def test_padding_after_the_end_counts_too():
    with pytest.raises(TooLargeError):
        await read(gzip.compress(b"x") + b"\0" * 20_000, "gzip")


async def test_a_declared_size_over_the_limit_is_refused_unread():
    async def chunks() -> AsyncIterator[bytes]:
        raise AssertionError("read")
        yield b""

    with pytest.raises(TooLargeError):
        await read_body(chunks(), encoding="", limit=10, url="http://a.org/", declared=11)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"plain"),
        ("deflate", b"\xff\xff"),
        ("gzip", gzip.compress(b"x" * 50, mtime=0)[:-9]),
        ("br", b"x"),
        ("gzip, gzip", b"x"),
    ],
)
async def test_invalid_compressed_data_is_an_error(encoding, body):
    with pytest.raises(DecompressionError):
        await read(body, encoding)


@rows(
    ("body", "content_type", "text"),
    [
        ("ñ".encode(), "", "ñ"),
        ("ñ €".encode("cp1252"), "", "ñ €"),
        ("ñ".encode("latin-1"), "text/html; charset=ISO-8859-1", "ñ"),
        ("ł".encode("iso-8859-2"), 'text/html; Charset="iso-8859-2"', "ł"),
        (codecs.BOM_UTF8 + "ñ".encode(), "text/html; charset=latin1", "ñ"),
        (codecs.BOM_UTF16_LE + "ñ".encode("utf-16-le"), "", "ñ"),
        ('<meta charset="windows-1251">я'.encode("cp1251"), "text/html", '<meta charset="windows-1251">я'),
        ("<meta http-equiv=x content='text/html; charset=shift_jis'>万①".encode("cp932"), "", None),
        ('<?xml version="1.0" encoding="iso-8859-15"?>€'.encode("iso-8859-15"), "", None),
        ('<meta charset="utf-16">ñ'.encode(), "", '<meta charset="utf-16">ñ'),
        (b"a\\u0041", "text/html; charset=unicode_escape", "a\\u0041"),
        (b"abc", "text/html; charset=rot13", "abc"),
        (b"abc", "text/html; charset=no-such-set", "abc"),
        (b"\xff\x81", "text/html; charset=utf-8", "\ufffd\ufffd"),
    ],
)
def test_text_is_decoded_in_its_character_set(body, content_type, text):
    decoded = decode_text(body, content_type)
    assert decoded == text if text is not None else "\ufffd" not in decoded and decoded[-1] in "①€"


@pytest.mark.parametrize("charset", ["ISO-8859-1", "latin1", "windows-1252"])
def test_a_server_s_default_charset_does_not_spoil_utf_8(charset):
    """Servers state one charset for all pages; bytes that are well-formed UTF-8 are nothing else."""
    header = f"text/html; charset={charset}"
    assert decode_text("Jardín en Mérida".encode(), header) == "Jardín en Mérida"
    assert decode_text("Jardín en Mérida".encode("cp1252"), header) == "Jardín en Mérida"
