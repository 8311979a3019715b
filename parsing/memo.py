"""Results of cells that were read before: a column's cells often repeat, and need parsing only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Reader = Callable[[Any], Any]

MOST_CELLS: Final = 2_000
LONGEST_CELL: Final = 100


class _Memory(dict[Any, Any]):
    """Cells of one type → results; calls `drop` once `most` different cells were read."""

    __slots__ = ("_drop", "_left", "_read")

    def __init__(self, read: Reader, most: int, drop: Callable[[], object]) -> None:
        super().__init__()
        self._read, self._left, self._drop = read, most, drop

    def __missing__(self, value: Any) -> Any:
        result = self._read(value)
        self._left -= 1
        if self._left == 0:
            self._drop()
        elif type(value) is int or len(value) <= LONGEST_CELL:
            self[value] = result
        return result


def remembering_readers(read: Reader, most: int = MOST_CELLS) -> dict[type, Reader]:
    """By the type of a cell, a reader that returns what `read` would, and remembers it.

    Each type has a memory of its own, since True equals 1. A column of more than `most` different cells gains
    nothing by it: its reader is removed from the result, and the caller goes on with `read`.
    """
    readers: dict[type, Reader] = {}
    for kind in (str, int):
        readers[kind] = _Memory(read, most, lambda kind=kind: readers.pop(kind)).__getitem__  # type: ignore[misc]
    return readers
