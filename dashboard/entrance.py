"""How the dashboard is entered, by where it listens and which database it shows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from config.errors import UsageError
from config.secrets import remember
from config.settings import Settings
from dashboard.access.door import Door
from dashboard.access.origin import allowed_names, is_loopback
from dashboard.access.tokens import Tokens
from dashboard.access.users import staff
from database.handle import Database

_SHORTEST_KEY: Final = 16


@dataclass(frozen=True, slots=True)
class Entrance:
    """The door, the names it answers to, and the key that was made where none is set."""

    door: Door
    names: frozenset[str]
    new_key: str | None = None


def entrance(settings: Settings, database: Database, host: str, port: int, *, name: str) -> Entrance:
    """Open to whoever is on this host where the database is the embedded one; else by key or token."""
    named = tuple(name.strip() for name in (settings.dashboard_hosts or "").split(",") if name.strip())
    names = allowed_names(host, port, named)
    if is_loopback(host) and database.mode == "embedded" and settings.dashboard_key is None:
        return Entrance(Door(opened=staff(name)), names)
    key = None if settings.dashboard_key is None else settings.dashboard_key.get_secret_value()
    if key is not None and len(key) < _SHORTEST_KEY:
        raise UsageError(
            f"the key of the dashboard has {len(key)} characters",
            next_step=f"set PROPERTY_MANAGER_DASHBOARD_KEY to at least {_SHORTEST_KEY}, such as those of: "
            "openssl rand -base64 24",
        )
    tokens = None
    if settings.supabase_url is not None:
        publishable = settings.supabase_publishable_key
        tokens = Tokens(
            settings.supabase_url, database, key=publishable.get_secret_value() if publishable else None
        )
    made = secrets.token_urlsafe(24) if key is None and tokens is None else None
    if made is not None:
        remember(made)
    return Entrance(Door(secret=key or made, tokens=tokens), names, made)
