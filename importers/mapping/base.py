"""Links that are relative to a page, as absolute ones."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from parsing.cells.json import items_of

LINKS: Final = frozenset(("url", "urls"))
"""The readings whose relative links a base completes."""

_BETWEEN: Final = re.compile(r"[\s|]+|[,;]\s*(?=(?:https?:)?/|\.{1,2}/)")
_BETWEEN_RELATIVE: Final = re.compile(r"[\s|,;]+")
_PATH: Final = re.compile(r"[/.?\d]")
_OWN: Final = re.compile(r"[a-z][a-z\d+.-]*:|www\.|#|import:", re.IGNORECASE)
_KEYS: Final = ("url", "contentUrl", "MediaURL", "src", "href", "image")


def checked_base(base: str) -> str:
    """The base, if it is an absolute http(s) url; raises ValueError."""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(map(str.isspace, base)):
        raise ValueError(f"{base!r} is not an absolute http(s) url, such as https://homes.example/list/")
    return base


def absolute(value: Any, base: str, *, several: bool) -> Any:
    """Each relative link of a cell as a browser would read it on the page `base`; all else as it is.

    A text may hold `several` links. Raises ParseError for broken JSON.
    """
    if isinstance(value, dict):
        return {key: absolute(item, base, several=several) if key in _KEYS else item
                for key, item in value.items()}  # fmt: skip
    if isinstance(value, list):
        return [absolute(item, base, several=several) for item in value]
    if not isinstance(value, str):
        return value
    if several:
        items = items_of(value, _BETWEEN if "://" in value else _BETWEEN_RELATIVE)
        return value if items is None else absolute(items, base, several=False)
    return _joined(value.strip(), base)


def _joined(link: str, base: str) -> str:
    """A word without a path, and a text with blanks, are no link: they stay to be reported."""
    if _OWN.match(link) or not _PATH.search(link) or any(map(str.isspace, link)):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link
