"""Public addresses, redirects within a site, and what a name may resolve to."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver
from yarl import URL

from config.errors import AddressRefusedError, BadUrlError
from scrapers.fetch.address import AddressGuard, GuardedResolver, checked_url, is_public, redacted, same_site
from tests.tables import rows


@rows(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses_are_distinguished_from_others(address, public):
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    ("start", "target", "same"),
    [
        ("http://a.org/1", "https://a.org/2", True),
        ("http://a.org/", "https://www.a.org/", True),
        ("https://www.a.org/", "https://a.org/", True),
        ("https://a.org/", "https://A.ORG/", True),
        ("https://a.org/", "http://a.org/", False),
        ("https://a.org/", "https://b.org/", False),
        ("https://a.org/", "https://m.a.org/", False),
        ("https://a.org/", "https://a.org.evil.org/", False),
        ("http://a.org/", "http://a.org:8080/", False),
        ("http://a.org:8080/", "https://a.org/", False),
    ],
)
def test_a_redirect_stays_on_the_site_or_not(start, target, same):
    assert same_site(URL(start), URL(target)) is same


@pytest.mark.parametrize(
    "text", ["http://a b/", "http://2130706433/", "http://0x7f.1/", "http://a.org:99999/", "http:///x"]
)
def test_disguised_hosts_are_refused(text):
    with pytest.raises(BadUrlError):
        checked_url(text)


def test_secrets_in_a_url_are_redacted():
    assert (
        redacted("https://me:pw@a.org/x?page=2&api_key=s&token=t")
        == "https://***@a.org/x?page=2&api_key=***8db65296&token=***052e0ed7"
    )


class Names(AbstractResolver):
    """Answers each lookup with the next of its addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self.addresses.pop(0)
        return [{"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self):
        pass


async def test_a_name_that_resolves_to_a_private_address_is_refused():
    with pytest.raises(AddressRefusedError, match=r"rebind\.example.*10\.0\.0\.1"):
        await GuardedResolver(Names("10.0.0.1"), AddressGuard()).resolve("rebind.example")


async def test_a_name_is_checked_at_every_lookup_against_rebinding():
    resolver = GuardedResolver(Names("93.184.216.34", "127.0.0.1"), AddressGuard())
    assert (await resolver.resolve("rebind.example"))[0]["host"] == "93.184.216.34"
    with pytest.raises(AddressRefusedError):
        await resolver.resolve("rebind.example")


@pytest.fixture
def guard():
    guard = AddressGuard()
    guard.permit_private(URL("http://intranet.example:8080/homes"))
    return guard


async def test_a_permitted_name_may_be_private_but_never_link_local(guard):
    resolver = GuardedResolver(Names("10.0.0.1", "fd00::1", "169.254.169.254"), guard)
    for _ in range(2):
        await resolver.resolve("intranet.example", 8080)
    with pytest.raises(AddressRefusedError):
        await resolver.resolve("intranet.example", 8080)


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("intranet.example", 80),
        ("intranet.example", 5432),
        ("www.intranet.example", 8080),
        ("10.0.0.1", 8080),
        ("localhost", 8080),
    ],
)
async def test_only_the_host_and_port_that_were_given_may_be_private(guard, host, port):
    with pytest.raises(AddressRefusedError) as caught:
        await GuardedResolver(Names("10.0.0.1"), guard).resolve(host, port)
    assert caught.value.next_step == "--allow-private permits only what the url names: intranet.example:8080"


def test_an_address_in_place_of_a_name_has_its_port_checked_too(guard):
    guard.permit_private(URL("http://10.0.0.1:8080/"))
    guard.check_literal(URL("http://10.0.0.1:8080/a"))
    for other in ("http://10.0.0.1/", "http://10.0.0.1:8081/", "http://10.0.0.2:8080/", "http://[::1]:8080/"):
        with pytest.raises(AddressRefusedError):
            guard.check_literal(URL(other))
