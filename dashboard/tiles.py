"""Tiles of somebody else's under the map: where an address of them is set, browsers may load from there."""

from __future__ import annotations

from urllib.parse import urlsplit

from config.errors import UsageError


def tile_origin(address: str) -> str:
    """The origin of the tiles, as the content security policy names it. Raises UsageError."""
    try:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        named, origin = False, ""
    if not named or set(origin) & set(" ;,'\"{}") or not all(f"{{{part}}}" in address for part in "zxy"):
        raise UsageError(
            f'"{address}" is not an address of tiles',
            next_step="set PROPERTY_MANAGER_DASHBOARD_TILES as https://tiles.example.com/{z}/{x}/{y}.png",
        )
    return origin
