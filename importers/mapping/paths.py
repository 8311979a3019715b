"""Column references: an exact header first, then a dotted path into nested JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

ABSENT: Final[Any] = object()
"""The row has no such column, not even an empty one."""

Getter = Callable[[Mapping[str, Any]], Any]

_STEP: Final = re.compile(r"(?P<key>[^.\[\]]*)(?P<marks>(?:\[\d*\])*)")
_MARK: Final = re.compile(r"\[(\d*)\]")
_EVERY: Final = "[]"
_MOST_ITEMS: Final = 10**9


def steps_of(reference: str) -> list[str]:
    """The steps of a path: `Media[].MediaURL` is Media, every item, MediaURL."""
    steps: list[str] = []
    for part in reference.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            return []
        if found["key"]:
            steps.append(found["key"])
        steps += [index or _EVERY for index in _MARK.findall(found["marks"])]
    return steps


def getter(reference: str, order: str | None = None) -> Getter:
    """What reads a reference out of a row; `order` puts the lists on its way in order."""
    steps = steps_of(reference)

    def get(cells: Mapping[str, Any]) -> Any:
        value = cells.get(reference, ABSENT)
        if value is not ABSENT or len(steps) < 2:
            return _sorted(value, order)
        return _walk(cells, steps, order)

    return get


def _walk(value: Any, steps: list[str], order: str | None) -> Any:
    for number, step in enumerate(steps):
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            value = _decoded(value)
        value = _sorted(value, order)
        if step == _EVERY:
            if not isinstance(value, list | tuple):
                return ABSENT
            found = (_walk(item, steps[number + 1 :], order) for item in value)
            return [item for item in found if item is not ABSENT and item is not None]
        value = _one_step(value, step)
        if value is ABSENT:
            return ABSENT
    return value


def _one_step(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step, ABSENT)
    if isinstance(value, list | tuple) and step.isdecimal():
        index = int(step)
        return value[index] if index < len(value) else ABSENT
    return ABSENT


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _sorted(value: Any, order: str | None) -> Any:
    """A list in the order its items state; those that state none come last, in their own order."""
    if order is None or not isinstance(value, list):
        return value
    return sorted(value, key=lambda item: _place(item, order))


def _place(item: Any, order: str) -> tuple[bool, float]:
    place = item.get(order) if isinstance(item, Mapping) else None
    if isinstance(place, bool) or not isinstance(place, int | float) or not abs(place) < _MOST_ITEMS:
        return (True, 0.0)
    return (False, float(place))
