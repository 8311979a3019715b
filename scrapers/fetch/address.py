"""Decides which urls may be fetched: http(s) urls, redirects within a site, and no private network."""

from __future__ import annotations

import ipaddress
import re
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from config.errors import AddressRefusedError, BadUrlError
from config.secrets import mask_url

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_NUMERIC_HOST = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]*))*", re.IGNORECASE)


def checked_url(text: str | URL) -> URL:
    """Return the url without its fragment.

    Raises BadUrlError unless it is an http(s) url with a host and without credentials.
    """
    raw = str(text).strip()
    try:
        url = URL(raw)
    except ValueError as error:
        raise BadUrlError(f"{raw[:200]!r} is not a url: {error}", url=raw) from error
    if url.scheme not in ("http", "https"):
        raise BadUrlError(f"only http and https urls are fetched, not {raw[:200]!r}", url=raw)
    if url.user is not None or url.password is not None:
        raise BadUrlError(
            f"a url with a user name or password cannot be fetched: {redacted(url)}", url=redacted(url)
        )
    host = url.raw_host
    if not host or _CONTROL.search(host) or (_NUMERIC_HOST.fullmatch(host) and literal(host) is None):
        raise BadUrlError(f"the url {raw[:200]!r} has no valid host", url=raw)
    return url.with_fragment(None)


def redirect_target(url: URL, location: str) -> URL:
    """Resolve a `Location` header against the url that sent it. Raises BadUrlError."""
    try:
        return checked_url(url.join(URL(location.strip())))
    except ValueError as error:
        raise BadUrlError(f"{location[:200]!r} is not a url: {error}", url=location) from error


def redacted(url: str | URL) -> str:
    """Return the url for logs and messages, its passwords and tokens masked."""
    return mask_url(str(url))


def origin(url: URL) -> str:
    return str(url.origin())


def site(host: str) -> str:
    """Return the host without `www.`, which is one site for pace and redirects."""
    return host.lower().rstrip(".").removeprefix("www.")


def same_site(start: URL, target: URL) -> bool:
    """Whether a redirect stays on the site: same host but for `www.`, same port, never https to http."""
    if site(start.host or "") != site(target.host or ""):
        return False
    upgraded = start.scheme == "http" and target.scheme == "https"
    if upgraded and start.is_default_port() and target.is_default_port():
        return True
    return start.scheme == target.scheme and start.port == target.port


def literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    address = literal(host)
    return host.lower() == "localhost" or (address is not None and _innermost(address).is_loopback)


def _innermost(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 address embeds, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def is_public(address: IPAddress) -> bool:
    real = _innermost(address)
    return real.is_global and not real.is_multicast and not real.is_reserved


def _is_local(address: IPAddress) -> bool:
    """Whether an address is loopback or private; not link-local, where clouds serve their metadata."""
    real = _innermost(address)
    if real.is_loopback or is_public(real):
        return True
    return not (real.is_link_local or real.is_multicast or real.is_reserved or real.is_unspecified)


class AddressGuard:
    """Decides whether a host may be connected to, by its resolved address.

    At most one host and port may be private: those of the url that the user gave with --allow-private.
    """

    def __init__(self) -> None:
        self._permitted: tuple[str, int] | None = None

    def permit_private(self, url: URL) -> None:
        """Permit the host and port of this url, and no others, to be on a private network."""
        self._permitted = (_host(url.host or ""), url.port or 0)

    def check(self, host: str, port: int, address: str) -> None:
        """Raise AddressRefusedError unless the address is public, or host and port may be private."""
        known = literal(address)
        if known is not None and is_public(known):
            return
        if known is not None and (_host(host), port) == self._permitted and _is_local(known):
            return
        where = f" ({address})" if address != host else ""
        raise AddressRefusedError(
            f"fetching from {_joined(host, port)}{where}: the address is private or reserved",
            url=host,
            next_step=self._next_step(),
        )

    def _next_step(self) -> str:
        if self._permitted is None:
            return "if this host is yours, pass --allow-private"
        return f"--allow-private permits only what the url names: {_joined(*self._permitted)}"

    def check_literal(self, url: URL) -> None:
        """Check a host that is written as an address, which the resolver never sees."""
        host = url.host or ""
        if literal(host) is not None:
            self.check(host, url.port or 0, host)


def _host(name: str) -> str:
    return name.lower().rstrip(".")


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class GuardedResolver(AbstractResolver):
    """Resolves names to permitted addresses only, the same that the connection uses."""

    def __init__(self, inner: AbstractResolver, guard: AddressGuard) -> None:
        self._inner = inner
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for result in found:
            self._guard.check(host, port, result["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()
