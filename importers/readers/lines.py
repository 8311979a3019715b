"""Splits a stream of bytes into physical lines of bounded length."""

from __future__ import annotations

from collections.abc import Iterator

from importers.record import KEPT_OF_TOO_LONG


class CutLine(bytes):
    """The beginning of a line that is too long, and its length in bytes."""

    length: int


def split_lines(chunks: Iterator[bytes], terminator: bytes, longest: int) -> Iterator[bytes]:
    """Yield lines with their terminators; the last one may have none."""
    held = b""
    for chunk in chunks:
        held += chunk
        if terminator in chunk:
            pieces = held.split(terminator)
            held = pieces.pop()
            for piece in pieces:
                yield piece + terminator if len(piece) < longest else _cut(piece, len(piece))
        while len(held) > longest:
            cut, held = _skip_rest(held, chunks, terminator)
            yield cut
            *pieces, held = held.split(terminator)
            yield from (piece + terminator for piece in pieces)
    if held:
        yield held


def _skip_rest(beginning: bytes, chunks: Iterator[bytes], terminator: bytes) -> tuple[CutLine, bytes]:
    """Skip the rest of a long line; return its beginning and what follows it."""
    length = len(beginning)
    for chunk in chunks:
        end, found, rest = chunk.partition(terminator)
        length += len(end)
        if found:
            return _cut(beginning, length), rest
    return _cut(beginning, length), b""


def _cut(line: bytes, length: int) -> CutLine:
    cut = CutLine(line[:KEPT_OF_TOO_LONG])
    cut.length = length
    return cut
