"""Columns of links that lack their site, as feeds and saved pages have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from importers.mapping.base import absolute

_ANYWHERE: Final = "https://site.example/"
_LEAST: Final = 0.8


def completed(values: Sequence[Any]) -> list[Any]:
    """The values with a site before relative links, to see whether they are links."""
    if not is_relative(values):
        return list(values)
    return [absolute(value, _ANYWHERE, several=False) for value in values]


def is_relative(values: Sequence[Any]) -> bool:
    """Whether nearly all of these begin with a slash, as paths of a site do."""
    return bool(values) and sum(map(_is_path, values)) >= _LEAST * len(values)


def relative_columns(values: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """By column of relative links, how many begin with a slash."""
    return {
        column: f"{sum(map(_is_path, cells)):,} of {len(cells):,} links of {column!r} begin with '/'"
        for column, cells in values.items()
        if is_relative(cells)
    }


def stated(links: Mapping[str, str]) -> str | None:
    """All of that in one sentence."""
    return ", ".join(links.values()) or None


def _is_path(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_path, value))
    return isinstance(value, str) and value.startswith("/") and value[1:2] not in ("", "/", " ")
