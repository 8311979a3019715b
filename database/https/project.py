"""The address and key of a Supabase project, refused early where they are of the wrong kind."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final, Self
from urllib.parse import urlsplit

from config.errors import UsageError
from config.settings import Settings

_WHERE: Final = "copy it from the project's dashboard: Settings, API"


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project answers, and the key that acts as service_role."""

    url: str
    key: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the settings name. Raises UsageError for what cannot be a project's URL or secret key."""
        if settings.supabase_url is None:
            raise UsageError("SUPABASE_URL is not set", next_step=f"set it: {_WHERE}")
        if settings.supabase_secret_key is None:
            raise UsageError(
                "SUPABASE_SECRET_KEY is not set: SUPABASE_URL alone says where, not who",
                next_step=f"set it to the secret key, sb_secret_…: {_WHERE} keys",
            )
        return cls(
            url_of_project(settings.supabase_url), secret_key(settings.supabase_secret_key.get_secret_value())
        )

    def __str__(self) -> str:
        return self.url


def url_of_project(text: str) -> str:
    """The project's URL without a path. Raises UsageError for that of something else."""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _not_a_project("it is not a URL") from error
    if parts.scheme in ("postgres", "postgresql"):
        raise UsageError(
            "SUPABASE_URL is a database's connection string",
            next_step="set DATABASE_URL to it instead, and unset SUPABASE_URL",
        )
    if parts.scheme not in ("http", "https") or not host:
        raise _not_a_project("it does not begin with https://")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _not_a_project("it has more than a host")
    if host in ("supabase.com", "www.supabase.com", "app.supabase.com", "app.supabase.io"):
        raise _not_a_project("it is a page of the dashboard")
    if parts.path.rstrip("/") not in ("", "/rest/v1"):
        raise _not_a_project(f"it has a path, {parts.path}")
    if parts.scheme == "http" and not _is_loopback(host):
        raise _not_a_project("without https:// anybody on the way could read the key")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}"


def _not_a_project(why: str) -> UsageError:
    return UsageError(
        f"SUPABASE_URL is not the URL of a Supabase project: {why}",
        next_step="write it as https://YOUR-PROJECT.supabase.co (dashboard: Settings, API)",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def secret_key(text: str) -> str:
    """The key, if it can be that of service_role. Raises UsageError for any other."""
    key = text.strip()
    if key.startswith("sb_publishable_"):
        raise UsageError(
            "SUPABASE_SECRET_KEY holds a publishable key, which may only read",
            next_step=f"set it to the secret key, sb_secret_…: {_WHERE} keys",
        )
    if key.startswith("sb_secret_"):
        return key
    role = _claims(key).get("role")
    if role == "service_role":
        return key
    held = f"a key of role {role}" if isinstance(role, str) else "no key of a Supabase project"
    raise UsageError(
        f"SUPABASE_SECRET_KEY holds {held}",
        next_step=f"set it to the secret key, sb_secret_…, or the older service_role key: {_WHERE} keys",
    )


def _claims(key: str) -> dict[str, Any]:
    """What a key of the older kind says of itself, unproved; nothing for what is none."""
    parts = key.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
