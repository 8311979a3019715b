"""JSON paths, which name values of a document: `a.b.0.c`, `$.items[*].url`, `['a key']`, `..photo`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

_MOST: Final = 10_000
"""Values that one path finds, and levels that `..` looks into."""
_STEP: Final = re.compile(
    r"""(?P<deep>\.\.)?\.?(?:\[(?:(?P<number>-?\d{1,9}|\*)|'(?P<single>[^']+)'|"(?P<double>[^"]+)")\]"""
    r"""|(?P<key>[^.\[\]'"?@()]+))"""
)


@dataclass(frozen=True, slots=True)
class _Step:
    """A key or number, `*` for all; `deep` looks for it at any depth."""

    name: str
    is_deep: bool


@lru_cache(maxsize=1_000)
def compiled(path: str) -> tuple[_Step, ...]:
    """The steps of a path. Raises ValueError for what is none, with where it goes wrong."""
    text = path.strip()
    at = 1 if text.startswith("$") else 0
    steps: list[_Step] = []
    while at < len(text):
        found = _STEP.match(text, at)
        starts_right = found is not None and (not steps or text[at] in ".[")
        if found is None or not starts_right:
            raise ValueError(f"{path!r} is not a JSON path: {text[at:]!r} is no key, number or *")
        name = next(found[part] for part in ("number", "single", "double", "key") if found[part] is not None)
        steps.append(_Step(name.strip() if found["key"] else name, found["deep"] is not None))
        at = found.end()
    if not steps and text != "$":
        raise ValueError(f"{path!r} is not a JSON path: it names no key")
    return tuple(steps)


def find_all(value: Any, path: str) -> list[Any]:
    """The values that a path finds, the nearer to the top the sooner; nulls are none."""
    found: Iterable[Any] = [value]
    for step in compiled(path):
        found = list(islice(_follow(found, step), _MOST))
    return [each for each in found if each is not None]


def _follow(values: Iterable[Any], step: _Step) -> Iterator[Any]:
    for value in values:
        for node in _below(value) if step.is_deep else (value,):
            yield from _children(node, step.name)


def _children(node: Any, name: str) -> Iterator[Any]:
    if name == "*":
        yield from node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    elif isinstance(node, dict) and name in node:
        yield node[name]
    elif isinstance(node, list) and name.lstrip("-").isdigit() and -len(node) <= int(name) < len(node):
        yield node[int(name)]


def _below(value: Any) -> Iterator[Any]:
    """A value and all objects and lists in it, the nearer to the top the sooner."""
    waiting = [value]
    for _ in range(_MOST):
        if not waiting:
            return
        following: list[Any] = []
        for node in waiting:
            if isinstance(node, (dict, list)):
                yield node
                following += node.values() if isinstance(node, dict) else node
        waiting = following
