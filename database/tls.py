"""Which connections must be encrypted: all but those that stay on this machine."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from config.errors import UsageError

_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_WITHOUT_PROMISE: Final = (None, "allow", "prefer")
"""Modes that go on without TLS when the server, or somebody in between, says that it has none."""
_FILES: Final = ("sslrootcert", "sslcert", "sslkey", "sslcrl")


def ssl_mode(dsn: str) -> str | None:
    """The sslmode to connect with; None: the driver's own, for a connection within this machine.

    The mode of the DSN, or else of PGSSLMODE, counts. Elsewhere than on loopback or a socket `prefer`,
    `allow` and no mode at all become `require`; only `disable` gives up TLS. Raises UsageError for a mode or
    a file of the DSN that does not exist.
    """
    query = parse_qs(urlsplit(dsn).query)
    mode = query.get("sslmode", [os.environ.get("PGSSLMODE")])[-1] or None
    if mode is not None and mode not in _MODES:
        raise UsageError(
            f'sslmode "{mode}" does not exist', next_step=f"set sslmode to one of: {', '.join(_MODES)}"
        )
    for name in _FILES:
        for path in query.get(name, ()):
            if not Path(path).is_file():
                raise UsageError(f"{name} of the DSN is no file: {path}", next_step="check its path")
    if mode in _WITHOUT_PROMISE:
        return None if _stays_here(dsn) else "require"
    return mode


def _stays_here(dsn: str) -> bool:
    parts = urlsplit(dsn)
    query = parse_qs(parts.query)
    if not parts.hostname and "service" in query:
        return False
    hosts = parts.hostname or query.get("host", [os.environ.get("PGHOST", "")])[-1]
    return all(map(_is_loopback, hosts.split(",")))


def _is_loopback(host: str) -> bool:
    name = unquote(host).strip().rstrip(".").lower()
    if name in ("", "localhost") or name.startswith("/"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
