"""Detects the encoding of a text: the stated one, else by its byte-order mark, else by its bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

from importers.errors import ImportFileError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_LATIN: Final = frozenset({"cp1251", "cp1253", "cp932", "gb18030", "big5", "euc_kr"})
_ESCAPED: Final = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]")
_HIGH_LINE: Final = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*[\r\n]?")
_ENOUGH: Final = 2_000
_TELLING: Final = 8  # a shorter text fits too many encodings
# As cp1252: what no text holds, and a capital with an accent in the middle of a word.
_IMPLAUSIBLE: Final = re.compile("[\ufffd\xffþÞðÐ¤¦¬¯×÷]|(?<=[a-z])[À-Ö]")


class Encoding(NamedTuple):
    """How to decode a text."""

    name: str
    mark: bytes = b""
    """The byte-order mark at the beginning."""
    guessed: bool = False

    @property
    def wide(self) -> bool:
        """Whether a character takes two or four bytes, so that lines cannot be split before transcoding."""
        return self.name.startswith(("utf-16", "utf-32"))

    @property
    def of_lines(self) -> str:
        """The encoding after `narrow`."""
        return "utf-8" if self.wide else self.name

    def narrow(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Remove the mark and transcode a wide encoding to UTF-8; invalid bytes stay recognisable."""
        chunks = _without(self.mark, chunks)
        if not self.wide:
            return chunks
        return _as_utf8(chunks, self.name)

    def original(self, data: bytes) -> bytes:
        """Return the bytes as they stand in the file."""
        if not self.wide:
            return data
        return data.decode("utf-8", "surrogatepass").encode(self.name, "surrogatepass")


def stated(name: str) -> Encoding:
    """Return the encoding that the user names. Raises ImportFileError for an unknown name."""
    try:
        found = codecs.lookup(name).name
        "a".encode(found)
    except LookupError as error:
        raise ImportFileError(
            f"there is no text encoding named {name!r}",
            next_step="use a name such as utf-8, utf-16, iso-8859-1 or windows-1252, or leave it out",
        ) from error
    return Encoding({"utf-8-sig": "utf-8", "iso8859-1": "cp1252"}.get(found, found))


def find(head: bytes, chunks: Iterator[bytes], wanted: str | None, spread: int) -> Encoding:
    """Detect the encoding of a text in `spread` bytes; `head` is its beginning, `chunks` all of it."""
    marked = next((Encoding(name, mark) for mark, name in _MARKS if head.startswith(mark)), None)
    if wanted:
        chosen = stated(wanted)
        if chosen.name in {"utf-16", "utf-32"}:
            return marked if marked and marked.wide else Encoding(chosen.name + "-le")
        return marked if marked and marked.name == chosen.name else chosen
    return marked or _wide_without_mark(head) or _by_bytes(chunks, spread)


def _wide_without_mark(head: bytes) -> Encoding | None:
    sample = head[:4096]
    half = max(len(sample) // 2, 1)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if max(even, odd) < 0.4 or min(even, odd) > 0.1:
        return None
    return Encoding("utf-16-le" if odd > even else "utf-16-be", guessed=True)


def _by_bytes(chunks: Iterator[bytes], spread: int) -> Encoding:
    """Return UTF-8 if most sequences are valid, because other encodings are not valid UTF-8 by chance."""
    right = wrong = seen = 0
    suspects = bytearray()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for chunk in chunks:
        text = decoder.decode(chunk)
        if not text.isascii():
            bad = len(_ESCAPED.findall(text))
            right += len(_BEYOND_ASCII.findall(text)) - bad
            wrong += bad
            if bad and len(suspects) < 65_536:
                suspects += b"".join(_HIGH_LINE.findall(chunk)[:500])
        seen += len(chunk)
        if seen >= spread or right + wrong > _ENOUGH:
            break
    if wrong <= right:
        return Encoding("utf-8")
    return _legacy(bytes(suspects[:65_536]))


def _legacy(sample: bytes) -> Encoding:
    """Return a legacy encoding; of the Latin ones always Windows-1252, because statistics confuse them."""
    text = sample.decode("cp1252", "replace")
    high = len(_BEYOND_ASCII.findall(text))
    if high >= _TELLING:
        best = from_bytes(sample, cp_isolation=sorted({*_NOT_LATIN, "cp1250", "cp1252"})).best()
        if best is not None and best.encoding in _NOT_LATIN:
            return Encoding(best.encoding, guessed=True)
    if len(_IMPLAUSIBLE.findall(text)) * 3 > high:
        return Encoding("utf-8")
    return Encoding("cp1252", guessed=True)


def _without(mark: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk.removeprefix(mark)
        break
    yield from chunks


def _as_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    rest = decoder.getstate()[0]
    if rest:  # an incomplete character at the end is decoded as an invalid one
        yield "\udc80".encode("utf-8", "surrogatepass")
