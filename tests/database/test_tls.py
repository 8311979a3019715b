"""TLS: what leaves this machine is encrypted, or the connection is refused with the reason."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.errors import DatabaseUnreachableError, UsageError
from database.direct import DirectDatabase
from database.embedded.installation import Account
from database.tls import ssl_mode
from tests.homes import temporary_home
from tests.servers import Server, running_server
from tests.stack.packages import POSTGRES_15, required

ELSEWHERE = "0.0.0.0"
"""Reaches a server of this machine by an address that is not loopback."""
ENCRYPTED = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"


def away(server: Server, query: str = "") -> str:
    """The login's DSN by an address beyond loopback."""
    parts = urlsplit(server.login)
    login = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{login}@{ELSEWHERE}:{parts.port}", path="/postgres", query=query).geturl()


def certify(folder: Path) -> tuple[Path, Path]:
    """A certificate for 0.0.0.0 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ELSEWHERE))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "server.crt", folder / "server.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    private.chmod(0o600)
    for path in (folder, pem, private):
        Account.to_run_as().take(path)
    return pem, private


@pytest.fixture(scope="module")
def certificate() -> Iterator[tuple[Path, Path]]:
    with temporary_home() as folder:
        yield certify(folder)


@pytest.fixture(scope="module")
def with_tls(certificate: tuple[Path, Path]) -> Iterator[Server]:
    """A server that offers TLS."""
    required(POSTGRES_15 / "postgres", "PostgreSQL 15")
    pem, key = certificate
    settings = {"ssl": "on", "ssl_cert_file": str(pem), "ssl_key_file": str(key)}
    with running_server(POSTGRES_15, settings) as running:
        yield running


async def encrypted(dsn: str) -> bool:
    async with await DirectDatabase.connect(dsn) as database, database.admin() as conn:
        return bool(await conn.fetchval(ENCRYPTED))


@pytest.mark.parametrize("mode", ["", "sslmode=prefer", "sslmode=allow", "sslmode=require"])
async def test_a_server_without_tls_is_refused_beyond_this_machine(server: Server, mode: str) -> None:
    """Whatever mode is given but disable, nothing is sent unencrypted to another machine."""
    with pytest.raises(DatabaseUnreachableError, match="does not offer TLS") as refused:
        await DirectDatabase.connect(away(server, mode))
    assert "sslmode=disable" in (refused.value.next_step or "")


async def test_disable_gives_up_tls_by_name(server: Server) -> None:
    """Who writes sslmode=disable connects unencrypted."""
    assert await encrypted(away(server, "sslmode=disable")) is False


@pytest.mark.parametrize("mode", ["", "sslmode=prefer", "sslmode=require"])
async def test_a_server_with_tls_is_reached_encrypted(with_tls: Server, mode: str) -> None:
    """Beyond this machine the connection is encrypted without being asked for."""
    assert await encrypted(away(with_tls, mode)) is True


async def test_a_certificate_is_verified_where_asked(
    with_tls: Server, certificate: tuple[Path, Path]
) -> None:
    """verify-full connects with the authority's certificate and says what fails without it."""
    pem, _ = certificate
    assert await encrypted(away(with_tls, f"sslmode=verify-full&sslrootcert={pem}")) is True
    with temporary_home() as folder:
        strange, _ = certify(folder)
        with pytest.raises(DatabaseUnreachableError, match="TLS connection failed") as refused:
            await DirectDatabase.connect(away(with_tls, f"sslmode=verify-full&sslrootcert={strange}"))
        assert "sslrootcert" in (refused.value.next_step or "")
        with pytest.raises(UsageError, match="sslrootcert of the DSN is no file"):
            await DirectDatabase.connect(away(with_tls, f"sslrootcert={folder / 'missing.crt'}"))


@pytest.mark.parametrize(
    ("dsn", "mode"),
    [
        ("postgresql://ana@localhost/x", None),
        ("postgresql://ana@LOCALHOST./x?sslmode=prefer", None),
        ("postgresql://ana@127.4.0.1:6432/x", None),
        ("postgresql://ana@[::1]/x", None),
        ("postgresql:///x?host=/var/run/postgresql", None),
        ("postgresql:///x", None),
        ("postgresql://ana@localhost/x?sslmode=require", "require"),
        ("postgresql://ana@db/x", "require"),
        ("postgresql://ana@localhost.example.com/x", "require"),
        ("postgresql://ana@127.0.0.1.example.com/x?sslmode=allow", "require"),
        ("postgresql://ana@10.0.0.7/x?sslmode=prefer", "require"),
        ("postgresql://ana@[fe80::1]/x", "require"),
        ("postgresql:///x?host=localhost,db.example.com", "require"),
        ("postgresql:///x?service=catalogue", "require"),
        ("postgresql://ana@db/x?sslmode=verify-full", "verify-full"),
        ("postgresql://ana@db/x?sslmode=disable", "disable"),
    ],
)
def test_only_what_stays_on_this_machine_may_be_plain(
    dsn: str, mode: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loopback address, a socket or the local name needs no TLS; every other host does."""
    for name in ("PGSSLMODE", "PGHOST"):
        monkeypatch.delenv(name, raising=False)
    assert ssl_mode(dsn) == mode


def test_the_variables_of_libpq_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """PGSSLMODE is the mode and PGHOST the host where the DSN has none."""
    monkeypatch.setenv("PGHOST", "db.example.com")
    assert ssl_mode("postgresql:///x") == "require"
    monkeypatch.setenv("PGSSLMODE", "disable")
    assert ssl_mode("postgresql:///x") == "disable"
    assert ssl_mode("postgresql:///x?sslmode=verify-ca") == "verify-ca"


async def test_an_unknown_mode_is_wrong_usage() -> None:
    """A misspelt sslmode is named, not passed over."""
    with pytest.raises(UsageError, match='"on" does not exist'):
        await DirectDatabase.connect("postgresql://ana@db/x?sslmode=on")
