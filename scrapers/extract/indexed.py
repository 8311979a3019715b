"""JSON that writes each value once and names it by its number: Nuxt 3's payload, React Router's stream."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

MAX_DEPTH: Final = 40
MAX_VALUES: Final = 200_000
_WRAPPERS: Final = frozenset({"Reactive", "ShallowReactive", "Ref", "ShallowRef", "skipHydrate"})
_NUMBERED: Final = re.compile(r"_(\d{1,7})")


def written_out(value: Any) -> Any:
    """The value that an indexed list stands for; any other value as it is."""
    if not isinstance(value, list) or len(value) < 2:
        return value
    head = value[0]
    if isinstance(head, dict) and head and all(_NUMBERED.fullmatch(str(key)) for key in head):
        return _Reader(value, _of_stream)(0)
    is_wrapped = isinstance(head, list) and len(head) == 2 and head[0] in _WRAPPERS
    if is_wrapped or (isinstance(head, dict) and _points(head.values(), len(value))):
        return _Reader(value, _of_payload)(0)
    return value


def _points(numbers: Any, count: int) -> bool:
    """Whether all of some values are numbers of a list's values, and there are any."""
    found = list(numbers)
    return bool(found) and all(type(number) is int and -7 < number < count for number in found)


class _Reader:
    """Reads values by their numbers, each once; a value inside of itself and one too deep are left out."""

    def __init__(self, values: list[Any], shape: Callable[[_Reader, Any], Any]) -> None:
        self.values = values
        self._shape = shape
        self._read: dict[int, Any] = {}
        self._open: set[int] = set()
        self._left = MAX_VALUES

    def __call__(self, number: Any) -> Any:
        if type(number) is not int or not 0 <= number < len(self.values):
            return None  # undefined, a hole, NaN: they have numbers below 0
        if number in self._read:
            return self._read[number]
        self._left -= 1
        if number in self._open or len(self._open) > MAX_DEPTH or self._left < 0:
            return None
        self._open.add(number)
        found = self._shape(self, self.values[number])
        self._open.discard(number)
        self._read[number] = found
        return found


def _of_payload(read: _Reader, value: Any) -> Any:
    """A value of Nuxt's (and devalue's) list: `["Date", "2026-01-02"]`, `["Reactive", 4]`, `{"price": 7}`."""
    if isinstance(value, dict):
        return {key: read(number) for key, number in value.items()}
    if not isinstance(value, list):
        return value
    kind = value[0] if value and isinstance(value[0], str) else None
    if kind in (None, "Set"):
        return [read(number) for number in value[kind is not None :]]
    if kind in ("Map", "null"):
        pairs = zip(value[1::2], value[2::2], strict=False)
        return {str(read(key) if kind == "Map" else key): read(item) for key, item in pairs}
    inner = value[1] if len(value) > 1 else None
    return inner if isinstance(inner, str) else read(inner)


def _of_stream(read: _Reader, value: Any) -> Any:
    """A value of React Router's list: `{"_3": 4}` has the name of value 3 and is value 4."""
    if isinstance(value, dict):
        numbers = {_NUMBERED.fullmatch(str(key)): number for key, number in value.items()}
        return {str(read(int(key[1]))): read(number) for key, number in numbers.items() if key}
    if not isinstance(value, list):
        return value
    if value and isinstance(value[0], str):  # a date, an error, a promise that comes later
        return value[1] if value[0] == "D" and len(value) > 1 else None
    return [read(number) for number in value]
