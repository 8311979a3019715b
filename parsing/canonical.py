"""The one address that a listing is known by, wherever it is linked from: the source's rules applied."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, unquote_plus, urlsplit, urlunsplit

from config.source import Urls

_NO_RULES: Final = Urls()
_PORTS: Final = {"http": ":80", "https": ":443"}

Rules = tuple[tuple[str, ...], tuple[str, ...] | None, tuple[tuple[str, str], ...], str, bool]


def canonical(url: str, rules: Urls) -> str:
    """The address by the rules; without any, and where it cannot be read, as it is."""
    if rules == _NO_RULES:
        return url
    aliases = tuple(sorted(rules.aliases.items()))
    return _canonical(url, (rules.drop, rules.keep, aliases, rules.trailing_slash, rules.lower_case))


@lru_cache(maxsize=20_000)
def _canonical(url: str, rules: Rules) -> str:
    drop, keep, aliases, slash, is_lower = rules
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if not parts.netloc:
        return url
    path = parts.path.lower() if is_lower else parts.path
    query = "&".join(
        pair for pair in parts.query.split("&") if pair and _counts(pair.partition("=")[0], drop, keep)
    )
    return urlunsplit((parts.scheme, _host(parts, dict(aliases)), _ended(path, slash), query, parts.fragment))


def _counts(name: str, drop: tuple[str, ...], keep: tuple[str, ...] | None) -> bool:
    """Whether a query parameter has a meaning; the rules may write its name with *."""
    name = unquote_plus(name)
    if any(fnmatchcase(name, pattern) for pattern in drop):
        return False
    return keep is None or any(fnmatchcase(name, pattern) for pattern in keep)


def _host(parts: SplitResult, aliases: dict[str, str]) -> str:
    """The host in lower case without its scheme's own port, or the one that is written instead of it."""
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(_PORTS.get(parts.scheme, " "))
    return aliases.get(host) or aliases.get(host.rpartition(":")[0]) or host


def _ended(path: str, slash: str) -> str:
    last = path.rpartition("/")[2]
    if slash == "drop":
        return path.rstrip("/") or "/"
    return f"{path}/" if slash == "add" and last and "." not in last else path or "/"
