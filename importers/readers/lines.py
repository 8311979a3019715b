"""Physical lines out of a stream of bytes, counted and never longer than a bound."""

from __future__ import annotations

from collections.abc import Iterator

from importers.record import KEPT_OF_TOO_LONG


class CutLine(bytes):
    """The beginning of a line too long to hold, and how long it was."""

    length: int


def split_lines(chunks: Iterator[bytes], terminator: bytes, longest: int) -> Iterator[bytes]:
    """Lines with their terminators; the last one may have none."""
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


def _skip_rest(begun: bytes, chunks: Iterator[bytes], terminator: bytes) -> tuple[CutLine, bytes]:
    """Pass over the rest of a line, holding only its beginning; also what follows it."""
    length = len(begun)
    for chunk in chunks:
        end, found, rest = chunk.partition(terminator)
        length += len(end)
        if found:
            return _cut(begun, length), rest
    return _cut(begun, length), b""


def _cut(line: bytes, length: int) -> CutLine:
    cut = CutLine(line[:KEPT_OF_TOO_LONG])
    cut.length = length
    return cut
