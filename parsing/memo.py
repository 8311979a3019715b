"""What a column's cells were read as: the same few come again and again, and need reading only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Reader = Callable[[Any], Any]

MOST_KNOWN: Final = 2_000
LONGEST_KNOWN: Final = 100


class Known(dict[Any, Any]):
    """Cells of one type → results; `give_up` is called once too many different cells have come."""

    __slots__ = ("_give_up", "_left", "_read")

    def __init__(self, read: Reader, give_up: Callable[[], object]) -> None:
        super().__init__()
        self._read, self._give_up = read, give_up
        self._left = MOST_KNOWN

    def __missing__(self, value: Any) -> Any:
        result = self._read(value)
        self._left -= 1
        if self._left == 0:
            self._give_up()
        elif type(value) is int or len(value) <= LONGEST_KNOWN:
            self[value] = result
        return result


def short_ways(read: Reader) -> dict[type, Reader]:
    """By the type of a cell, a shorter way to what `read` makes of it.

    A memory for each type, since True equals 1. One that does not pay is dropped: from then on there is no
    way for that type but `read`.
    """
    ways: dict[type, Reader] = {}
    for kind in (str, int):
        ways[kind] = Known(read, lambda kind=kind: ways.pop(kind)).__getitem__  # type: ignore[misc]
    return ways
